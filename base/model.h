// The nouns that all rooms share: plain structs, no behaviour, no proto, no JSON.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "base/boxed.h"
#include "base/ids.h"

namespace regent {

// kOther is what a plug-in of another registry wrote: kept and served by id, never parsed or registered here.
enum class SchemaType { kAvro, kJson, kProtobuf, kOther };

// "AVRO", "JSON", "PROTOBUF": as records and requests spell them. Empty for kOther, whose name the content carries.
std::string_view SchemaTypeName(SchemaType type);
// Nothing for an unknown name. The empty name is AVRO, as in records of older registries.
std::optional<SchemaType> ParseSchemaType(std::string_view name);

// One schema's use of another. `name` means what the format says: an Avro full name, a JSON `$ref`, a Protobuf import.
struct Reference {
  std::string name;
  Subject subject;
  Version version;
  bool operator==(const Reference&) const = default;
};

// What people attach to a schema. Maps are ordered: the content hash and the record bytes depend on it.
struct Metadata {
  std::map<std::string, std::set<std::string>> tags;
  std::map<std::string, std::string> properties;
  std::set<std::string> sensitive;
  bool operator==(const Metadata&) const = default;
};

// One data-contract rule. Unset text is left out of records; `kind` and `mode` are kept as the names in them.
struct Rule {
  std::string name;
  std::optional<std::string> doc;
  std::optional<std::string> kind;  // TRANSFORM or CONDITION
  std::optional<std::string> mode;  // UPGRADE DOWNGRADE UPDOWN WRITE READ WRITEREAD
  std::optional<std::string> type;
  std::set<std::string> tags;
  std::map<std::string, std::string> params;
  std::optional<std::string> expr;
  std::optional<std::string> on_success;
  std::optional<std::string> on_failure;
  bool disabled = false;
  bool operator==(const Rule&) const = default;
};

struct RuleSet {
  std::vector<Rule> migration_rules;
  std::vector<Rule> domain_rules;
  std::vector<Rule> encoding_rules;
  std::optional<std::string> enable_at;  // ALL CLIENT GATEWAY SERVER NONE
  bool operator==(const RuleSet&) const = default;
};

// What a schema is, apart from where it stands: these fields decide its content hash and its id.
struct SchemaContent {
  SchemaType type = SchemaType::kAvro;
  std::string text;
  std::vector<Reference> references;
  Boxed<Metadata> metadata;
  Boxed<RuleSet> rule_set;
  std::string other_type;  // with kOther: the name of the type as its record spells it
  bool operator==(const SchemaContent&) const = default;
};

enum class CompatibilityLevel {
  kNone,
  kBackward,
  kBackwardTransitive,
  kForward,
  kForwardTransitive,
  kFull,
  kFullTransitive,
};
std::string_view CompatibilityLevelName(CompatibilityLevel level);
// Case-insensitive, as Confluent reads it.
std::optional<CompatibilityLevel> ParseCompatibilityLevel(std::string_view name);

// STRICT is the default; LENIENT alters JSON Schema only.
enum class CompatibilityPolicy { kStrict, kLenient, kLogical };
std::string_view CompatibilityPolicyName(CompatibilityPolicy policy);
std::optional<CompatibilityPolicy> ParseCompatibilityPolicy(std::string_view name);

// What a CONFIG record says of a subject, a context or everything. A field that is not set inherits.
struct SubjectConfig {
  std::optional<std::string> alias;
  std::optional<std::string> alias_for_deks;
  std::optional<bool> normalize;
  std::optional<bool> validate_fields;
  std::optional<bool> validate_new_schemas;
  std::optional<bool> validate_rules;
  std::optional<CompatibilityLevel> level;
  std::optional<CompatibilityPolicy> policy;
  std::optional<std::string> compatibility_group;
  Boxed<Metadata> default_metadata;
  Boxed<Metadata> override_metadata;
  Boxed<RuleSet> default_rule_set;
  Boxed<RuleSet> override_rule_set;
  bool operator==(const SubjectConfig&) const = default;
};

enum class Mode { kReadWrite, kReadOnly, kReadOnlyOverride, kImport, kForward };
std::string_view ModeName(Mode mode);
std::optional<Mode> ParseMode(std::string_view name);

// One reason why two schemas do not fit: a row of a compatibility report, the same for all formats.
struct Difference {
  std::string type;     // e.g. READER_FIELD_MISSING_DEFAULT_VALUE; the names are Confluent's
  std::string path;     // e.g. /fields/1, in the notation of the format
  std::string detail;   // the format's additional information, e.g. a field name; may be empty
  std::string message;  // a sentence: what differs and why it breaks
  std::string fix;      // what to do instead
  // Which side cannot read: BACKWARD (the new schema cannot read old data) or FORWARD.
  enum class Breaks { kNewReader, kOldReader } breaks = Breaks::kNewReader;
  // What stands there in the registered version and in the new schema, cut to a line; empty where nothing does.
  std::string old_snippet;
  std::string new_snippet;
  bool operator==(const Difference&) const = default;
};

// The verdict against one registered version.
struct VersionReport {
  Version version;
  std::vector<Difference> differences;  // empty: compatible
  bool truncated = false;               // there were more differences than are listed
};

struct CompatibilityReport {
  CompatibilityLevel level = CompatibilityLevel::kBackward;
  bool compatible = true;
  std::vector<VersionReport> versions;  // those compared, in the order of comparison
};

}  // namespace regent
