// URIs and JSON pointers, as far as `$ref` and `$id` need them (RFC 3986 section 5, RFC 6901).
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace regent::json_schema {

// `reference` seen from `base`, with its fragment if it has one. Any text is some reference; an empty base leaves it
// as it is. Bases of any scheme are resolved alike (also `urn:`), since nothing is ever fetched.
std::string ResolveUri(std::string_view base, std::string_view reference);

struct SplitUri {
  std::string_view document;                 // without `#`
  std::optional<std::string_view> fragment;  // after `#`; still percent-encoded
};
SplitUri SplitFragment(std::string_view uri);

std::string PercentDecode(std::string_view text);

// One step of a pointer: `~` and `/` escaped.
std::string EscapePointer(std::string_view step);
// The steps of a pointer ("" or "/a/b", percent-decoded already), unescaped; nothing when it begins with no slash.
std::optional<std::vector<std::string>> ParsePointer(std::string_view pointer);

}  // namespace regent::json_schema
