// The scenarios (f) to (m) of Confluent's semantics through REST, on a node with its own file and through a follower of
// three nodes over a real Kafka. (a) to (e), which need no log of their own, are cases of tests/conformance.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <re2/re2.h>
#include <signal.h>

#include <chrono>
#include <cstdlib>
#include <fstream>
#include <map>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "base/json_value.h"
#include "store/log_testing.h"
#include "store/sqlite/sqlite_log.h"
#include "tests/rest/http_call.h"
#include "tests/support/child_process.h"
#include "tests/support/kafka_broker.h"
#include "tests/support/kafka_node.h"
#include "tests/support/kafka_topics.h"
#include "tests/support/node_process.h"

namespace regent::testing {
namespace {

using ::testing::AllOf;
using ::testing::AnyOf;
using ::testing::HasSubstr;

constexpr std::chrono::seconds kPatience{60};
constexpr char kAnyLevel[] = "schema.compatibility.level=none";

HttpAnswer Ask(const std::string& url, const std::string& method, const std::string& path,
               const std::string& body = "") {
  return Send(url, {method, path, {{"Content-Type", "application/vnd.schemaregistry.v1+json"}}, body});
}

std::string Read(const std::string& url, const std::string& path) {
  const HttpAnswer answer = Ask(url, "GET", path);
  return answer.status == 200 ? answer.body : std::to_string(answer.status) + " " + answer.body;
}

// The schema of an enum that is like no other.
std::string Enum(const std::string& name) {
  return R"({"schema":"{\"type\":\"enum\",\"name\":\")" + name + R"(\",\"symbols\":[\"A\"]}"})";
}

HttpAnswer Register(const std::string& url, const std::string& subject, const std::string& name) {
  return Ask(url, "POST", "/subjects/" + subject + "/versions", Enum(name));
}

int64_t NumberIn(const HttpAnswer& answer, const std::string& field) {
  const auto json = JsonValue::Parse(answer.body);
  const JsonValue* number = json.ok() ? json->Find(field) : nullptr;
  return number == nullptr ? 0 : number->ToInt64().value_or(0);
}

// Until it is there; the test fails after a minute.
HttpAnswer RegisterPatiently(const std::string& url, const std::string& subject, const std::string& name) {
  const auto deadline = std::chrono::steady_clock::now() + kPatience;
  HttpAnswer answer;
  do {
    answer = Register(url, subject, name);
  } while (answer.status != 200 && std::chrono::steady_clock::now() < deadline);
  EXPECT_EQ(answer.status, 200) << answer.body;
  return answer;
}

// All that a registry tells of its state, over REST.
std::string Everything(const std::string& url) {
  std::string all;
  for (const char* path : {"/contexts", "/config", "/mode", "/schemas?subjectPrefix=:*:&deleted=true"}) {
    all += Read(url, path) + "\n";
  }
  const std::string subjects = Read(url, "/subjects?subjectPrefix=:*:&deleted=true");
  const auto names = JsonValue::Parse(subjects);
  EXPECT_TRUE(names.ok()) << subjects;
  if (!names.ok()) return all;
  for (const JsonValue& item : names->items()) {
    const std::string& name = item.string_value();
    all += name + ": " + Read(url, "/subjects/" + name + "/versions") + Read(url, "/config/" + name) +
           Read(url, "/mode/" + name) + "\n";
  }
  return all;
}

// The topic of a Confluent registry that deletes subjects by position, with some records that say nothing to anybody.
std::vector<Record> HistoryOfAnotherRegistry() {
  const auto version = [](const std::string& number) {
    return TextRecord(R"({"keytype":"SCHEMA","subject":"f","version":)" + number + R"(,"magic":1})",
                      R"({"subject":"f","version":)" + number + R"(,"id":)" + number +
                          R"(,"schemaType":"AVRO","schema":"{\"type\":\"enum\",\"name\":\"F)" + number +
                          R"(\",\"symbols\":[\"A\"]}","deleted":false})");
  };
  return {
      version("1"),
      version("2"),
      TextRecord(R"({"keytype":"DELETE_SUBJECT","subject":"f","magic":0})", R"({"subject":"f","version":2})"),
      version("3"),
      {R"({"keytype":"SCHEMA","subject":"nobody","version":1,"magic":1})", std::nullopt, {}},
      {R"({"keytype":"CONFIG","subject":"nobody","magic":0})", std::nullopt, {}},
      {R"({"keytype":"MODE","subject":"f","magic":0})", std::nullopt, {}},
      {R"({"keytype":"DELETE_SUBJECT","subject":"nobody","magic":0})", std::nullopt, {}},
      TextRecord(R"({"keytype":"FROM_THE_FUTURE","subject":"f","magic":0})", R"({"subject":"f"})"),
      TextRecord("no JSON", "neither"),
      TextRecord(R"({"keytype":"SCHEMA","subject":"f","version":4,"magic":7})",
                 R"({"subject":"f","version":4,"id":4,"schema":"\"int\"","deleted":false})"),
  };
}

