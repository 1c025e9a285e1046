// Reads the JSON text of an Avro schema. Refuses what Apache Avro 1.12 with strict names refuses, and defaults that do
// not fit; says where and what to do.
#pragma once

#include <memory>
#include <string_view>

#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "schema/avro/avro_schema.h"
#include "schema/format.h"

namespace regent::avro {

// Reads `references` (leniently, in order) and then `text`; the named types of the former are known to the latter.
// A type may be used before it is defined. Names: strict takes ASCII only, lenient any letter. Defaults and unions are
// left to ValidateSchema.
//
// SCHEMA_INVALID with a path such as /fields/3/type/items (or line and column, where the text is no JSON);
// SCHEMA_TOO_LARGE; SCHEMA_TOO_COMPLEX for types nested beyond the limit.
absl::StatusOr<std::unique_ptr<AvroDocument>> ParseAvro(std::string_view text, absl::Span<const NamedSchema> references,
                                                        Validation validation, const FormatLimits& limits);

}  // namespace regent::avro
