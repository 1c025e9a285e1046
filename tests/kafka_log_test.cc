// The log on a real Kafka: the contract of all logs, and what only Kafka can do to one.
#include "store/kafka/kafka_log.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>

#include <algorithm>
#include <atomic>
#include <thread>

#include "base/error_reason.h"
#include "store/log_contract.h"
#include "store/log_testing.h"
#include "tests/support/kafka_broker.h"
#include "tests/support/kafka_topics.h"

namespace regent {
namespace {

using Kind = AppendOutcome::Kind;
using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

// One broker for all tests of this file; every test has topics of its own.
class KafkaEnvironment : public ::testing::Environment {
 public:
  void SetUp() override {
    // A broker that was killed may come back as soon as the controller gave it up.
    kafka_ = std::make_unique<regent::testing::KafkaCluster>(regent::testing::KafkaClusterOptions{
        .brokers = 1, .settings = {{"broker.session.timeout.ms", "2000"}, {"broker.heartbeat.interval.ms", "500"}}});
    topics_ = std::make_unique<regent::testing::KafkaTopics>(kafka_->ClientConfig());
  }
  void TearDown() override {
    topics_.reset();
    kafka_.reset();
  }
  regent::testing::KafkaCluster& kafka() { return *kafka_; }
  regent::testing::KafkaTopics& topics() { return *topics_; }

 private:
  std::unique_ptr<regent::testing::KafkaCluster> kafka_;
  std::unique_ptr<regent::testing::KafkaTopics> topics_;
};

KafkaEnvironment* const environment = new KafkaEnvironment;
const auto* const registered = ::testing::AddGlobalTestEnvironment(environment);

regent::testing::KafkaCluster& Kafka() { return environment->kafka(); }
regent::testing::KafkaTopics& Topics() { return environment->topics(); }

std::string NewTopicName() {
  static int count = 0;
  return "_schemas-" + std::to_string(++count);
}

KafkaLogOptions OptionsFor(const std::string& topic) {
  KafkaLogOptions options;
  options.client = Kafka().ClientConfig();
  options.topic.name = topic;
  options.client_id = "regent/" + topic + "/test";
  return options;
}

std::unique_ptr<Log> MustOpen(KafkaLogOptions options) {
  absl::StatusOr<std::unique_ptr<Log>> log = OpenKafkaLog(std::move(options));
  EXPECT_TRUE(log.ok()) << log.status();
  return log.ok() ? *std::move(log) : nullptr;
}

// A log that is open, and what it has told. Closes it.
struct Opened {
  explicit Opened(KafkaLogOptions options) : log(MustOpen(std::move(options))) {}
  explicit Opened(const std::string& topic) : Opened(OptionsFor(topic)) {}
  ~Opened() {
    if (log != nullptr) log->Close();
  }
  void Read(Offset from = Offset(0)) { ASSERT_TRUE(log->StartReading(from, &sink).ok()); }
  AppendOutcome Append(const std::string& key, const std::string& value = "") {
    return AppendAndWait(log.get(), TextRecord(key, value));
  }

  RecordingSink sink;  // outlives the log
  const std::unique_ptr<Log> log;
};

// ---- the contract ----

class KafkaUnderTest : public LogUnderTest {
 public:
  std::unique_ptr<Log> Open() override { return MustOpen(OptionsFor(topic_)); }
  void Break() override { Limit("1", RD_KAFKA_RESP_ERR_MSG_SIZE_TOO_LARGE); }
  void Mend() override { Limit("8388608", RD_KAFKA_RESP_ERR_INVALID_RECORD); }

 private:
  // A broker answers before it does as it was told. A record without a key never stands in a compacted topic; why it is
  // refused says which limit holds.
  void Limit(const std::string& bytes, rd_kafka_resp_err_t answer) {
    Topics().Alter(topic_, {{"max.message.bytes", bytes}});
    while (Topics().Try(topic_, TextRecord("", ""), false) != answer) {
    }
  }

