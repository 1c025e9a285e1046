// The client of a registry, for C++ services.
//
//   auto connection = MakeGrpcConnection({.endpoints = {"registry-1:50051", "registry-2:50051"}});
//   RegistryClient client(*connection);
//   auto registered = client.Register(Subject::Parse("orders-value"), {.text = "\"string\""});
//
// Thin: it forms requests and walks pages; failover, retries and caches are the connection's.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "client/registry_connection.h"

namespace regent::client {

// Thread-safe and cheap to copy: copies share the connection. Every method blocks; see RegistryConnection.
class RegistryClient {
 public:
  // `options` hold for every call: a timeout, a consistency. A `request_id` is for one write, so give it to a client of
  // its own: a second write under it would get the first one's answer.
  explicit RegistryClient(std::shared_ptr<RegistryConnection> connection, CallOptions options = {})
      : connection_(std::move(connection)), options_(std::move(options)) {}

  struct RegisterOptions {
    bool normalize = false;
    bool validate_only = false;
  };
  absl::StatusOr<RegisterSchemaResult> Register(const Subject& subject, const SchemaContent& content) const {
    return Register(subject, content, RegisterOptions());
  }
  absl::StatusOr<RegisterSchemaResult> Register(const Subject& subject, const SchemaContent& content,
                                                RegisterOptions options) const;

  // SCHEMA_NOT_FOUND where the subject has no such schema.
  absl::StatusOr<SchemaVersion> Lookup(const Subject& subject, const SchemaContent& content) const;
  absl::StatusOr<SchemaVersion> Lookup(const LookupSchemaRequest& request) const;

  absl::StatusOr<StoredSchemaPtr> GetSchema(SchemaId id, std::string_view context = kDefaultContext) const;
  absl::StatusOr<StoredSchemaPtr> GetSchema(const ContentHash& guid) const;
  absl::StatusOr<SchemaVersion> GetVersion(const Subject& subject, Version version) const;
  absl::StatusOr<SchemaVersion> GetLatest(const Subject& subject) const;
  absl::StatusOr<SchemaVersion> GetVersion(const GetSchemaVersionRequest& request) const;

  absl::StatusOr<CompatibilityReport> Check(const CheckCompatibilityRequest& request) const;

  // All pages, one call each; `visit` returns false to stop early.
  absl::Status ForEachSubject(ListSubjectsRequest request, const std::function<bool(const Subject&)>& visit) const;
  // All of them, ascending.
  absl::StatusOr<std::vector<VersionSummary>> ListVersions(ListVersionsRequest request) const;

  absl::StatusOr<BatchRegisterResult> RegisterBatch(const BatchRegisterRequest& request) const;
  absl::StatusOr<SchemaVersion> FindLatest(const FindLatestVersionRequest& request) const;
  // All pages, one call each; `visit` returns false to stop early.
  absl::Status ForEachSchema(ListSchemasRequest request, const std::function<bool(const SchemaVersion&)>& visit) const;
  absl::StatusOr<std::vector<SchemaUse>> ListReferrers(const ListReferrersRequest& request) const;
  absl::StatusOr<std::vector<SchemaUse>> ListSchemaUses(const ListSchemaUsesRequest& request) const;

  absl::StatusOr<DeleteResult> UndeleteVersion(const UndeleteVersionRequest& request) const;
  absl::StatusOr<DeleteResult> UndeleteSubject(const UndeleteSubjectRequest& request) const;
  absl::StatusOr<DeleteResult> PurgeVersion(const PurgeVersionRequest& request) const;
  absl::StatusOr<DeleteResult> PurgeSubject(const PurgeSubjectRequest& request) const;
  absl::StatusOr<DeleteResult> DeleteVersion(const DeleteVersionRequest& request) const;
  absl::StatusOr<DeleteResult> DeleteSubject(const DeleteSubjectRequest& request) const;

  absl::StatusOr<SubjectConfig> GetConfig(const GetConfigRequest& request) const;
  absl::StatusOr<ConfigResult> UpdateConfig(const UpdateConfigRequest& request) const;
  absl::StatusOr<ConfigResult> DeleteConfig(const DeleteConfigRequest& request) const;
  absl::StatusOr<Mode> GetMode(const GetModeRequest& request) const;
  absl::StatusOr<ModeResult> UpdateMode(const UpdateModeRequest& request) const;
  absl::StatusOr<ModeResult> DeleteMode(const DeleteModeRequest& request) const;
  // The default one first.
  absl::StatusOr<std::vector<std::string>> ListContexts() const;
  // The highest id ever given out in each context.
  absl::StatusOr<std::map<std::string, SchemaId>> HighestIds() const;
  absl::StatusOr<WriteResult> DeleteContext(const std::string& context) const;

  absl::StatusOr<std::vector<Association>> ListAssociations(const ListAssociationsRequest& request = {}) const;
  absl::StatusOr<AssociateResourceResult> AssociateResource(const AssociateResourceRequest& request) const;
  absl::StatusOr<WriteResult> DissociateResource(const DissociateResourceRequest& request) const;

  // Whose reads see at least what stands in the log up to `position`.
  RegistryClient At(const Position& position) const {
    CallOptions options = options_;
    options.min_position = position;
    return RegistryClient(connection_, std::move(options));
  }

  // Changes as they happen; see ChangeStream.
  absl::StatusOr<std::unique_ptr<ChangeStream>> Watch(const WatchRequest& request) const;

 private:
  std::shared_ptr<RegistryConnection> connection_;
  CallOptions options_;
};

}  // namespace regent::client
