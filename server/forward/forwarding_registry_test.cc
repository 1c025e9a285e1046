#include "server/forward/forwarding_registry.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <deque>
#include <future>
#include <optional>
#include <thread>

#include "base/error_reason.h"
#include "server/forward/peer_endpoint.h"
#include "server/registry/testing/test_node.h"

namespace regent {
namespace {

using ::testing::HasSubstr;

// Other nodes in the hands of a test: what is handed to them waits until the test answers it, or goes straight to the
// node of that address.
class ScriptedPeers : public Peers {
 public:
  struct Sent {
    std::string address;
    PeerClaim claim;
    CallContext context;
    WriteCommand command;
    ForwardDone done;
  };

  void Forward(const std::string& address, const PeerClaim& claim, const CallContext& context,
               const WriteCommand& command, ForwardDone done) override {
    PeerEndpoint* endpoint = nullptr;
    {
      MutexLock lock(&mutex_);
      ++forwards_;
      const auto it = endpoints_.find(address);
      if (it != endpoints_.end()) endpoint = it->second;
      if (endpoint == nullptr) {
        sent_.push_back({address, claim, context, command, std::move(done)});
        changed_.NotifyAll();
      }
    }
    if (endpoint == nullptr) return;
    endpoint->Forward(claim, context, command, [done = std::move(done)](absl::StatusOr<WriteResult> answer) {
      done({.kind = ForwardOutcome::Kind::kAnswered, .answer = std::move(answer), .why = ""});
    });
  }
  void Report(const std::string&, const PeerClaim&, SteadyTime, const PeerReport&,
              std::function<void(absl::StatusOr<PeerView>)> done) override {
    done(PeerView());
  }
  void Transfer(const std::string&, const PeerClaim&, SteadyTime, const std::string&, TransferDone) override {}
  void StandAside(const std::string&, const PeerClaim&, SteadyTime, std::chrono::milliseconds, ClusterDone) override {}
  void Resume(const std::string&, const PeerClaim&, SteadyTime, WriteState,
              std::function<void(absl::Status)> done) override {
    done(absl::OkStatus());
  }

  void Connect(const std::string& address, PeerEndpoint* endpoint) {
    MutexLock lock(&mutex_);
    endpoints_[address] = endpoint;
  }
  // Waits for the next one that is handed over.
  Sent Next() {
    MutexLock lock(&mutex_);
    while (sent_.empty()) changed_.Wait(&mutex_);
    Sent sent = std::move(sent_.front());
    sent_.pop_front();
    return sent;
  }
  int forwards() const {
    MutexLock lock(&mutex_);
    return forwards_;
  }

 private:
  mutable Mutex mutex_;
  CondVar changed_;
  std::deque<Sent> sent_ GUARDED_BY(mutex_);
  std::map<std::string, PeerEndpoint*> endpoints_ GUARDED_BY(mutex_);
  int forwards_ GUARDED_BY(mutex_) = 0;
};

TestNode::Options NodeOptions(const std::string& name) {
  TestNode::Options options;
  options.name = name;
  options.writes.without_office = WritePipeline::Options::WithoutOffice::kRefuse;
  return options;
}

// A node whose other nodes are scripted.
class ForwardingNode {
 public:
  explicit ForwardingNode(std::shared_ptr<MemoryLogStorage> storage, const std::string& name,
                          ForwardingRegistry::Options options = {})
      : node_(std::move(storage), NodeOptions(name)),
        registry_(options, &node_.registry(), &peers_, SystemClock(), timer_.get(), &executor_) {
    node_.SetAddress(name + ":50051");
    registry_.SetOwnAddress(name + ":50051");
    node_.registry().OnLeadershipChange([this] { registry_.OnLeadershipChange(); });
  }
  ~ForwardingNode() {
    registry_.Stop();
    node_.registry().Stop();
    executor_.Stop();
    timer_.reset();
  }

