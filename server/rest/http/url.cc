#include "server/rest/http/url.h"

#include "absl/strings/str_cat.h"
#include "base/error_reason.h"
#include "base/utf8.h"

namespace regent {
namespace {

constexpr size_t kMaxParts = 256;

int HexDigit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

enum class Plus { kPlus, kSpace };

absl::StatusOr<std::string> Decode(std::string_view text, Plus plus, std::string_view what) {
  std::string decoded;
  decoded.reserve(text.size());
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '+' && plus == Plus::kSpace) {
      decoded.push_back(' ');
    } else if (text[i] != '%') {
      decoded.push_back(text[i]);
    } else {
      const int high = i + 2 < text.size() ? HexDigit(text[i + 1]) : -1;
      const int low = i + 2 < text.size() ? HexDigit(text[i + 2]) : -1;
      if (high < 0 || low < 0) {
        return errors::RequestInvalid(what, "'%' is followed by two hexadecimal digits in a URL");
      }
      decoded.push_back(static_cast<char>(high * 16 + low));
      i += 2;
    }
  }
  if (!IsValidUtf8(decoded)) return errors::RequestInvalid(what, "is not UTF-8");
  return decoded;
}

absl::Status ParseQuery(std::string_view query, Url* url) {
  while (!query.empty()) {
    const size_t end = query.find('&');
    const std::string_view item = query.substr(0, end);
    query = end == std::string_view::npos ? "" : query.substr(end + 1);
    if (item.empty()) continue;
    if (url->query.size() == kMaxParts) return errors::RequestInvalid("query", "has too many parameters");
    const size_t equals = item.find('=');
    auto name = Decode(item.substr(0, equals), Plus::kSpace, "query");
    if (!name.ok()) return name.status();
    std::string value;
    if (equals != std::string_view::npos) {
      auto decoded = Decode(item.substr(equals + 1), Plus::kSpace, *name);
      if (!decoded.ok()) return decoded.status();
      value = *std::move(decoded);
    }
    url->query.emplace_back(*std::move(name), std::move(value));
  }
  return absl::OkStatus();
}

// "http://host/path" is what a client sends to a proxy.
std::string_view WithoutOrigin(std::string_view target) {
  const size_t scheme = target.find("://");
  if (target.empty() || target.front() == '/' || scheme == std::string_view::npos) return target;
  const size_t path = target.find('/', scheme + 3);
  return path == std::string_view::npos ? "/" : target.substr(path);
}

}  // namespace

const std::string* Url::Parameter(std::string_view name) const {
  for (const auto& [key, value] : query) {
    if (key == name) return &value;
  }
  return nullptr;
}

std::vector<std::string> Url::Parameters(std::string_view name) const {
  std::vector<std::string> values;
  for (const auto& [key, value] : query) {
    if (key == name) values.push_back(value);
  }
  return values;
}

absl::StatusOr<Url> ParseUrl(std::string_view target) {
  target = WithoutOrigin(target);
  target = target.substr(0, target.find('#'));
  const size_t question = target.find('?');
  std::string_view path = target.substr(0, question);
  Url url;
  if (path.empty() || path.front() != '/') return errors::RequestInvalid("path", "does not begin with '/'");
  path.remove_prefix(1);
  if (!path.empty() && path.back() == '/') path.remove_suffix(1);
  while (!path.empty()) {
    if (url.segments.size() == kMaxParts) return errors::RequestInvalid("path", "has too many parts");
    const size_t end = path.find('/');
    auto segment = Decode(path.substr(0, end), Plus::kPlus, "path");
    if (!segment.ok()) return segment.status();
    url.segments.push_back(*std::move(segment));
    if (end == std::string_view::npos) break;
    path.remove_prefix(end + 1);
    if (path.empty()) url.segments.emplace_back();
  }
  if (question != std::string_view::npos) {
    if (absl::Status status = ParseQuery(target.substr(question + 1), &url); !status.ok()) return status;
  }
  return url;
}

std::string PercentEncode(std::string_view text) {
  constexpr char kDigits[] = "0123456789ABCDEF";
  std::string encoded;
  for (const char c : text) {
    const bool unreserved = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
                            c == '.' || c == '_' || c == '~';
    if (unreserved) {
      encoded.push_back(c);
    } else {
      encoded.push_back('%');
      encoded.push_back(kDigits[static_cast<unsigned char>(c) >> 4]);
      encoded.push_back(kDigits[static_cast<unsigned char>(c) & 15]);
    }
  }
  return encoded;
}

}  // namespace regent
