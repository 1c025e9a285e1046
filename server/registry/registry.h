// The domain's door: everything gRPC, REST, forwarding and the CLI can ask of a registry.
//
// Reads answer from memory at once. Writes are asynchronous: they are answered when they were read back from the log,
// and hold no thread meanwhile. Errors come from base/error_reason.h.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "absl/status/statusor.h"
#include "base/clock.h"
#include "base/content_hash.h"
#include "base/ids.h"
#include "base/model.h"
#include "base/stored_schema.h"

namespace regent {

enum class VersionState { kActive, kDeleted };

struct SchemaVersion {
  Subject subject;
  Version version;
  VersionState state = VersionState::kActive;
  std::shared_ptr<const StoredSchema> stored;
  int64_t create_time_ms = 0;  // 0: unknown
  Position position;           // of the record that made it what it is
};

// --- writes --------------------------------------------------------------------------------------------------------

struct RegisterSchema {
  Subject subject;
  SchemaContent content;   // a reference's version of -1 is the latest
  bool normalize = false;  // in addition to what the configuration says
  bool validate_only = false;
};

enum class DeleteKind {
  kSoft,       // hides what is live
  kPermanent,  // removes what was hidden before
  kPurge,      // removes it, hidden or live
};

struct DeleteVersion {
  Subject subject;
  std::optional<Version> version;  // nothing: the latest
  DeleteKind kind = DeleteKind::kSoft;
};

struct DeleteSubject {
  Subject subject;
  DeleteKind kind = DeleteKind::kSoft;
};

// Takes a soft delete back. What the version refers to must be live.
struct UndeleteVersion {
  Subject subject;
  Version version;
};

// All versions that are softly deleted.
struct UndeleteSubject {
  Subject subject;
};

// A field to keep, to set, or to clear.
template <typename T>
struct FieldUpdate {
  enum class Action { kKeep, kSet, kClear } action = Action::kKeep;
  T value = {};
};

// Whose configuration is meant: a subject's, a context's (empty name), or the global one (no subject).
using ConfigTarget = std::optional<Subject>;

struct UpdateConfig {
  ConfigTarget target;
  FieldUpdate<CompatibilityLevel> level;
  FieldUpdate<CompatibilityPolicy> policy;
  FieldUpdate<bool> normalize;
  FieldUpdate<bool> validate_fields;
  FieldUpdate<bool> validate_new_schemas;
  FieldUpdate<bool> validate_rules;
  FieldUpdate<std::string> alias;
  FieldUpdate<std::string> compatibility_group;
  FieldUpdate<Metadata> default_metadata;
  FieldUpdate<Metadata> override_metadata;
  FieldUpdate<RuleSet> default_rule_set;
  FieldUpdate<RuleSet> override_rule_set;
};

struct DeleteConfig {
  ConfigTarget target;
};

using WriteCommand = std::variant<RegisterSchema, DeleteVersion, DeleteSubject, UndeleteVersion, UndeleteSubject,
                                  UpdateConfig, DeleteConfig>;

struct WriteResult {
  Position position;     // a read that carries it sees this write
  bool changed = false;  // false: the state already was as asked
  // What the command speaks of; the others stay empty.
  std::optional<SchemaVersion> registered;  // RegisterSchema
  std::vector<Version> versions;            // deletes and undeletes, ascending
  SubjectConfig config;                     // UpdateConfig: as merged; DeleteConfig: as it was
};

struct CallContext {
  SteadyTime deadline = SteadyTime::max();
  std::string request_id;  // empty: none
  std::string caller;      // who asks, for audit; empty: unknown
};

// Runs once, on a thread of the registry or on the caller's own before Write returns.
using WriteDone = std::function<void(absl::StatusOr<WriteResult>)>;

// --- reads ---------------------------------------------------------------------------------------------------------

enum class Deleted { kExclude, kInclude, kOnly };

struct Lookup {
  Subject subject;
  SchemaContent content;
  bool normalize = false;
  Deleted deleted = Deleted::kExclude;
};

struct GetVersion {
  Subject subject;
  std::optional<Version> version;  // nothing: the latest that is active, whatever `deleted` says
  Deleted deleted = Deleted::kExclude;
};

struct CheckSchema {
  Subject subject;
  SchemaContent content;
  bool normalize = false;
  // Against what: all that the level asks for, the latest, or one version.
  enum class Against { kConfigured, kLatest, kVersion } against = Against::kConfigured;
  Version version;                          // with kVersion
  std::optional<CompatibilityLevel> level;  // nothing: the effective one
};

struct ListSubjects {
  std::string context_prefix = "*";  // a context; "*": all of them
  std::string prefix;                // of the name, within the context
  Deleted deleted = Deleted::kExclude;
  int page_size = 0;  // 0: the default; capped
  std::string after;  // the last qualified name of the page before; empty: the first page
};

struct SubjectPage {
  std::vector<Subject> subjects;  // by context, default first, then by name
  std::string next_after;         // empty: this was the last page
};

struct ListVersions {
  Subject subject;
  Deleted deleted = Deleted::kExclude;
};

enum class ConfigView { kOwn, kEffective };

// Thread-safe.
class Registry {
 public:
  virtual ~Registry() = default;

  virtual void Write(const CallContext& context, WriteCommand command, WriteDone done) = 0;

  virtual absl::StatusOr<std::shared_ptr<const StoredSchema>> GetSchemaById(const std::string& context,
                                                                            SchemaId id) = 0;
  virtual absl::StatusOr<std::shared_ptr<const StoredSchema>> GetSchemaByGuid(const ContentHash& guid) = 0;
  virtual absl::StatusOr<SchemaVersion> GetSchemaVersion(const GetVersion& query) = 0;
  // SUBJECT_NOT_FOUND where the subject has no version at all, else SCHEMA_NOT_FOUND.
  virtual absl::StatusOr<SchemaVersion> LookupSchema(const Lookup& query) = 0;
  virtual absl::StatusOr<CompatibilityReport> CheckCompatibility(const CheckSchema& query) = 0;
  virtual absl::StatusOr<SubjectPage> Subjects(const ListSubjects& query) = 0;
  virtual absl::StatusOr<std::vector<SchemaVersion>> Versions(const ListVersions& query) = 0;
  // CONFIG_NOT_FOUND when the target has none of its own and kOwn is asked. The global one always has a level.
  virtual absl::StatusOr<SubjectConfig> GetConfig(const ConfigTarget& target, ConfigView view) = 0;
  // The position up to which reads are answered now.
  virtual Position AppliedPosition() const = 0;
  // OK when this node answers reads from a complete copy; else why not.
  virtual absl::Status Ready() const = 0;
};

}  // namespace regent
