// A Protobuf schema as a table.
#pragma once

#include "absl/status/statusor.h"
#include "schema/logical/table_type.h"
#include "schema/protobuf/protobuf_schema.h"

namespace regent::logical {

// Of its first message. Only `required` fields, list elements and keys and values of maps are not optional: any other
// field may be absent from what was written before it was there. SCHEMA_INVALID where the schema has no table: no
// message, messages that hold themselves; SCHEMA_TOO_COMPLEX.
absl::StatusOr<TableType> TableFromProtobuf(const protobuf::ProtobufSchema& schema);

}  // namespace regent::logical
