// Schemas that arrive as base64 of a serialized FileDescriptorProto, as some client libraries send them.
//
// They are turned into .proto text and read again as such: whatever comes in, what is stored is text that parses.
#pragma once

#include <google/protobuf/descriptor.pb.h>

#include <optional>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "schema/protobuf/text_parser.h"

namespace regent::protobuf {

// Nothing when `text` is not such a thing.
std::optional<google::protobuf::FileDescriptorProto> DecodeDescriptor(std::string_view text);

// The descriptor as .proto text. Options that are extensions are spelt out where `options_pool` (may be null) knows
// them and left out where not. SCHEMA_INVALID for a descriptor that imports itself or that no text can say;
// SCHEMA_TOO_COMPLEX.
absl::StatusOr<std::string> DescriptorText(google::protobuf::FileDescriptorProto proto,
                                           const google::protobuf::DescriptorPool* options_pool, int max_depth);

// Reads `text` as .proto text and, if it is none, as a descriptor without known extensions. The error is that of the
// text, unless it looks like base64.
absl::StatusOr<ParsedText> ParseTextOrDescriptor(std::string_view text, int max_depth);

// The error for something that is neither. `as_text` is what was wrong with it as .proto text.
absl::Status NotASchema(std::string_view text, const absl::Status& as_text);

}  // namespace regent::protobuf
