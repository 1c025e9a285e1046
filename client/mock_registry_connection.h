// A RegistryConnection whose answers a test writes down: for us and for everyone who uses the client.
//
//   auto connection = std::make_shared<testing::StrictMock<regent::client::MockRegistryConnection>>();
//   EXPECT_CALL(*connection, GetSchema).WillOnce(testing::Return(absl::UnavailableError("gone")));
//   MyService service{regent::client::RegistryClient(connection)};
#pragma once

#include <gmock/gmock.h>

#include "client/registry_connection.h"

namespace regent::client {

class MockChangeStream : public ChangeStream {
 public:
  MOCK_METHOD(absl::StatusOr<WatchEvent>, Next, (std::optional<std::chrono::milliseconds>), (override));
  MOCK_METHOD(void, Cancel, (), (override));
};

class MockRegistryConnection : public RegistryConnection {
 public:
  MOCK_METHOD(absl::StatusOr<RegisterSchemaResult>, RegisterSchema, (const CallOptions&, const RegisterSchemaRequest&),
              (override));
  MOCK_METHOD(absl::StatusOr<SchemaVersion>, LookupSchema, (const CallOptions&, const LookupSchemaRequest&),
              (override));
  MOCK_METHOD(absl::StatusOr<StoredSchemaPtr>, GetSchema, (const CallOptions&, const GetSchemaRequest&), (override));
  MOCK_METHOD(absl::StatusOr<SchemaVersion>, GetSchemaVersion, (const CallOptions&, const GetSchemaVersionRequest&),
              (override));
  MOCK_METHOD(absl::StatusOr<CompatibilityReport>, CheckCompatibility,
              (const CallOptions&, const CheckCompatibilityRequest&), (override));
  MOCK_METHOD(absl::StatusOr<SubjectPage>, ListSubjects, (const CallOptions&, const ListSubjectsRequest&), (override));
  MOCK_METHOD(absl::StatusOr<VersionPage>, ListVersions, (const CallOptions&, const ListVersionsRequest&), (override));
  MOCK_METHOD(absl::StatusOr<DeleteResult>, DeleteVersion, (const CallOptions&, const DeleteVersionRequest&),
              (override));
  MOCK_METHOD(absl::StatusOr<DeleteResult>, DeleteSubject, (const CallOptions&, const DeleteSubjectRequest&),
              (override));
  MOCK_METHOD(absl::StatusOr<SubjectConfig>, GetConfig, (const CallOptions&, const GetConfigRequest&), (override));
  MOCK_METHOD(absl::StatusOr<ConfigResult>, UpdateConfig, (const CallOptions&, const UpdateConfigRequest&), (override));
  MOCK_METHOD(absl::StatusOr<ConfigResult>, DeleteConfig, (const CallOptions&, const DeleteConfigRequest&), (override));
  MOCK_METHOD(absl::StatusOr<BatchRegisterResult>, BatchRegisterSchemas,
              (const CallOptions&, const BatchRegisterRequest&), (override));
  MOCK_METHOD(absl::StatusOr<SchemaVersion>, FindLatestVersion, (const CallOptions&, const FindLatestVersionRequest&),
              (override));
  MOCK_METHOD(absl::StatusOr<SchemaPage>, ListSchemas, (const CallOptions&, const ListSchemasRequest&), (override));
  MOCK_METHOD(absl::StatusOr<std::vector<SchemaUse>>, ListReferrers, (const CallOptions&, const ListReferrersRequest&),
              (override));
  MOCK_METHOD(absl::StatusOr<std::vector<SchemaUse>>, ListSchemaUses,
              (const CallOptions&, const ListSchemaUsesRequest&), (override));
  MOCK_METHOD(absl::StatusOr<DeleteResult>, UndeleteVersion, (const CallOptions&, const UndeleteVersionRequest&),
              (override));
  MOCK_METHOD(absl::StatusOr<DeleteResult>, UndeleteSubject, (const CallOptions&, const UndeleteSubjectRequest&),
              (override));
  MOCK_METHOD(absl::StatusOr<DeleteResult>, PurgeVersion, (const CallOptions&, const PurgeVersionRequest&), (override));
  MOCK_METHOD(absl::StatusOr<DeleteResult>, PurgeSubject, (const CallOptions&, const PurgeSubjectRequest&), (override));
  MOCK_METHOD(absl::StatusOr<Mode>, GetMode, (const CallOptions&, const GetModeRequest&), (override));
  MOCK_METHOD(absl::StatusOr<ModeResult>, UpdateMode, (const CallOptions&, const UpdateModeRequest&), (override));
  MOCK_METHOD(absl::StatusOr<ModeResult>, DeleteMode, (const CallOptions&, const DeleteModeRequest&), (override));
  MOCK_METHOD(absl::StatusOr<std::vector<Association>>, ListAssociations,
              (const CallOptions&, const ListAssociationsRequest&), (override));
  MOCK_METHOD(absl::StatusOr<AssociateResourceResult>, AssociateResource,
              (const CallOptions&, const AssociateResourceRequest&), (override));
  MOCK_METHOD(absl::StatusOr<WriteResult>, DissociateResource, (const CallOptions&, const DissociateResourceRequest&),
              (override));
  MOCK_METHOD(absl::StatusOr<WriteResult>, DeleteContext, (const CallOptions&, const DeleteContextRequest&),
              (override));
  MOCK_METHOD(absl::StatusOr<std::unique_ptr<ChangeStream>>, Watch, (const CallOptions&, const WatchRequest&),
              (override));
  MOCK_METHOD(absl::StatusOr<ContextList>, ListContexts, (const CallOptions&), (override));
};

}  // namespace regent::client
