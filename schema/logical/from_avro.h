// An Avro schema as a table.
#pragma once

#include "absl/status/statusor.h"
#include "schema/avro/avro_schema.h"
#include "schema/logical/table_type.h"

namespace regent::logical {

// Logical types count where Avro would use them. A union with null is an optional type; one of several others is a row
// with an optional field for each. SCHEMA_INVALID where the schema has no table: null alone, types that hold
// themselves, decimals of more than 38 digits, nanoseconds; SCHEMA_TOO_COMPLEX.
absl::StatusOr<TableType> TableFromAvro(const avro::AvroSchema& schema);

}  // namespace regent::logical
