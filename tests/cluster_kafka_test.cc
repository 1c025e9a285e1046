// What a cluster does when Kafka fails, and with whom it does not share one.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>

#include <chrono>
#include <cstdio>
#include <memory>
#include <string>
#include <vector>

#include "base/error_reason.h"
#include "tests/support/child_process.h"
#include "tests/support/cluster.h"
#include "tests/support/kafka_topics.h"
#include "tests/support/workload.h"

namespace regent::testing {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using ::testing::HasSubstr;

std::string TextOf(const std::string& name) { return R"({"type":"enum","name":")" + name + R"(","symbols":["A"]})"; }

// Of a node that is no part of a Cluster.
client::RegistryClient ClientOf(const NodeProcess& node) { return node.Client(); }

TEST(ClusterKafkaTest, WritesResumeByThemselvesWhenTheBrokerThatLeadsAndCoordinatesIsKilled) {
  Cluster cluster({.kafka = {.brokers = 3, .settings = {}}});
  cluster.WriteThrough(0);
  const int primary = cluster.Primary();
  Workload load(&cluster, {.read_from = {0, 1, 2}});
  load.AwaitAcks(50);
  load.TakeLongestGap();
  const int leader = cluster.kafka().LeaderOf("_schemas");
  cluster.kafka().Kill(leader);
  load.AwaitAcks(50);
  const milliseconds gap = load.TakeLongestGap();
  cluster.kafka().Restart(leader);
  load.AwaitAcks(50);
  load.Stop();
  EXPECT_EQ(load.read_errors(), 0) << load.FirstError();
  load.Judge();
  std::printf(
      "FIGURE the broker that leads the topic killed, 3 brokers: write gap %d ms, primary %s, %d reads without an "
      "error\n",
      static_cast<int>(gap.count()), cluster.Primary() == primary ? "kept" : "changed", load.reads());
}

TEST(ClusterKafkaTest, WithoutKafkaReadsAndKnownRegistrationsGoOnAndWritesComeBack) {
  Cluster cluster({.kafka = {.brokers = 1, .settings = {}}, .settings = {"regent.write.timeout.ms=3000"}});
  const Subject subject = Subject::Parse("orders");
  ASSERT_TRUE(cluster.ClientOf(0).Register(subject, {.text = TextOf("Known")}).ok());
  const Dump before = cluster.Converged();
  cluster.kafka().Kill(0);
  for (int i = 0; i < cluster.size(); ++i) {
    EXPECT_EQ(cluster.DumpOf(i), before) << "node " << i;
    const auto known = cluster.ClientOf(i).Register(subject, {.text = TextOf("Known")});
    EXPECT_TRUE(known.ok()) << "node " << i << ": " << known.status();
    const auto fresh = cluster.ClientOf(i, seconds(4)).Register(subject, {.text = TextOf("New" + std::to_string(i))});
    EXPECT_EQ(fresh.status().code(), absl::StatusCode::kUnavailable) << "node " << i << ": " << fresh.status();
  }
  cluster.kafka().Restart(0);
  // No node was started again.
  for (int i = 0; i < cluster.size(); ++i) cluster.WriteThrough(i);
  const Dump after = cluster.Converged();
  EXPECT_EQ(after.at("orders").front(), before.at("orders").front());
  EXPECT_EQ(cluster.FreshReplay(), after);
}

TEST(ClusterKafkaTest, NodeThatMayNotBePrimaryServesAndForwardsAndNeverWrites) {
  Cluster cluster({.nodes = 2});
  cluster.WriteThrough(0);
  const NodeProcess observer(NewDirectory("observer"),
                             {"kafkastore.bootstrap.servers=" + cluster.kafka().servers(), "regent.node.id=observer",
                              "leader.eligibility=false", "regent.write.timeout.ms=3000"});
  ASSERT_NE(observer.address(), "") << observer.output();
  const auto written = ClientOf(observer).Register(Subject::Parse("o"), {.text = TextOf("Forwarded")});
  ASSERT_TRUE(written.ok()) << written.status();
  for (int i = 0; i < cluster.size(); ++i) {
    cluster.Signal(i, SIGTERM);
    ASSERT_EQ(cluster.node(i).Wait(), 0) << cluster.node(i).output();
  }
  KafkaTopics topics(cluster.kafka().ClientConfig());
  const Offset end = topics.End("_schemas");
  EXPECT_TRUE(ClientOf(observer).GetSchema(written->registered.stored->id).ok());
  EXPECT_FALSE(ClientOf(observer).Register(Subject::Parse("o"), {.text = TextOf("Nobody")}).ok());
  EXPECT_EQ(topics.End("_schemas"), end) << "it wrote to the topic";
}

TEST(ClusterKafkaTest, RegistriesOnOneKafkaDoNotSeeEachOther) {
  Cluster first({.nodes = 2});
  first.WriteThrough(0);
  const std::vector<std::string> of_second = {"kafkastore.bootstrap.servers=" + first.kafka().servers(),
                                              "kafkastore.topic=_other", "schema.registry.group.id=other"};
  const NodeProcess second(NewDirectory("second"), of_second);
  ASSERT_NE(second.address(), "") << second.output();
  const auto written = ClientOf(second).Register(Subject::Parse("only-in-second"), {.text = TextOf("Second")});
  ASSERT_TRUE(written.ok()) << written.status();
  EXPECT_EQ(written->registered.stored->id, SchemaId(1));
  EXPECT_EQ(first.Converged().count("only-in-second"), 0u);
  EXPECT_EQ(ReasonOf(ClientOf(second).GetLatest(Subject::Parse("probe")).status()), ErrorReason::kSubjectNotFound);
}

// `regent cluster ...` against one node; what it printed when it failed.
std::string RunCluster(const std::string& address, std::vector<std::string> words) {
  words.insert(words.begin(), {Runfile("cli/regent"), "cluster"});
  words.push_back("--server=" + address);
  ChildProcess process(words);
  return process.Wait() == 0 ? "" : process.output();
}

// Registers new schemas through the node until one is refused for `reason`; fails the test after a minute.
void WriteUntilRefusedFor(const Cluster& cluster, int node, ErrorReason reason) {
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::minutes(1);
  for (int i = 0; std::chrono::steady_clock::now() < deadline; ++i) {
    const auto result = cluster.ClientOf(node, seconds(5))
                            .Register(Subject::Parse("refused"), {.text = TextOf("Refused" + std::to_string(i))});
    if (!result.ok() && ReasonOf(result.status()) == reason) return;
  }
  ADD_FAILURE() << "node " << node << " goes on writing";
}

TEST(ClusterKafkaTest, ForeignWriterStopsWritesUntilResumedAndNeverReads) {
  Cluster cluster({.nodes = 2});
  cluster.WriteThrough(0);
  const Subject subject = Subject::Parse("orders");
  ASSERT_TRUE(cluster.ClientOf(0).Register(subject, {.text = TextOf("Ours")}).ok());
  // A registry that elects elsewhere takes the same version for a schema of its own.
  KafkaTopics(cluster.kafka().ClientConfig())
      .Put("_schemas", {{.key = R"({"keytype":"SCHEMA","subject":"orders","version":1,"magic":1})",
                         .value = R"({"subject":"orders","version":1,"id":1,"schema":"\"string\"","deleted":false})",
                         .headers = {}}});
  for (int i = 0; i < cluster.size(); ++i) WriteUntilRefusedFor(cluster, i, ErrorReason::kForeignWriter);
  for (int i = 0; i < cluster.size(); ++i) {
    const auto latest = cluster.ClientOf(i).GetLatest(subject);
    ASSERT_TRUE(latest.ok()) << latest.status();
    EXPECT_EQ(latest->stored->content.text, TextOf("Ours"));
  }
  EXPECT_EQ(RunCluster(cluster.node(0).address(), {"resume", "--reason=foreign-writer"}), "");
  for (int i = 0; i < cluster.size(); ++i) cluster.WriteThrough(i);
  const Dump dump = cluster.Converged();
  EXPECT_EQ(dump.at("orders").front().text, TextOf("Ours"));
  EXPECT_EQ(cluster.FreshReplay(), dump);
}

