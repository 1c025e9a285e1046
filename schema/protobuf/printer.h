// File -> text, byte for byte as Confluent's registry prints it (semantics 4.7): equality of schemas is equality of
// text.
#pragma once

#include <string>

#include "schema/protobuf/file_tree.h"

namespace regent::protobuf {

// Two spaces of indentation, statements grouped by kind, a blank line before each group but the first of a block. A
// blank line inside a nested block carries the indentation of that block.
std::string PrintFile(const File& file);

// One element alone, as it stands in a file. Of a message or an enum without what is in it: `message A { ... }`.
std::string PrintElement(const Message& message);
std::string PrintElement(const Enum& enumeration);
std::string PrintElement(const Field& field);
std::string PrintElement(const Oneof& oneof);

}  // namespace regent::protobuf
