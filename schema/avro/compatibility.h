// Avro's schema resolution, asked beforehand: can the reader read whatever the writer writes (semantics 4.5)?
#pragma once

#include "absl/status/statusor.h"
#include "schema/avro/avro_schema.h"
#include "schema/format.h"

namespace regent::avro {

// All problems in the order of the reader's fields, with Confluent's types, paths and details. The rules are those of
// Apache Avro's SchemaCompatibility, its oddities included:
// - a pair of types is judged once; what was found then is reported again, with its first path, wherever it recurs;
// - within candidates of a union paths begin anew; they surface only through the rule above;
// - a new field whose enum type, but not the field, has a default is a TYPE_MISMATCH of ENUM and RECORD.
// Where theirs fails (a reader field whose name and aliases match several writer fields) the name wins, then the first
// alias.
//
// SCHEMA_TOO_COMPLEX beyond max_comparison_steps, or for types nested (through names) beyond what the stack bears.
absl::StatusOr<Comparison> CompareSchemas(const AvroSchema& reader, const AvroSchema& writer,
                                          const FormatLimits& limits);

}  // namespace regent::avro
