// Defaults as values of their type.
#pragma once

#include "base/json_value.h"
#include "schema/avro/avro_schema.h"

namespace regent::avro {

// Whether `value` can be a default of `schema`: of a union, of its first branch; members that a nested record leaves
// out are filled with their own defaults. For an enum any text will do, as for Avro 1.12: schemas in use name symbols
// that are not there, and Confluent's registry takes them.
bool DefaultFits(const JsonValue& value, const AvroSchema& schema);

// The same value with every number of a float or double as Java prints one: 1 becomes 1.0. What does not fit its type
// (stored schemas may hold such) is left as it is.
JsonValue RetypeDefault(const JsonValue& value, const AvroSchema& schema);

}  // namespace regent::avro
