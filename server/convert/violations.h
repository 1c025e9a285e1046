// What is wrong with a request, field by field, so that a client is told everything at once.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/status.h"

namespace regent {

// Not thread-safe.
class Violations {
 public:
  // `field` is the path within the request, e.g. "schema.references[2].version".
  void Add(std::string_view field, std::string_view what);
  bool empty() const { return list_.empty(); }

  // OK, or REQUEST_INVALID with a google.rpc.BadRequest that lists all of them; they count from the first Add.
  absl::Status ToStatus() const;

 private:
  std::vector<std::pair<std::string, std::string>> list_;
};

// Under which payload type ToStatus hides the serialised google.rpc.BadRequest.
inline constexpr char kBadRequestUrl[] = "type.googleapis.com/google.rpc.BadRequest";

}  // namespace regent
