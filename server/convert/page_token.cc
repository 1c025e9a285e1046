#include "server/convert/page_token.h"

#include <cstdint>

#include "absl/strings/escaping.h"

namespace regent {
namespace {

// Changes when the layout does; a token of another build is then refused instead of misread.
constexpr char kLayout = '1';

// FNV-1a: the same on every node and build.
uint64_t Mix(uint64_t hash, std::string_view bytes) {
  for (const char c : bytes) hash = (hash ^ static_cast<uint8_t>(c)) * 0x100000001b3u;
  return hash;
}

std::string Prefix(absl::Span<const std::string_view> filter) {
  uint64_t hash = 0xcbf29ce484222325u;
  for (const std::string_view part : filter) hash = Mix(Mix(hash, part), std::string_view("\0", 1));
  std::string prefix(1, kLayout);
  for (int shift = 56; shift >= 0; shift -= 8) prefix.push_back(static_cast<char>(hash >> shift));
  return prefix;
}

}  // namespace

std::string MakePageToken(absl::Span<const std::string_view> filter, std::string_view last_key) {
  std::string token = Prefix(filter);
  token.append(last_key);
  return absl::WebSafeBase64Escape(token);
}

std::optional<std::string> ReadPageToken(absl::Span<const std::string_view> filter, std::string_view token) {
  std::string bytes;
  if (!absl::WebSafeBase64Unescape(absl::string_view(token.data(), token.size()), &bytes)) return std::nullopt;
  const std::string prefix = Prefix(filter);
  if (bytes.rfind(prefix, 0) != 0) return std::nullopt;
  return bytes.substr(prefix.size());
}

}  // namespace regent
