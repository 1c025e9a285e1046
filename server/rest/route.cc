#include "server/rest/route.h"

#include <charconv>
#include <utility>

#include "base/error_reason.h"

namespace regent {

bool RestRequest::Flag(std::string_view name) const {
  const std::string* value = url.Parameter(name);
  return value != nullptr && EqualsIgnoreCase(*value, "true");
}

std::string RestRequest::Text(std::string_view name) const {
  const std::string* value = url.Parameter(name);
  return value == nullptr ? "" : *value;
}

absl::StatusOr<int64_t> RestRequest::Number(std::string_view name, int64_t if_absent) const {
  const std::string* value = url.Parameter(name);
  if (value == nullptr || value->empty()) return if_absent;
  int64_t number = 0;
  const auto [end, error] = std::from_chars(value->data(), value->data() + value->size(), number);
  if (error != std::errc() || end != value->data() + value->size()) {
    return errors::RequestInvalid(name, "'" + *value + "' is no whole number");
  }
  return number;
}

RestAnswer JsonAnswer(std::string json) {
  RestAnswer answer;
  answer.body = std::make_shared<const std::string>(std::move(json));
  return answer;
}

}  // namespace regent
