// Request targets: path segments and query parameters, percent-decoded.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"

namespace regent {

struct Url {
  // Split at '/' before decoding, so that a subject may hold one (%2F). "/" has none; one '/' at the end does not
  // count.
  std::vector<std::string> segments;
  // In the order of the query; a name may stand there more than once.
  std::vector<std::pair<std::string, std::string>> query;

  // The first one of that name.
  const std::string* Parameter(std::string_view name) const;
  std::vector<std::string> Parameters(std::string_view name) const;
};

// Of "/path?query" or "http://host/path?query". REQUEST_INVALID for a broken %XX, a text that is not UTF-8 once
// decoded, and more than 256 segments or parameters.
absl::StatusOr<Url> ParseUrl(std::string_view target);

// Everything but unreserved characters as %XX.
std::string PercentEncode(std::string_view text);

}  // namespace regent
