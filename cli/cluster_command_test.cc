#include "cli/cluster_command.h"

#include <gmock/gmock.h>
#include <grpcpp/server.h>
#include <grpcpp/server_builder.h>
#include <gtest/gtest.h>

#include <atomic>
#include <cstdlib>

#include "cli/testing/run_words.h"
#include "regent/v1/cluster.grpc.pb.h"

namespace regent::cli {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

// A node that answers as the test says.
class Node : public v1::Cluster::Service {
 public:
  Node() {
    grpc::ServerBuilder builder;
    builder.AddListeningPort("127.0.0.1:0", grpc::InsecureServerCredentials(), &port_);
    builder.RegisterService(this);
    server_ = builder.BuildAndStart();
    status.set_registry_id("schemas");
    status.set_log_id("log-1");
    status.set_epoch(7);
    status.set_write_state(v1::WRITE_STATE_ACCEPTING);
    status.set_answered_by("b");
    status.mutable_primary()->set_node("a");
    v1::NodeStatus* a = status.add_nodes();
    a->mutable_info()->set_node("a");
    a->mutable_info()->set_grpc_address("host-a:50051");
    a->mutable_info()->set_eligible(true);
    a->mutable_position()->set_offset(41);
    a->set_state(v1::NODE_STATE_PRIMARY);
    v1::NodeStatus* b = status.add_nodes();
    b->mutable_info()->set_node("b");
    b->set_state(v1::NODE_STATE_FOLLOWER);
    b->set_lag(3);
  }
  ~Node() override { server_->Shutdown(); }
  std::string address() const { return "127.0.0.1:" + std::to_string(port_); }

  grpc::Status GetStatus(grpc::ServerContext*, const v1::GetStatusRequest*, v1::ClusterStatus* response) override {
    *response = status;
    return grpc::Status::OK;
  }
  grpc::Status ListNodes(grpc::ServerContext*, const v1::ListNodesRequest*, v1::ListNodesResponse* response) override {
    response->set_registry_id("schemas");
    return grpc::Status::OK;
  }
  grpc::Status ResumeWrites(grpc::ServerContext*, const v1::ResumeWritesRequest* request,
                            v1::ResumeWritesResponse*) override {
    resume = *request;
    return grpc::Status::OK;
  }
  grpc::Status TransferPrimary(grpc::ServerContext*, const v1::TransferPrimaryRequest* request,
                               v1::TransferPrimaryResponse* response) override {
    transfer = *request;
    response->set_epoch(8);
    return grpc::Status::OK;
  }
  grpc::Status RestoreLog(grpc::ServerContext*, const v1::RestoreLogRequest*, v1::RestoreLogResponse*) override {
    ++restores;
    return {grpc::StatusCode::FAILED_PRECONDITION, "the log was not replaced"};
  }

  v1::ClusterStatus status;
  v1::ResumeWritesRequest resume;
  v1::TransferPrimaryRequest transfer;
  std::atomic<int> restores{0};