void ExpectHistoryIsRead(const std::string& url) {
  // (f)
  EXPECT_EQ(Read(url, "/subjects/f/versions"), "[3]");
  EXPECT_EQ(Read(url, "/subjects/f/versions?deletedOnly=true"), "[1,2]");
  EXPECT_EQ(NumberIn(Ask(url, "GET", "/subjects/f/versions/latest"), "version"), 3);
  EXPECT_THAT(Read(url, "/subjects/f/versions/1"), HasSubstr("40402"));
  // (g)
  EXPECT_EQ(Read(url, "/subjects?deleted=true"), R"(["f"])");
  EXPECT_THAT(Read(url, "/config/nobody"), HasSubstr("40408"));
  EXPECT_THAT(Read(url, "/mode/f"), HasSubstr("40409"));
  // (h): the three are counted, and what stands behind them was read.
  EXPECT_THAT(Read(url, "/metrics"), HasSubstr("\nregent_log_records_unreadable_total 3"));
  EXPECT_EQ(Ask(url, "GET", "/readyz").status, 200);
  const HttpAnswer next = Register(url, "f", "Next");
  EXPECT_EQ(next.status, 200) << next.body;
  EXPECT_EQ(NumberIn(next, "version"), 4);
  EXPECT_EQ(NumberIn(next, "id"), 4);
  const std::string position = Ask(url, "GET", "/subjects").Header("regent-position");
  EXPECT_GE(std::atoll(position.c_str()), static_cast<int64_t>(HistoryOfAnotherRegistry().size())) << position;
}

// Something of everything that a log keeps: live, deleted, for good, references, settings, contexts.
void WriteSomeOfEverything(const std::string& url) {
  const auto done = [&](const std::string& method, const std::string& path, const std::string& body = "") {
    const HttpAnswer answer = Ask(url, method, path, body);
    EXPECT_EQ(answer.status, 200) << method << " " << path << ": " << answer.body;
  };
  for (int i = 0; i < 4; ++i) {
    for (const std::string subject : {"kept", "hidden", "gone", ":.other:kept"}) {
      done("POST", "/subjects/" + subject + "/versions", Enum("E" + std::to_string(i)));
    }
    done("PUT", "/config/kept", i % 2 == 0 ? R"({"normalize":true})" : R"({"compatibility":"NONE"})");
  }
  done("POST", "/subjects/refers/versions",
       R"({"schema":"{\"type\":\"record\",\"name\":\"R\",\"fields\":[{\"name\":\"e\",\"type\":\"E0\"}]}",)"
       R"("references":[{"name":"E0","subject":"kept","version":1}]})");
  done("DELETE", "/subjects/hidden");
  done("DELETE", "/subjects/gone");
  done("DELETE", "/subjects/gone?permanent=true");
  done("DELETE", "/subjects/kept/versions/2");
  done("PUT", "/config", R"({"compatibility":"NONE","normalize":true})");
  done("PUT", "/config/refers", R"({"alias":"kept"})");
  done("DELETE", "/config/refers");
  done("PUT", "/mode/:.other:", R"({"mode":"READONLY"})");
}

// --- one node with its own file --------------------------------------------------------------------------------------

std::vector<Record> RecordsIn(const std::string& directory) {
  auto log = OpenSqliteLog({.directory = directory});
  EXPECT_TRUE(log.ok()) << log.status();
  RecordingSink sink;
  EXPECT_TRUE((*log)->StartReading(Offset(0), &sink).ok());
  EXPECT_TRUE(sink.WaitForCaughtUp());
  (*log)->Close();
  std::vector<Record> records;
  for (LogRecord& each : sink.records()) records.push_back(std::move(each.record));
  return records;
}

std::string DirectoryWith(const std::vector<Record>& records) {
  const std::string directory = NewDirectory("log");
  auto log = OpenSqliteLog({.directory = directory});
  EXPECT_TRUE(log.ok()) << log.status();
  EXPECT_EQ(AppendAndWait(log->get(), records).kind, AppendOutcome::Kind::kAppended);
  (*log)->Close();
  return directory;
}

