// Whole nodes in one process: one memory log, elections by hand, and real gRPC between them on loopback.
#include <grpcpp/server.h>
#include <grpcpp/server_builder.h>
#include <grpcpp/server_context.h>
#include <gtest/gtest.h>

#include <future>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "base/error_reason.h"
#include "server/forward/cluster_view.h"
#include "server/forward/forwarding_registry.h"
#include "server/forward/grpc_peers.h"
#include "server/forward/peer_endpoint.h"
#include "server/forward/peer_service.h"
#include "server/forward/reporter.h"
#include "server/registry/testing/test_node.h"

namespace regent {
namespace {

TestNode::Options NodeOptions(const std::string& name) {
  TestNode::Options options;
  options.name = name;
  options.writes.without_office = WritePipeline::Options::WithoutOffice::kRefuse;
  return options;
}

class ClusterNode {
 public:
  ClusterNode(std::shared_ptr<MemoryLogStorage> storage, const std::string& name, const std::string& incarnation,
              OfficeTransfer::Options transfer)
      : node_(std::move(storage), NodeOptions(name)),
        forwarding_({}, &node_.registry(), &peers_, SystemClock(), timer_.get(), &executor_),
        transfer_(transfer, &node_.registry(), &peers_, SystemClock(), timer_.get(), &executor_),
        view_({.lost_after = std::chrono::milliseconds(500)}, &node_.registry(), &peers_, &transfer_, SystemClock()),
        endpoint_(&node_.registry(), &view_),
        service_(&endpoint_, &executor_),
        reporter_({.interval = std::chrono::milliseconds(20)}, &node_.registry(), &view_, &peers_, SystemClock(),
                  timer_.get()) {
    grpc::ServerBuilder builder;
    int port = 0;
    builder.AddListeningPort("127.0.0.1:0", grpc::InsecureServerCredentials(), &port);
    builder.RegisterService(&service_);
    server_ = builder.BuildAndStart();
    address_ = "127.0.0.1:" + std::to_string(port);
    node_.SetAddress(address_);
    forwarding_.SetOwnAddress(address_);
    view_.SetSelf({.node = name, .incarnation = incarnation, .grpc_address = address_, .eligible = name != "observer"});
    node_.registry().OnLeadershipChange([this] {
      transfer_.OnLeadershipChange();
      forwarding_.OnLeadershipChange();
      reporter_.OnLeadershipChange();
    });
    node_.Start();
    reporter_.Start(address_);
  }
  ~ClusterNode() {
    Die();
    executor_.Stop();
    timer_.reset();
  }

  // Goes away without a word: no answer is sent any more, nothing is read or written.
  void Die() {
    if (server_ == nullptr) return;
    reporter_.Stop();
    server_->Shutdown(std::chrono::system_clock::now());
    server_->Wait();
    server_.reset();
    forwarding_.Stop();
    transfer_.Stop();
    peers_.Stop();
    node_.registry().Stop();
  }

  std::future<absl::StatusOr<WriteResult>> Register(const std::string& subject, const std::string& text) {
    RegisterSchema command;
    command.subject = Subject::Parse(subject);
    command.content.text = text;
    return Write(std::move(command));
  }
  std::future<absl::StatusOr<WriteResult>> Write(WriteCommand command, CallContext context = {}) {
    auto promise = std::make_shared<std::promise<absl::StatusOr<WriteResult>>>();
    forwarding_.Write(context, std::move(command),
                      [promise](absl::StatusOr<WriteResult> result) { promise->set_value(std::move(result)); });
    return promise->get_future();
  }
  bool Has(const std::string& subject) {
    return forwarding_.GetSchemaVersion({.subject = Subject::Parse(subject)}).ok();
  }

  TestNode& node() { return node_; }
  ClusterView& view() { return view_; }
  const std::string& address() const { return address_; }

