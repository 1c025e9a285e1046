// The few characters of a schema that a report shows to people: what stands at the place of a difference.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "base/json_value.h"

namespace regent {

// A report has room for this much of each side.
inline constexpr size_t kSnippetBytesMax = 160;

// On one line, each row of white space as one space; cut at a character, with "..." in place of what is left out.
std::string Snippet(std::string_view text);

// The beginning of the value's compact text. Costs no more than what is shown, however large the value is.
std::string Snippet(const JsonValue& value);

}  // namespace regent
