// How a message says which schema it was written with: the bytes that serialisers put before a payload, or into a
// record's header.
//
//   prefix   00 | id, 4 bytes, big-endian | message path if Protobuf | payload
//   header   01 | GUID, 16 bytes          | message path if Protobuf            (the payload is then untouched)
//
// The first byte decides in both places: readers take either form in either place. A reader learns from the schema
// whether a message path follows, so key and path are read one after the other. Pure functions.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "base/content_hash.h"
#include "base/ids.h"

namespace regent::client {

// The record headers of header framing.
inline constexpr std::string_view kKeySchemaHeader = "__key_schema_id";
inline constexpr std::string_view kValueSchemaHeader = "__value_schema_id";

// What a schema is fetched by.
using SchemaKey = std::variant<SchemaId, ContentHash>;

// Which message of a Protobuf file: the index of the top-level one, then of the nested one within it, and so on.
using MessagePath = std::vector<int32_t>;

// Deeper paths are no messages that anybody wrote.
inline constexpr size_t kMessagePathLongest = 128;

// REQUEST_INVALID for an id below 1.
absl::Status AppendSchemaKey(const SchemaKey& key, std::string* out);
// REQUEST_INVALID for an empty path, one that is too long and negative indexes.
absl::Status AppendMessagePath(absl::Span<const int32_t> path, std::string* out);

// These take what they read off the front of `bytes`; after an error it is as it was. REQUEST_INVALID says what is
// wrong.
absl::StatusOr<SchemaKey> TakeSchemaKey(std::string_view* bytes);
absl::StatusOr<MessagePath> TakeMessagePath(std::string_view* bytes);

// A record taken apart as far as that can be done without its schema.
struct FramedRecord {
  SchemaKey key;
  std::string_view after_key;  // where the message path of a Protobuf schema begins
  bool in_header = false;      // true: after_key is the rest of the header, and the payload is the whole record
};

// The header goes first when there is one, as in readers of release 8. `record` must outlive the answer.
absl::StatusOr<FramedRecord> ReadFraming(std::optional<std::string_view> header, std::string_view record);

}  // namespace regent::client
