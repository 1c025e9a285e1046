#include "server/forward/cluster_view.h"

#include <gtest/gtest.h>

#include "base/clock.h"
#include "base/error_reason.h"
#include "server/registry/testing/test_node.h"

namespace regent {
namespace {

class ClusterViewTest : public ::testing::Test {
 protected:
  ClusterViewTest() : view_({.registry_id = "schemas"}, &node_.registry(), nullptr, nullptr, SystemClock()) {
    node_.SetAddress("host-1:50051");
    view_.SetSelf({.node = "node-1", .incarnation = "i-1", .grpc_address = "host-1:50051", .version = "0.1"});
  }

  std::shared_ptr<MemoryLogStorage> storage_ = MemoryLogStorage::Create("log-1");
  TestNode node_{storage_};
  ClusterView view_;
};

TEST_F(ClusterViewTest, ASingleNodeIsItsOwnPrimary) {
  node_.StartAsPrimary();
  const ClusterStatus status = view_.Status();
  EXPECT_EQ(status.registry_id, "schemas");
  EXPECT_EQ(status.log_id, "log-1");
  EXPECT_EQ(status.lineage, "log-1");
  EXPECT_EQ(status.answered_by, "node-1");
  EXPECT_EQ(status.write_state, WriteState::kAccepting);
  EXPECT_EQ(status.reason, "");
  ASSERT_TRUE(status.primary.has_value());
  EXPECT_EQ(status.primary->grpc_address, "host-1:50051");
  ASSERT_TRUE(status.last_election.has_value());
  EXPECT_EQ(status.last_election->epoch, Epoch(1));
  EXPECT_EQ(status.last_election->node, "node-1");
  EXPECT_GT(status.last_election->time_ms, 0);
  ASSERT_EQ(status.nodes.size(), 1u);
  EXPECT_EQ(status.nodes[0].state, NodeState::kPrimary);
  EXPECT_EQ(status.nodes[0].lag, 0);
  EXPECT_EQ(status.nodes[0].position, node_.registry().AppliedPosition());
  EXPECT_GT(status.nodes[0].last_seen_ms, 0);
}

TEST_F(ClusterViewTest, BeforeAnyElectionItSaysThatWritesWait) {
  node_.Start();
  const ClusterStatus status = view_.Status();
  EXPECT_EQ(status.write_state, WriteState::kElecting);
  EXPECT_NE(status.reason, "");
  EXPECT_FALSE(status.primary.has_value());
  EXPECT_FALSE(status.last_election.has_value());
  EXPECT_EQ(status.nodes[0].state, NodeState::kFollower);
}

TEST_F(ClusterViewTest, AReplacedLogIsNamed) {
  node_.StartAsPrimary();
  storage_->Replace("log-2");
  while (node_.registry().gate().role() != Role::kStopped) std::this_thread::yield();
  EXPECT_EQ(view_.Status().write_state, WriteState::kLogReplaced);
  // It may hold the last copy, and goes on to serve it.
  EXPECT_EQ(view_.Status().nodes[0].state, NodeState::kStale);
}

TEST_F(ClusterViewTest, AStateThatDiffersAtTheSamePositionIsAnAlarm) {
  node_.StartAsPrimary();
  ASSERT_TRUE(node_.Register("a", "x").ok());
  PeerReport report;
  report.status.info = {.node = "node-2", .incarnation = "i-2"};
  const LogFacts own = node_.registry().GetLogFacts();
  report.status.position = own.position;
  report.state_hash = own.state_hash;
  const auto diverged = [&] { return view_.TakeReport(report).nodes[1].diverged; };
  EXPECT_FALSE(diverged());
  // At another position the hash says nothing.
  report.status.position.offset = kBeforeFirst;
  report.state_hash = "another";
  EXPECT_FALSE(diverged());
  report.status.position = own.position;
  EXPECT_TRUE(diverged());
  report.status.position.offset = kBeforeFirst;
  EXPECT_TRUE(diverged());
  report.status.position = own.position;
  report.state_hash = own.state_hash;
  EXPECT_FALSE(diverged());
}

TEST_F(ClusterViewTest, CountsWhatTheLogHeldAgainstTheRules) {
  node_.StartAsPrimary();
  storage_->Put({.key = R"({"keytype":"CONFIG","magic":0})", .value = R"({"compatibilityLevel":"NONE"})"});
  storage_->Put({.key = "not a key"});
  node_.WaitUntilCaughtUp();
  const ClusterCounters counters = view_.Status().counters;
  EXPECT_EQ(counters.fenced, 1);
  EXPECT_EQ(counters.foreign, 1);
  EXPECT_EQ(counters.meaningless, 1);
}

}  // namespace
}  // namespace regent
