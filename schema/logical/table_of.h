// Schemas of every format as tables: what the policy LOGICAL judges by.
#pragma once

#include "absl/status/statusor.h"
#include "schema/format.h"
#include "schema/logical/table_type.h"

namespace regent::logical {

// SCHEMA_INVALID naming the place where the schema has no table; SCHEMA_TOO_COMPLEX.
absl::StatusOr<TableType> TableOf(const ParsedSchema& schema);

}  // namespace regent::logical
