// The domain's door: everything gRPC, REST, forwarding and the CLI can ask of a registry.
//
// Reads answer from memory at once. Writes are asynchronous: they are answered when they were read back from the log,
// and hold no thread meanwhile. Errors come from base/error_reason.h.
//
// Wherever a subject is named by a reader or writer of schemas, an alias that its configuration sets is followed, one
// step; configuration and mode are those of the very name.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "absl/status/statusor.h"
#include "base/association.h"
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

// What is done to the tags and rules of a schema before it is registered: to those that it has, or else the version
// before it.
struct SchemaEdit {
  // By the entity that they hang on, e.g. "orders.Order.email".
  std::map<std::string, std::set<std::string>> add_tags;
  std::map<std::string, std::set<std::string>> remove_tags;
  bool keep_tags = false;  // those of the latest version hold on, whatever metadata the schema brings
  RuleSet merge_rules;     // by name: new, or in place of what is there
  std::set<std::string> remove_rules;
  bool operator==(const SchemaEdit&) const = default;
};

struct RegisterSchema {
  Subject subject;
  SchemaContent content;   // a reference's version of -1 is the latest; no text: that of the latest version
  bool normalize = false;  // in addition to what the configuration says
  bool force = false;      // whatever the compatibility level says
  bool validate_only = false;
  // The version it is to become. Must be the next one (-1: whatever that is), and is noted in the metadata; where the
  // mode is IMPORT or FORWARD any free one.
  std::optional<Version> version;
  // The id it is to have; only where the mode is IMPORT, or FORWARD, which gives it another one all the same.
  std::optional<SchemaId> id;
  // With a content that has no text: whose text, references, metadata and rules it takes; nothing: the latest's.
  std::optional<Version> base;
  SchemaEdit edit;
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
  FieldUpdate<std::string> alias_for_deks;
  FieldUpdate<std::string> compatibility_group;
  FieldUpdate<Metadata> default_metadata;
  FieldUpdate<Metadata> override_metadata;
  FieldUpdate<RuleSet> default_rule_set;
  FieldUpdate<RuleSet> override_rule_set;
};

struct DeleteConfig {
  ConfigTarget target;
};

// To enter IMPORT, what it applies to must have no live version, and the deleted ones nobody refers to are removed for
// good; `force` leaves both out.
struct UpdateMode {
  ConfigTarget target;
  std::optional<Mode> mode;  // nothing: the mode of its own is taken away
  bool force = false;
};

// SUBJECT_NOT_FOUND where there is none of its own.
struct DeleteMode {
  ConfigTarget target;
  // Also of all subjects in it: of a context, or of everything. Then nothing to delete is no error.
  bool recursive = false;
};

// CONTEXT_NOT_EMPTY while it has a subject, deleted or not. An unknown context is no error.
struct DeleteContext {
  std::string context;
};

// What a resource is to be associated with. Its id and its name belong together, and are in no other resource's
// associations.
struct ResourceAssociations {
  std::string resource_name;  // may be empty, as the namespace, where the id is known already
  std::string resource_namespace;
  std::string resource_id;
  std::string resource_type;
  struct Wanted {
    std::optional<Subject> subject;  // nothing: that of a strong one, whose name is given by the resource's
    std::string association_type;
    std::optional<Lifecycle> lifecycle;   // nothing: weak
    std::optional<bool> frozen;           // nothing: as the lifecycle asks for
    std::optional<SchemaContent> schema;  // is registered under the subject first
    bool normalize = false;
    // Where the mode of the subject is IMPORT, which also asks for no live version; else left out of account.
    std::string guid;            // empty: its own
    int64_t create_time_ms = 0;  // 0: now
  };
  std::vector<Wanted> associations;
};

struct AssociateResources {
  std::vector<ResourceAssociations> resources;
  // What is to become of an association of the same resource and type that says something else.
  enum class Existing { kRefuse, kChange } existing = Existing::kRefuse;
  bool validate_only = false;
  // Each resource's errors stand in its own outcome. Else there is one resource, and its error is that of the write.
  bool outcomes_apart = false;
};

// Takes associations back; ASSOCIATION_NOT_FOUND where there are none.
struct DissociateResource {
  std::string resource_id;
  std::string resource_type;                // empty: of any
  std::set<std::string> association_types;  // empty: all
  bool cascade = false;                     // subjects of strong ones are deleted, softly
  bool validate_only = false;
};