void EndInOrder(NodeProcess* node) {
  node->Signal(SIGTERM);
  EXPECT_EQ(node->Wait(), 0) << node->output();
}

// A second process on the same directory does not start, and says whose it is.
void ExpectRefused(const std::string& directory, const NodeProcess& holder) {
  const NodeProcess second(directory, {kAnyLevel});
  EXPECT_EQ(second.address(), "");
  EXPECT_THAT(second.output(), AllOf(HasSubstr(directory), HasSubstr(std::to_string(holder.id()))));
}

TEST(SqliteScenarioTest, FGHHistoryOfAnotherRegistryIsRead) {
  const NodeProcess node(DirectoryWith(HistoryOfAnotherRegistry()), {kAnyLevel});
  ASSERT_NE(node.rest_url(), "") << node.output();
  ExpectHistoryIsRead(node.rest_url());
}

// (i), (k): there is one log, and who has it has it, asleep or not.
TEST(SqliteScenarioTest, IKTwoNodesOnOneLogAreRefusedAlsoWhileTheFirstSleeps) {
  const std::string directory = NewDirectory("log");
  NodeProcess node(directory, {kAnyLevel});
  ASSERT_NE(node.rest_url(), "") << node.output();
  EXPECT_EQ(NumberIn(Register(node.rest_url(), "k", "A"), "version"), 1);
  ExpectRefused(directory, node);
  node.Signal(SIGSTOP);
  ExpectRefused(directory, node);
  node.Signal(SIGCONT);
  EXPECT_EQ(NumberIn(Register(node.rest_url(), "k", "B"), "version"), 2);
  EXPECT_EQ(Read(node.rest_url(), "/subjects/k/versions"), "[1,2]");
}

// (j): alone and not eligible would be a registry that nobody can write to. It does not come to that.
TEST(SqliteScenarioTest, JANodeAloneThatMayNotBePrimaryIsRefused) {
  const NodeProcess node(NewDirectory("log"), {"leader.eligibility=false"});
  EXPECT_EQ(node.address(), "");
  EXPECT_THAT(node.output(), HasSubstr("leader.eligibility=false"));
}

TEST(SqliteScenarioTest, LLogOfTheLastRecordOfEachKeyMakesTheSameState) {
  const std::string directory = NewDirectory("log");
  std::string before;
  {
    NodeProcess node(directory, {kAnyLevel});
    ASSERT_NE(node.rest_url(), "") << node.output();
    WriteSomeOfEverything(node.rest_url());
    before = Everything(node.rest_url());
    EndInOrder(&node);
  }
  const std::vector<Record> records = RecordsIn(directory);
  std::map<std::string, size_t> last;
  for (size_t i = 0; i < records.size(); ++i) last[records[i].key] = i;
  std::vector<Record> left;
  for (size_t i = 0; i < records.size(); ++i) {
    if (last[records[i].key] == i && records[i].value) left.push_back(records[i]);
  }
  EXPECT_LT(left.size(), records.size());
  const NodeProcess node(DirectoryWith(left), {kAnyLevel});
  ASSERT_NE(node.rest_url(), "") << node.output();
  // Copied records have the times of the copy.
  std::string after = Everything(node.rest_url());
  for (std::string* text : {&before, &after}) RE2::GlobalReplace(text, R"("ts":\d+)", "");
  EXPECT_EQ(after, before);
}

TEST(SqliteScenarioTest, MARegistrationWhoseOutcomeIsUnknownHasTheSameIdWhenRepeated) {
  // Less time than the disk takes: sooner or later an answer is due before the record was read back.
  const NodeProcess node(NewDirectory("log"), {kAnyLevel, "regent.write.timeout.ms=1"});
  ASSERT_NE(node.rest_url(), "") << node.output();
  int64_t code = 0;
  std::string name;
  for (int i = 0; code != 50002 && i < 5000; ++i) {
    name = "M" + std::to_string(i);
    code = NumberIn(Register(node.rest_url(), name, name), "error_code");
  }
  ASSERT_EQ(code, 50002) << "every write was in time: nothing was tried";
  const HttpAnswer first = RegisterPatiently(node.rest_url(), name, name);
  EXPECT_EQ(NumberIn(first, "version"), 1);
  EXPECT_EQ(NumberIn(Register(node.rest_url(), name, name), "id"), NumberIn(first, "id"));
  EXPECT_EQ(Read(node.rest_url(), "/subjects/" + name + "/versions"), "[1]");
}