  std::future<absl::StatusOr<WriteResult>> Write(WriteCommand command, CallContext context = {}) {
    auto promise = std::make_shared<std::promise<absl::StatusOr<WriteResult>>>();
    registry_.Write(context, std::move(command),
                    [promise](absl::StatusOr<WriteResult> result) { promise->set_value(std::move(result)); });
    return promise->get_future();
  }

  TestNode& node() { return node_; }
  ScriptedPeers& peers() { return peers_; }
  ForwardingRegistry& registry() { return registry_; }

 private:
  ScriptedPeers peers_;
  ThreadPool executor_{2};
  std::unique_ptr<Timer> timer_ = NewThreadTimer();
  TestNode node_;
  ForwardingRegistry registry_;
};

RegisterSchema Registration(const std::string& subject, const std::string& text) {
  RegisterSchema command;
  command.subject = Subject::Parse(subject);
  command.content.text = text;
  return command;
}

CallContext Within(std::chrono::milliseconds time) { return {.deadline = std::chrono::steady_clock::now() + time}; }

ForwardOutcome Answered(absl::StatusOr<WriteResult> answer) {
  return {.kind = ForwardOutcome::Kind::kAnswered, .answer = std::move(answer), .why = ""};
}

bool Pending(const std::future<absl::StatusOr<WriteResult>>& future) {
  return future.wait_for(std::chrono::seconds(0)) == std::future_status::timeout;
}

// `primary` holds the log's claim; `follower` follows it.
class ForwardingRegistryTest : public ::testing::Test {
 protected:
  void StartBoth() {
    primary_.node().StartAsPrimary();
    follower_.node().Start();
  }

