// Whether a schema is one: what the official meta-schemas say, asked keyword by keyword so that the answer names the
// place and the reason. docs/decisions/json-schema-validation.md says why no validator runs here.
#pragma once

#include <string_view>

#include "absl/status/status.h"
#include "base/json_value.h"
#include "schema/json_schema/keywords.h"

namespace regent::json_schema {

// Looks at the keywords of one schema object (or boolean), not at the schemas within; ForEachSubschema finds those.
// SCHEMA_INVALID naming the place: `path` is the JSON pointer of `schema`.
absl::Status CheckKeywords(const JsonValue& schema, Draft draft, std::string_view path);

}  // namespace regent::json_schema
