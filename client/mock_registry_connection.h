// A RegistryConnection whose answers a test writes down: for us and for everyone who uses the client.
//
//   auto connection = std::make_shared<testing::StrictMock<regent::client::MockRegistryConnection>>();
//   EXPECT_CALL(*connection, GetSchema).WillOnce(testing::Return(absl::UnavailableError("gone")));
//   MyService service{regent::client::RegistryClient(connection)};
#pragma once

#include <gmock/gmock.h>

#include "client/registry_connection.h"

namespace regent::client {

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
};

}  // namespace regent::client
