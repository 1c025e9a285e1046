// Files that a command line names.
#pragma once

#include <istream>
#include <optional>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "base/model.h"

namespace regent::cli {

// The whole of the file; of `in` when `name` is "-". REQUEST_INVALID, in words for the person who typed it, when it
// cannot be read or is larger than any schema.
absl::StatusOr<std::string> ReadWholeFile(const std::string& name, std::istream& in);

// By the ending: .avsc, .json, .proto; AVRO for any other.
SchemaType GuessSchemaType(std::string_view file);

// What --type says, in any case; a guess from `file` where it was not given. REQUEST_INVALID for another word.
absl::StatusOr<SchemaType> SchemaTypeOf(const std::optional<std::string>& word, std::string_view file);

}  // namespace regent::cli
