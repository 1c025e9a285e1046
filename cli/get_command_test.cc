#include "cli/get_command.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/error_reason.h"
#include "cli/testing/run_words.h"
#include "cli/testing/samples.h"
#include "client/mock_registry_connection.h"

namespace regent::cli {
namespace {

using client::MockRegistryConnection;
using ::testing::_;
using ::testing::DoAll;
using ::testing::HasSubstr;
using ::testing::Return;
using ::testing::SaveArg;
using ::testing::StrictMock;

class GetCommandTest : public ::testing::Test {
 protected:
  Outcome GetsSchema(std::vector<std::string> words) {
    EXPECT_CALL(*connection_, GetSchema).WillOnce(DoAll(SaveArg<1>(&schema_request_), Return(SampleSchema())));
    return RunWords(words, {connection_, "", {}});
  }
  Outcome GetsVersion(std::vector<std::string> words) {
    EXPECT_CALL(*connection_, GetSchemaVersion).WillOnce(DoAll(SaveArg<1>(&version_request_), Return(SampleVersion())));
    return RunWords(words, {connection_, "", {}});
  }
  client::SchemaIdInContext AskedId() const { return std::get<client::SchemaIdInContext>(schema_request_.key); }

  std::shared_ptr<StrictMock<MockRegistryConnection>> connection_ =
      std::make_shared<StrictMock<MockRegistryConnection>>();
  client::GetSchemaRequest schema_request_;
  client::GetSchemaVersionRequest version_request_;
};

TEST_F(GetCommandTest, TakesALoneNumberAsAnId) {
  const Outcome outcome = GetsSchema({"get", "42"});
  EXPECT_EQ(outcome.code, ExitCode::kOk);
  EXPECT_EQ(AskedId().id, SchemaId(42));
  EXPECT_EQ(AskedId().context, ".");
}

TEST_F(GetCommandTest, TakesANumberWithAVersionAsASubject) {
  GetsVersion({"get", "42", "latest"});
  EXPECT_EQ(version_request_.subject, Subject(".", "42"));
  EXPECT_EQ(version_request_.version, std::nullopt);
  GetsVersion({"get", "42", "7"});
  EXPECT_EQ(version_request_.version, Version(7));
}

TEST_F(GetCommandTest, TakesANumberAsASubjectWhenTold) {
  GetsVersion({"get", "--subject", "42"});
  EXPECT_EQ(version_request_.subject, Subject(".", "42"));
  EXPECT_EQ(version_request_.version, std::nullopt);
}

TEST_F(GetCommandTest, TakesEverythingElseAsASubject) {
  GetsVersion({"get", ":.eu:orders", "-1"});
  EXPECT_EQ(version_request_.subject, Subject(".eu", "orders"));
  EXPECT_EQ(version_request_.version, std::nullopt);
  EXPECT_EQ(version_request_.deleted, client::Deleted::kExclude);
  GetsVersion({"get", "4e2", "--deleted"});
  EXPECT_EQ(version_request_.subject.name, "4e2");
  EXPECT_EQ(version_request_.deleted, client::Deleted::kInclude);
}

TEST_F(GetCommandTest, AsksForAnIdOfAnotherContext) {
  GetsSchema({"get", "42", "--context=.eu", "--id"});
  EXPECT_EQ(AskedId().context, ".eu");
}

TEST_F(GetCommandTest, AsksByGuid) {
  GetsSchema({"get", "--guid", "095D71CF12556B9D5E330AD575B3DF5D"});
  EXPECT_EQ(std::get<ContentHash>(schema_request_.key).ToGuid(), "095d71cf-1255-6b9d-5e33-0ad575b3df5d");
}

TEST_F(GetCommandTest, PrintsTheTextAloneOnStandardOutput) {
  const Outcome by_id = GetsSchema({"get", "7"});
  EXPECT_EQ(by_id.out, "\"string\"\n");
  EXPECT_EQ(by_id.error, "id 7\ntype AVRO, guid 095d71cf-1255-6b9d-5e33-0ad575b3df5d\n");
  const Outcome by_subject = GetsVersion({"get", "orders-value"});
  EXPECT_EQ(by_subject.out, "\"string\"\n");
  EXPECT_EQ(by_subject.error, "orders-value version 3, id 7\ntype AVRO, guid 095d71cf-1255-6b9d-5e33-0ad575b3df5d\n");
}

TEST_F(GetCommandTest, KeepsATextThatEndsItsLineAndNamesReferences) {
  EXPECT_CALL(*connection_, GetSchemaVersion).WillOnce(Return(SampleWithReference()));
  const Outcome outcome = RunWords({"get", ":.eu:orders"}, {connection_, "", {}});
  EXPECT_EQ(outcome.out, "{\n  \"type\": \"record\"\n}\n");
  EXPECT_THAT(outcome.error, HasSubstr("refers to com.acme.Money: :.eu:money version 2\n"));
}

TEST_F(GetCommandTest, PrintsOneJsonDocumentWithAllFields) {
  EXPECT_EQ(GetsSchema({"get", "7", "--output", "json"}).out,
            R"({"subject":null,"version":null,"id":7,"guid":"095d71cf-1255-6b9d-5e33-0ad575b3df5d",)"
            R"("schemaType":"AVRO","schema":"\"string\"","references":[]})"
            "\n");
  EXPECT_CALL(*connection_, GetSchemaVersion).WillOnce(Return(SampleWithReference()));
  const Outcome outcome = RunWords({"get", ":.eu:orders", "--output=json"}, {connection_, "", {}});
  EXPECT_THAT(outcome.out, HasSubstr(R"({"subject":":.eu:orders","version":4,"id":8,)"));
  EXPECT_THAT(outcome.out,
              HasSubstr(R"("references":[{"name":"com.acme.Money","subject":":.eu:money","version":2}]})"));
  EXPECT_EQ(outcome.error, "");
}

