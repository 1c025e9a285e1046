#include "cli/printable.h"

#include <cstdint>

#include "client/utf8.h"

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

// U+0080..U+009F are C2 80..C2 9F; some terminals obey them as they do ESC.
bool BeginsC1(std::string_view text) {
  return text.size() > 1 && text[0] == '\xC2' && static_cast<uint8_t>(text[1]) < 0xA0;
}

std::string Escape(std::string_view text, bool keep_lines) {
  std::string out;
  out.reserve(text.size());
  while (!text.empty()) {
    std::string_view valid = text.substr(0, client::ValidUtf8Bytes(text));
    text.remove_prefix(valid.size());
    for (; !valid.empty(); valid.remove_prefix(1)) {
      const auto byte = static_cast<uint8_t>(valid[0]);
      if (BeginsC1(valid)) {
        AppendEscaped(byte, &out);
        AppendEscaped(static_cast<uint8_t>(valid[1]), &out);
        valid.remove_prefix(1);
      } else if ((byte < 0x20 && !(keep_lines && byte == '\n')) || byte == 0x7F) {
        AppendEscaped(byte, &out);
      } else {
        out.push_back(valid[0]);
      }
    }
    if (!text.empty()) {
      AppendEscaped(static_cast<uint8_t>(text[0]), &out);
      text.remove_prefix(1);
    }
  }
  return out;
}

}  // namespace

std::string Printable(std::string_view text) { return Escape(text, /*keep_lines=*/false); }
std::string PrintableLines(std::string_view text) { return Escape(text, /*keep_lines=*/true); }

}  // namespace regent::cli