// Changes nothing: its position is behind everything that was acknowledged, anywhere, before it was asked for. All who
// ask at once share one record.
struct ReadBarrier {};

using WriteCommand = std::variant<RegisterSchema, DeleteVersion, DeleteSubject, UndeleteVersion, UndeleteSubject,
                                  UpdateConfig, DeleteConfig, UpdateMode, DeleteMode, DeleteContext, AssociateResources,
                                  DissociateResource, ReadBarrier>;

struct AssociationOutcome {
  absl::Status status;
  std::vector<Association> associations;  // those that were asked for, as they are now
};

struct WriteResult {
  Position position;     // a read that carries it sees this write
  bool changed = false;  // false: the state already was as asked
  // What the command speaks of; the others stay empty.
  std::optional<SchemaVersion> registered;     // RegisterSchema
  std::vector<Version> versions;               // deletes and undeletes, ascending
  SubjectConfig config;                        // UpdateConfig: as merged; DeleteConfig: as it was
  std::optional<Mode> mode;                    // UpdateMode: as set; DeleteMode: the target's own, as it was
  std::vector<AssociationOutcome> associated;  // AssociateResources: in the order of the resources
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

// Where a subject without a context of its own is looked for: in the default one only, or after that in every other, in
// the order of their names, until one has it. Confluent's registries do the latter.
enum class ContextSearch { kOne, kAll };

struct Lookup {
  Subject subject;
  SchemaContent content;
  bool normalize = false;
  Deleted deleted = Deleted::kExclude;
  ContextSearch search = ContextSearch::kOne;
};

struct GetVersion {
  Subject subject;
  std::optional<Version> version;  // nothing: the latest that is active, whatever `deleted` says
  Deleted deleted = Deleted::kExclude;
  ContextSearch search = ContextSearch::kOne;
};

// A schema by id, as a subject knows it.
struct GetUse {
  SchemaId id;
  Subject subject;  // an empty name: the first subject of the context that has it
  ContextSearch search = ContextSearch::kOne;
};

// The newest version whose metadata has all of `properties`.
struct FindVersion {
  Subject subject;
  std::map<std::string, std::string> properties;
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

// Where a page of a listing of versions ended.
struct VersionKey {
  Subject subject;
  Version version;
  auto operator<=>(const VersionKey&) const = default;
};

struct ListSchemas {
  std::string context_prefix = "*";  // as in ListSubjects
  std::string prefix;
  Deleted deleted = Deleted::kExclude;
  enum class Versions { kAll, kLatest } versions = Versions::kAll;  // of each subject, of those that `deleted` allows
  int page_size = 0;                                                // 0: the default; capped
  std::optional<VersionKey> after;                                  // nothing: the first page
};

struct SchemaPage {
  std::vector<SchemaVersion> versions;   // by subject, as in SubjectPage, then by version
  std::optional<VersionKey> next_after;  // nothing: this was the last page
};

// Who has an id.
struct ListUses {
  std::string context{kDefaultContext};
  SchemaId id;
  Deleted deleted = Deleted::kExclude;
};

// Who refers to a version, which may be deleted itself.
struct ListReferrers {
  Subject subject;
  std::optional<Version> version;       // nothing: the latest that is active
  Deleted deleted = Deleted::kExclude;  // of the referrers
};

struct IdInContext {
  std::string context;
  SchemaId id;
  auto operator<=>(const IdInContext&) const = default;
};

enum class ConfigView { kOwn, kEffective };

// What is empty does not matter. In the order of resource names.
struct ListAssociations {
  std::string resource_id;
  std::string resource_name;
  std::string resource_namespace;
  std::string resource_type;
  std::optional<Subject> subject;
  std::set<std::string> association_types;
  std::optional<Lifecycle> lifecycle;
};

// --- watching ------------------------------------------------------------------------------------------------------

struct WatchChanges {
  std::string context_prefix =
      "*";  // as in ListSubjects; configuration and modes of more than a subject are told always
  std::string prefix;
  enum class From { kNow, kSnapshot, kPosition } from = From::kNow;
  Position position;  // with kPosition: changes after it
};

struct SchemaVersionChange {
  Subject subject;
  Version version;
  std::optional<SchemaVersion> now;  // nothing: removed for good
};

struct ConfigChange {
  ConfigTarget target;
  std::shared_ptr<const SubjectConfig> now;  // null: removed
};

struct ModeChange {
  ConfigTarget target;
  std::optional<Mode> now;  // nothing: removed
};

// What was there when the watch began has been told.
struct CaughtUp {};

struct WatchEvent {
  Position position;  // a later watch may go on from here; no log id within a snapshot, which cannot be gone on with
  std::variant<SchemaVersionChange, ConfigChange, ModeChange, CaughtUp> what;
};

// One watch. Nothing is buffered for it: it reads from what the node keeps for all. Not thread-safe, but for `wake`.
// Destroyed before the registry.
class ChangeSubscription {
 public:
  virtual ~ChangeSubscription() = default;
  // Up to `max` events, in order. Where there are none, `wake` runs once as soon as asking again may give some; it is
  // dropped when the subscription goes, and may then still be running. An error ends the watch: OVERLOADED when changes
  // it has not seen are no longer kept, SHUTTING_DOWN.
  virtual absl::StatusOr<std::vector<std::shared_ptr<const WatchEvent>>> Next(size_t max,
                                                                              std::function<void()> wake) = 0;
  // Everything up to here has been told; no log id before the end of a snapshot.
  virtual Position position() const = 0;
};

// Runs once: before AwaitPosition returns, or later on a thread that must not be held up.
using PositionDone = std::function<void(absl::Status)>;

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
  // MODE_NOT_FOUND as CONFIG_NOT_FOUND above. The global one is READWRITE where nothing is set.
  virtual absl::StatusOr<Mode> GetMode(const ConfigTarget& target, ConfigView view) = 0;

