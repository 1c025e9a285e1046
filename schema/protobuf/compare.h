// The differences between two Protobuf schemas (semantics 4.7).
#pragma once

#include "absl/status/statusor.h"
#include "schema/format.h"
#include "schema/protobuf/file_tree.h"
#include "schema/protobuf/symbols.h"

namespace regent::protobuf {

struct ComparedSide {
  const File& file;
  const SymbolTable& symbols;  // of the file and all it imports
};

enum class Wanted {
  kIncompatible,
  kAll,  // also those that every reader copes with
};

// What `reader`, the later schema, has differently from `writer`. Fields are matched by number over a message and its
// oneofs, types by name; a type that comes from an import on either side is compared too, once per pair of definitions.
// Paths are `#/Message/2`, `#/Message/oneof/3`, `#/Enum/1`; what differs inside an imported type hangs below the field
// that uses it. SCHEMA_TOO_COMPLEX beyond limits.max_comparison_steps.
absl::StatusOr<Comparison> CompareFiles(const ComparedSide& writer, const ComparedSide& reader, Wanted wanted,
                                        const FormatLimits& limits);

}  // namespace regent::protobuf