  const std::string topic_ = NewTopicName();
};

INSTANTIATE_TEST_SUITE_P(Kafka, LogContractTest,
                         ::testing::Values(LogFactory([] { return std::make_unique<KafkaUnderTest>(); })));

// ---- the topic ----

TEST(KafkaLogTest, CreatesItsTopicByTheRules) {
  const std::string topic = NewTopicName();
  KafkaLogOptions options = OptionsFor(topic);
  options.topic.config = {{"segment.ms", "60000"}, {"cleanup.policy", "delete"}};
  auto log = MustOpen(options);
  ASSERT_NE(log, nullptr);
  const auto config = Topics().Config(topic);
  EXPECT_EQ(config.at("cleanup.policy"), "compact");
  EXPECT_EQ(config.at("min.compaction.lag.ms"), "604800000");
  EXPECT_EQ(config.at("delete.retention.ms"), "604800000");
  EXPECT_EQ(config.at("message.timestamp.type"), "LogAppendTime");
  EXPECT_EQ(config.at("segment.ms"), "60000");
  EXPECT_EQ(log->Id(), Topics().IdOf(topic));
  EXPECT_THAT(log->Describe().warnings, IsEmpty());
  EXPECT_THAT(log->Describe().location, HasSubstr(topic + " at 127.0.0.1:"));
  log->Close();
}

TEST(KafkaLogTest, RefusesATopicThatDeletesByAge) {
  for (const char* policy : {"delete", "compact,delete"}) {
    const std::string topic = NewTopicName();
    Topics().Create(topic, {{"cleanup.policy", policy}});
    const auto log = OpenKafkaLog(OptionsFor(topic));
    EXPECT_EQ(ReasonOf(log.status()), ErrorReason::kConfigurationInvalid);
    EXPECT_THAT(std::string(log.status().message()), HasSubstr("cleanup.policy of topic " + topic + " is " + policy));
  }
}

// It used to be noticed, forgotten a moment later, and written to all the same.
TEST(KafkaLogTest, NothingIsWrittenToATopicThatDeletesByAgeSinceItWasOpenedUntilThatIsMended) {
  const std::string topic = NewTopicName();
  KafkaLogOptions options = OptionsFor(topic);
  options.judge_interval = std::chrono::milliseconds(100);
  std::atomic<int> judged{0};
  options.on_topic = [&judged](const KafkaTopicFacts&) { ++judged; };
  Opened opened(options);
  opened.Read();
  opened.sink.WaitForCaughtUp();
  ASSERT_EQ(opened.Append("a").kind, Kind::kAppended);
  Topics().Alter(topic, {{"cleanup.policy", "delete"}});
  const auto says_so = [&] {
    const std::vector<std::string> warnings = opened.log->Describe().warnings;
    return std::any_of(warnings.begin(), warnings.end(),
                       [](const std::string& warning) { return warning.find("exactly compact") != std::string::npos; });
  };
  while (!says_so()) std::this_thread::yield();
  // Several looks later as well.
  for (int i = 0; i < 3; ++i) {
    const AppendOutcome refused = opened.Append("b");
    EXPECT_EQ(refused.kind, Kind::kFailed);
    EXPECT_EQ(ReasonOf(refused.status), ErrorReason::kConfigurationInvalid);
    EXPECT_THAT(std::string(refused.status.message()), HasSubstr("cleanup.policy"));
    opened.log->AbandonPending();
    const int before = judged;
    while (judged < before + 2) std::this_thread::yield();
  }
  EXPECT_TRUE(says_so());
  // Reading goes on.
  Topics().Put(topic, {TextRecord("stranger", "x")});
  opened.sink.WaitForRecords(2);
  Topics().Alter(topic, {{"cleanup.policy", "compact"}});
  while (opened.Append("c").kind != Kind::kAppended) opened.log->AbandonPending();
  EXPECT_FALSE(says_so());
}

// The broker's refusal used to fail whatever was on its way together with it.
TEST(KafkaLogTest, RecordThatTheTopicDoesNotTakeFailsAlone) {
  const std::string topic = NewTopicName();
  Topics().Create(topic, {{"max.message.bytes", "20000"}});
  Opened opened(topic);
  opened.Read();
  ASSERT_TRUE(opened.sink.WaitForCaughtUp());
  const AppendOutcome refused = opened.Append("large", std::string(20000, 'x'));
  EXPECT_EQ(refused.kind, Kind::kFailed);
  EXPECT_EQ(ReasonOf(refused.status), ErrorReason::kSchemaTooLarge);
  EXPECT_THAT(std::string(refused.status.message()), HasSubstr("max.message.bytes"));
  // What is counted around a record is enough: the largest that is let pass is taken.
  EXPECT_EQ(opened.Append("fits", std::string(20000 - 132, 'x')).kind, Kind::kAppended);
  EXPECT_EQ(opened.Append("next").kind, Kind::kAppended);
  // So are many that are larger together.
  EXPECT_EQ(AppendAndWait(opened.log.get(), std::vector<Record>(5, TextRecord("k", std::string(10000, 'x')))).kind,
            Kind::kAppended);
}

TEST(KafkaLogTest, RefusesMoreThanOnePartition) {
  const std::string topic = NewTopicName();
  Topics().Create(topic, {}, 2);
  const auto log = OpenKafkaLog(OptionsFor(topic));
  EXPECT_EQ(ReasonOf(log.status()), ErrorReason::kConfigurationInvalid);
  EXPECT_THAT(std::string(log.status().message()), HasSubstr(topic + " has 2 partitions"));
}

TEST(KafkaLogTest, SkippingTheValidationTakesWhatIsThere) {
  const std::string topic = NewTopicName();
  Topics().Create(topic, {{"cleanup.policy", "delete"}});
  KafkaLogOptions options = OptionsFor(topic);
  options.skip_validation = true;
  auto log = MustOpen(options);
  ASSERT_NE(log, nullptr);
  EXPECT_EQ(AppendAndWait(log.get(), TextRecord("k", "v")).kind, Kind::kAppended);
  log->Close();
}

TEST(KafkaLogTest, WarnsOfATopicThatAnotherRegistryMade) {
  const std::string topic = NewTopicName();
  Topics().Create(topic);
  auto log = MustOpen(OptionsFor(topic));
  ASSERT_NE(log, nullptr);
  EXPECT_THAT(log->Describe().warnings, Contains(HasSubstr("min.compaction.lag.ms of topic " + topic + " is 0")));
  EXPECT_THAT(log->Describe().warnings, Contains(HasSubstr("message.timestamp.type")));
  log->Close();
}

TEST(KafkaLogTest, ANodeThatNeverWritesHasNoProducerAndCreatesNothing) {
  const std::string topic = NewTopicName();
  KafkaLogOptions options = OptionsFor(topic);
  options.writing = KafkaLogOptions::Writing::kNever;
  options.open_timeout = std::chrono::milliseconds(500);
  const auto missing = OpenKafkaLog(options);
  EXPECT_EQ(ReasonOf(missing.status()), ErrorReason::kLogUnavailable);
  EXPECT_THAT(std::string(missing.status().message()), HasSubstr("there is no topic " + topic));
  EXPECT_EQ(Topics().IdOf(topic), "");

  Topics().Create(topic);
  auto log = MustOpen(options);
  ASSERT_NE(log, nullptr);
  const AppendOutcome outcome = AppendAndWait(log.get(), TextRecord("k", "v"));
  EXPECT_EQ(outcome.kind, Kind::kFailed);
  EXPECT_EQ(ReasonOf(outcome.status), ErrorReason::kNotPrimary);
  log->AbandonPending();
  RecordingSink sink;
  ASSERT_TRUE(log->StartReading(Offset(0), &sink).ok());
  ASSERT_TRUE(sink.WaitForCaughtUp());
  EXPECT_EQ(Topics().End(topic), Offset(0));
  log->Close();
}

// ---- records of others ----

TEST(KafkaLogTest, ReadsWhatStrangersWrote) {
  const std::string topic = NewTopicName();
  Topics().Create(topic);
  const std::vector<Record> theirs = {{"k1", "v1", {}}, {"k2", std::nullopt, {{"h", "x"}}}, {"k1", "", {}}};
  Topics().Put(topic, theirs);
  Opened opened(topic);
  ASSERT_NE(opened.log, nullptr);
  opened.Read();
  ASSERT_TRUE(opened.sink.WaitForCaughtUp());
  ASSERT_EQ(opened.sink.records().size(), 3u);
  for (size_t i = 0; i < theirs.size(); ++i) EXPECT_EQ(opened.sink.records()[i].record, theirs[i]);
}

TEST(KafkaLogTest, ReadsACompactedTopicWithItsHoles) {
  const std::string topic = NewTopicName();
  Topics().Create(topic, {{"segment.ms", "50"}, {"min.cleanable.dirty.ratio", "0.001"}});
  for (int i = 0; i < 20; ++i) Topics().Put(topic, {TextRecord("same", std::to_string(i))});
  Topics().Put(topic, {TextRecord("other", "1")});
  Topics().WaitForCompaction(topic, TextRecord("filler", ""), 2);
  Opened opened(topic);
  ASSERT_NE(opened.log, nullptr);
  opened.Read();
  ASSERT_TRUE(opened.sink.WaitForCaughtUp());
  EXPECT_EQ(opened.sink.records().at(0).record, TextRecord("same", "19"));
  EXPECT_EQ(opened.sink.records().at(0).offset, Offset(19));
  EXPECT_EQ(opened.sink.caught_up().at(0), Topics().End(topic));
}

// ---- another log ----

TEST(KafkaLogTest, ADeletedTopicIsAReplacedLog) {
  const std::string topic = NewTopicName();
  Opened opened(topic);
  ASSERT_NE(opened.log, nullptr);
  opened.Read();
  opened.Append("k", "v");
  ASSERT_TRUE(opened.sink.WaitForRecords(1));
  const std::string id = opened.log->Id();
  Topics().Delete(topic);
  ASSERT_TRUE(opened.sink.WaitForReplaced());
  EXPECT_EQ(ReasonOf(opened.sink.replaced()[0]), ErrorReason::kLogReplaced);
  EXPECT_THAT(std::string(opened.sink.replaced()[0].message()), HasSubstr(id + " is gone"));
  opened.log->AbandonPending();
  const AppendOutcome outcome = opened.Append("k", "v");
  EXPECT_EQ(outcome.kind, Kind::kFailed);
  EXPECT_EQ(ReasonOf(outcome.status), ErrorReason::kLogReplaced);
  EXPECT_EQ(opened.log->Id(), id);
  opened.log->Close();
  EXPECT_EQ(Topics().IdOf(topic), "") << "created again by a node that remembers another";
}

TEST(KafkaLogTest, ARecreatedTopicIsAReplacedLogAndNotReadOn) {
  const std::string topic = NewTopicName();
  Opened opened(topic);
  ASSERT_NE(opened.log, nullptr);
  opened.Read();
  opened.Append("old");
  ASSERT_TRUE(opened.sink.WaitForRecords(1));
  Topics().Delete(topic);
  Topics().Create(topic);
  Topics().Put(topic, {TextRecord("new1", ""), TextRecord("new2", ""), TextRecord("new3", "")});
  ASSERT_TRUE(opened.sink.WaitForReplaced());
  EXPECT_EQ(ReasonOf(opened.sink.replaced()[0]), ErrorReason::kLogReplaced);
  opened.log->Close();
  std::vector<std::string> keys;
  for (const LogRecord& record : opened.sink.records()) keys.push_back(record.record.key);
  // What slips through before the guard looks is told apart by its claim's topic id (rule 14).
  std::cout << "FIGURE records of a recreated topic that were delivered before it was noticed: " << keys.size() - 1
            << std::endl;
  EXPECT_EQ(keys[0], "old");
}

TEST(KafkaLogTest, RecordsDeletedUnderTheReaderAreAReplacedLog) {
  const std::string topic = NewTopicName();
  // Kafka lets nobody delete records of a topic that is only compacted.
  Topics().Create(topic, {{"cleanup.policy", "delete"}});
  for (int i = 0; i < 5; ++i) Topics().Put(topic, {TextRecord("k", std::to_string(i))});
  Topics().DeleteBefore(topic, Offset(4));
  KafkaLogOptions options = OptionsFor(topic);
  options.skip_validation = true;
  Opened opened(options);
  ASSERT_NE(opened.log, nullptr);
  opened.Read(Offset(2));
  ASSERT_TRUE(opened.sink.WaitForReplaced());
  EXPECT_EQ(opened.sink.records().size(), 0u);
}

TEST(KafkaLogTest, ATopicBegunLaterIsReadFromItsBeginning) {
  const std::string topic = NewTopicName();
  // Kafka lets nobody delete records of a topic that is only compacted.
  Topics().Create(topic, {{"cleanup.policy", "delete"}});
  for (int i = 0; i < 5; ++i) Topics().Put(topic, {TextRecord("k", std::to_string(i))});
  Topics().DeleteBefore(topic, Offset(4));
  KafkaLogOptions options = OptionsFor(topic);
  options.skip_validation = true;
  Opened opened(options);
  ASSERT_NE(opened.log, nullptr);
  opened.Read();
  ASSERT_TRUE(opened.sink.WaitForCaughtUp());
  EXPECT_EQ(opened.sink.records().size(), 1u);
}

TEST(KafkaLogTest, ALocalCopyOfAnotherLogIsToldAtOnce) {
  const std::string topic = NewTopicName();
  Topics().Create(topic);
  KafkaLogOptions options = OptionsFor(topic);
  options.expected_id = "AAAAAAAAAAAAAAAAAAAAAQ";
  auto log = MustOpen(options);
  ASSERT_NE(log, nullptr);
  EXPECT_EQ(log->Id(), options.expected_id);
  RecordingSink sink;
  ASSERT_TRUE(log->StartReading(Offset(7), &sink).ok());
  ASSERT_TRUE(sink.WaitForReplaced());
  EXPECT_THAT(std::string(sink.replaced()[0].message()), HasSubstr("another one now (" + Topics().IdOf(topic)));
  log->Close();
}

TEST(KafkaLogTest, AMissingTopicIsNotCreatedUnderALocalCopy) {
  const std::string topic = NewTopicName();
  KafkaLogOptions options = OptionsFor(topic);
  options.expected_id = "AAAAAAAAAAAAAAAAAAAAAQ";
  Opened opened(options);
  ASSERT_NE(opened.log, nullptr);
  opened.Read(Offset(7));
  ASSERT_TRUE(opened.sink.WaitForReplaced());
  EXPECT_EQ(Topics().IdOf(topic), "");
}

// ---- Kafka goes away ----

TEST(KafkaLogTest, WithoutBrokersAndWithoutACopyOpeningFailsInTime) {
  KafkaLogOptions options = OptionsFor("t");
  options.client = {{{"bootstrap.servers", "127.0.0.1:1", ""}}, "127.0.0.1:1", {}};
  options.open_timeout = std::chrono::milliseconds(300);
  const auto log = OpenKafkaLog(options);
  EXPECT_EQ(ReasonOf(log.status()), ErrorReason::kLogUnavailable);
  EXPECT_THAT(std::string(log.status().message()), HasSubstr("kafkastore.bootstrap.servers=127.0.0.1:1"));
}

TEST(KafkaLogTest, OpeningCanBeGivenUp) {
  KafkaLogOptions options = OptionsFor("t");
  options.client = {{{"bootstrap.servers", "127.0.0.1:1", ""}}, "127.0.0.1:1", {}};
  options.cancelled = [] { return true; };
  EXPECT_EQ(ReasonOf(OpenKafkaLog(options).status()), ErrorReason::kShuttingDown);
}

TEST(KafkaLogTest, ACopyOpensWithoutBrokersAndReadsOnWhenTheyCome) {
  const std::string topic = NewTopicName();
  KafkaLogOptions options = OptionsFor(topic);
  auto log = MustOpen(options);
  ASSERT_NE(log, nullptr);
  const Offset last = AppendAndWait(log.get(), TextRecord("before", "")).last_offset;
  const std::string id = log->Id();
  log->Close();
  log.reset();
  Kafka().Kill(0);

  options.expected_id = id;
  options.open_timeout_with_copy = std::chrono::milliseconds(100);
  log = MustOpen(options);
  ASSERT_NE(log, nullptr);
  EXPECT_EQ(log->Id(), id);
  RecordingSink sink;
  ASSERT_TRUE(log->StartReading(last.Next(), &sink).ok());
  ASSERT_TRUE(sink.WaitForErrors(1));
  EXPECT_EQ(AppendAndWait(log.get(), TextRecord("k", "v")).kind, Kind::kFailed);

  Kafka().Restart(0);
  ASSERT_TRUE(sink.WaitForCaughtUp());
  log->AbandonPending();
  EXPECT_EQ(AppendAndWait(log.get(), TextRecord("after", "")).kind, Kind::kAppended);
  ASSERT_TRUE(sink.WaitForRecords(1));
  EXPECT_EQ(sink.records()[0].record.key, "after");
  log->Close();
}

TEST(KafkaLogTest, AfterABrokersDeathReadingAndWritingGoOn) {
  const std::string topic = NewTopicName();
  KafkaLogOptions options = OptionsFor(topic);
  options.append_timeout = std::chrono::milliseconds(1500);
  Opened opened(options);
  ASSERT_NE(opened.log, nullptr);
  opened.Read();
  ASSERT_TRUE(opened.sink.WaitForCaughtUp());
  opened.Append("before");
  Kafka().Kill(0);
  const AppendOutcome lost = opened.Append("lost");
  EXPECT_NE(lost.kind, Kind::kAppended);
  ASSERT_TRUE(opened.sink.WaitForErrors(1));
  const size_t caught_up = opened.sink.caught_up().size();
  Kafka().Restart(0);
  opened.log->AbandonPending();
  AppendOutcome after;
  do {
    after = opened.Append("after");
    if (after.kind != Kind::kAppended) opened.log->AbandonPending();
  } while (after.kind != Kind::kAppended);
  // Told that all is well again, also if nobody writes.
  while (opened.sink.caught_up().size() == caught_up) std::this_thread::yield();
  while (opened.sink.records().empty() || opened.sink.records().back().offset < after.last_offset)
    std::this_thread::yield();
  EXPECT_EQ(opened.sink.records()[0].record.key, "before");
  EXPECT_EQ(opened.sink.records().back().record.key, "after");
}

// A broker that is paused has the record in its socket: nobody can know whether it will be written.
TEST(KafkaLogTest, AnAppendThatWasSentAndNotAnsweredIsUnknown) {
  const std::string topic = NewTopicName();
  KafkaLogOptions options = OptionsFor(topic);
  options.append_timeout = std::chrono::milliseconds(1000);
  Opened opened(options);
  ASSERT_NE(opened.log, nullptr);
  opened.Read();
  ASSERT_EQ(opened.Append("warm").kind, Kind::kAppended);
  Kafka().Pause(0);
  const AppendOutcome sent = opened.Append("late");
  EXPECT_EQ(sent.kind, Kind::kUnknown) << sent.status;
  EXPECT_EQ(opened.Append("refused").kind, Kind::kFailed);
  Kafka().Resume(0);
  ASSERT_TRUE(opened.sink.WaitForRecords(2));
  EXPECT_EQ(opened.sink.records()[1].record.key, "late") << "it was written all the same";
  opened.log->AbandonPending();
  EXPECT_EQ(opened.Append("next").kind, Kind::kAppended);
  ASSERT_TRUE(opened.sink.WaitForRecords(3));
  EXPECT_EQ(opened.sink.records()[2].record.key, "next");
}

TEST(KafkaLogTest, ClosingDoesNotWaitForBrokersThatAreGone) {
  Opened opened(OptionsFor(NewTopicName()));
  ASSERT_NE(opened.log, nullptr);
  opened.Read();
  Kafka().Pause(0);
  Outcomes outcomes;
  const Record record = TextRecord("k", "v");
  opened.log->Append({&record, 1}, outcomes.Expect());
  const auto begin = std::chrono::steady_clock::now();
  opened.log->Close();
  EXPECT_LT(std::chrono::steady_clock::now() - begin, std::chrono::seconds(10));
  EXPECT_EQ(outcomes.order().size(), 1u);
  Kafka().Resume(0);
}

// ---- speed, beside the promise that appends travel together ----

TEST(KafkaLogTest, AppendsAreReadBackWhileOthersAreOnTheirWay) {
  const std::string topic = NewTopicName();
  auto log = MustOpen(OptionsFor(topic));
  ASSERT_NE(log, nullptr);
  RecordingSink sink;
  ASSERT_TRUE(log->StartReading(Offset(0), &sink).ok());
  AppendAndWait(log.get(), TextRecord("warm", ""));
  constexpr int kCount = 20000;
  const std::string value(500, 'x');
  Outcomes outcomes;
  const auto begin = std::chrono::steady_clock::now();
  for (int i = 0; i < kCount; ++i) {
    const Record record = TextRecord(std::to_string(i), value);
    log->Append({&record, 1}, outcomes.Expect());
  }
  ASSERT_TRUE(sink.WaitForRecords(kCount + 1));
  const std::chrono::duration<double> took = std::chrono::steady_clock::now() - begin;
  ASSERT_TRUE(outcomes.WaitForAll());
  std::cout << "FIGURE Kafka log: " << static_cast<int>(kCount / took.count())
            << " records of 500 bytes appended and read back per second" << std::endl;
  log->Close();
  log = MustOpen(OptionsFor(topic));
  RecordingSink again;
  const auto replay = std::chrono::steady_clock::now();
  ASSERT_TRUE(log->StartReading(Offset(0), &again).ok());
  ASSERT_TRUE(again.WaitForCaughtUp());
  const std::chrono::duration<double> replayed = std::chrono::steady_clock::now() - replay;
  std::cout << "FIGURE Kafka log: " << static_cast<int>(kCount / replayed.count()) << " records per second replayed"
            << std::endl;
  EXPECT_EQ(again.records().size(), static_cast<size_t>(kCount) + 1);
  log->Close();
}

}  // namespace
}  // namespace regent
