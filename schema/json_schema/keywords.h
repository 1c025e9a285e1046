// The vocabulary: which keyword exists in which draft, and what its value must look like. One table serves
// validation, the search for subschemas and the search for `$ref` targets.
#pragma once

#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "base/json_value.h"

namespace regent::json_schema {

// In the order of their appearance, so that they can be compared.
enum class Draft { k4, k6, k7, k2019, k2020 };

// What `$schema` names; draft-07 when it is absent, no string or the name of a vocabulary that we do not know.
Draft DraftOf(const JsonValue& schema, Draft otherwise = Draft::k7);
std::string_view DraftName(Draft draft);

enum class Shape {
  kAnything,
  kSchema,           // an object or a boolean
  kSchemaOrBoolean,  // draft-04: other schemas must be objects there
  kSchemas,          // a list of one or more
  kSchemaOrSchemas,  // draft-04 to 2019-09 `items`
  kSchemaMap,        // name -> schema
  kPatternMap,       // regular expression -> schema
  kDependencies,     // name -> schema or list of names
  kNamesMap,         // name -> list of names
  kNames,            // a list of different strings
  kTypes,            // a type or a list of different ones
  kValues,           // a list
  kDistinctValues,   // draft-04 `enum`: one or more, none twice
  kString,
  kIdentifier,  // a URI reference without a fragment that says something
  kAnchor,      // a plain name
  kPattern,     // a regular expression
  kNumber,
  kPositiveNumber,
  kCount,  // a whole number, not negative; may be written 2.0
  kBoolean,
  kBooleanMap,  // name -> boolean
};

struct Keyword {
  std::string_view name;
  Shape shape;
  Draft since;
  Draft until;
};

std::span<const Keyword> AllKeywords();
// Null for what is no keyword of that draft.
const Keyword* FindKeyword(std::string_view name, Draft draft);

// A schema within a schema, and the steps that lead there: keyword, then name or index where there are several.
struct Subschema {
  const Keyword* keyword;
  std::optional<std::string> step;  // none when the keyword's value itself is the schema
  const JsonValue* value;
};
// In document order. Values of the wrong shape are passed over.
void ForEachSubschema(const JsonValue& schema, Draft draft, const std::function<void(Subschema)>& visit);

}  // namespace regent::json_schema
