// A JSON schema as a table.
#pragma once

#include "absl/status/statusor.h"
#include "schema/json_schema/model.h"
#include "schema/logical/table_type.h"

namespace regent::logical {

// Properties that are not required are optional, and so is a choice with null; a choice among several others is a row
// with an optional field for each. `connect.type` narrows numbers, as Kafka Connect writes it. SCHEMA_INVALID where
// the schema has no table: one that lets in anything or nothing, lists of mixed items, objects that name no
// properties, schemas that hold themselves; SCHEMA_TOO_COMPLEX.
absl::StatusOr<TableType> TableFromJson(const json_schema::Model& model);

}  // namespace regent::logical
