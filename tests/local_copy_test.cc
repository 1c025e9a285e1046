// A node that is started while Kafka is away: it answers from its copy of the log, and goes on when Kafka is back.
#include <gtest/gtest.h>
#include <signal.h>

#include <chrono>
#include <string>

#include "base/error_reason.h"
#include "client/cluster_admin.h"
#include "client/grpc_connection.h"
#include "tests/support/child_process.h"
#include "tests/support/cluster.h"

namespace regent::testing {
namespace {

using std::chrono::seconds;

absl::StatusOr<client::RegisterSchemaResult> Register(const client::RegistryClient& client, const std::string& field) {
  SchemaContent content;
  content.text =
      R"({"type":"record","name":"Order","fields":[{"name":")" + field + R"(","type":"string","default":""}]})";
  return client.Register(Subject(".", "orders"), content);
}

v1::ClusterStatus StatusOf(Cluster& cluster, int node) {
  client::ClusterAdmin admin({.endpoints = {cluster.node(node).address()}, .timeout = seconds(10)});
  const auto status = admin.GetStatus();
  EXPECT_TRUE(status.ok()) << status.status();
  return status.ok() ? *status : v1::ClusterStatus();
}

TEST(LocalCopyTest, ServesWhileKafkaIsAwayAndGoesOnWhenItIsBack) {
  Cluster cluster({.nodes = 2});
  cluster.WriteThrough(0);
  ASSERT_TRUE(Register(cluster.ClientOf(0), "first").ok());
  const Dump before = cluster.Converged();
  ASSERT_FALSE(before.empty());
  EXPECT_NE(StatusOf(cluster, 0).kafka_cluster_id(), "");
  EXPECT_EQ(StatusOf(cluster, 0).kafka_cluster_id(), StatusOf(cluster, 1).kafka_cluster_id());

  cluster.Signal(1, SIGTERM);
  ASSERT_EQ(cluster.node(1).Wait(), 0) << cluster.node(1).output();
  cluster.kafka().Kill(0);
  cluster.Restart(1);
  EXPECT_EQ(cluster.DumpOf(1), before);
  const v1::ClusterStatus stale = StatusOf(cluster, 1);
  ASSERT_GE(stale.nodes_size(), 1);
  bool marked = false;
  for (const auto& node : stale.nodes()) marked = marked || node.state() == v1::NODE_STATE_STALE;
  EXPECT_TRUE(marked) << stale.DebugString();
  EXPECT_NE(stale.write_state(), v1::WRITE_STATE_ACCEPTING);

  // What is known is answered, what is new waits in vain.
  EXPECT_TRUE(Register(cluster.ClientOf(1), "first").ok());
  const auto refused = Register(cluster.ClientOf(1, seconds(2)), "second");
  EXPECT_TRUE(absl::IsUnavailable(refused.status()) || absl::IsDeadlineExceeded(refused.status())) << refused.status();

  cluster.kafka().Restart(0);
  cluster.WriteThrough(1);
  ASSERT_TRUE(Register(cluster.ClientOf(1), "third").ok());
  const Dump after = cluster.Converged();
  EXPECT_EQ(after.at("orders").size(), 2u);
  EXPECT_EQ(after, cluster.FreshReplay());
}

// The status that /readyz answers.
std::string Readiness(const std::string& url) {
  const std::string program =
      "import sys, urllib.request, urllib.error\n"
      "try: print('status', urllib.request.urlopen(sys.argv[1] + '/readyz').status)\n"
      "except urllib.error.HTTPError as error: print('status', error.code)\n";
  ChildProcess python({"/usr/bin/python3", "-c", program, url});
  return python.WaitForLine("status");
}

// Such a node used to open no port at all.
TEST(NoCopyTest, NodeOpensItsDoorsWhileKafkaIsAwayAndIsReadyWhenItComes) {
  KafkaCluster kafka;
  kafka.Kill(0);
  const std::string directory = NewDirectory("node");
  ChildProcess node({Runfile("cli/regent"), "serve", "--set", "regent.data.dir=" + directory, "--set",
                     "regent.grpc.listener=127.0.0.1:0", "--set", "listeners=http://127.0.0.1:0", "--set",
                     "kafkastore.bootstrap.servers=" + kafka.servers(), "--set", "regent.write.timeout.ms=2000"});
  const std::string line = node.WaitForLine("regent: waits for its log");
  ASSERT_NE(line, "") << node.output();
  const auto word_after = [&](const std::string& sign) {
    const size_t at = line.find(sign) + sign.size();
    return line.substr(at, line.find(',', at) - at);
  };
  const std::string url = word_after("REST on ");
  client::GrpcConnectionOptions options;
  options.endpoints = {word_after("gRPC on ")};
  options.call_timeout = seconds(60);
  auto connection = client::MakeGrpcConnection(std::move(options));
  ASSERT_TRUE(connection.ok());
  const client::RegistryClient registry(*std::move(connection));

  EXPECT_EQ(Readiness(url), "status 503");
  const auto read = registry.GetLatest(Subject(".", "orders"));
  EXPECT_EQ(ReasonOf(read.status()), ErrorReason::kNotReady);
  EXPECT_NE(std::string(read.status().message()).find(kafka.servers()), std::string::npos) << read.status();
  const auto write = Register(registry, "early");
  EXPECT_TRUE(absl::IsUnavailable(write.status())) << write.status();
  EXPECT_NE(std::string(write.status().message()).find(kafka.servers()), std::string::npos) << write.status();

  kafka.Restart(0);
  ASSERT_NE(node.WaitForLine("regent: serving"), "") << node.output();
  EXPECT_EQ(Readiness(url), "status 200");
  const auto written = Register(registry, "first");
  EXPECT_TRUE(written.ok()) << written.status();
  node.Signal(SIGTERM);
  EXPECT_EQ(node.Wait(), 0) << node.output();
}

TEST(NoCopyTest, StopIsPromptWhileKafkaIsAway) {
  const std::string directory = NewDirectory("node");
  ChildProcess node({Runfile("cli/regent"), "serve", "--set", "regent.data.dir=" + directory, "--set",
                     "regent.grpc.listener=127.0.0.1:0", "--set", "listeners=http://127.0.0.1:0", "--set",
                     "kafkastore.bootstrap.servers=127.0.0.1:1"});
  ASSERT_NE(node.WaitForLine("regent: waits for its log"), "") << node.output();
  const auto begin = std::chrono::steady_clock::now();
  node.Signal(SIGTERM);
  EXPECT_EQ(node.Wait(), 0) << node.output();
  // It used to wait for the brokers, kafkastore.init.timeout.ms long.
  EXPECT_LT(std::chrono::steady_clock::now() - begin, seconds(20));
}

}  // namespace
}  // namespace regent::testing
