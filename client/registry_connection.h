// The seam below RegistryClient: one method for each call of the API. Tests put a mock here
// (mock_registry_connection.h); CachingConnection wraps another one; GrpcConnection speaks to servers.
#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "client/registry_types.h"

namespace regent::client {

// A watch that goes on, on another server if need be, from the last change it told: nothing is missed, nothing told
// twice, unless SnapshotBegins says so. Holds one event at a time; what its user is slow to take waits at the server,
// which drops a watch that is too slow: it then goes on as after any loss. Next() is called by one thread at a time.
class ChangeStream {
 public:
  // Cancels.
  virtual ~ChangeStream() = default;

  // Waits for the next event, for ever without `timeout`. DEADLINE_EXCEEDED when none came in time: call again.
  // CANCELLED after Cancel(). After a loss another server is searched for, within these calls and again and again; one
  // search takes a quarter of a second if need be, also where `timeout` is less. Any other error ends the watch, e.g.
  // POSITION_TOO_OLD or what a server refuses.
  virtual absl::StatusOr<WatchEvent> Next(std::optional<std::chrono::milliseconds> timeout) = 0;
  // Thread-safe; makes a waiting Next() return.
  virtual void Cancel() = 0;
};

// Thread-safe. Every method blocks until it is answered or its time is up. Errors are those of the server, made again
// by base/error_reason.h (ReasonOf and DetailOf tell what the server told). Where no server could be reached, it is
// UNAVAILABLE with a message that names each of them.
class RegistryConnection {
 public:
  virtual ~RegistryConnection() = default;

  // Safe to repeat: registering what is registered answers the same version.
  virtual absl::StatusOr<RegisterSchemaResult> RegisterSchema(const CallOptions& options,
                                                              const RegisterSchemaRequest& request) = 0;
  // Safe to repeat, as RegisterSchema is.
  virtual absl::StatusOr<BatchRegisterResult> BatchRegisterSchemas(const CallOptions& options,
                                                                   const BatchRegisterRequest& request) = 0;
  virtual absl::StatusOr<SchemaVersion> LookupSchema(const CallOptions& options,
                                                     const LookupSchemaRequest& request) = 0;
  // Never null.
  virtual absl::StatusOr<StoredSchemaPtr> GetSchema(const CallOptions& options, const GetSchemaRequest& request) = 0;
  virtual absl::StatusOr<SchemaVersion> GetSchemaVersion(const CallOptions& options,
                                                         const GetSchemaVersionRequest& request) = 0;
  // OK also when incompatible: the report says so.
  virtual absl::StatusOr<CompatibilityReport> CheckCompatibility(const CallOptions& options,
                                                                 const CheckCompatibilityRequest& request) = 0;
  virtual absl::StatusOr<SubjectPage> ListSubjects(const CallOptions& options, const ListSubjectsRequest& request) = 0;
  virtual absl::StatusOr<VersionPage> ListVersions(const CallOptions& options, const ListVersionsRequest& request) = 0;
  virtual absl::StatusOr<SchemaVersion> FindLatestVersion(const CallOptions& options,
                                                          const FindLatestVersionRequest& request) = 0;
  virtual absl::StatusOr<SchemaPage> ListSchemas(const CallOptions& options, const ListSchemasRequest& request) = 0;
  virtual absl::StatusOr<std::vector<SchemaUse>> ListReferrers(const CallOptions& options,
                                                               const ListReferrersRequest& request) = 0;
  virtual absl::StatusOr<std::vector<SchemaUse>> ListSchemaUses(const CallOptions& options,
                                                                const ListSchemaUsesRequest& request) = 0;

  virtual absl::StatusOr<DeleteResult> DeleteVersion(const CallOptions& options,
                                                     const DeleteVersionRequest& request) = 0;
  virtual absl::StatusOr<DeleteResult> DeleteSubject(const CallOptions& options,
                                                     const DeleteSubjectRequest& request) = 0;
  virtual absl::StatusOr<DeleteResult> UndeleteVersion(const CallOptions& options,
                                                       const UndeleteVersionRequest& request) = 0;
  virtual absl::StatusOr<DeleteResult> UndeleteSubject(const CallOptions& options,
                                                       const UndeleteSubjectRequest& request) = 0;
  virtual absl::StatusOr<DeleteResult> PurgeVersion(const CallOptions& options, const PurgeVersionRequest& request) = 0;
  virtual absl::StatusOr<DeleteResult> PurgeSubject(const CallOptions& options, const PurgeSubjectRequest& request) = 0;
  virtual absl::StatusOr<SubjectConfig> GetConfig(const CallOptions& options, const GetConfigRequest& request) = 0;
  virtual absl::StatusOr<ConfigResult> UpdateConfig(const CallOptions& options, const UpdateConfigRequest& request) = 0;
  virtual absl::StatusOr<ConfigResult> DeleteConfig(const CallOptions& options, const DeleteConfigRequest& request) = 0;
  virtual absl::StatusOr<Mode> GetMode(const CallOptions& options, const GetModeRequest& request) = 0;
  virtual absl::StatusOr<ModeResult> UpdateMode(const CallOptions& options, const UpdateModeRequest& request) = 0;
  virtual absl::StatusOr<ModeResult> DeleteMode(const CallOptions& options, const DeleteModeRequest& request) = 0;
  virtual absl::StatusOr<ContextList> ListContexts(const CallOptions& options) = 0;
  virtual absl::StatusOr<WriteResult> DeleteContext(const CallOptions& options,
                                                    const DeleteContextRequest& request) = 0;
  virtual absl::StatusOr<std::vector<Association>> ListAssociations(const CallOptions& options,
                                                                    const ListAssociationsRequest& request) = 0;
  virtual absl::StatusOr<AssociateResourceResult> AssociateResource(const CallOptions& options,
                                                                    const AssociateResourceRequest& request) = 0;
  virtual absl::StatusOr<WriteResult> DissociateResource(const CallOptions& options,
                                                         const DissociateResourceRequest& request) = 0;

  // Answers once a server has taken the watch. Of `options` only the timeout counts, for that.
  virtual absl::StatusOr<std::unique_ptr<ChangeStream>> Watch(const CallOptions& options,
                                                              const WatchRequest& request) = 0;
};

}  // namespace regent::client
