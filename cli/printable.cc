#include "cli/printable.h"

#include <cstdint>

#include "base/utf8.h"

namespace regent::cli {
namespace {

void AppendEscaped(uint8_t byte, std::string* out) {
  static constexpr char kDigits[] = "0123456789abcdef";
  switch (byte) {
    case '\n':
      out->append("\\n");
      return;
    case '\t':
      out->append("\\t");
      return;
    case '\r':
      out->append("\\r");
      return;
  }
  out->append("\\x").push_back(kDigits[byte >> 4]);
  out->push_back(kDigits[byte & 0xF]);
}

// Control characters are U+0000..U+001F, U+007F and, obeyed by some terminals as ESC is, U+0080..U+009F: C2 80..C2 9F.
bool IsControl(std::string_view character) {
  const auto first = static_cast<uint8_t>(character[0]);
  if (character.size() == 1) return first < 0x20 || first == 0x7F;
  return character.size() == 2 && first == 0xC2 && static_cast<uint8_t>(character[1]) < 0xA0;
}

std::string Escape(std::string_view text, bool keep_lines) {
  std::string out;
  out.reserve(text.size());
  while (!text.empty()) {
    const size_t length = Utf8SequenceLength(text);
    const std::string_view character = text.substr(0, length == 0 ? 1 : length);
    if (length == 0 || (IsControl(character) && !(keep_lines && character == "\n"))) {
      for (const char byte : character) AppendEscaped(static_cast<uint8_t>(byte), &out);
    } else {
      out.append(character);
    }
    text.remove_prefix(character.size());
  }
  return out;
}

}  // namespace

std::string Printable(std::string_view text) { return Escape(text, /*keep_lines=*/false); }
std::string PrintableLines(std::string_view text) { return Escape(text, /*keep_lines=*/true); }

}  // namespace regent::cli
