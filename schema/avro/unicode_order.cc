#include "schema/avro/unicode_order.h"

#include <algorithm>

namespace regent::avro {
namespace {

// In UTF-16 what takes two units (in UTF-8: F0 and up) comes before U+E000 to U+FFFF (EE and EF).
int Utf16Rank(char c) {
  const int byte = static_cast<unsigned char>(c);
  if (byte >= 0xF0) return byte - 2;
  return byte >= 0xEE ? byte + 8 : byte;
}

}  // namespace

bool JavaLess(std::string_view a, std::string_view b) {
  return std::lexicographical_compare(a.begin(), a.end(), b.begin(), b.end(),
                                      [](char x, char y) { return Utf16Rank(x) < Utf16Rank(y); });
}

}  // namespace regent::avro
