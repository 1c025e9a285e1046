// Avro files carry /* comments */ and // comments although JSON has none; Avro's own parser reads over them.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace regent::avro {

// The text with every comment replaced by spaces, so that lines and columns stay. Nothing when there is none. What is
// never closed is left for the JSON parser to refuse.
std::optional<std::string> BlankComments(std::string_view text);

}  // namespace regent::avro
