// A first look at .proto text, token by token, before libprotobuf's parser sees it.
//
// It bounds what the parser would recurse into and remember, and keeps what the parser forgets: how numbers were spelt.
// Two spellings that other registries store and protoc refuses, `oneof o {}` and `option map_entry = true`, are put in
// a guise of the same length that the parser takes; the tree builder takes it off again.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"

namespace regent::protobuf {

// Line and column as libprotobuf counts: from 0, a tab up to the next multiple of 8.
struct SourcePosition {
  int line = 0;
  int column = 0;
  auto operator<=>(const SourcePosition&) const = default;
};

// No option is called like that. An empty oneof becomes an empty enum, told from a real one by where it stands.
inline constexpr std::string_view kMapEntryGuise = "map_entrY";
inline constexpr std::string_view kAllowAliasGuise = "allow_aliaS";
// The name that `name` was written as.
std::string_view WithoutGuise(std::string_view name);

struct SourceScan {
  std::string text;  // what the parser is to read

  // Numbers whose spelling is not the plain decimal one, by where they begin (a minus sign belongs to them). Ascending.
  std::vector<std::pair<SourcePosition, std::string>> spellings;
  // Where `oneof` begins that became an empty enum. Ascending.
  std::vector<SourcePosition> empty_oneofs;

  // The spelling of the number at `position`; empty when it is the plain one.
  std::string_view SpellingAt(SourcePosition position) const;
  bool IsEmptyOneof(SourcePosition position) const;
};

// SCHEMA_INVALID for a byte that no .proto text has; SCHEMA_TOO_COMPLEX for braces more than `max_depth` deep, or for
// so much in so deep a place that remembering it would cost far more than the text.
absl::StatusOr<SourceScan> ScanSource(std::string_view text, int max_depth);

}  // namespace regent::protobuf