 private:
  ThreadPool executor_{2};
  std::unique_ptr<Timer> timer_ = NewThreadTimer();
  GrpcPeers peers_{{}};
  TestNode node_;
  ForwardingRegistry forwarding_;
  OfficeTransfer transfer_;
  ClusterView view_;
  PeerEndpoint endpoint_;
  PeerService service_;
  Reporter reporter_;
  std::unique_ptr<grpc::Server> server_;
  std::string address_;
};

class ClusterTest : public ::testing::Test {
 protected:
  ClusterNode& Add(const std::string& name, const std::string& incarnation = "") {
    nodes_.push_back(std::make_unique<ClusterNode>(
        storage_, name, incarnation.empty() ? name + "-" + std::to_string(nodes_.size()) : incarnation, transfer_));
    return *nodes_.back();
  }
  void Elect(ClusterNode& node) {
    node.node().election().Elect();
    node.node().WaitUntilPrimary();
  }
  template <typename Condition>
  void Await(const Condition& condition) {
    while (!condition()) std::this_thread::yield();
  }

  std::shared_ptr<MemoryLogStorage> storage_ = MemoryLogStorage::Create("log-1");
  std::vector<std::unique_ptr<ClusterNode>> nodes_;
  OfficeTransfer::Options transfer_{.settle = std::chrono::milliseconds(10)};
};

TEST_F(ClusterTest, AnyNodeTakesAWriteAndShowsItAtOnce) {
  ClusterNode& a = Add("a");
  ClusterNode& b = Add("b");
  ClusterNode& c = Add("c");
  Elect(a);
  for (int i = 0; i < 30; ++i) {
    ClusterNode* const node = std::vector{&a, &b, &c}[i % 3];
    const std::string subject = "s" + std::to_string(i);
    const auto result = node->Register(subject, "x").get();
    ASSERT_TRUE(result.ok()) << result.status();
    EXPECT_TRUE(node->Has(subject)) << i;
  }
}

TEST_F(ClusterTest, ARefusalTellsOnAFollowerWhatItTellsOnThePrimary) {
  ClusterNode& a = Add("a");
  ClusterNode& b = Add("b");
  Elect(a);
  ASSERT_TRUE(a.Register("orders", "x y").get().ok());
  const absl::Status here = a.Register("orders", "z").get().status();
  const absl::Status there = b.Register("orders", "z").get().status();
  EXPECT_EQ(ReasonOf(there), ErrorReason::kSchemaIncompatible);
  EXPECT_EQ(there.message(), here.message());
  ASSERT_TRUE(DetailOf(there).report.has_value());
  EXPECT_EQ(DetailOf(there).report->versions.size(), DetailOf(here).report->versions.size());
}

TEST_F(ClusterTest, WhenThePrimaryDiesWritesWaitForTheNext) {
  ClusterNode& a = Add("a");
  ClusterNode& b = Add("b");
  ClusterNode& c = Add("c");
  Elect(a);
  ASSERT_TRUE(c.Register("before", "x").get().ok());
  a.Die();
  std::vector<std::future<absl::StatusOr<WriteResult>>> waiting;
  for (int i = 0; i < 20; ++i) waiting.push_back((i % 2 ? b : c).Register("s" + std::to_string(i), "x"));
  Elect(b);
  for (auto& answer : waiting) {
    const auto result = answer.get();
    EXPECT_TRUE(result.ok()) << result.status();
  }
  EXPECT_TRUE(c.Has("before"));
}

TEST_F(ClusterTest, WithoutAPrimaryReadsAndKnownRegistrationsGoOn) {
  ClusterNode& a = Add("a");
  ClusterNode& b = Add("b");
  Elect(a);
  ASSERT_TRUE(b.Register("orders", "x").get().ok());
  a.Die();
  EXPECT_TRUE(b.Has("orders"));
  const auto known = b.Register("orders", "x").get();
  ASSERT_TRUE(known.ok()) << known.status();
  EXPECT_FALSE(known->changed);
  const CallContext soon{.deadline = std::chrono::steady_clock::now() + std::chrono::milliseconds(100)};
  RegisterSchema unknown;
  unknown.subject = Subject(".", "orders");
  unknown.content.text = "x y?";
  EXPECT_EQ(b.Write(unknown, soon).get().status().code(), absl::StatusCode::kUnavailable);
}

// It was paused with a write on its way, and wakes up after another one took over.
TEST_F(ClusterTest, AZombiesWriteIsNotLostAndNotDoneTwice) {
  ClusterNode& a = Add("a");
  ClusterNode& b = Add("b");
  ClusterNode& c = Add("c");
  Elect(a);
  ASSERT_TRUE(c.Register("warm", "x").get().ok());
  storage_->HoldAppends(a.node().handle());
  auto on_zombie = a.Register("orders", "p");
  auto through_zombie = c.Register("payments", "q");
  Await([&] { return storage_->held_records(a.node().handle()) == 2; });
  Elect(b);
  a.node().election().Depose();
  const auto forwarded = through_zombie.get();
  ASSERT_TRUE(forwarded.ok()) << forwarded.status();
  storage_->ReleaseAppends(a.node().handle());
  const auto late = on_zombie.get();
  ASSERT_TRUE(late.ok()) << late.status();
  for (ClusterNode* node : {&a, &b, &c}) {
    node->node().WaitUntilCaughtUp();
    for (const char* subject : {"orders", "payments"}) {
      const auto versions = node->node().registry().Versions({.subject = Subject(".", subject)});
      ASSERT_TRUE(versions.ok()) << subject;
      EXPECT_EQ(versions->size(), 1u);
    }
  }
}

TEST_F(ClusterTest, ReadsThatAskForItSeeWhatWasAcknowledgedElsewhere) {
  ClusterNode& a = Add("a");
  ClusterNode& b = Add("b");
  Elect(a);
  for (int i = 0; i < 20; ++i) {
    const std::string subject = "s" + std::to_string(i);
    ASSERT_TRUE(a.Register(subject, "x").get().ok());
    ASSERT_TRUE(b.Write(ReadBarrier()).get().ok());
    EXPECT_TRUE(b.Has(subject));
  }
}

// --- status ----------------------------------------------------------------------------------------------------------

const NodeStatus* Find(const ClusterStatus& status, const std::string& name) {
  for (const NodeStatus& node : status.nodes) {
    if (node.info.node == name) return &node;
  }
  return nullptr;
}

bool Is(const ClusterStatus& status, const std::string& name, NodeState state) {
  const NodeStatus* node = Find(status, name);
  return node != nullptr && node->state == state;
}

TEST_F(ClusterTest, EveryNodeKnowsAllNodes) {
  ClusterNode& a = Add("a");
  ClusterNode& b = Add("b");
  ClusterNode& c = Add("c");
  Elect(b);
  for (ClusterNode* node : {&a, &b, &c}) {
    Await([&] {
      const ClusterStatus status = node->view().Status();
      return Is(status, "a", NodeState::kFollower) && Is(status, "b", NodeState::kPrimary) &&
             Is(status, "c", NodeState::kFollower) && status.write_state == WriteState::kAccepting;
    });
    const ClusterStatus status = node->view().Status();
    ASSERT_TRUE(status.primary.has_value());
    EXPECT_EQ(status.primary->node, "b");
    EXPECT_EQ(status.primary->grpc_address, b.address());
    EXPECT_EQ(Find(status, "c")->info.grpc_address, c.address());
    EXPECT_EQ(status.nodes.size(), 3u);
    EXPECT_EQ(status.reason, "");
    EXPECT_EQ(status.answered_by, Find(status, status.answered_by)->info.node);
  }
}

TEST_F(ClusterTest, ANodeThatIsSilentIsLostAndMayComeBackUnderItsName) {
  ClusterNode& a = Add("a");
  ClusterNode& b = Add("b");
  Elect(a);
  Await([&] { return Is(a.view().Status(), "b", NodeState::kFollower); });
  b.Die();
  Await([&] { return Is(a.view().Status(), "b", NodeState::kLost); });
  Add("b");
  Await([&] { return Is(a.view().Status(), "b", NodeState::kFollower); });
  EXPECT_EQ(a.view().Status().nodes.size(), 2u);
  EXPECT_EQ(Find(a.view().Status(), "b")->reason, "");
}

TEST_F(ClusterTest, WhenThePrimaryIsSilentWritesAreSaidToWait) {
  ClusterNode& a = Add("a");
  ClusterNode& b = Add("b");
  Elect(a);
  Await([&] { return b.view().Status().write_state == WriteState::kAccepting; });
  a.Die();
  Await([&] { return b.view().Status().write_state == WriteState::kElecting; });
  const ClusterStatus status = b.view().Status();
  EXPECT_NE(status.reason.find(a.address()), std::string::npos) << status.reason;
  EXPECT_TRUE(Is(status, "a", NodeState::kLost));
}

// Another registry was started on the log; its record stops writes until an operator has dealt with it.
TEST_F(ClusterTest, ResumeOnAnyNodeReachesThePrimary) {
  ClusterNode& a = Add("a");
  ClusterNode& b = Add("b");
  Elect(a);
  storage_->Put({.key = R"({"keytype":"CONFIG","magic":0})", .value = R"({"compatibilityLevel":"NONE"})"});
  Await([&] { return b.view().Status().write_state == WriteState::kForeignWriter; });
  EXPECT_EQ(ReasonOf(b.Register("orders", "x").get().status()), ErrorReason::kForeignWriter);
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(10);
  std::promise<absl::Status> resumed;
  b.view().Resume(deadline, {.reason = WriteState::kForeignWriter},
                  [&](absl::Status status) { resumed.set_value(std::move(status)); });
  const absl::Status status = resumed.get_future().get();
  EXPECT_TRUE(status.ok()) << status;
  EXPECT_TRUE(b.Register("orders", "x").get().ok());
  std::promise<absl::Status> again;
  b.view().Resume(deadline, {.reason = WriteState::kForeignWriter},
                  [&](absl::Status status) { again.set_value(std::move(status)); });
  EXPECT_EQ(ReasonOf(again.get_future().get()), ErrorReason::kRequestInvalid);
}

// What an election does when all but one have left the group.
TEST_F(ClusterTest, TransferLeavesOnlyTheNamedNodeToBeElected) {
  ClusterNode& a = Add("a");
  ClusterNode& b = Add("b");
  ClusterNode& c = Add("c");
  Elect(a);
  Await([&] { return a.view().Status().nodes.size() == 3; });
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(20);
  std::promise<absl::StatusOr<Epoch>> transferred;
  // Asked of a follower.
  b.view().Transfer(deadline, "c", [&](absl::StatusOr<Epoch> epoch) { transferred.set_value(std::move(epoch)); });
  Await([&] { return a.node().election().yielded().has_value(); });
  EXPECT_EQ(a.node().registry().gate().role(), Role::kFollower);
  a.node().election().Depose();  // an election has named another one by the time it comes back
  c.node().election().Elect();
  const absl::StatusOr<Epoch> epoch = transferred.get_future().get();
  ASSERT_TRUE(epoch.ok()) << epoch.status();
  c.node().WaitUntilPrimary();  // it may read its claim later than the others
  EXPECT_EQ(*epoch, c.node().registry().primary_claim().epoch);
  EXPECT_TRUE(a.Register("orders", "x").get().ok());
}

// Nobody used to be elected until the pause was over that all others had been asked for.
TEST_F(ClusterTest, PrimaryComesBackWhereTheWantedNodeDoesNotTakeTheOffice) {
  transfer_.aside = std::chrono::hours(1);
  transfer_.return_after = std::chrono::milliseconds(50);
  ClusterNode& a = Add("a");
  Add("b");
  Elect(a);
  Await([&] { return a.view().Status().nodes.size() == 2; });
  std::promise<absl::StatusOr<Epoch>> done;
  a.view().Transfer(std::chrono::steady_clock::now() + std::chrono::seconds(20), "b",
                    [&](absl::StatusOr<Epoch> epoch) { done.set_value(std::move(epoch)); });
  const absl::StatusOr<Epoch> epoch = done.get_future().get();
  EXPECT_EQ(ReasonOf(epoch.status()), ErrorReason::kNoPrimary);
  EXPECT_NE(epoch.status().message().find("stands for it again"), std::string::npos) << epoch.status();
  a.node().WaitUntilPrimary();
  EXPECT_TRUE(a.Register("orders", "x").get().ok());
}

TEST_F(ClusterTest, TransferThatIsUnderWayRefusesAnotherAndEndsWithTheNode) {
  transfer_.settle = std::chrono::hours(1);
  ClusterNode& a = Add("a");
  Add("b");
  Add("c");
  Elect(a);
  Await([&] { return a.view().Status().nodes.size() == 3; });
  const auto transfer = [&](const std::string& node, std::promise<absl::Status>* done) {
    a.view().Transfer(std::chrono::steady_clock::now() + std::chrono::minutes(1), node,
                      [done](const absl::StatusOr<Epoch>& epoch) { done->set_value(epoch.status()); });
  };
  std::promise<absl::Status> first;
  std::promise<absl::Status> second;
  transfer("b", &first);
  transfer("c", &second);
  EXPECT_EQ(ReasonOf(second.get_future().get()), ErrorReason::kOverloaded);
  EXPECT_TRUE(a.Register("orders", "x").get().ok()) << "writes go on until it leaves";
  a.Die();
  EXPECT_EQ(ReasonOf(first.get_future().get()), ErrorReason::kShuttingDown);
}

TEST_F(ClusterTest, TransferNamesTheNodeThatWasFaster) {
  ClusterNode& a = Add("a");
  Add("b");
  ClusterNode& c = Add("c");
  Elect(a);
  Await([&] { return a.view().Status().nodes.size() == 3; });
  std::promise<absl::Status> done;
  a.view().Transfer(std::chrono::steady_clock::now() + std::chrono::minutes(1), "b",
                    [&](const absl::StatusOr<Epoch>& epoch) { done.set_value(epoch.status()); });
  Await([&] { return a.node().election().yielded().has_value(); });
  a.node().election().Depose();
  c.node().election().Elect();
  const absl::Status status = done.get_future().get();
  EXPECT_EQ(ReasonOf(status), ErrorReason::kNoPrimary);
  EXPECT_NE(status.message().find("Node c became primary"), std::string::npos) << status;
}

TEST_F(ClusterTest, TransferSaysWhyANodeCannotTakeTheOffice) {
  ClusterNode& a = Add("a");
  Add("observer");
  Elect(a);
  Await([&] { return a.view().Status().nodes.size() == 2; });
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(20);
  const auto transfer = [&](const std::string& node) {
    std::promise<absl::StatusOr<Epoch>> done;
    a.view().Transfer(deadline, node, [&](absl::StatusOr<Epoch> epoch) { done.set_value(std::move(epoch)); });
    return done.get_future().get();
  };
  EXPECT_EQ(ReasonOf(transfer("nobody").status()), ErrorReason::kNodeNotFound);
  EXPECT_EQ(ReasonOf(transfer("observer").status()), ErrorReason::kNotEligible);
  EXPECT_EQ(ReasonOf(transfer("").status()), ErrorReason::kNotEligible);
  EXPECT_TRUE(transfer("a").ok()) << "it has the office already";
  EXPECT_EQ(a.node().registry().gate().role(), Role::kPrimary);
}

TEST_F(ClusterTest, TransferIsGivenUpWhereANodeThatMightBeNamedDoesNotStandAside) {
  ClusterNode& a = Add("a");
  Add("b");
  ClusterNode& c = Add("c");
  Elect(a);
  Await([&] { return a.view().Status().nodes.size() == 3; });
  c.Die();
  std::promise<absl::StatusOr<Epoch>> done;
  a.view().Transfer(std::chrono::steady_clock::now() + std::chrono::seconds(20), "b",
                    [&](absl::StatusOr<Epoch> epoch) { done.set_value(std::move(epoch)); });
  EXPECT_EQ(ReasonOf(done.get_future().get().status()), ErrorReason::kNoPrimary);
  EXPECT_EQ(a.node().registry().gate().role(), Role::kPrimary) << "it left the office for nobody";
}

TEST_F(ClusterTest, TwoProcessesOfOneNameAreNamed) {
  ClusterNode& a = Add("a");
  Add("b", "first");
  Elect(a);
  ClusterNode& copy = Add("b", "second");
  Await([&] {
    const ClusterStatus status = copy.view().Status();
    int named = 0;
    for (const NodeStatus& node : status.nodes) {
      if (node.info.node == "b" && node.reason.find("same regent.node.id") != std::string::npos) ++named;
    }
    return named == 2;
  });
  EXPECT_EQ(a.view().Status().nodes.size(), 3u);
}

TEST_F(ClusterTest, AProcessOfThePrimarysNameIsNamedToo) {
  ClusterNode& a = Add("a", "first");
  Elect(a);
  ClusterNode& copy = Add("a", "second");
  Await([&] {
    for (const NodeStatus& node : copy.view().Status().nodes) {
      if (node.info.incarnation == "second" && !node.reason.empty()) return true;
    }
    return false;
  });
}

}  // namespace
}  // namespace regent
