#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/error_reason.h"
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

TEST_F(ClusterServiceTest, ResumeWritesHandsOnWhatWasDealtWith) {
  EXPECT_CALL(served_.cluster(), Resume)
      .WillOnce([](SteadyTime, const ResumeWrites& request, const ClusterDone& done) {
        EXPECT_EQ(request.reason, WriteState::kLogReplaced);
        EXPECT_TRUE(request.accept_log);
        done(MakeError(ErrorReason::kNotPrimary, "elsewhere"));
      })
      .WillOnce([](SteadyTime, const ResumeWrites& request, const ClusterDone& done) {
        EXPECT_EQ(request.reason, WriteState::kForeignWriter);
        done(absl::OkStatus());
      });
  v1::ResumeWritesRequest request;
  request.set_reason(v1::WRITE_STATE_LOG_REPLACED);
  request.set_accept_log(true);
  v1::ResumeWritesResponse response;
  EXPECT_EQ(ReasonIn(served_.cluster_stub().ResumeWrites(&context_, request, &response)), v1::ERROR_REASON_NOT_PRIMARY);
  request.set_reason(v1::WRITE_STATE_FOREIGN_WRITER);
  grpc::ClientContext second;
  EXPECT_TRUE(served_.cluster_stub().ResumeWrites(&second, request, &response).ok());
}

TEST_F(ClusterServiceTest, NobodyResumesWhatHeHasNotSeen) {
  v1::ResumeWritesResponse response;
  EXPECT_EQ(ReasonIn(served_.cluster_stub().ResumeWrites(&context_, {}, &response)), v1::ERROR_REASON_REQUEST_INVALID);
}

TEST_F(ClusterServiceTest, AnAnswerAfterTheCallEndedIsDropped) {
  ClusterDone late;
  EXPECT_CALL(served_.cluster(), Resume).WillOnce([&](SteadyTime, const ResumeWrites&, ClusterDone done) {
    late = std::move(done);
  });
  v1::ResumeWritesRequest request;
  request.set_reason(v1::WRITE_STATE_FOREIGN_WRITER);
  v1::ResumeWritesResponse response;
  context_.set_deadline(std::chrono::system_clock::now() + std::chrono::milliseconds(50));
  EXPECT_EQ(served_.cluster_stub().ResumeWrites(&context_, request, &response).error_code(),
            grpc::StatusCode::DEADLINE_EXCEEDED);
  late(absl::OkStatus());
}

}  // namespace
}  // namespace regent