TEST(ClusterKafkaTest, DeletedTopicStopsWritesAndNotReadsAndIsRestoredFromANodesMemory) {
  Cluster cluster({.nodes = 2});
  for (int i = 0; i < 20; ++i) cluster.WriteThrough(i % 2);
  const Dump before = cluster.Converged();
  KafkaTopics topics(cluster.kafka().ClientConfig());
  topics.Delete("_schemas");
  topics.Create("_schemas");
  for (int i = 0; i < cluster.size(); ++i) {
    WriteUntilRefusedFor(cluster, i, ErrorReason::kLogReplaced);
    EXPECT_EQ(cluster.DumpOf(i), before) << "node " << i;
  }
  EXPECT_EQ(RunCluster(cluster.node(0).address(), {"restore"}), "");
  // The others give up the old log for the one that was restored.
  EXPECT_EQ(RunCluster(cluster.node(1).address(), {"resume", "--reason=log-replaced", "--accept-log"}), "");
  EXPECT_EQ(cluster.Converged(), before) << "not what it was before";
  for (int i = 0; i < cluster.size(); ++i) cluster.WriteThrough(i);
  const Dump after = cluster.Converged();
  EXPECT_EQ(cluster.FreshReplay(), after);
  EXPECT_EQ(after.at("probe").size(), before.at("probe").size() + 2);
}

// A configuration copied from another registry, with only the topic changed.
TEST(ClusterKafkaTest, GroupOfAnotherRegistryIsRefusedByNameOfReason) {
  Cluster first({.nodes = 1});
  first.WriteThrough(0);
  const NodeProcess second(NewDirectory("second"), {"kafkastore.bootstrap.servers=" + first.kafka().servers(),
                                                    "kafkastore.topic=_other", "regent.write.timeout.ms=15000"});
  ASSERT_NE(second.address(), "") << second.output();
  const auto refused = ClientOf(second).Register(Subject::Parse("s"), {.text = TextOf("Second")});
  ASSERT_FALSE(refused.ok());
  EXPECT_THAT(refused.status().ToString(), HasSubstr("the registry on the topic '_schemas'"));
  first.WriteThrough(0);
}

TEST(ClusterKafkaTest, GroupHeldByConfluentIsRefusedByNameOfReason) {
  KafkaCluster kafka;
  ChildProcess confluent(
      {"/usr/bin/python3", Runfile("tests/support/sr_member.py"), kafka.servers(), "schema-registry"});
  ASSERT_NE(confluent.WaitForLine("joined"), "") << confluent.output();
  const NodeProcess node(NewDirectory("node"),
                         {"kafkastore.bootstrap.servers=" + kafka.servers(), "regent.write.timeout.ms=15000"});
  ASSERT_NE(node.address(), "") << node.output();
  const auto refused = ClientOf(node).Register(Subject::Parse("s"), {.text = TextOf("Ours")});
  ASSERT_FALSE(refused.ok());
  EXPECT_THAT(refused.status().ToString(), HasSubstr("'sr'"));
  EXPECT_THAT(node.output(), HasSubstr("The election rejects this node"));
}

}  // namespace
}  // namespace regent::testing
