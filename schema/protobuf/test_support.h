// For the tests of this room: cases from testdata/ and short ways to parse.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/json_value.h"
#include "schema/format.h"

namespace regent::protobuf {

// A file below testdata/, which must be there and, as JSON, an array or object.
std::string ReadTestdata(std::string_view name);
JsonValue ReadTestdataJson(std::string_view name);

// The member must be there.
std::string StringOf(const JsonValue& object, std::string_view name);

// [{"name": ..., "text": ...}], or none.
std::vector<NamedSchema> ReferencesOf(const JsonValue& test_case);

// Fails the test and returns null when `text` does not parse.
std::shared_ptr<const ParsedSchema> MustParse(std::string_view text, const std::vector<NamedSchema>& references = {},
                                              Validation validation = Validation::kStrict);

// `TYPE@path` of each.
std::vector<std::string> TypesAndPaths(const Comparison& comparison);

}  // namespace regent::protobuf
