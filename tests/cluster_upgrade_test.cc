// Nodes of two releases in one cluster: one that does not understand the log's newer claims reads on and forwards, says
// so, and never claims; whichever is upgraded first.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>

#include <chrono>
#include <string>

#include "tests/support/cluster.h"

namespace regent::testing {
namespace {

using ::testing::HasSubstr;

constexpr char kOlder[] = "cli/regent";
constexpr char kNewer[] = "tests/support/newer_node";
constexpr char kText[] = R"({"type":"enum","name":"Late","symbols":["A"]})";

void End(Cluster& cluster, int node) {
  cluster.Signal(node, SIGTERM);
  ASSERT_EQ(cluster.node(node).Wait(), 0) << cluster.node(node).output();
}

// The primary of an old release goes on until it is replaced; afterwards only new ones claim.
TEST(ClusterUpgradeTest, NodeByNodeAndOneBack) {
  Cluster cluster({.programs = {kOlder, kOlder, kOlder}});
  for (int i = 0; i < cluster.size(); ++i) cluster.WriteThrough(i);
  for (int i = 0; i < cluster.size(); ++i) {
    End(cluster, i);
    cluster.Restart(i, kNewer);
    for (int each = 0; each < cluster.size(); ++each) cluster.WriteThrough(each);
  }
  // The last of the old ones is gone; the log holds claims of the new format for sure once somebody claims again.
  const int first = cluster.Primary();
  ASSERT_GE(first, 0);
  End(cluster, first);
  cluster.WriteThrough((first + 1) % cluster.size());
  // Back to the old release: it serves and forwards.
  cluster.Restart(first, kOlder);
  cluster.WriteThrough(first);
  const Dump before = cluster.Converged();
  EXPECT_EQ(cluster.node(first).ClaimedEpoch(), 0);

  // Alone it reads, and does not write.
  for (int i = 0; i < cluster.size(); ++i) {
    if (i != first) End(cluster, i);
  }
  EXPECT_EQ(cluster.DumpOf(first), before);
  const auto refused =
      cluster.ClientOf(first, std::chrono::seconds(12)).Register(Subject::Parse("probe"), {.text = kText});
  EXPECT_FALSE(refused.ok());
  EXPECT_EQ(cluster.node(first).ClaimedEpoch(), 0);
  EXPECT_THAT(cluster.node(first).output(), HasSubstr("The log was written by a newer Regent"));
  EXPECT_EQ(cluster.DumpOf(first), before);

  for (int i = 0; i < cluster.size(); ++i) {
    if (i != first) cluster.Restart(i, kNewer);
  }
  for (int i = 0; i < cluster.size(); ++i) cluster.WriteThrough(i);
  EXPECT_EQ(cluster.node(first).ClaimedEpoch(), 0);
  cluster.Converged();
}

// The first node that is upgraded becomes primary at once; the election then names old ones too, who leave it to the
// other new one.
TEST(ClusterUpgradeTest, OldNodesLeaveTheOfficeToNewOnes) {
  Cluster cluster({.programs = {kNewer, kOlder, kNewer}});
  cluster.WriteThrough(1);
  // Whoever was elected first: now a new one.
  if (cluster.Primary() == 1) {
    End(cluster, 1);
    cluster.WriteThrough(0);
    cluster.Restart(1, kOlder);
  }
  for (int round = 0; round < 3; ++round) {
    const int primary = cluster.Primary();
    ASSERT_NE(primary, 1);
    End(cluster, primary);
    cluster.WriteThrough(1);
    cluster.Restart(primary, kNewer);
    cluster.WriteThrough(primary);
  }
  EXPECT_EQ(cluster.node(1).ClaimedEpoch(), 0) << cluster.node(1).output();
  const Dump dump = cluster.Converged();
  EXPECT_EQ(cluster.FreshReplay(), dump);
}

}  // namespace
}  // namespace regent::testing