  std::shared_ptr<MemoryLogStorage> storage_ = MemoryLogStorage::Create("log-1");
  ForwardingNode primary_{storage_, "primary"};
  ForwardingNode follower_{storage_, "follower"};
};

TEST_F(ForwardingRegistryTest, HandsAWriteToTheHolderOfTheClaimWithAllThatCameWithIt) {
  StartBoth();
  const CallContext context{.deadline = std::chrono::steady_clock::now() + std::chrono::seconds(5),
                            .request_id = "7d0f1a52-94f6-4e8f-a6a4-0f0e9a3f5c11",
                            .caller = "ipv4:10.0.0.1:1234"};
  auto answer = follower_.Write(Registration("orders", "a b"), context);
  const ScriptedPeers::Sent sent = follower_.peers().Next();
  EXPECT_EQ(sent.address, "primary:50051");
  EXPECT_EQ(sent.claim.log_id, "log-1");
  EXPECT_EQ(sent.claim.epoch, Epoch(1));
  EXPECT_EQ(sent.claim.token, primary_.node().registry().state().current_claim().token);
  EXPECT_EQ(sent.context.deadline, context.deadline);
  EXPECT_EQ(sent.context.request_id, context.request_id);
  EXPECT_EQ(sent.context.caller, context.caller);
  EXPECT_EQ(std::get<RegisterSchema>(sent.command).content.text, "a b");
  sent.done(Answered(MakeError(ErrorReason::kModeForbids, "no", {.subject = Subject(".", "orders")})));
  const auto result = answer.get();
  EXPECT_EQ(ReasonOf(result.status()), ErrorReason::kModeForbids);
  EXPECT_EQ(DetailOf(result.status()).subject, Subject(".", "orders"));
}

TEST_F(ForwardingRegistryTest, AWriteWithoutADeadlineGetsOne) {
  StartBoth();
  auto answer = follower_.Write(Registration("orders", "a"));
  const ScriptedPeers::Sent sent = follower_.peers().Next();
  EXPECT_LE(sent.context.deadline, std::chrono::steady_clock::now() + std::chrono::seconds(10));
  sent.done(Answered(MakeError(ErrorReason::kModeForbids, "no")));
  EXPECT_FALSE(answer.get().ok());
}

TEST_F(ForwardingRegistryTest, ThePrimaryWritesItself) {
  primary_.node().StartAsPrimary();
  const auto result = primary_.Write(Registration("orders", "a")).get();
  ASSERT_TRUE(result.ok()) << result.status();
  EXPECT_EQ(primary_.peers().forwards(), 0);
}

// A client that registers through a follower and then reads there must find what it registered.
TEST_F(ForwardingRegistryTest, AnswersOnlyWhenThisNodeHasAppliedTheWrite) {
  StartBoth();
  auto answer = follower_.Write(Registration("orders", "a"));
  const ScriptedPeers::Sent sent = follower_.peers().Next();
  WriteResult result;
  result.position = {"log-1", Offset(storage_->next().value())};
  result.changed = true;
  sent.done(Answered(result));
  EXPECT_TRUE(Pending(answer));
  EXPECT_LT(follower_.registry().AppliedPosition().offset, result.position.offset);
  // Now the record arrives.
  ASSERT_TRUE(primary_.node().Register("orders", "a").ok());
  ASSERT_TRUE(answer.get().ok());
  EXPECT_GE(follower_.registry().AppliedPosition().offset, result.position.offset);
  EXPECT_TRUE(follower_.registry().GetSchemaVersion({.subject = Subject(".", "orders")}).ok());
}

TEST_F(ForwardingRegistryTest, SaysSoWhereItCannotReadWhatWasWritten) {
  StartBoth();
  auto answer = follower_.Write(Registration("orders", "a"), Within(std::chrono::milliseconds(50)));
  WriteResult result;
  result.position = {"log-1", Offset(1000)};
  follower_.peers().Next().done(Answered(result));
  const auto status = answer.get().status();
  EXPECT_EQ(ReasonOf(status), ErrorReason::kPositionNotReached) << status;
  EXPECT_THAT(std::string(status.message()), HasSubstr("The write was done"));
}

TEST_F(ForwardingRegistryTest, AKnownRegistrationIsAnsweredHereWithoutAPrimary) {
  StartBoth();
  const auto registered = primary_.node().Register("orders", "a b");
  ASSERT_TRUE(registered.ok());
  follower_.node().WaitUntilCaughtUp();
  const auto result = follower_.Write(Registration("orders", "a   b")).get();
  ASSERT_TRUE(result.ok()) << result.status();
  EXPECT_FALSE(result->changed);
  ASSERT_TRUE(result->registered.has_value());
  EXPECT_EQ(result->registered->stored->id, registered->stored->id);
  EXPECT_EQ(follower_.peers().forwards(), 0);
}

TEST_F(ForwardingRegistryTest, WhatIsDeletedHereIsForThePrimaryToDecide) {
  StartBoth();
  ASSERT_TRUE(primary_.node().Register("orders", "a").ok());
  ASSERT_TRUE(primary_.node().Write(DeleteSubject{Subject(".", "orders")}).ok());
  follower_.node().WaitUntilCaughtUp();
  auto answer = follower_.Write(Registration("orders", "a"));
  follower_.peers().Next().done(Answered(MakeError(ErrorReason::kModeForbids, "asked")));
  EXPECT_EQ(ReasonOf(answer.get().status()), ErrorReason::kModeForbids);
}

// The configuration may have changed on the primary, and with it what the registration comes to.
TEST_F(ForwardingRegistryTest, WhereTheConfigurationAddsToSchemasOnlyThePrimaryAnswers) {
  StartBoth();
  ASSERT_TRUE(primary_.node().Register("orders", "a").ok());
  UpdateConfig update;
  update.target = Subject(".", "orders");
  update.default_metadata.action = FieldUpdate<Metadata>::Action::kSet;
  update.default_metadata.value.properties["owner"] = "me";
  ASSERT_TRUE(primary_.node().Write(update).ok());
  follower_.node().WaitUntilCaughtUp();
  auto answer = follower_.Write(Registration("orders", "a"));
  follower_.peers().Next().done(Answered(MakeError(ErrorReason::kModeForbids, "asked")));
  EXPECT_EQ(ReasonOf(answer.get().status()), ErrorReason::kModeForbids);
}

TEST_F(ForwardingRegistryTest, WaitsThroughAnElection) {
  follower_.node().Start();
  auto answer = follower_.Write(Registration("orders", "a"));
  EXPECT_TRUE(Pending(answer));
  EXPECT_EQ(follower_.peers().forwards(), 0);
  primary_.node().StartAsPrimary();
  follower_.peers().Next().done(Answered(MakeError(ErrorReason::kModeForbids, "asked")));
  EXPECT_EQ(ReasonOf(answer.get().status()), ErrorReason::kModeForbids);
}

TEST_F(ForwardingRegistryTest, ANodeThatBecomesPrimaryMeanwhileWritesItself) {
  follower_.node().Start();
  auto answer = follower_.Write(Registration("orders", "a"));
  follower_.node().election().Elect();
  const auto result = answer.get();
  ASSERT_TRUE(result.ok()) << result.status();
  EXPECT_TRUE(result->changed);
  EXPECT_EQ(follower_.peers().forwards(), 0);
}

TEST_F(ForwardingRegistryTest, WithoutAPrimaryByTheDeadlineNothingWasWritten) {
  follower_.node().Start();
  const auto status =
      follower_.Write(Registration("orders", "a"), Within(std::chrono::milliseconds(20))).get().status();
  EXPECT_EQ(ReasonOf(status), ErrorReason::kNoPrimary) << status;
  EXPECT_EQ(follower_.registry().operations(), 0);
}

TEST_F(ForwardingRegistryTest, NeverForwardsToItself) {
  // The log's last claim is from this node's life before.
  {
    ForwardingNode before(storage_, "follower");
    before.node().StartAsPrimary();
  }
  follower_.node().Start();
  const auto status =
      follower_.Write(Registration("orders", "a"), Within(std::chrono::milliseconds(20))).get().status();
  EXPECT_EQ(ReasonOf(status), ErrorReason::kNoPrimary) << status;
  EXPECT_EQ(follower_.peers().forwards(), 0);
}

TEST_F(ForwardingRegistryTest, TriesAgainWhereThePrimaryWasNotReachedOrIsNone) {
  StartBoth();
  auto answer = follower_.Write(DeleteSubject{Subject(".", "orders")});
  follower_.peers().Next().done({.kind = ForwardOutcome::Kind::kNotSent, .answer = absl::UnknownError(""), .why = ""});
  follower_.peers().Next().done(Answered(MakeError(ErrorReason::kNotPrimary, "not I")));
  follower_.peers().Next().done(Answered(MakeError(ErrorReason::kSubjectNotFound, "there is none")));
  EXPECT_EQ(ReasonOf(answer.get().status()), ErrorReason::kSubjectNotFound);
}

TEST_F(ForwardingRegistryTest, ADeleteOfUnknownOutcomeIsNotRepeated) {
  StartBoth();
  auto answer = follower_.Write(DeleteSubject{Subject(".", "orders")});
  follower_.peers().Next().done({.kind = ForwardOutcome::Kind::kUnknown, .answer = absl::UnknownError(""), .why = "x"});
  EXPECT_EQ(ReasonOf(answer.get().status()), ErrorReason::kOutcomeUnknown);
  EXPECT_EQ(follower_.peers().forwards(), 1);
}

TEST_F(ForwardingRegistryTest, ARegistrationOfUnknownOutcomeIsRepeated) {
  StartBoth();
  auto answer = follower_.Write(Registration("orders", "a"));
  follower_.peers().Next().done({.kind = ForwardOutcome::Kind::kUnknown, .answer = absl::UnknownError(""), .why = "x"});
  follower_.peers().Next().done(Answered(MakeError(ErrorReason::kModeForbids, "no")));
  EXPECT_EQ(ReasonOf(answer.get().status()), ErrorReason::kModeForbids);
}

TEST_F(ForwardingRegistryTest, AnUnknownOutcomeIsToldAtTheDeadline) {
  StartBoth();
  auto answer = follower_.Write(Registration("orders", "a"), Within(std::chrono::milliseconds(50)));
  const ScriptedPeers::Sent sent = follower_.peers().Next();
  EXPECT_EQ(ReasonOf(answer.get().status()), ErrorReason::kOutcomeUnknown);
  // Too late to be told to anybody.
  sent.done(Answered(WriteResult()));
}

// What the second primary says of its own attempt used to be told as if there had been no first one.
TEST_F(ForwardingRegistryTest, WhereAnEarlierAttemptMayHaveDoneItNobodySaysThatNothingWasWritten) {
  StartBoth();
  for (const ErrorReason reason : {ErrorReason::kNoPrimary, ErrorReason::kDeadlineExceeded}) {
    auto answer = follower_.Write(Registration("orders", "a"));
    follower_.peers().Next().done(
        {.kind = ForwardOutcome::Kind::kUnknown, .answer = absl::UnknownError(""), .why = "x"});
    follower_.peers().Next().done(Answered(MakeError(reason, "nothing was written")));
    EXPECT_EQ(ReasonOf(answer.get().status()), ErrorReason::kOutcomeUnknown);
  }
}

TEST_F(ForwardingRegistryTest, StoppingTellsWhatMayHaveBeenDone) {
  StartBoth();
  auto answer = follower_.Write(Registration("orders", "a"));
  // The failure of a primary that cannot be reached any more, and then a wait for one.
  follower_.peers().Next().done({.kind = ForwardOutcome::Kind::kUnknown, .answer = absl::UnknownError(""), .why = "x"});
  follower_.registry().Stop();
  EXPECT_EQ(ReasonOf(answer.get().status()), ErrorReason::kOutcomeUnknown);
}

// It used to be tried again for ever, with nobody to mind its deadline.
TEST_F(ForwardingRegistryTest, AWriteRefusedHereBehindItsDeadlineIsAnswered) {
  StartBoth();
  TestNode& node = primary_.node();
  storage_->HoldAppends(node.handle());
  // Holds the subject, and keeps the node's timer from telling that the deadline of the next one has passed.
  std::promise<void> go_on;
  std::promise<void> told;
  node.registry().Write(Within(std::chrono::milliseconds(20)), Registration("orders", "a"),
                        [&](const absl::StatusOr<WriteResult>&) {
                          told.set_value();
                          go_on.get_future().wait();
                        });
  auto answer = primary_.Write(Registration("orders", "b?"), Within(std::chrono::milliseconds(40)));
  told.get_future().wait();
  EXPECT_EQ(answer.wait_for(std::chrono::milliseconds(60)), std::future_status::timeout);
  node.election().Depose();
  TestNode next(storage_, NodeOptions("next"));
  next.SetAddress("next:50051");
  next.StartAsPrimary();
  EXPECT_EQ(answer.wait_for(std::chrono::seconds(10)), std::future_status::ready);
  go_on.set_value();
  storage_->ReleaseAppends(node.handle());
  if (answer.wait_for(std::chrono::seconds(0)) == std::future_status::ready) {
    EXPECT_EQ(ReasonOf(answer.get().status()), ErrorReason::kNoPrimary);
  }
}

// A primary that was stopped never answers; the log says when nobody need wait for it any more.
TEST_F(ForwardingRegistryTest, ALaterClaimEndsTheWaitForAnEarlierPrimary) {
  StartBoth();
  auto answer = follower_.Write(Registration("orders", "a"));
  const ScriptedPeers::Sent stopped = follower_.peers().Next();
  primary_.node().election().Depose();  // or it would claim again
  ForwardingNode next(storage_, "next");
  next.node().StartAsPrimary();
  const ScriptedPeers::Sent sent = follower_.peers().Next();
  EXPECT_EQ(sent.address, "next:50051");
  EXPECT_EQ(sent.claim.epoch, Epoch(2));
  // The failure of the first attempt says nothing about the second.
  stopped.done(Answered(MakeError(ErrorReason::kNotPrimary, "deposed")));
  sent.done(Answered(MakeError(ErrorReason::kModeForbids, "no")));
  EXPECT_EQ(ReasonOf(answer.get().status()), ErrorReason::kModeForbids);
}

TEST_F(ForwardingRegistryTest, ThoseWhoWaitAreBounded) {
  ForwardingNode small(storage_, "small", {.max_operations = 2});
  small.node().Start();
  auto first = small.Write(Registration("a", "a"));
  auto second = small.Write(Registration("b", "b"));
  EXPECT_EQ(ReasonOf(small.Write(Registration("c", "c")).get().status()), ErrorReason::kOverloaded);
  EXPECT_EQ(small.registry().operations(), 2);
  small.registry().Stop();
  EXPECT_EQ(ReasonOf(first.get().status()), ErrorReason::kShuttingDown);
  EXPECT_EQ(ReasonOf(second.get().status()), ErrorReason::kShuttingDown);
  EXPECT_EQ(ReasonOf(small.Write(Registration("d", "d")).get().status()), ErrorReason::kShuttingDown);
}

// --- between two nodes -----------------------------------------------------------------------------------------------

class TwoNodesTest : public ForwardingRegistryTest {
 protected:
  TwoNodesTest() {
    follower_.peers().Connect("primary:50051", &primary_endpoint_);
    primary_.peers().Connect("follower:50051", &follower_endpoint_);
  }

