// File -> the same file in one order (semantics 4.7, "Normalised").
#pragma once

#include <string>

#include "schema/protobuf/file_tree.h"
#include "schema/protobuf/symbols.h"

namespace regent::protobuf {

// Imports and options sorted and each there once; fields by number, oneofs by their lowest; enum values by number, then
// name; one `reserved` or `extensions` statement per number or range; every type by its absolute name; map entries
// written by hand as maps; no `syntax = "proto2"`. Options of one name that are message literals, or parts of one,
// become one literal. Messages, services and rpcs keep their order. `symbols` holds the file and its imports; a type
// that it does not know stays as it is.
File NormalizeFile(const File& file, const SymbolTable& symbols);

}  // namespace regent::protobuf
