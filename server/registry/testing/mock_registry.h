// The domain's door, scripted by a test.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "server/registry/registry.h"

namespace regent {

class MockRegistry : public Registry {
 public:
  MOCK_METHOD(void, Write, (const CallContext&, WriteCommand, WriteDone), (override));
  MOCK_METHOD(absl::StatusOr<std::shared_ptr<const StoredSchema>>, GetSchemaById, (const std::string&, SchemaId),
              (override));
  MOCK_METHOD(absl::StatusOr<std::shared_ptr<const StoredSchema>>, GetSchemaByGuid, (const ContentHash&), (override));
  MOCK_METHOD(absl::StatusOr<SchemaVersion>, GetSchemaVersion, (const GetVersion&), (override));
  MOCK_METHOD(absl::StatusOr<SchemaVersion>, LookupSchema, (const Lookup&), (override));
  MOCK_METHOD(absl::StatusOr<CompatibilityReport>, CheckCompatibility, (const CheckSchema&), (override));
  MOCK_METHOD(absl::StatusOr<SubjectPage>, Subjects, (const ListSubjects&), (override));
  MOCK_METHOD(absl::StatusOr<std::vector<SchemaVersion>>, Versions, (const ListVersions&), (override));
  MOCK_METHOD(absl::StatusOr<SubjectConfig>, GetConfig, (const ConfigTarget&, ConfigView), (override));
  MOCK_METHOD(absl::StatusOr<Mode>, GetMode, (const ConfigTarget&, ConfigView), (override));
  MOCK_METHOD(absl::StatusOr<SchemaVersion>, GetSchemaUse, (const GetUse&), (override));
  MOCK_METHOD(absl::StatusOr<SchemaVersion>, FindLatestVersion, (const FindVersion&), (override));
  MOCK_METHOD(absl::StatusOr<SchemaPage>, Schemas, (const ListSchemas&), (override));
  MOCK_METHOD(absl::StatusOr<std::vector<SchemaVersion>>, SchemaUses, (const ListUses&), (override));
  MOCK_METHOD(absl::StatusOr<std::vector<SchemaVersion>>, Referrers, (const ListReferrers&), (override));
  MOCK_METHOD(absl::StatusOr<std::vector<IdInContext>>, IdsOfGuid, (const ContentHash&), (override));
  MOCK_METHOD(absl::StatusOr<SchemaId>, MaxId, (const std::string&), (override));
  MOCK_METHOD(absl::StatusOr<std::vector<std::string>>, Contexts, (), (override));
  MOCK_METHOD(absl::StatusOr<std::vector<Association>>, Associations, (const ListAssociations&), (override));
  MOCK_METHOD((absl::StatusOr<std::map<Subject, std::vector<Subject>>>), Aliases, (), (override));
  MOCK_METHOD(absl::StatusOr<std::string>, Render, (const std::shared_ptr<const StoredSchema>&, std::string_view),
              (override));
  MOCK_METHOD(void, AwaitPosition, (const CallContext&, const Position&, PositionDone), (override));
  MOCK_METHOD(absl::StatusOr<std::unique_ptr<ChangeSubscription>>, Watch, (const WatchChanges&), (override));
  MOCK_METHOD(Position, AppliedPosition, (), (const, override));
  MOCK_METHOD(absl::Status, Ready, (), (const, override));
};

}  // namespace regent
