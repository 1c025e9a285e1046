// Message indexes: how the wire format of Kafka messages names one message of a schema (semantics 6.1).
//
// [1, 0] is the first message within the second of the file. Messages are counted as they are declared; enums, groups
// and what stands behind a map do not count.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "schema/format.h"

namespace regent::protobuf {

// `schema` must be one that ProtobufFormat parsed. `full_name` includes the package, without a dot in front.
// REQUEST_INVALID when the schema itself defines no such message.
absl::StatusOr<std::vector<int>> MessageIndexOf(const ParsedSchema& schema, std::string_view full_name);

// The full name. REQUEST_INVALID for an empty index or one that leads nowhere.
absl::StatusOr<std::string> MessageNameAt(const ParsedSchema& schema, absl::Span<const int> index);

}  // namespace regent::protobuf
