// UTF-8 as Unicode defines it: no overlong forms, no surrogates, nothing above U+10FFFF.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace regent {

// The length of the well-formed sequence that `text` begins with, 1 to 4; 0 when there is none.
size_t Utf8SequenceLength(std::string_view text);
bool IsValidUtf8(std::string_view text);
// U+FFFD when `code_point` is a surrogate or too high.
void AppendUtf8(uint32_t code_point, std::string* out);

}  // namespace regent
