// Topics as other registries wrote them, opened by a real node, and what it writes itself, to the byte.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>

#include <map>
#include <memory>
#include <set>

#include "base/error_reason.h"
#include "tests/support/kafka_broker.h"
#include "tests/support/kafka_node.h"
#include "tests/support/kafka_topics.h"
#include "tests/support/node_process.h"

namespace regent::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::StartsWith;

class KafkaLayoutsTest : public ::testing::Test {
 protected:
  static void SetUpTestSuite() {
    kafka_ = std::make_unique<KafkaCluster>();
    topics_ = std::make_unique<KafkaTopics>(kafka_->ClientConfig());
  }
  static void TearDownTestSuite() {
    topics_.reset();
    kafka_.reset();
  }

  // A node on a topic that holds these records of others.
  std::unique_ptr<NodeProcess> NodeOn(const std::string& topic, const std::vector<Record>& records) {
    topics_->Create(topic);
    topics_->Put(topic, records);
    return Node(topic);
  }
  std::unique_ptr<NodeProcess> Node(const std::string& topic) {
    auto node = std::make_unique<NodeProcess>(NewDirectory("node"), OnKafka(*kafka_, topic));
    EXPECT_NE(node->address(), "") << node->output();
    return node;
  }

  // What the topic says of each raw key in the end; nothing for a tombstone. Claims left out.
  std::map<std::string, std::optional<std::string>> LastValues(const std::string& topic) {
    std::map<std::string, std::optional<std::string>> last;
    for (const LogRecord& record : topics_->Read(topic)) {
      if (record.record.key.find("\"claim\"") == std::string::npos) last[record.record.key] = record.record.value;
    }
    return last;
  }

  static std::unique_ptr<KafkaCluster> kafka_;
  static std::unique_ptr<KafkaTopics> topics_;
};
std::unique_ptr<KafkaCluster> KafkaLayoutsTest::kafka_;
std::unique_ptr<KafkaTopics> KafkaLayoutsTest::topics_;

Record Plain(const std::string& key, const std::string& value) { return {key, value, {}}; }

TEST_F(KafkaLayoutsTest, ConfluentsTopicOpensWithEverySchemaIdAndConfig) {
  const auto node = NodeOn(
      "confluent",
      {
          {R"({"keytype":"NOOP","magic":0})", std::nullopt, {}},
          Plain(R"({"keytype":"CONFIG","magic":0})", R"({"compatibilityLevel":"FULL"})"),
          Plain(
              R"({"keytype":"SCHEMA","subject":"orders-value","version":1,"magic":1})",
              R"({"subject":"orders-value","version":1,"id":1,"schemaType":"AVRO","schema":"\"string\"","deleted":false})"),
          Plain(
              R"({"keytype":"SCHEMA","subject":"orders-value","version":2,"magic":1})",
              R"({"subject":"orders-value","version":2,"id":2,"schemaType":"AVRO","schema":"\"bytes\"","deleted":false})"),
          Plain(
              R"({"keytype":"SCHEMA","subject":"person","version":1,"magic":1})",
              R"({"subject":"person","version":1,"id":3,"schemaType":"JSON","schema":"{\"type\":\"object\"}","deleted":false})"),
          Plain(
              R"({"keytype":"SCHEMA","subject":"proto","version":1,"magic":1})",
              R"({"subject":"proto","version":1,"id":4,"schemaType":"PROTOBUF","schema":"syntax = \"proto3\";\n\nmessage M {}\n","deleted":false})"),
          Plain(R"({"keytype":"CONFIG","subject":"person","magic":0})",
                R"({"subject":"person","compatibilityLevel":"NONE"})"),
          Plain(R"({"keytype":"CONTEXT","tenant":"default","context":".c1","magic":0})",
                R"({"tenant":"default","context":".c1"})"),
          Plain(
              R"({"keytype":"SCHEMA","subject":":.c1:orders-value","version":1,"magic":1})",
              R"({"subject":":.c1:orders-value","version":1,"id":1,"schemaType":"AVRO","schema":"\"long\"","deleted":false})"),
          Plain(R"({"keytype":"SCHEMA","subject":"gone","version":1,"magic":1})",
                R"({"subject":"gone","version":1,"id":9,"schemaType":"AVRO","schema":"\"int\"","deleted":false})"),
          Plain(R"({"keytype":"DELETE_SUBJECT","subject":"gone","magic":0})", R"({"subject":"gone","version":1})"),
      });
  const client::RegistryClient client = node->Client();
  EXPECT_EQ(Listing(client),
            "gone v1 id 9 AVRO deleted \"int\"\n"
            "orders-value v1 id 1 AVRO \"string\"\n"
            "orders-value v2 id 2 AVRO \"bytes\"\n"
            "person v1 id 3 JSON {\"type\":\"object\"}\n"
            "proto v1 id 4 PROTOBUF syntax = \"proto3\";\n\nmessage M {}\n\n"
            ":.c1:orders-value v1 id 1 AVRO \"long\"\n");
  const auto global = client.GetConfig({});
  ASSERT_TRUE(global.ok()) << global.status();
  EXPECT_EQ(global->level, CompatibilityLevel::kFull);
  const auto person = client.GetConfig({.target = Subject::Parse("person")});
  ASSERT_TRUE(person.ok()) << person.status();
  EXPECT_EQ(person->level, CompatibilityLevel::kNone);
  // And goes on behind the highest id ever seen.
  const auto registered = client.Register(Subject::Parse("new"), {.text = "\"double\""});
  ASSERT_TRUE(registered.ok()) << registered.status();
  EXPECT_EQ(registered->registered.stored->id, SchemaId(10));
}