  ClusterView primary_view_{{}, &primary_.node().registry(), nullptr, nullptr, SystemClock()};
  ClusterView follower_view_{{}, &follower_.node().registry(), nullptr, nullptr, SystemClock()};
  PeerEndpoint primary_endpoint_{&primary_.node().registry(), &primary_view_};
  PeerEndpoint follower_endpoint_{&follower_.node().registry(), &follower_view_};
};

TEST_F(TwoNodesTest, AWriteOnAFollowerIsReadThere) {
  StartBoth();
  for (int i = 0; i < 100; ++i) {
    const std::string subject = "s" + std::to_string(i);
    const auto result = follower_.Write(Registration(subject, "a")).get();
    ASSERT_TRUE(result.ok()) << result.status();
    ASSERT_TRUE(follower_.registry().GetSchemaVersion({.subject = Subject(".", subject)}).ok()) << i;
  }
}

TEST_F(TwoNodesTest, ASecondHopIsRefused) {
  StartBoth();
  std::promise<absl::Status> refused;
  const auto claim = follower_.node().registry().primary_claim();
  follower_endpoint_.Forward({"log-1", claim.epoch, claim.token}, {}, Registration("orders", "a"),
                             [&](absl::StatusOr<WriteResult> answer) { refused.set_value(answer.status()); });
  EXPECT_EQ(ReasonOf(refused.get_future().get()), ErrorReason::kNotPrimary);
  EXPECT_EQ(follower_.peers().forwards(), 0);
}

TEST_F(TwoNodesTest, OnlyThePrimaryMayAskToStandAsideAndNotForLong) {
  StartBoth();
  const PrimaryClaim claim = follower_.node().registry().primary_claim();
  const std::chrono::milliseconds hour = std::chrono::hours(1);
  EXPECT_EQ(ReasonOf(primary_endpoint_.StandAside({"log-1", claim.epoch, claim.token}, hour)), ErrorReason::kNotPrimary)
      << "it would leave the office for nobody";
  EXPECT_EQ(ReasonOf(follower_endpoint_.StandAside({"log-1", Epoch(0), "a former one's"}, hour)),
            ErrorReason::kNotPrimary);
  EXPECT_EQ(ReasonOf(follower_endpoint_.StandAside({"log-2", claim.epoch, claim.token}, hour)),
            ErrorReason::kNotPrimary);
  // Elected as well, so that the election sees it go.
  storage_->HoldAppends(follower_.node().handle());
  follower_.node().election().Elect();
  EXPECT_TRUE(follower_endpoint_.StandAside({"log-1", claim.epoch, claim.token}, hour).ok());
  EXPECT_EQ(follower_.node().election().yielded(), std::chrono::minutes(1));
}

TEST_F(TwoNodesTest, AnotherLogsWritesAreRefused) {
  StartBoth();
  std::promise<absl::Status> refused;
  primary_endpoint_.Forward({"log-of-another-registry", Epoch(1), "t"}, {}, Registration("orders", "a"),
                            [&](absl::StatusOr<WriteResult> answer) { refused.set_value(answer.status()); });
  EXPECT_EQ(ReasonOf(refused.get_future().get()), ErrorReason::kNotPrimary);
}

TEST_F(TwoNodesTest, AZombieThatHasNotReadOfItsSuccessorRefuses) {
  StartBoth();
  std::promise<absl::Status> refused;
  primary_endpoint_.Forward({"log-1", Epoch(2), "its successor's"}, {}, Registration("orders", "a"),
                            [&](absl::StatusOr<WriteResult> answer) { refused.set_value(answer.status()); });
  EXPECT_EQ(ReasonOf(refused.get_future().get()), ErrorReason::kNotPrimary);
}

TEST_F(TwoNodesTest, ADeposedPrimaryHandsItsWritesOn) {
  StartBoth();
  // On its way to the log when the other one takes over: it lands late, and is fenced.
  storage_->HoldAppends(primary_.node().handle());
  auto answer = primary_.Write(Registration("orders", "a"));
  while (storage_->held_records(primary_.node().handle()) == 0) std::this_thread::yield();
  primary_.node().election().Depose();
  follower_.node().election().Elect();
  follower_.node().WaitUntilPrimary();
  storage_->ReleaseAppends(primary_.node().handle());
  const auto result = answer.get();
  ASSERT_TRUE(result.ok()) << result.status();
  EXPECT_TRUE(result->changed);
  EXPECT_EQ(result->registered->version, Version(1));
  EXPECT_GE(primary_.registry().AppliedPosition().offset, result->position.offset);
}

TEST_F(TwoNodesTest, WritesGoOnWhileTheOfficeMovesBackAndForth) {
  StartBoth();
  std::vector<std::future<absl::StatusOr<WriteResult>>> answers;
  for (int round = 0; round < 10; ++round) {
    ForwardingNode& from = round % 2 == 0 ? primary_ : follower_;
    ForwardingNode& to = round % 2 == 0 ? follower_ : primary_;
    for (int i = 0; i < 10; ++i) {
      answers.push_back(from.Write(Registration("s" + std::to_string(round), "w" + std::to_string(i) + "?")));
      answers.push_back(to.Write(Registration("t" + std::to_string(round), "w" + std::to_string(i) + "?")));
    }
    from.node().election().Depose();
    to.node().election().Elect();
  }
  for (auto& answer : answers) {
    const auto result = answer.get();
    EXPECT_TRUE(result.ok()) << result.status();
  }
  follower_.node().WaitUntilCaughtUp();
  primary_.node().WaitUntilCaughtUp();
  for (int round = 0; round < 10; ++round) {
    for (const char* prefix : {"s", "t"}) {
      const Subject subject(".", prefix + std::to_string(round));
      const auto here = primary_.registry().Versions({.subject = subject});
      const auto there = follower_.registry().Versions({.subject = subject});
      ASSERT_TRUE(here.ok() && there.ok()) << subject.name;
      ASSERT_EQ(here->size(), 10u);
      ASSERT_EQ(there->size(), 10u);
      for (size_t i = 0; i < 10; ++i) EXPECT_EQ((*here)[i].stored->id, (*there)[i].stored->id);
    }
  }
}

TEST_F(TwoNodesTest, ABarrierOnAFollowerIsBehindAllThatWasAcknowledged) {
  StartBoth();
  const auto written = primary_.Write(Registration("orders", "a")).get();
  ASSERT_TRUE(written.ok());
  const auto barrier = follower_.Write(ReadBarrier()).get();
  ASSERT_TRUE(barrier.ok()) << barrier.status();
  EXPECT_GT(barrier->position.offset, written->position.offset);
  EXPECT_TRUE(follower_.registry().GetSchemaVersion({.subject = Subject(".", "orders")}).ok());
}

}  // namespace
}  // namespace regent
