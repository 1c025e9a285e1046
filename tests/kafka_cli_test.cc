// `regent doctor` and `regent log` against a real Kafka.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <memory>

#include "store/log_testing.h"
#include "store/record_codec.h"
#include "store/sqlite/sqlite_log.h"
#include "tests/support/child_process.h"
#include "tests/support/kafka_broker.h"
#include "tests/support/kafka_topics.h"

namespace regent::testing {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

struct Outcome {
  int code;
  std::string output;
};

class KafkaCliTest : public ::testing::Test {
 protected:
  static void SetUpTestSuite() {
    kafka_ = std::make_unique<KafkaCluster>();
    topics_ = std::make_unique<KafkaTopics>(kafka_->ClientConfig());
  }
  static void TearDownTestSuite() {
    topics_.reset();
    kafka_.reset();
  }

  static Outcome Regent(std::vector<std::string> words) {
    words.insert(words.begin(), Runfile("cli/regent"));
    words.insert(words.end(), {"--set", "kafkastore.bootstrap.servers=" + kafka_->servers()});
    ChildProcess process(words);
    const int code = process.Wait();
    return {code, process.output()};
  }
  static Outcome Doctor(const std::string& topic, std::vector<std::string> more = {}) {
    more.insert(more.begin(), {"doctor", "--set", "kafkastore.topic=" + topic});
    return Regent(more);
  }