// Old Confluent wrote the magic first and no type; Karapace the subject first, and an explicit null.
TEST_F(KafkaLayoutsTest, OldAndKarapacesKeysOpenTheSame) {
  const auto node = NodeOn(
      "old",
      {
          Plain(R"({"subject":null,"magic":0,"keytype":"CONFIG"})", R"({"compatibilityLevel":"FORWARD"})"),
          Plain(R"({"magic":1,"keytype":"SCHEMA","subject":"a","version":1})",
                R"({"subject":"a","version":1,"id":5,"schema":"\"string\"","deleted":false})"),
          Plain(R"({"magic":0,"keytype":"SCHEMA","subject":"a","version":2})",
                R"({"subject":"a","version":2,"id":6,"schema":"\"bytes\""})"),
          Plain(R"({"subject":"k","version":1,"magic":1,"keytype":"SCHEMA"})",
                R"({"subject":"k","version":1,"id":7,"schema":"\"int\"","deleted":false})"),
          Plain(
              R"({"subject":"j","version":1,"magic":1,"keytype":"SCHEMA"})",
              R"({"subject":"j","version":1,"id":8,"schema":"{\"type\":\"string\"}","deleted":true,"schemaType":"JSON"})"),
          Plain(R"({"subject":"k","magic":0,"keytype":"CONFIG"})", R"({"compatibilityLevel":"NONE"})"),
      });
  const client::RegistryClient client = node->Client();
  EXPECT_EQ(Listing(client),
            "a v1 id 5 AVRO \"string\"\n"
            "a v2 id 6 AVRO \"bytes\"\n"
            "j v1 id 8 JSON deleted {\"type\":\"string\"}\n"
            "k v1 id 7 AVRO \"int\"\n");
  const auto global = client.GetConfig({});
  ASSERT_TRUE(global.ok()) << global.status();
  EXPECT_EQ(global->level, CompatibilityLevel::kForward);
  const auto of_k = client.GetConfig({.target = Subject::Parse("k")});
  ASSERT_TRUE(of_k.ok()) << of_k.status();
  EXPECT_EQ(of_k->level, CompatibilityLevel::kNone);
}