// --- three nodes over Kafka ------------------------------------------------------------------------------------------

class ClusterScenarioTest : public ::testing::Test {
 protected:
  static void SetUpTestSuite() {
    kafka_ = std::make_unique<KafkaCluster>();
    topics_ = std::make_unique<KafkaTopics>(kafka_->ClientConfig());
  }
  static void TearDownTestSuite() {
    topics_.reset();
    kafka_.reset();
  }

  void Start(const std::string& topic, std::vector<std::string> settings = {},
             const std::string& program = "cli/regent") {
    settings.push_back(kAnyLevel);
    for (int i = 0; i < 3; ++i) {
      nodes_.push_back(std::make_unique<NodeProcess>(NewDirectory("node"), OnKafka(*kafka_, topic, settings), program));
      ASSERT_NE(nodes_.back()->rest_url(), "") << nodes_.back()->output();
    }
  }

  // By its own words; one is waited for by a write that changes nothing.
  NodeProcess& Primary() {
    const auto deadline = std::chrono::steady_clock::now() + kPatience;
    while (Ask(nodes_[0]->rest_url(), "DELETE", "/contexts/.none").status != 204 &&
           std::chrono::steady_clock::now() < deadline) {
    }
    NodeProcess* primary = nodes_[0].get();
    for (const auto& node : nodes_) {
      if (node->ClaimedEpoch() > primary->ClaimedEpoch()) primary = node.get();
    }
    return *primary;
  }
  NodeProcess& Follower() { return Primary().id() == nodes_[0]->id() ? *nodes_[1] : *nodes_[0]; }

  // A write through each is seen by each: all have read what stood before.
  void ExpectAllAlike() {
    for (const auto& node : nodes_) RegisterPatiently(node->rest_url(), "last", "Last" + std::to_string(node->id()));
    const std::string first = Everything(nodes_[0]->rest_url());
    for (const auto& node : nodes_) {
      const auto deadline = std::chrono::steady_clock::now() + kPatience;
      while (Everything(node->rest_url()) != first && std::chrono::steady_clock::now() < deadline) {
      }
      EXPECT_EQ(Everything(node->rest_url()), first);
    }
  }

  static std::unique_ptr<KafkaCluster> kafka_;
  static std::unique_ptr<KafkaTopics> topics_;
  std::vector<std::unique_ptr<NodeProcess>> nodes_;
};
std::unique_ptr<KafkaCluster> ClusterScenarioTest::kafka_;
std::unique_ptr<KafkaTopics> ClusterScenarioTest::topics_;

TEST_F(ClusterScenarioTest, FGHHistoryOfAnotherRegistryIsRead) {
  topics_->Create("history");
  topics_->Put("history", HistoryOfAnotherRegistry());
  Start("history");
  ExpectHistoryIsRead(Follower().rest_url());
  ExpectAllAlike();
}

// Confluent's nodes elect by address and stop over two of one. Ours are told apart by their claims: the primary of such
// a pair serves, and what is sent to the wrong one is refused and written nowhere.
TEST_F(ClusterScenarioTest, INodesOfOneAddressNeverWriteTwice) {
  Start("twins", {"regent.grpc.advertised=127.0.0.1:1", "regent.write.timeout.ms=2000"});
  const auto deadline = std::chrono::steady_clock::now() + kPatience;
  std::vector<HttpAnswer> answers;
  size_t written = 0;
  while (written == 0 && std::chrono::steady_clock::now() < deadline) {
    answers.clear();
    for (const auto& node : nodes_)
      answers.push_back(Register(node->rest_url(), "i", "I" + std::to_string(node->id())));
    for (const HttpAnswer& answer : answers) written += answer.status == 200 ? 1 : 0;
  }
  EXPECT_EQ(written, 1u);
  for (size_t i = 0; i < nodes_.size(); ++i) {
    if (answers[i].status != 200) {
      EXPECT_THAT(NumberIn(answers[i], "error_code"), AnyOf(50003, 50004)) << answers[i].body;
    }
    EXPECT_EQ(Read(nodes_[i]->rest_url(), "/subjects/i/versions"), "[1]");
  }
}