  // SCHEMA_NOT_FOUND where the context has no such id. Where it has, but not the subject, the version is 0.
  virtual absl::StatusOr<SchemaVersion> GetSchemaUse(const GetUse& query) = 0;
  // SUBJECT_NOT_FOUND, SCHEMA_NOT_FOUND.
  virtual absl::StatusOr<SchemaVersion> FindLatestVersion(const FindVersion& query) = 0;
  virtual absl::StatusOr<SchemaPage> Schemas(const ListSchemas& query) = 0;
  // In the order of SchemaPage; SCHEMA_NOT_FOUND for an id that nobody has.
  virtual absl::StatusOr<std::vector<SchemaVersion>> SchemaUses(const ListUses& query) = 0;
  // In the order of SchemaPage. SUBJECT_NOT_FOUND, VERSION_NOT_FOUND.
  virtual absl::StatusOr<std::vector<SchemaVersion>> Referrers(const ListReferrers& query) = 0;
  // Default context first. None for an unknown GUID.
  virtual absl::StatusOr<std::vector<IdInContext>> IdsOfGuid(const ContentHash& guid) = 0;
  // The highest ever seen in the context; 0: none.
  virtual absl::StatusOr<SchemaId> MaxId(const std::string& context) = 0;
  // Those that were declared or have a subject, and the default one, which is first.
  virtual absl::StatusOr<std::vector<std::string>> Contexts() = 0;
  virtual absl::StatusOr<std::vector<Association>> Associations(const ListAssociations& query) = 0;
  // By the subject that they stand for, in order.
  virtual absl::StatusOr<std::map<Subject, std::vector<Subject>>> Aliases() = 0;
  // The text in another dress, see Format::Render; as it is stored where `dress` is empty or not known.
  virtual absl::StatusOr<std::string> Render(const std::shared_ptr<const StoredSchema>& stored,
                                             std::string_view dress) = 0;

  // Runs `done` once this node has applied what stands at `position`. POSITION_OF_ANOTHER_LOG; POSITION_NOT_REACHED by
  // the deadline, which is bounded; OVERLOADED where too many wait. See await_read.h.
  virtual void AwaitPosition(const CallContext& context, const Position& position, PositionDone done) = 0;
  // POSITION_TOO_OLD where changes after the position are no longer kept, POSITION_OF_ANOTHER_LOG; OVERLOADED where too
  // many watch.
  virtual absl::StatusOr<std::unique_ptr<ChangeSubscription>> Watch(const WatchChanges& query) = 0;
  // The position up to which reads are answered now.
  virtual Position AppliedPosition() const = 0;
  // OK when this node answers reads from a complete copy; else why not.
  virtual absl::Status Ready() const = 0;
};

}  // namespace regent
