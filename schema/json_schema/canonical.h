// The stored text of a JSON schema, and its normalised form (semantics 4.6).
#pragma once

#include "absl/status/status.h"
#include "base/json_value.h"

namespace regent::json_schema {

// Rewrites the numbers in `value` as Java prints them; everything else already is what ToString writes.
// SCHEMA_INVALID naming the place of a number whose exponent no reader could hold.
absl::Status Canonicalize(JsonValue* value);

// The same document with the members of every object, also of those within arrays, sorted by name; arrays stay. The
// order is that of UTF-16 code units, which is how Java compares strings: it differs from the order of bytes only
// where U+10000 and above meet U+E000 to U+FFFF.
JsonValue Normalize(const JsonValue& canonical);

// Whether `a` comes before `b` in that order. Both are valid UTF-8.
bool Utf16Less(std::string_view a, std::string_view b);

}  // namespace regent::json_schema
