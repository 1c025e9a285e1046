// Text that may have been cut anywhere, made fit for a protobuf string.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace regent {

// `text` with every byte that is not UTF-8 replaced by '?'; longer than `max_bytes`, it is cut between characters and
// ends in "...".
std::string CleanUtf8(std::string_view text, size_t max_bytes);

// The length of the UTF-8 character that `text` begins with; 0 when it begins with none. Overlong forms, surrogates and
// what is above U+10FFFF are none.
size_t Utf8CharacterLength(std::string_view text);

}  // namespace regent
