// Which endpoint a request is for.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "server/rest/route.h"

namespace regent {

// Immutable once made; thread-safe.
class Router {
 public:
  explicit Router(std::vector<Route> routes);

  struct Match {
    const Route* route = nullptr;  // null: none
    size_t index = 0;              // of the route in routes()
    std::vector<std::string> arguments;
    // Of a path that is known: what may be done with it, whether or not `route` is null.
    std::vector<HttpMethod> allowed;
  };
  // HEAD is taken for GET. A {} matches any segment but an empty one; a literal wins over a {}.
  Match Find(HttpMethod method, const std::vector<std::string>& segments) const;

  const std::vector<Route>& routes() const { return routes_; }

 private:
  struct Pattern {
    std::vector<std::string> segments;  // "{}" for an argument
    size_t arguments = 0;
  };
  bool Fits(const Pattern& pattern, const std::vector<std::string>& segments) const;

  const std::vector<Route> routes_;
  std::vector<Pattern> patterns_;
  std::map<size_t, std::vector<size_t>> by_length_;  // indexes, most literal patterns first
};

}  // namespace regent
