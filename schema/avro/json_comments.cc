#include "schema/avro/json_comments.h"

namespace regent::avro {
namespace {

// The place after the string that opens at `at`.
size_t SkipString(std::string_view text, size_t at) {
  for (++at; at < text.size() && text[at] != '"'; ++at) {
    if (text[at] == '\\') ++at;
  }
  return at + 1;
}

// The place after the comment that opens at `at`, `at` itself when none does, npos when it is never closed.
size_t SkipComment(std::string_view text, size_t at) {
  const std::string_view opening = text.substr(at, 2);
  if (opening == "//") {
    const size_t end = text.find_first_of("\r\n", at);
    return end == std::string_view::npos ? text.size() : end;
  }
  if (opening != "/*") return at;
  const size_t end = text.find("*/", at + 2);
  return end == std::string_view::npos ? end : end + 2;
}

}  // namespace

std::optional<std::string> BlankComments(std::string_view text) {
  if (text.find("//") == std::string_view::npos && text.find("/*") == std::string_view::npos) return std::nullopt;
  std::string blanked(text);
  bool any = false;
  for (size_t at = 0; at < text.size();) {
    if (text[at] == '"') {
      at = SkipString(text, at);
      continue;
    }
    const size_t end = text[at] == '/' ? SkipComment(text, at) : at;
    if (end == std::string_view::npos) break;
    any = any || end > at;
    for (size_t i = at; i < end; ++i) {
      if (text[i] != '\n' && text[i] != '\r') blanked[i] = ' ';
    }
    at = end > at ? end : at + 1;
  }
  if (!any) return std::nullopt;
  return blanked;
}

}  // namespace regent::avro
