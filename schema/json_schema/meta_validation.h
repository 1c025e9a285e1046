// Whether a schema is one: what the official meta-schemas say, asked keyword by keyword so that the answer names the
// place and the reason. docs/decisions/json-schema-validation.md says why no validator runs here.
#pragma once

#include <optional>
#include <string>

#include "base/json_value.h"
#include "schema/json_schema/keywords.h"

namespace regent::json_schema {

struct KeywordProblem {
  std::string what;   // a sentence that begins with the keyword
  std::string where;  // the JSON pointer within the schema
  bool operator==(const KeywordProblem&) const = default;
};

// Looks at the keywords of one schema object (or boolean), not at the schemas within; ForEachSubschema finds those.
std::optional<KeywordProblem> CheckKeywords(const JsonValue& schema, Draft draft);

}  // namespace regent::json_schema
