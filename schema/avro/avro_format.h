// Avro behind the seam of formats.
#pragma once

#include <memory>

#include "schema/format.h"

namespace regent {

// The one there is; it has no state. Canonical text, normalised text, verdicts and the paths in them are those of
// Confluent's registry (semantics 4.5). Knows the dress `resolved`: references written out. The policy LOGICAL adds
// nothing to Avro's own rules.
const Format& AvroFormat();

}  // namespace regent
