// A node that is started while Kafka is away: it answers from its copy of the log, and goes on when Kafka is back.
#include <gtest/gtest.h>
#include <signal.h>

#include <chrono>
#include <string>

#include "base/error_reason.h"
#include "client/cluster_admin.h"
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
  client::ClusterAdmin admin({cluster.node(node).address()}, seconds(10));
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

}  // namespace
}  // namespace regent::testing
