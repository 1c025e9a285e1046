#include "client/utf8.h"

#include <cstdint>

namespace regent::client {
namespace {

struct Sequence {
  size_t length;              // of the whole character; 0: no character begins with this byte
  uint8_t second_min = 0x80;  // the second byte is what tells overlong forms and surrogates
  uint8_t second_max = 0xBF;
};

Sequence SequenceOf(uint8_t first) {
  if (first < 0x80) return {1};
  if (first < 0xC2) return {0};
  if (first < 0xE0) return {2};
  if (first == 0xE0) return {3, 0xA0, 0xBF};
  if (first == 0xED) return {3, 0x80, 0x9F};
  if (first < 0xF0) return {3};
  if (first == 0xF0) return {4, 0x90, 0xBF};
  if (first < 0xF4) return {4};
  if (first == 0xF4) return {4, 0x80, 0x8F};
  return {0};
}

}  // namespace

size_t ValidUtf8Bytes(std::string_view text) {
  size_t at = 0;
  while (at < text.size()) {
    const Sequence sequence = SequenceOf(static_cast<uint8_t>(text[at]));
    if (sequence.length == 0 || sequence.length > text.size() - at) return at;
    for (size_t i = 1; i < sequence.length; ++i) {
      const auto byte = static_cast<uint8_t>(text[at + i]);
      const uint8_t min = i == 1 ? sequence.second_min : 0x80;
      const uint8_t max = i == 1 ? sequence.second_max : 0xBF;
      if (byte < min || byte > max) return at;
    }
    at += sequence.length;
  }
  return at;
}

}  // namespace regent::client
