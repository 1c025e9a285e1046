// Message literals, `{ get: "/v1" tags: [1, 2] }`: what stands right of an option that is a message.
//
// libprotobuf keeps them as text until the option's type is known; here they are read without knowing it.
#pragma once

#include <string>

#include "absl/status/statusor.h"
#include "schema/protobuf/file_tree.h"

namespace regent::protobuf {

// `text` is what stands between the outer braces. The result is a kMap in which a key that was written several times
// has become one list. SCHEMA_INVALID saying what was expected; SCHEMA_TOO_COMPLEX beyond `max_depth`.
absl::StatusOr<OptionValue> ReadMessageLiteral(const std::string& text, int max_depth);

// Makes `existing` a list if it is none, and puts `value`, or the items of it, at its end: what a key that is written
// again comes to.
void AppendToList(OptionValue value, OptionValue* existing);

}  // namespace regent::protobuf
