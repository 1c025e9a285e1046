// Text from elsewhere, made harmless to a terminal: a subject's name or a server's message cannot move the cursor,
// change colours or fake a line of ours.
#pragma once

#include <string>
#include <string_view>

namespace regent::cli {

// Control characters, C1 ones too, and bytes that are no UTF-8 become \n, \t or \xNN; all else stays. A backslash stays
// as it is: this is for reading, not for parsing back.
std::string Printable(std::string_view text);

// The same, but line breaks stay: for messages of several lines.
std::string PrintableLines(std::string_view text);

}  // namespace regent::cli
