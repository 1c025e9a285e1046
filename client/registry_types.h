// What a registry is asked and what it answers: plain structs, no proto. A field left alone means the default that the
// API names.
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <variant>
#include <vector>

#include "absl/status/statusor.h"
#include "base/association.h"
#include "base/ids.h"
#include "base/model.h"
#include "base/stored_schema.h"

namespace regent::client {

// Immutable, hence shared: caches and callers hold the same copy.
using StoredSchemaPtr = std::shared_ptr<const StoredSchema>;

struct SchemaVersion {
  Subject subject;
  Version version;
  bool deleted = false;
  StoredSchemaPtr stored;      // never null
  int64_t create_time_ms = 0;  // since 1970, UTC; 0: unknown
  Position position;
};

// A version without its text.
struct VersionSummary {
  Version version;
  bool deleted = false;
  SchemaId id;
  ContentHash hash;
  SchemaType type = SchemaType::kAvro;
  int64_t create_time_ms = 0;
};

// What to do with what is soft-deleted: leave it out, take it like the rest, or take nothing else.
enum class Deleted { kExclude, kInclude, kOnly };

// How one call is made.
struct CallOptions {
  // For the whole call, retries and all endpoints included. Nothing: the connection's default.
  std::optional<std::chrono::milliseconds> timeout;
  // Reads only: at least what stands in the log up to here must be seen, e.g. a write of another process that handed
  // its position over. Nothing: what this connection wrote itself, if its options say so.
  std::optional<Position> min_position;
  // Reads only: everything that anybody was acknowledged before this call must be seen. Costs a record in the log and
  // needs a primary.
  bool linearizable = false;
  // Writes only: a UUID that makes a repeated call get the first answer. Empty: the connection makes one.
  std::string request_id;
};

// What every write answers.
struct WriteResult {
  Position position;     // a read that carries it sees this write
  bool changed = false;  // false: everything already was as asked
};

struct RegisterSchemaRequest {
  Subject subject;
  SchemaContent content;  // a reference's version of -1 is the latest
  bool normalize = false;
  bool validate_only = false;  // decide and answer, but write nothing
  bool force = false;          // whatever the compatibility level says
  // The version it is to become: the next one (-1: whatever that is); where the mode is IMPORT any free one.
  std::optional<Version> version;
  // The id it had elsewhere. Required where the mode is IMPORT, refused where it is neither that nor FORWARD.
  std::optional<SchemaId> id;
};

struct RegisterSchemaResult {
  WriteResult result;
  SchemaVersion registered;
};

// Up to 1,000 at once. Not atomic: each has a result of its own.
struct BatchRegisterRequest {
  std::vector<RegisterSchemaRequest> requests;  // `validate_only` of an item is refused: the one below holds for all
  bool validate_only = false;
};

// One for each request, in their order.
using BatchRegisterResult = std::vector<absl::StatusOr<RegisterSchemaResult>>;

struct LookupSchemaRequest {
  Subject subject;
  SchemaContent content;
  bool normalize = false;
  Deleted deleted = Deleted::kExclude;
};

struct SchemaIdInContext {
  SchemaId id;
  std::string context{kDefaultContext};
};

struct GetSchemaRequest {
  std::variant<SchemaIdInContext, ContentHash> key;  // an id, or a GUID
};

struct GetSchemaVersionRequest {
  Subject subject;
  std::optional<Version> version;  // nothing: the latest that is not deleted
  Deleted deleted = Deleted::kExclude;
};

struct CheckCompatibilityRequest {
  Subject subject;
  SchemaContent content;
  bool normalize = false;
  // Against all that the level asks for, the latest alone, or one version.
  enum class Against { kConfigured, kLatest, kVersion } against = Against::kConfigured;
  Version version;                          // with kVersion
  std::optional<CompatibilityLevel> level;  // nothing: the one in effect for the subject
};

struct ListSubjectsRequest {
  std::string context = "*";  // one context; "*": all
  std::string prefix;         // of the name within the context
  Deleted deleted = Deleted::kExclude;
  int page_size = 0;       // 0: the server's default; it has a maximum
  std::string page_token;  // from the page before; empty: the first page
};

struct SubjectPage {
  std::vector<Subject> subjects;
  std::string next_page_token;  // empty: the last page
};

struct ListVersionsRequest {
  Subject subject;
  Deleted deleted = Deleted::kExclude;
  int page_size = 0;
  std::string page_token;
};

struct VersionPage {
  std::vector<VersionSummary> versions;  // ascending
  std::string next_page_token;
};

// The newest version whose metadata has all of these properties.
struct FindLatestVersionRequest {
  Subject subject;
  std::map<std::string, std::string> properties;
  Deleted deleted = Deleted::kExclude;
};

struct ListSchemasRequest {
  std::string context = "*";  // one context; "*": all
  std::string prefix;         // of the name within the context
  Deleted deleted = Deleted::kExclude;
  bool latest_only = false;  // of each subject the newest version that `deleted` allows
  bool with_text = false;    // else the texts in the answer are empty
  int page_size = 0;
  std::string page_token;
};

struct SchemaPage {
  std::vector<SchemaVersion> versions;  // by subject, as in SubjectPage, then by version
  std::string next_page_token;
};

// A version that uses something.
struct SchemaUse {
  Subject subject;
  Version version;
  bool deleted = false;
  SchemaId id;
};

// Who refers to a version, which may be deleted itself.
struct ListReferrersRequest {
  Subject subject;
  std::optional<Version> version;       // nothing: the latest that is not deleted
  Deleted deleted = Deleted::kExclude;  // of the referrers
};

// Who has an id, or a GUID in any context.
struct ListSchemaUsesRequest {
  std::variant<SchemaIdInContext, ContentHash> key;
  Deleted deleted = Deleted::kExclude;
};

struct DeleteVersionRequest {
  Subject subject;
  std::optional<Version> version;  // nothing: the latest that is not deleted
  bool permanent = false;          // only what is deleted already
};

struct DeleteSubjectRequest {
  Subject subject;
  bool permanent = false;
};

// Takes a soft delete back.
struct UndeleteVersionRequest {
  Subject subject;
  Version version;
};

struct UndeleteSubjectRequest {
  Subject subject;
};

// A soft and a permanent delete in one call.
struct PurgeVersionRequest {
  Subject subject;
  std::optional<Version> version;  // nothing: the latest that is not deleted, which needs `allow_active`
  bool allow_active = false;       // also what is in use
};

struct PurgeSubjectRequest {
  Subject subject;
  bool allow_active = false;
};

struct DeleteResult {
  WriteResult result;
  std::vector<Version> versions;  // those deleted, had back or removed, ascending
};

// Nothing: the global configuration. A subject with an empty name: its context's.
using ConfigTarget = std::optional<Subject>;

struct GetConfigRequest {
  ConfigTarget target;
  bool effective = false;  // with what is inherited; else only the target's own
};

// The fields of a SubjectConfig that can be changed over the API, by their names there.
enum class ConfigField {
  kLevel,
  kPolicy,
  kNormalize,
  kValidateFields,
  kValidateNewSchemas,
  kValidateRules,
  kAlias,
  kAliasForDeks,
  kCompatibilityGroup,
  kDefaultMetadata,
  kOverrideMetadata,
  kDefaultRuleSet,
  kOverrideRuleSet,
};

// Fields that are set in `config` replace, those in `clear` are inherited again, the others stay as they are.
struct UpdateConfigRequest {
  ConfigTarget target;
  SubjectConfig config;
  std::set<ConfigField> clear;
};

struct DeleteConfigRequest {
  ConfigTarget target;
};

struct ConfigResult {
  WriteResult result;
  SubjectConfig config;  // after an update: as it is now; after a delete: as it was
};

struct GetModeRequest {
  ConfigTarget target;
  bool effective = false;
};

struct UpdateModeRequest {
  ConfigTarget target;
  Mode mode = Mode::kReadWrite;
  // IMPORT asks that no version is in use, and removes deleted ones; with this neither.
  bool force = false;
};

struct DeleteModeRequest {
  ConfigTarget target;
  bool recursive = false;  // also of all subjects in it
};

struct ModeResult {
  WriteResult result;
  std::optional<Mode> mode;  // after an update: as it is now; after a delete: as it was
};

struct ContextList {
  std::vector<std::string> names;               // the default one first
  std::map<std::string, SchemaId> highest_ids;  // ever given out; none where none was
};

struct DeleteContextRequest {
  std::string context;
};

// What is left alone does not matter.
struct ListAssociationsRequest {
  std::optional<Subject> subject;
  std::string resource_id;
  std::string resource_name;
  std::string resource_namespace;
  std::string resource_type;
  std::set<std::string> association_types;
  std::optional<Lifecycle> lifecycle;
};

struct AssociateResourceRequest {
  // A strong one may leave the subject out; who knows the resource by its id, its name and namespace. GUID and time are
  // taken where the mode of the subject is IMPORT.
  Association association;
  bool change_existing = false;  // of the resource and type
  bool validate_only = false;
};

struct AssociateResourceResult {
  WriteResult result;
  Association association;  // as it is now
};

struct DissociateResourceRequest {
  std::string resource_id;
  std::string resource_type = "topic";
  std::set<std::string> association_types;  // empty: all
  bool cascade = false;                     // subjects of strong ones are deleted, softly
  bool validate_only = false;
};

// --- watching ------------------------------------------------------------------------------------------------------

struct WatchRequest {
  // Where to begin: with what comes after the request; with all that is there; or with the first change after
  // `position`.
  enum class From { kNow, kSnapshot, kPosition } from = From::kNow;
  Position position;
  std::string context = "*";  // one context; "*": all. What holds for more than a subject is told always.
  std::string prefix;         // of the name within the context
  // Where the servers no longer keep the changes after the last one seen: begin again with a snapshot. Else the watch
  // ends with POSITION_TOO_OLD.
  bool snapshot_when_lost = true;
};

struct SchemaVersionChange {
  Subject subject;
  Version version;
  std::optional<SchemaVersion> now;  // nothing: removed for good
};

struct ConfigChange {
  ConfigTarget target;
  std::optional<SubjectConfig> now;  // nothing: removed
};

struct ModeChange {
  ConfigTarget target;
  std::optional<Mode> now;  // nothing: removed
};

// All that is there follows, up to CaughtUp; what was told before and does not come again is no more.
struct SnapshotBegins {};

// What was there when the watch (or its last snapshot) began has been told.
struct CaughtUp {};

// Nothing changed for a while; everything up to the event's position has been told.
struct Heartbeat {};

struct WatchEvent {
  // A later watch may go on from here, missing and repeating nothing. No log id within a snapshot.
  Position position;
  std::variant<SchemaVersionChange, ConfigChange, ModeChange, SnapshotBegins, CaughtUp, Heartbeat> what;
};

}  // namespace regent::client
