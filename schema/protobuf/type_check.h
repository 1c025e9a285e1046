// Whether every type that a file names is defined: the one rule that stored schemas are held to as well.
#pragma once

#include "absl/status/status.h"
#include "schema/protobuf/file_tree.h"
#include "schema/protobuf/symbols.h"

namespace regent::protobuf {

// SCHEMA_INVALID naming the first type that is not there and the field, extension or rpc that wants it.
absl::Status CheckTypes(const File& file, const SymbolTable& symbols);

}  // namespace regent::protobuf
