#include "cli/register_command.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/error_reason.h"
#include "cli/testing/run_words.h"
#include "cli/testing/samples.h"
#include "client/mock_registry_connection.h"

namespace regent::cli {
namespace {

using client::MockRegistryConnection;
using client::RegisterSchemaRequest;
using client::RegisterSchemaResult;
using ::testing::_;
using ::testing::DoAll;
using ::testing::HasSubstr;
using ::testing::Return;
using ::testing::SaveArg;
using ::testing::StrictMock;

class RegisterCommandTest : public ::testing::Test {
 protected:
  // Runs with an answer that says "registered", and remembers what was asked.
  Outcome Run(std::vector<std::string> words, bool changed = true) {
    RegisterSchemaResult result;
    result.registered = SampleVersion();
    result.result.changed = changed;
    EXPECT_CALL(*connection_, RegisterSchema).WillOnce(DoAll(SaveArg<1>(&request_), Return(result)));
    return RunWords(words, {connection_, "from standard input", {}});
  }
  Outcome RunRefused(std::vector<std::string> words) { return RunWords(words, {connection_, "", {}}); }

  std::shared_ptr<StrictMock<MockRegistryConnection>> connection_ =
      std::make_shared<StrictMock<MockRegistryConnection>>();
  RegisterSchemaRequest request_;
};

TEST_F(RegisterCommandTest, SendsTheFileAndSaysWhereItStands) {
  const Outcome outcome = Run({"register", "orders-value", "cli/testdata/order.avsc"});
  EXPECT_EQ(outcome.code, ExitCode::kOk);
  EXPECT_EQ(outcome.out, "Registered orders-value version 3, id 7\n");
  EXPECT_EQ(outcome.error, "");
  EXPECT_EQ(request_.subject, Subject(".", "orders-value"));
  EXPECT_THAT(request_.content.text, HasSubstr("\"Order\""));
  EXPECT_EQ(request_.content.text.back(), '\n') << "the file goes as it is";
  EXPECT_FALSE(request_.normalize);
  EXPECT_FALSE(request_.validate_only);
}

TEST_F(RegisterCommandTest, SaysWhenItWasThereAlready) {
  EXPECT_EQ(Run({"register", "orders-value", "cli/testdata/order.avsc"}, /*changed=*/false).out,
            "Already there: orders-value version 3, id 7\n");
}

TEST_F(RegisterCommandTest, PrintsTheSchemaAsJson) {
  EXPECT_EQ(Run({"register", "orders-value", "cli/testdata/order.avsc", "--output=json"}).out,
            R"({"subject":"orders-value","version":3,"id":7,"guid":"095d71cf-1255-6b9d-5e33-0ad575b3df5d",)"
            R"("schemaType":"AVRO","schema":"\"string\"","references":[],"changed":true})"
            "\n");
  EXPECT_THAT(Run({"register", "orders-value", "cli/testdata/order.avsc", "--output=json"}, /*changed=*/false).out,
              HasSubstr(R"("changed":false})"));
}

TEST_F(RegisterCommandTest, TellsTheTypeByTheFilesEnding) {
  Run({"register", "s", "cli/testdata/order.avsc"});
  EXPECT_EQ(request_.content.type, SchemaType::kAvro);
  Run({"register", "s", "cli/testdata/order.json"});
  EXPECT_EQ(request_.content.type, SchemaType::kJson);
  Run({"register", "s", "cli/testdata/order.proto"});
  EXPECT_EQ(request_.content.type, SchemaType::kProtobuf);
}

TEST_F(RegisterCommandTest, BelievesTheTypeFlagMore) {
  Run({"register", "s", "cli/testdata/order.json", "--type", "avro"});
  EXPECT_EQ(request_.content.type, SchemaType::kAvro);
}

TEST_F(RegisterCommandTest, ReadsStandardInputAsAvro) {
  Run({"register", "s", "-"});
  EXPECT_EQ(request_.content.text, "from standard input");
  EXPECT_EQ(request_.content.type, SchemaType::kAvro);
}

TEST_F(RegisterCommandTest, SendsReferencesInOrder) {
  Run({"register", ":.eu:orders", "-", "--reference", "a.B=money:2", "--reference=c.D=:.us:x:y:latest"});
  ASSERT_EQ(request_.content.references.size(), 2u);
  EXPECT_EQ(request_.content.references[0], (Reference{"a.B", Subject(".eu", "money"), Version(2)}));
  EXPECT_EQ(request_.content.references[1], (Reference{"c.D", Subject(".us", "x:y"), Version(-1)}));
}

TEST_F(RegisterCommandTest, OnlyDecidesInADryRun) {
  const Outcome outcome = Run({"register", "s", "-", "--dry-run", "--normalize"});
  EXPECT_TRUE(request_.validate_only);
  EXPECT_TRUE(request_.normalize);
  EXPECT_EQ(outcome.out, "Would register orders-value version 3, id 7\n");
}

TEST_F(RegisterCommandTest, ExitsOneWithTheDifferencesWhenIncompatible) {
  ErrorDetail detail;
  detail.subject = Subject::Parse("s");
  detail.report = SampleReport();
  EXPECT_CALL(*connection_, RegisterSchema)
      .WillOnce(Return(MakeError(ErrorReason::kSchemaIncompatible, "it does not fit\n- in prose", detail)));
  const Outcome outcome = RunRefused({"register", "s", "-"});
  EXPECT_EQ(outcome.code, ExitCode::kNo);
  EXPECT_EQ(outcome.out, "");
  EXPECT_THAT(outcome.error, HasSubstr("regent: SCHEMA_INCOMPATIBLE: it does not fit\n  version 2: fits\n"));
  EXPECT_THAT(outcome.error, HasSubstr("READER_FIELD_MISSING_DEFAULT_VALUE at /fields/1"));
}

TEST_F(RegisterCommandTest, MistakesOnTheCommandLineExitTwoAndAskNobody) {
  const std::vector<std::pair<std::vector<std::string>, std::string>> cases = {
      {{"register"}, "SUBJECT is missing"},
      {{"register", "s"}, "FILE is missing"},
      {{"register", "s", "-", "x"}, "unexpected word 'x'"},
      {{"register", "s", "no/such/file"}, "cannot open no/such/file: No such file or directory"},
      {{"register", "s", "cli/testdata"}, "cli/testdata is a directory"},
      {{"register", "s", "-", "--type=XML"}, "--type is AVRO, JSON or PROTOBUF, not 'XML'"},
      {{"register", "s", "-", "--type="}, "--type is AVRO, JSON or PROTOBUF, not ''"},
      {{"register", "s", "-", "--reference=a"}, "--reference is NAME=SUBJECT:VERSION, not 'a'"},
      {{"register", "s", "-", "--output=xml"}, "--output is text or json, not 'xml'"},
      {{"register", "s", "-", "--timeout=soon"}, "--timeout is a duration"},
  };
  for (const auto& [words, message] : cases) {
    const Outcome outcome = RunRefused(words);
    EXPECT_EQ(outcome.code, ExitCode::kUsage) << message;
    EXPECT_EQ(outcome.out, "");
    EXPECT_THAT(outcome.error, HasSubstr("regent register: " + message));
    EXPECT_THAT(outcome.error, HasSubstr("\nusage: regent register SUBJECT FILE"));
  }
}

}  // namespace
}  // namespace regent::cli
