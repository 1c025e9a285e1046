#include "cli/push_command.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>

#include "base/error_reason.h"
#include "cli/testing/run_words.h"
#include "client/mock_registry_connection.h"

namespace regent::cli {
namespace {

using client::MockRegistryConnection;
using client::RegisterSchemaRequest;
using client::RegisterSchemaResult;
using ::testing::HasSubstr;
using ::testing::Return;
using ::testing::StrictMock;

std::string File(const std::string& name, const std::string& text) {
  const std::string path = testing::TempDir() + name;
  std::ofstream(path, std::ios::binary) << text;
  return path;
}

class PushCommandTest : public ::testing::Test {
 protected:
  PushCommandTest() {
    const std::string money = File("push_money.avsc", "\"long\"");
    const std::string orders = File("push_orders.avsc", "{\"type\":\"array\",\"items\":\"Money\"}");
    manifest_ = "--manifest=" + File("push.json", R"({"subjects":[{"subject":"money","type":"AVRO","file":")" + money +
                                                      R"("},{"subject":"orders","type":"AVRO","file":")" + orders +
                                                      R"(","references":[{"name":"Money","subject":"money"}]}]})");
  }

  // Answers every registration as the next version of its subject.
  void AnswerAll(bool changed) {
    EXPECT_CALL(*connection_, RegisterSchema)
        .WillRepeatedly([this, changed](const auto&, const RegisterSchemaRequest& request) {
          requests_.push_back(request);
          RegisterSchemaResult result;
          result.result.changed = changed;
          result.registered.subject = request.subject;
          result.registered.version = Version(40 + static_cast<int>(requests_.size()));
          result.registered.stored = std::make_shared<const StoredSchema>();
          return absl::StatusOr<RegisterSchemaResult>(result);
        });
  }

  std::string manifest_;
  std::vector<RegisterSchemaRequest> requests_;
  std::shared_ptr<StrictMock<MockRegistryConnection>> connection_ =
      std::make_shared<StrictMock<MockRegistryConnection>>();
};

TEST_F(PushCommandTest, RegistersWhatIsReferredToFirstAndRefersToThatVersion) {
  AnswerAll(true);
  const Outcome outcome = RunWords({"push", manifest_, manifest_}, {connection_, "", {}});
  EXPECT_EQ(outcome.code, ExitCode::kOk) << outcome.error;
  ASSERT_EQ(requests_.size(), 2u) << "each once";
  EXPECT_EQ(requests_[0].subject, Subject(".", "money"));
  EXPECT_FALSE(requests_[0].validate_only);
  EXPECT_EQ(requests_[1].content.references, (std::vector<Reference>{{"Money", Subject(".", "money"), Version(41)}}));
}

TEST_F(PushCommandTest, ADryRunRegistersNothingAndSaysWhatItCannotTell) {
  AnswerAll(true);
  const Outcome outcome = RunWords({"push", manifest_, "--dry_run"}, {connection_, "", {}});
  EXPECT_EQ(outcome.code, ExitCode::kOk) << outcome.error;
  ASSERT_EQ(requests_.size(), 1u);
  EXPECT_TRUE(requests_[0].validate_only);
  EXPECT_THAT(outcome.out, HasSubstr("Would register money version 41"));
  EXPECT_THAT(outcome.out, HasSubstr("orders: to be tried once money is registered"));
}

TEST_F(PushCommandTest, ADryRunGoesOnWhereEverythingIsThere) {
  AnswerAll(false);
  const Outcome outcome = RunWords({"push", manifest_, "--dry-run"}, {connection_, "", {}});
  EXPECT_EQ(outcome.code, ExitCode::kOk) << outcome.error;
  EXPECT_EQ(requests_.size(), 2u);
  EXPECT_THAT(outcome.out, HasSubstr("Already there: money version 41"));
}

TEST_F(PushCommandTest, StopsAtTheFirstThatIsRefused) {
  EXPECT_CALL(*connection_, RegisterSchema).WillOnce(Return(errors::SchemaInvalid("no")));
  const Outcome outcome = RunWords({"push", manifest_}, {connection_, "", {}});
  EXPECT_EQ(outcome.code, ExitCode::kNo);
  EXPECT_THAT(outcome.error, HasSubstr("SCHEMA_INVALID"));
}

// It used to print the lines for people.
TEST_F(PushCommandTest, SaysInJsonWhatCameOfEachSubject) {
  AnswerAll(true);
  const Outcome outcome = RunWords({"push", manifest_, "--output=json"}, {connection_, "", {}});
  EXPECT_EQ(outcome.out, R"([{"subject":"money","version":41,"id":0,"changed":true},)"
                         R"({"subject":"orders","version":42,"id":0,"changed":true}])"
                         "\n");
  requests_.clear();
  const Outcome dry = RunWords({"push", manifest_, "--output=json", "--dry-run"}, {connection_, "", {}});
  EXPECT_THAT(dry.out, HasSubstr(R"({"subject":"orders","waitsFor":"money"}])"));
}

TEST_F(PushCommandTest, NeedsAManifest) {
  EXPECT_EQ(RunWords({"push"}, {connection_, "", {}}).code, ExitCode::kUsage);
  EXPECT_EQ(RunWords({"push", "--manifest=/nowhere"}, {connection_, "", {}}).code, ExitCode::kUsage);
}

}  // namespace
}  // namespace regent::cli