TEST_F(KafkaLayoutsTest, OursIsWrittenInConfluentsBytes) {
  const auto node = Node("ours");
  const client::RegistryClient client = node->Client();
  const Subject orders = Subject::Parse("foo-value");
  ASSERT_TRUE(client.Register(orders, {.text = "\"string\""}).ok());
  ASSERT_TRUE(client.Register(Subject::Parse(":.c1:foo"), {.text = "\"string\""}).ok());
  client::UpdateConfigRequest config;
  config.config.level = CompatibilityLevel::kNone;
  ASSERT_TRUE(client.UpdateConfig(config).ok());
  config.target = orders;
  ASSERT_TRUE(client.UpdateConfig(config).ok());
  ASSERT_TRUE(client.DeleteSubject({.subject = orders}).ok());

  const std::map<std::string, std::optional<std::string>> expected = {
      {R"({"keytype":"SCHEMA","subject":"foo-value","version":1,"magic":1})",
       R"({"subject":"foo-value","version":1,"id":1,"schemaType":"AVRO","schema":"\"string\"","deleted":true})"},
      {R"({"keytype":"CONTEXT","tenant":"default","context":".c1","magic":0})",
       R"({"tenant":"default","context":".c1"})"},
      {R"({"keytype":"SCHEMA","subject":":.c1:foo","version":1,"magic":1})",
       R"({"subject":":.c1:foo","version":1,"id":1,"schemaType":"AVRO","schema":"\"string\"","deleted":false})"},
      {R"({"keytype":"CONFIG","magic":0})", R"({"compatibilityLevel":"NONE"})"},
      {R"({"keytype":"CONFIG","subject":"foo-value","magic":0})",
       R"({"subject":"foo-value","compatibilityLevel":"NONE"})"},
  };
  std::map<std::string, std::optional<std::string>> written = LastValues("ours");
  written.erase(R"({"keytype":"NOOP","magic":0})");
  EXPECT_EQ(written, expected);
  // A claim is a NOOP to the others, and every other record of ours says under which claim it was written.
  const std::vector<LogRecord> records = topics_->Read("ours");
  EXPECT_THAT(records[0].record.key, StartsWith(R"({"keytype":"NOOP","magic":0,"epoch":1,"claim":")"));
  for (const LogRecord& record : records) {
    if (record.record.key.find("\"claim\"") != std::string::npos) continue;
    ASSERT_FALSE(record.record.headers.empty()) << record.record.key;
    EXPECT_EQ(record.record.headers[0].name, "regent-claim") << record.record.key;
  }
}

TEST_F(KafkaLayoutsTest, APermanentDeleteRemovesEveryRawKey) {
  const std::string value = R"({"subject":"a","version":1,"id":5,"schema":"\"string\"","deleted":false})";
  const std::vector<std::string> spellings = {R"({"keytype":"SCHEMA","subject":"a","version":1,"magic":1})",
                                              R"({"magic":1,"keytype":"SCHEMA","subject":"a","version":1})",
                                              R"({"subject":"a","version":1,"magic":1,"keytype":"SCHEMA"})",
                                              R"({"keytype":"SCHEMA","subject":"a","version":1,"magic":0})"};
  std::vector<Record> records;
  for (const std::string& spelling : spellings) records.push_back(Plain(spelling, value));
  auto node = NodeOn("spellings", records);
  const Subject a = Subject::Parse("a");
  ASSERT_TRUE(node->Client().DeleteSubject({.subject = a}).ok());
  const auto deleted = node->Client().DeleteSubject({.subject = a, .permanent = true});
  ASSERT_TRUE(deleted.ok()) << deleted.status();
  EXPECT_THAT(deleted->versions, ElementsAre(Version(1)));
  const auto last = LastValues("spellings");
  for (const std::string& spelling : spellings) {
    ASSERT_EQ(last.count(spelling), 1u) << spelling;
    EXPECT_EQ(last.at(spelling), std::nullopt) << spelling;
  }
  // Nor does it come back to a node that reads the topic afresh.
  node->Signal(SIGTERM);
  EXPECT_EQ(node->Wait(), 0) << node->output();
  node = Node("spellings");
  EXPECT_EQ(Listing(node->Client()), "");
}

TEST_F(KafkaLayoutsTest, TwoRegistriesOnOneKafkaDoNotSeeEachOther) {
  const auto one = Node("one");
  const auto two = Node("two");
  const auto first = one->Client().Register(Subject::Parse("s"), {.text = "\"string\""});
  const auto second = two->Client().Register(Subject::Parse("s"), {.text = "\"long\""});
  ASSERT_TRUE(first.ok()) << first.status();
  ASSERT_TRUE(second.ok()) << second.status();
  EXPECT_EQ(first->registered.stored->id, SchemaId(1));
  EXPECT_EQ(second->registered.stored->id, SchemaId(1));
  EXPECT_EQ(Listing(one->Client()), "s v1 id 1 AVRO \"string\"\n");
  EXPECT_EQ(Listing(two->Client()), "s v1 id 1 AVRO \"long\"\n");
}

}  // namespace
}  // namespace regent::testing
