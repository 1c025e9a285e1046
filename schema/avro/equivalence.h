// Whether two schemas mean the same to a registry, so that registering one finds the other (semantics 4.2).
#pragma once

#include <cstdint>

#include "schema/avro/avro_schema.h"

namespace regent::avro {

// Order of attributes, spelling of names and of numbers do not count; names, field order, symbols, defaults, docs,
// aliases and attributes of one's own do. Named types are compared as they are defined, wherever that is: a type of a
// reference equals the same type written out.
bool EquivalentSchemas(const AvroSchema& a, const AvroSchema& b);

// The same for schemas that are equivalent; hardly ever for others. Takes time linear in all that the schema reaches.
uint64_t EquivalenceKey(const AvroSchema& schema);

// The order of members does not count, nor does anything else: numbers compare as text.
bool SameJson(const JsonValue& a, const JsonValue& b);

}  // namespace regent::avro
