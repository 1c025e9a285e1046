// A request and its answer, apart from how they travel.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace regent {

enum class HttpMethod { kGet, kHead, kPost, kPut, kDelete, kOptions, kOther };
std::string_view HttpMethodName(HttpMethod method);  // "GET"; "" for kOther

// Its views point into what it came from, and are good as long as it is.
struct HttpRequest {
  HttpMethod method = HttpMethod::kGet;
  std::string_view target;  // path and query, as they were sent
  std::vector<std::pair<std::string_view, std::string_view>> headers;
  std::string body;  // inflated
  std::string peer;  // "127.0.0.1:40312"

  // The first one of that name, in any case; empty when there is none.
  std::string_view Header(std::string_view name) const;
};

struct HttpResponse {
  int status = 200;
  std::string content_type;  // empty: none is sent
  std::vector<std::pair<std::string, std::string>> headers;
  // Shared, so that an answer kept for many is not copied. Null: no body.
  std::shared_ptr<const std::string> body;
  bool close = false;  // nothing more on this connection
};

// To be called once, from any thread; a second call does nothing.
using HttpReply = std::function<void(HttpResponse)>;

bool EqualsIgnoreCase(std::string_view a, std::string_view b);

}  // namespace regent