 private:
  int port_ = 0;
  std::unique_ptr<grpc::Server> server_;
};

class ClusterCommandTest : public ::testing::Test {
 protected:
  Outcome Run(std::vector<std::string> words) {
    words.insert(words.begin(), "cluster");
    words.insert(words.end(), {"--server", node_.address()});
    return RunWords(words, {});
  }
  Node node_;
};

TEST_F(ClusterCommandTest, StatusShowsNodesPrimaryAndWhetherWritesAreAccepted) {
  const Outcome outcome = Run({"status"});
  EXPECT_EQ(outcome.code, ExitCode::kOk) << outcome.error;
  EXPECT_THAT(outcome.out, HasSubstr("registry schemas\nlog log-1\nwrites accepting\nprimary a, epoch 7\n"));
  EXPECT_THAT(outcome.out, HasSubstr("node a primary, gRPC host-a:50051, at 41\n"));
  EXPECT_THAT(outcome.out, HasSubstr("node b follower"));
  EXPECT_THAT(outcome.out, HasSubstr("3 behind, not eligible"));
}

TEST_F(ClusterCommandTest, StatusSaysWhyWritesAreNotAccepted) {
  node_.status.set_write_state(v1::WRITE_STATE_FOREIGN_WRITER);
  node_.status.set_reason("Another registry wrote.\x1b[2J");
  const Outcome outcome = Run({"status"});
  EXPECT_THAT(outcome.out, HasSubstr("writes foreign-writer: Another registry wrote."));
  EXPECT_THAT(outcome.out, Not(HasSubstr("\x1b")));
}

TEST_F(ClusterCommandTest, StatusAsJsonIsTheMessageUnderItsOwnNames) {
  const Outcome outcome = Run({"status", "--output=json"});
  EXPECT_EQ(outcome.code, ExitCode::kOk);
  EXPECT_THAT(outcome.out, HasSubstr(R"("write_state":"WRITE_STATE_ACCEPTING")"));
  EXPECT_THAT(outcome.out, HasSubstr(R"("epoch":"7")"));
  EXPECT_THAT(outcome.out, HasSubstr(R"("grpc_address":"host-a:50051")"));
  EXPECT_THAT(outcome.out, HasSubstr(R"("lag":"0")"));
}

TEST_F(ClusterCommandTest, StatusAsksTheNextServerWhereOneIsAway) {
  const Outcome outcome =
      RunWords({"cluster", "status", "--timeout", "2s", "--server", "127.0.0.1:1," + node_.address()}, {});
  EXPECT_EQ(outcome.code, ExitCode::kOk) << outcome.error;
}

// --registry used to be ignored here: the wrong cluster could be handed over or restored.
TEST_F(ClusterCommandTest, RefusesAServerOfAnotherRegistry) {
  const Outcome outcome = Run({"transfer", "b", "--registry", "others"});
  EXPECT_EQ(outcome.code, ExitCode::kUsage);
  EXPECT_THAT(outcome.error, HasSubstr("is of the registry 'schemas', and 'others' is expected"));
  EXPECT_EQ(node_.transfer.node(), "");
  EXPECT_EQ(Run({"status", "--registry", "schemas"}).code, ExitCode::kOk);
}

TEST_F(ClusterCommandTest, DoesNotGoThroughAProxyToThisMachine) {
  setenv("http_proxy", "http://127.0.0.1:1", 1);
  const Outcome outcome = Run({"status", "--timeout", "2s"});
  unsetenv("http_proxy");
  EXPECT_EQ(outcome.code, ExitCode::kOk) << outcome.error;
}

TEST_F(ClusterCommandTest, WhatTheFirstServerSaysOfAnOrderIsTheAnswer) {
  Node other;
  const Outcome outcome =
      RunWords({"cluster", "restore", "--server", "127.0.0.1:1," + node_.address() + "," + other.address()}, {});
  EXPECT_EQ(outcome.code, ExitCode::kNo) << outcome.error;
  EXPECT_EQ(node_.restores + other.restores, 1);
  EXPECT_EQ(node_.restores, 1);
}

TEST_F(ClusterCommandTest, WithoutAServerItSaysWhichWereTried) {
  const Outcome outcome = RunWords({"cluster", "status", "--timeout", "200ms", "--server", "127.0.0.1:1"}, {});
  EXPECT_EQ(outcome.code, ExitCode::kUnreachable);
  EXPECT_THAT(outcome.error, HasSubstr("127.0.0.1:1"));
}

TEST_F(ClusterCommandTest, TransferNamesTheNodeOrLeavesItOpen) {
  const Outcome outcome = Run({"transfer", "b"});
  EXPECT_EQ(outcome.code, ExitCode::kOk) << outcome.error;
  EXPECT_EQ(outcome.out, "b is primary\n");
  EXPECT_EQ(node_.transfer.node(), "b");
  EXPECT_EQ(Run({"transfer"}).out, "another node is primary\n");
  EXPECT_EQ(node_.transfer.node(), "");
}

// Errors and run books say "regent cluster resume" of a foreign writer, and it used to want more than that.
TEST_F(ClusterCommandTest, ResumeIsOfAForeignWriterUnlessTold) {
  EXPECT_EQ(Run({"resume"}).code, ExitCode::kOk);
  EXPECT_EQ(node_.resume.reason(), v1::WRITE_STATE_FOREIGN_WRITER);
  EXPECT_EQ(Run({"resume", "--reason", "untrusted-keys"}).code, ExitCode::kOk);
  EXPECT_EQ(node_.resume.reason(), v1::WRITE_STATE_UNTRUSTED_KEYS);
  EXPECT_EQ(Run({"resume", "--reason", "boredom"}).code, ExitCode::kUsage);
  EXPECT_EQ(Run({"resume", "--reason", "foreign-writer"}).code, ExitCode::kOk);
  EXPECT_EQ(node_.resume.reason(), v1::WRITE_STATE_FOREIGN_WRITER);
  EXPECT_FALSE(node_.resume.accept_log());
  EXPECT_EQ(Run({"resume", "--accept-log"}).out, "writes resumed\n");
  EXPECT_EQ(node_.resume.reason(), v1::WRITE_STATE_LOG_REPLACED);
  EXPECT_TRUE(node_.resume.accept_log());
}

TEST_F(ClusterCommandTest, ARefusalIsTold) {
  const Outcome outcome = Run({"restore"});
  EXPECT_EQ(outcome.code, ExitCode::kNo);
  EXPECT_THAT(outcome.error, HasSubstr("the log was not replaced"));
}

}  // namespace
}  // namespace regent::cli
