// The seam below RegistryClient: one method for each call of the API. Tests put a mock here
// (mock_registry_connection.h); CachingConnection wraps another one; GrpcConnection speaks to servers.
#pragma once

#include "absl/status/statusor.h"
#include "client/registry_types.h"

namespace regent::client {

// Thread-safe. Every method blocks until it is answered or its time is up. Errors are those of the server, made again
// by base/error_reason.h (ReasonOf and DetailOf tell what the server told). Where no server could be reached, it is
// UNAVAILABLE with a message that names each of them.
class RegistryConnection {
 public:
  virtual ~RegistryConnection() = default;

  // Safe to repeat: registering what is registered answers the same version.
  virtual absl::StatusOr<RegisterSchemaResult> RegisterSchema(const CallOptions& options,
                                                              const RegisterSchemaRequest& request) = 0;
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

  virtual absl::StatusOr<DeleteResult> DeleteVersion(const CallOptions& options,
                                                     const DeleteVersionRequest& request) = 0;
  virtual absl::StatusOr<DeleteResult> DeleteSubject(const CallOptions& options,
                                                     const DeleteSubjectRequest& request) = 0;
  virtual absl::StatusOr<SubjectConfig> GetConfig(const CallOptions& options, const GetConfigRequest& request) = 0;
  virtual absl::StatusOr<ConfigResult> UpdateConfig(const CallOptions& options, const UpdateConfigRequest& request) = 0;
  virtual absl::StatusOr<ConfigResult> DeleteConfig(const CallOptions& options, const DeleteConfigRequest& request) = 0;
};

}  // namespace regent::client
