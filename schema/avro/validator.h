// The rules that can only be checked once all names of a schema are known.
#pragma once

#include "absl/status/status.h"
#include "schema/avro/avro_schema.h"
#include "schema/format.h"

namespace regent::avro {

// Checks what `document` defines itself, not what it references. SCHEMA_INVALID with the path for a union that holds a
// type twice and, where strict, for a default that does not fit its type (of a union: its first branch).
// The types must not be nested deeper than the stack bears: call WriteCanonical first, which refuses those.
absl::Status ValidateSchema(const AvroDocument& document, Validation validation);

}  // namespace regent::avro