// They used to be left out.
TEST_F(GetCommandTest, JsonTellsMetadataRulesAndWhetherItIsDeleted) {
  client::SchemaVersion version = SampleVersion();
  auto stored = std::make_shared<StoredSchema>(*version.stored);
  stored->content.metadata.emplace().properties["owner"] = "shop";
  stored->content.rule_set.emplace().enable_at = "1";
  version.stored = stored;
  version.deleted = true;
  EXPECT_CALL(*connection_, GetSchemaVersion).WillOnce(Return(version));
  EXPECT_THAT(RunWords({"get", "orders-value", "--deleted", "--output=json"}, {connection_, "", {}}).out,
              HasSubstr(R"("metadata":{"properties":{"owner":"shop"}},"ruleSet":{"enableAt":"1"},"deleted":true})"));
}

TEST_F(GetCommandTest, ExitsOneWithTheReasonWhenThereIsNone) {
  EXPECT_CALL(*connection_, GetSchema).WillRepeatedly(Return(errors::SchemaNotFound(SchemaId(9))));
  const Outcome text = RunWords({"get", "9"}, {connection_, "", {}});
  EXPECT_EQ(text.code, ExitCode::kNo);
  EXPECT_EQ(text.out, "");
  EXPECT_THAT(text.error, HasSubstr("regent: SCHEMA_NOT_FOUND: "));
  const Outcome json = RunWords({"get", "9", "--output=json"}, {connection_, "", {}});
  EXPECT_EQ(json.code, ExitCode::kNo);
  EXPECT_EQ(json.out, "");
  EXPECT_THAT(json.error, HasSubstr(R"({"error":{"reason":"SCHEMA_NOT_FOUND","message":)"));
  EXPECT_THAT(json.error, HasSubstr(R"("id":9)"));
}

TEST_F(GetCommandTest, RefusesWhatCannotBeMeant) {
  const std::vector<std::pair<std::vector<std::string>, std::string>> cases = {
      {{"get", "orders", "0"}, "VERSION is a number from 1, or latest, not '0'"},
      {{"get", "orders", "newest"}, "VERSION is a number from 1, or latest, not 'newest'"},
      {{"get", "0"}, "an id is a number from 1, not '0'"},
      {{"get", "99999999999"}, "an id is a number from 1, not '99999999999'"},
      {{"get", "orders", "--id"}, "an id is a number from 1, not 'orders'"},
      {{"get", "7", "1", "--id"}, "an id or a GUID has no VERSION"},
      {{"get", "7", "--guid"}, "a GUID is 32 hexadecimal digits, not '7'"},
      {{"get", "7", "--id", "--subject"}, "--id, --guid and --subject exclude each other"},
      {{"get", "orders", "--context=.eu"}, "--context goes with an id"},
  };
  for (const auto& [words, message] : cases) {
    const Outcome outcome = RunWords(words, {connection_, "", {}});
    EXPECT_EQ(outcome.code, ExitCode::kUsage) << message;
    EXPECT_THAT(outcome.error, HasSubstr("regent get: " + message));
  }
}

}  // namespace
}  // namespace regent::cli
