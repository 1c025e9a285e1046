// File -> text, byte for byte as Confluent's registry prints it (semantics 4.7): equality of schemas is equality of
// text.
#pragma once

#include <string>

#include "schema/protobuf/file_tree.h"

namespace regent::protobuf {

// Two spaces of indentation, statements grouped by kind, a blank line before each group but the first of a block. A
// blank line inside a nested block carries the indentation of that block.
std::string PrintFile(const File& file);

}  // namespace regent::protobuf
