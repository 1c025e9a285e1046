// The texts of an Avro schema: as stored and hashed, normalised, and with its references written out. The bytes are
// those that Confluent's registry stores: Java Avro's Schema.toString, not Avro's "parsing canonical form".
#pragma once

#include <string>

#include "absl/status/statusor.h"
#include "schema/avro/avro_schema.h"

namespace regent::avro {

enum class Dress {
  kCanonical,   // types of references are named, not written out
  kNormalized,  // likewise; attributes and aliases sorted, defaults of their field's type (1 becomes 1.0 for a double)
  kResolved,    // everything is written out where it is used first
};

// One line of JSON. SCHEMA_TOO_COMPLEX when types would be written within types beyond `max_depth`, which naming and
// references can bring about although every single text is flat. SCHEMA_INVALID for a name that cannot be written,
// because it would mean another type of that text.
absl::StatusOr<std::string> WriteSchema(const AvroDocument& document, Dress dress, int max_depth);

}  // namespace regent::avro
