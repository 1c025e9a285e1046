#include "server/convert/utf8.h"

#include <cstdint>

namespace regent {

size_t Utf8CharacterLength(std::string_view text) {
  if (text.empty()) return 0;
  const auto first = static_cast<uint8_t>(text[0]);
  if (first < 0x80) return 1;
  const size_t length = first >= 0xc2 && first < 0xe0   ? 2
                        : (first & 0xf0) == 0xe0        ? 3
                        : first >= 0xf0 && first < 0xf5 ? 4
                                                        : 0;
  if (length == 0 || text.size() < length) return 0;
  for (size_t i = 1; i < length; ++i) {
    if ((static_cast<uint8_t>(text[i]) & 0xc0) != 0x80) return 0;
  }
  const auto second = static_cast<uint8_t>(text[1]);
  if (first == 0xe0 && second < 0xa0) return 0;   // overlong
  if (first == 0xed && second >= 0xa0) return 0;  // a surrogate
  if (first == 0xf0 && second < 0x90) return 0;   // overlong
  if (first == 0xf4 && second >= 0x90) return 0;  // above U+10FFFF
  return length;
}

std::string CleanUtf8(std::string_view text, size_t max_bytes) {
  constexpr std::string_view kEllipsis = "...";
  const bool cut = text.size() > max_bytes;
  const size_t room = cut && max_bytes >= kEllipsis.size() ? max_bytes - kEllipsis.size() : max_bytes;
  std::string out;
  while (!text.empty()) {
    const size_t length = Utf8CharacterLength(text);
    const size_t taken = length == 0 ? 1 : length;
    if (out.size() + taken > room) break;
    if (length == 0) {
      out.push_back('?');
    } else {
      out.append(text.substr(0, length));
    }
    text.remove_prefix(taken);
  }
  if (cut && max_bytes >= kEllipsis.size()) out.append(kEllipsis);
  return out;
}

}  // namespace regent