TEST_F(ClusterScenarioTest, JWithoutAnEligibleNodeReadsGoOnAndWritesDoNot) {
  topics_->Create("observed");
  topics_->Put("observed", HistoryOfAnotherRegistry());
  Start("observed", {"leader.eligibility=false", "regent.write.timeout.ms=500"});
  const Offset end = topics_->End("observed");
  for (const auto& node : nodes_) {
    EXPECT_EQ(Read(node->rest_url(), "/subjects/f/versions"), "[3]");
    const HttpAnswer refused = Register(node->rest_url(), "f", "Nobody");
    EXPECT_EQ(refused.status, 500);
    EXPECT_EQ(NumberIn(refused, "error_code"), 50004) << refused.body;
  }
  EXPECT_EQ(topics_->End("observed"), end);
}

// The primary stops after it has decided on a write and before it appends it, longer than its session lasts.
TEST_F(ClusterScenarioTest, KWriteOfAPrimaryThatSleptCountsForNobody) {
  const std::string sign = NewDirectory("pause") + "/now";
  setenv("REGENT_TEST_PAUSE", sign.c_str(), 1);
  Start("zombie", {"regent.write.timeout.ms=30000"}, "tests/support/pausing_node");
  NodeProcess& primary = Primary();
  const std::string follower = Follower().rest_url();
  ASSERT_EQ(Register(follower, "k", "First").status, 200);
  std::ofstream(sign + "." + std::to_string(primary.id())) << "";
  HttpAnswer late;
  std::thread asleep([&] { late = Register(primary.rest_url(), "k", "Late"); });
  // Through a follower, until somebody else is primary and takes it.
  const HttpAnswer second = RegisterPatiently(follower, "k", "Second");
  EXPECT_EQ(NumberIn(second, "version"), 2);
  primary.Signal(SIGCONT);
  asleep.join();
  // It was decided again, by who is primary now, or refused.
  if (late.status == 200) {
    EXPECT_EQ(NumberIn(late, "version"), 3);
    EXPECT_GT(NumberIn(late, "id"), NumberIn(second, "id"));
  } else {
    EXPECT_EQ(late.status, 500) << late.body;
  }
  ExpectAllAlike();
  for (const auto& node : nodes_) {
    EXPECT_EQ(NumberIn(Ask(node->rest_url(), "GET", "/subjects/k/versions/2"), "id"), NumberIn(second, "id"));
  }
  size_t written = 0;
  for (const LogRecord& record : topics_->Read("zombie")) {
    written += record.record.key == R"({"keytype":"SCHEMA","subject":"k","version":2,"magic":1})" ? 1 : 0;
  }
  EXPECT_GE(written, 2u) << "no append came late: nothing was tried";
}

TEST_F(ClusterScenarioTest, LCompactedTopicMakesTheSameStateAfterARestart) {
  const std::vector<std::string> settings = {
      "kafkastore.topic.config.segment.ms=200", "kafkastore.topic.config.min.cleanable.dirty.ratio=0.001",
      "kafkastore.topic.config.min.compaction.lag.ms=1000", "kafkastore.topic.config.delete.retention.ms=60000"};
  Start("cleaned", settings);
  WriteSomeOfEverything(Follower().rest_url());
  ExpectAllAlike();
  const std::string before = Everything(nodes_[0]->rest_url());
  const size_t written = topics_->Read("cleaned").size();
  topics_->WaitForCompaction("cleaned", {R"({"keytype":"NOOP","magic":0})", std::nullopt, {}}, written - 8);
  // On no copies of their own: all is read from the topic.
  for (const auto& node : nodes_) EndInOrder(node.get());
  nodes_.clear();
  Start("cleaned", settings);
  for (const auto& node : nodes_) EXPECT_EQ(Everything(node->rest_url()), before);
}

TEST_F(ClusterScenarioTest, MARegistrationWhoseOutcomeIsUnknownHasTheSameIdWhenRepeated) {
  Start("unknown", {"regent.write.timeout.ms=2000"});
  const std::string follower = Follower().rest_url();
  kafka_->Pause(0);
  const HttpAnswer unknown = Register(follower, "m", "M");
  kafka_->Resume(0);
  EXPECT_EQ(unknown.status, 500);
  EXPECT_EQ(NumberIn(unknown, "error_code"), 50002) << unknown.body;
  const HttpAnswer first = RegisterPatiently(follower, "m", "M");
  EXPECT_EQ(NumberIn(first, "version"), 1);
  EXPECT_EQ(NumberIn(Register(follower, "m", "M"), "id"), NumberIn(first, "id"));
  EXPECT_EQ(Read(follower, "/subjects/m/versions"), "[1]");
  ExpectAllAlike();
}

}  // namespace
}  // namespace regent::testing
