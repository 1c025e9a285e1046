// Avro behind the seam of formats.
#pragma once

#include <memory>

#include "schema/format.h"

namespace regent {

namespace avro {
struct AvroSchema;
}

// The one there is; it has no state. Canonical text, normalised text, verdicts and the paths in them are those of
// Confluent's registry (semantics 4.5). Knows the dress `resolved`: references written out. What the
// policy LOGICAL adds is schema/logical's.
const Format& AvroFormat();

// The schema itself, which lives as long as `schema`; null when that is of another format.
const avro::AvroSchema* AvroRootOf(const ParsedSchema& schema);

}  // namespace regent
