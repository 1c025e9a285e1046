// The lines of a dump, as `regent export` writes and `regent import` reads them: docs/formats/dump.md.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "absl/status/statusor.h"
#include "base/json_value.h"
#include "client/registry_types.h"

namespace regent::cli {

inline constexpr int kDumpFormat = 1;
// A schema's text takes up to six times its bytes as JSON.
inline constexpr size_t kDumpLineBytesMax = 64u << 20;

struct DumpHeader {
  int64_t format = kDumpFormat;
};

// A version of a subject with all that its content is.
struct DumpSchema {
  Subject subject;
  Version version;
  SchemaId id;
  bool deleted = false;
  std::optional<ContentHash> guid;  // nothing where the source did not tell
  SchemaContent content;
};

struct DumpConfig {
  client::ConfigTarget target;
  SubjectConfig config;
};

struct DumpMode {
  client::ConfigTarget target;
  Mode mode = Mode::kReadWrite;
};

// A context that is there, be it empty, and the highest id that was ever given out in it.
struct DumpContext {
  std::string context;
  SchemaId highest_id;  // 0: none was, or the source did not tell
};

struct DumpAssociation {
  Association association;
};

// The last line: a dump without it is cut off.
struct DumpEnd {
  int64_t schemas = 0;
  int64_t configs = 0;
  int64_t modes = 0;
  int64_t contexts = 0;
  int64_t associations = 0;
};

using DumpEntry = std::variant<DumpHeader, DumpContext, DumpSchema, DumpConfig, DumpMode, DumpAssociation, DumpEnd>;

// Without the line break.
std::string DumpLineOf(const DumpEntry& entry);
// REQUEST_INVALID naming the member that is wrong. Members that are not known are passed over.
absl::StatusOr<DumpEntry> ParseDumpLine(std::string_view line);

// What Confluent's REST interface answers for a version, which has the same members. `deleted` is left alone.
absl::StatusOr<DumpSchema> ParseSchemaObject(const JsonValue& object);
absl::StatusOr<SubjectConfig> ParseConfigObject(const JsonValue& object);
absl::StatusOr<Association> ParseAssociationObject(const JsonValue& object);

}  // namespace regent::cli
