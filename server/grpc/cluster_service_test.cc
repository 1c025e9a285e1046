#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "server/grpc/testing/served_registry.h"

namespace regent {
namespace {

using ::testing::Return;

class ClusterServiceTest : public ::testing::Test {
 protected:
  ClusterServiceTest() {
    ClusterStatus status;
    status.registry_id = "schema-registry";
    status.nodes = {NodeStatus{NodeInfo{"node-1", "i", "host:50051"}, {"log", Offset(41)}, 0, NodeState::kPrimary}};
    status.write_state = WriteState::kAccepting;
    ON_CALL(served_.cluster(), Status()).WillByDefault(Return(status));
  }

  ServedRegistry served_;
  grpc::ClientContext context_;
};

TEST_F(ClusterServiceTest, GetStatusTellsWhatTheNodeKnows) {
  v1::ClusterStatus response;
  const grpc::Status status = served_.cluster_stub().GetStatus(&context_, {}, &response);
  ASSERT_TRUE(status.ok()) << status.error_message();
  EXPECT_EQ(response.registry_id(), "schema-registry");
  EXPECT_EQ(response.write_state(), v1::WRITE_STATE_ACCEPTING);
  ASSERT_EQ(response.nodes_size(), 1);
  EXPECT_EQ(response.nodes(0).state(), v1::NODE_STATE_PRIMARY);
  EXPECT_EQ(PositionIn(context_), "41@log");
}

TEST_F(ClusterServiceTest, ListNodesTellsAddresses) {
  v1::ListNodesResponse response;
  const grpc::Status status = served_.cluster_stub().ListNodes(&context_, {}, &response);
  ASSERT_TRUE(status.ok()) << status.error_message();
  ASSERT_EQ(response.nodes_size(), 1);
  EXPECT_EQ(response.nodes(0).info().grpc_address(), "host:50051");
}

}  // namespace
}  // namespace regent