  static std::unique_ptr<KafkaCluster> kafka_;
  static std::unique_ptr<KafkaTopics> topics_;
};
std::unique_ptr<KafkaCluster> KafkaCliTest::kafka_;
std::unique_ptr<KafkaTopics> KafkaCliTest::topics_;

TEST_F(KafkaCliTest, DoctorFindsNothingWrongWithAKafkaThatHasNoTopicYet) {
  const Outcome outcome = Doctor("nothing-yet");
  EXPECT_EQ(outcome.code, 0) << outcome.output;
  EXPECT_THAT(outcome.output, HasSubstr("answers, 1 broker; it takes three"));
  EXPECT_THAT(outcome.output, HasSubstr("there is no topic nothing-yet yet"));
  EXPECT_THAT(outcome.output, HasSubstr("group schema-registry is free"));
  EXPECT_EQ(topics_->IdOf("nothing-yet"), "") << "the doctor made it";
}

TEST_F(KafkaCliTest, DoctorFixGivesATopicWhatItShouldHave) {
  topics_->Create("confluents");
  const Outcome before = Doctor("confluents");
  EXPECT_EQ(before.code, 0) << before.output;
  EXPECT_THAT(before.output,
              HasSubstr("warning  min.compaction.lag.ms: min.compaction.lag.ms of topic confluents is 0"));
  EXPECT_THAT(before.output, HasSubstr("--fix sets it to 604800000"));
  EXPECT_EQ(topics_->Config("confluents").at("min.compaction.lag.ms"), "0");
  const Outcome fix = Doctor("confluents", {"--fix"});
  EXPECT_EQ(fix.code, 0) << fix.output;
  EXPECT_THAT(fix.output, HasSubstr("mended  message.timestamp.type"));
  EXPECT_EQ(topics_->Config("confluents").at("min.compaction.lag.ms"), "604800000");
  EXPECT_EQ(topics_->Config("confluents").at("message.timestamp.type"), "LogAppendTime");
  EXPECT_THAT(Doctor("confluents").output, HasSubstr("can hold the log"));
}

TEST_F(KafkaCliTest, DoctorFixLeavesWhatTheConfigurationAsksFor) {
  topics_->Create("asked-for", {{"min.compaction.lag.ms", "60000"}});
  Doctor("asked-for", {"--fix", "--set", "kafkastore.topic.config.min.compaction.lag.ms=60000"});
  EXPECT_EQ(topics_->Config("asked-for").at("min.compaction.lag.ms"), "60000");
}

TEST_F(KafkaCliTest, DoctorNamesWhatWouldStopANode) {
  topics_->Create("by-age", {{"cleanup.policy", "delete"}});
  const Outcome outcome = Doctor("by-age");
  EXPECT_EQ(outcome.code, 1) << outcome.output;
  EXPECT_THAT(outcome.output, HasSubstr("problem  cleanup.policy: cleanup.policy of topic by-age is delete"));
}

TEST_F(KafkaCliTest, DoctorSaysWhyKafkaDoesNotAnswer) {
  const Outcome outcome =
      Regent({"doctor", "--set", "kafkastore.init.timeout.ms=500", "--set",
              "kafkastore.security.protocol=SASL_PLAINTEXT", "--set", "kafkastore.sasl.mechanism=PLAIN", "--set",
              "kafkastore.sasl.username=u", "--set", "kafkastore.sasl.password=hunter2"});
  EXPECT_EQ(outcome.code, 3) << outcome.output;
  EXPECT_THAT(outcome.output, HasSubstr("no answer within 500 ms"));
  EXPECT_THAT(outcome.output, Not(HasSubstr("hunter2")));
}

TEST_F(KafkaCliTest, DoctorRefusesAJavaKeyStore) {
  const std::string path = NewDirectory("stores") + "/trust.jks";
  std::ofstream(path, std::ios::binary) << "\xfe\xed\xfe\xed....";
  const Outcome outcome = Regent(
      {"doctor", "--set", "kafkastore.security.protocol=SSL", "--set", "kafkastore.ssl.truststore.location=" + path});
  EXPECT_EQ(outcome.code, 2) << outcome.output;
  EXPECT_THAT(outcome.output, HasSubstr(path + " is a Java key store (JKS)"));
}

TEST_F(KafkaCliTest, ARegistryMovesFromAFileToKafkaAndBack) {
  const std::string directory = NewDirectory("data");
  auto log = OpenSqliteLog({.directory = directory});
  ASSERT_TRUE(log.ok()) << log.status();
  ClaimRecord claim;
  claim.node = "alone";
  claim.log_id = (*log)->Id();
  std::vector<Record> records = {EncodeRecord({.type = KeyType::kClaim, .text = "t1", .epoch = Epoch(1)}, claim)};
  for (int i = 1; i <= 3000; ++i) {
    SchemaRecord schema;
    schema.id = SchemaId(i);
    schema.content.text = "\"int\"";
    records.push_back(EncodeRecord(
        {.type = KeyType::kSchema, .subject = Subject(".", "s" + std::to_string(i)), .version = Version(1)}, schema));
  }
  records.push_back({records.back().key, std::nullopt, {}});
  for (Record& record : records) record.headers = {{kClaimHeader, "t1"}, {kRequestHeader, "r"}};
  AppendAndWait(log->get(), records);
  (*log)->Close();
  log->reset();

  const Outcome there = Regent({"log", "copy", "sqlite:" + directory, "kafka:moved"});
  EXPECT_EQ(there.code, 0) << there.output;
  EXPECT_THAT(there.output, HasSubstr("3002 records were copied"));
  const std::vector<LogRecord> on_kafka = topics_->Read("moved");
  ASSERT_EQ(on_kafka.size(), records.size());
  for (size_t i = 0; i < records.size(); ++i) ASSERT_EQ(on_kafka[i].record, records[i]) << i;
  EXPECT_EQ(topics_->Config("moved").at("cleanup.policy"), "compact");

  const Outcome again = Regent({"log", "copy", "sqlite:" + directory, "kafka:moved"});
  EXPECT_NE(again.code, 0);
  EXPECT_THAT(again.output, HasSubstr("is not empty"));
  EXPECT_EQ(topics_->End("moved"), Offset(3002));

  const Outcome verified = Regent({"log", "verify", "kafka:moved"});
  EXPECT_EQ(verified.code, 0) << verified.output;
  EXPECT_THAT(verified.output, HasSubstr("2999 versions of 2999 subjects"));

  const std::string back = NewDirectory("back") + "/data";
  EXPECT_EQ(Regent({"log", "copy", "kafka:moved", "sqlite:" + back}).code, 0);
  EXPECT_EQ(Regent({"log", "dump", "sqlite:" + back}).output, Regent({"log", "dump", "sqlite:" + directory}).output);
}

TEST_F(KafkaCliTest, ReadingATopicThatIsNotThereMakesNone) {
  const Outcome outcome = Regent({"log", "verify", "kafka:nowhere", "--set", "kafkastore.init.timeout.ms=300"});
  EXPECT_EQ(outcome.code, 3) << outcome.output;
  EXPECT_THAT(outcome.output, HasSubstr("there is no topic nowhere"));
  EXPECT_EQ(topics_->IdOf("nowhere"), "");
}

}  // namespace
}  // namespace regent::testing
