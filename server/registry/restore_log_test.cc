// A log that was deleted or recreated: what a node keeps, and how an operator gets out.
#include "server/registry/restore_log.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <future>
#include <thread>

#include "base/error_reason.h"
#include "server/registry/testing/test_node.h"
#include "store/record_codec.h"
#include "store/state_dump.h"

namespace regent {
namespace {

using ::testing::HasSubstr;

Record SchemaOf(const std::string& subject, int id, const std::string& text) {
  SchemaRecord schema;
  schema.id = SchemaId(id);
  schema.content.text = text;
  return EncodeRecord({.type = KeyType::kSchema, .subject = Subject::Parse(subject), .version = Version(1)}, schema);
}

class LogReplacedTest : public ::testing::Test {
 protected:
  LogReplacedTest() {
    node_.StartAsPrimary();
    EXPECT_TRUE(node_.Register("orders", "a").ok());
    EXPECT_TRUE(node_.Register("orders", "a b").ok());
    EXPECT_TRUE(node_.Register("payments", "a").ok());
    EXPECT_TRUE(node_.Register(":.eu:orders", "x").ok());
    EXPECT_TRUE(node_.Write(DeleteSubject{Subject::Parse("payments"), DeleteKind::kSoft}).ok());
    EXPECT_TRUE(node_.Register("gone", "y").ok());
    EXPECT_TRUE(node_.Write(DeleteSubject{Subject::Parse("gone"), DeleteKind::kPurge}).ok());
    before_ = DumpState(node_.registry().state());
  }
  void Replace(const std::string& id) {
    storage_->Replace(id);
    while (node_.registry().GetWriteStatus().state != WriteState::kLogReplaced) std::this_thread::yield();
  }
  absl::Status Restore() {
    std::promise<absl::Status> done;
    node_.registry().RestoreLog([&](const absl::Status& status) { done.set_value(status); });
    return done.get_future().get();
  }
  absl::Status Accept(bool accept_log) {
    std::promise<absl::Status> done;
    node_.registry().Resume({WriteState::kLogReplaced, accept_log},
                            [&](const absl::Status& status) { done.set_value(status); });
    return done.get_future().get();
  }

  std::shared_ptr<MemoryLogStorage> storage_ = MemoryLogStorage::Create("old");
  TestNode node_{storage_};
  std::string before_;
};

TEST_F(LogReplacedTest, WritesStopAndReadsGoOn) {
  Replace("new");
  EXPECT_EQ(DumpState(node_.registry().state()), before_);
  EXPECT_TRUE(node_.registry().GetSchemaById(".", SchemaId(2)).ok());
  EXPECT_TRUE(node_.registry().Ready().ok());
  CallContext soon{.deadline = SystemClock()->Now() + std::chrono::milliseconds(30)};
  RegisterSchema request;
  request.subject = Subject::Parse("orders");
  request.content.text = "a b c";
  EXPECT_EQ(ReasonOf(node_.Write(request, soon).status()), ErrorReason::kLogReplaced);
  EXPECT_THAT(node_.registry().GetWriteStatus().reason, HasSubstr("regent cluster restore"));
  EXPECT_EQ(storage_->next(), Offset(0));
}

TEST_F(LogReplacedTest, RestoringBringsEverythingBackUnderItsIds) {
  Replace("new");
  const absl::Status restored = Restore();
  ASSERT_TRUE(restored.ok()) << restored;
  node_.WaitUntilPrimary();
  EXPECT_EQ(DumpState(node_.registry().state()), before_);
  EXPECT_EQ(node_.registry().AppliedPosition().log_id, "new");
  EXPECT_EQ(node_.registry().GetWriteStatus().state, WriteState::kAccepting);
  TestNode fresh(storage_, {.name = "fresh"});
  fresh.Start();
  EXPECT_EQ(DumpState(fresh.registry().state()), before_);
  EXPECT_EQ(node_.Register("next", "z")->stored->id, SchemaId(4)) << "3 was purged and is not given out again";
}

TEST_F(LogReplacedTest, LogThatHoldsSomethingElseIsNotRestoredInto) {
  Replace("new");
  storage_->Put(SchemaOf("stranger", 1, "s"));
  const absl::Status refused = Restore();
  EXPECT_EQ(ReasonOf(refused), ErrorReason::kLogReplaced);
  EXPECT_THAT(std::string(refused.message()), HasSubstr("stranger"));
  EXPECT_EQ(storage_->next(), Offset(1));
  EXPECT_EQ(DumpState(node_.registry().state()), before_);
}

TEST_F(LogReplacedTest, HalfARestoreIsCompletedByTheNext) {
  Replace("new");
  ASSERT_TRUE(Restore().ok());
  node_.WaitUntilPrimary();
  const std::vector<LogRecord> whole = storage_->records();
  Replace("third");
  for (size_t i = 0; i < whole.size() / 2; ++i) storage_->Put(whole[i].record);
  const absl::Status restored = Restore();
  ASSERT_TRUE(restored.ok()) << restored;
  node_.WaitUntilPrimary();
  EXPECT_EQ(DumpState(node_.registry().state()), before_);
}

TEST_F(LogReplacedTest, AcceptingGivesUpTheStateForWhatTheLogHolds) {
  Replace("new");
  storage_->Put(SchemaOf("stranger", 1, "s"));
  EXPECT_EQ(ReasonOf(Accept(false)), ErrorReason::kRequestInvalid);
  EXPECT_EQ(DumpState(node_.registry().state()), before_);
  ASSERT_TRUE(Accept(true).ok());
  node_.WaitUntilPrimary();
  EXPECT_EQ(node_.registry().state().FindSubject(Subject::Parse("orders")), nullptr);
  EXPECT_EQ(node_.registry().GetSchemaById(".", SchemaId(1)).value()->content.text, "s");
  EXPECT_TRUE(node_.Register("stranger", "s t").ok());
}

TEST_F(LogReplacedTest, NothingToRestoreIsRefused) {
  EXPECT_EQ(ReasonOf(Restore()), ErrorReason::kRequestInvalid);
  EXPECT_EQ(ReasonOf(Accept(true)), ErrorReason::kRequestInvalid);
}

TEST_F(LogReplacedTest, OtherNodesAcceptWhatOneRestored) {
  TestNode other(storage_, {.name = "other"});
  other.Start();
  Replace("new");
  ASSERT_TRUE(Restore().ok());
  node_.WaitUntilPrimary();
  while (other.registry().GetWriteStatus().state != WriteState::kLogReplaced) std::this_thread::yield();
  std::promise<absl::Status> done;
  other.registry().Resume({WriteState::kLogReplaced, true},
                          [&](const absl::Status& status) { done.set_value(status); });
  ASSERT_TRUE(done.get_future().get().ok());
  while (other.registry().AppliedPosition().log_id != "new") std::this_thread::yield();
  other.WaitUntilCaughtUp();
  EXPECT_EQ(DumpState(other.registry().state()), before_);
}

// The word was about another log: it used to let whoever wrote to the new one below that offset pass.
TEST_F(LogReplacedTest, AForeignWriterThatWasAcceptedIsNotAcceptedInTheNextLog) {
  const auto wait_for = [this](WriteState state) {
    while (node_.registry().GetWriteStatus().state != state) std::this_thread::yield();
  };
  storage_->Put(SchemaOf("stranger", 50, "s"));
  wait_for(WriteState::kForeignWriter);
  // The claim may be renewed at this moment, for the stranger's id.
  const auto resume = [this] {
    std::promise<absl::Status> resumed;
    node_.registry().Resume({WriteState::kForeignWriter, false},
                            [&](const absl::Status& status) { resumed.set_value(status); });
    return resumed.get_future().get();
  };
  absl::Status resumed = resume();
  while (ReasonOf(resumed) == ErrorReason::kNotPrimary) resumed = resume();
  ASSERT_TRUE(resumed.ok()) << resumed;
  Replace("new");
  ASSERT_TRUE(Accept(true).ok());
  wait_for(WriteState::kAccepting);
  storage_->Put(SchemaOf("stranger", 50, "s"));
  wait_for(WriteState::kForeignWriter);
}

// No claim has made an end of it: decided afresh, it could be done twice.
TEST_F(LogReplacedTest, AWriteOnItsWayWhenReadingBeginsAgainEndsUnknown) {
  storage_->HoldAppends(node_.handle());
  auto pending = node_.WriteLater(DeleteVersion{Subject::Parse("orders"), std::nullopt, DeleteKind::kSoft});
  while (storage_->held_records(node_.handle()) == 0) std::this_thread::yield();
  Replace("new");
  ASSERT_TRUE(Accept(true).ok());
  EXPECT_EQ(ReasonOf(pending.get().status()), ErrorReason::kOutcomeUnknown);
}

// It used to wait for the log to answer, a minute long.
TEST(RestoreTest, StopEndsARestore) {
  const auto storage = MemoryLogStorage::Create("old");
  TestNode node(storage, {.name = "node", .hold_reopened = true});
  node.StartAsPrimary();
  ASSERT_TRUE(node.Register("orders", "a").ok());
  storage->Replace("new");
  while (node.registry().GetWriteStatus().state != WriteState::kLogReplaced) std::this_thread::yield();
  std::promise<absl::Status> done;
  node.registry().RestoreLog([&](const absl::Status& status) { done.set_value(status); });
  while (storage->held_records(node.handle()) == 0) std::this_thread::yield();
  std::promise<absl::Status> accepted;
  node.registry().Resume({WriteState::kLogReplaced, true},
                         [&](const absl::Status& status) { accepted.set_value(status); });
  EXPECT_EQ(ReasonOf(accepted.get_future().get()), ErrorReason::kOverloaded) << "it would change what is restored";
  node.registry().Stop();
  EXPECT_EQ(ReasonOf(done.get_future().get()), ErrorReason::kShuttingDown);
}

// The whole state used to be handed over at once: more than a producer takes, where it was large.
TEST(RestoreTest, FewRecordsAreOnTheirWayAtATime) {
  const auto storage = MemoryLogStorage::Create("old");
  TestNode node(storage, {.name = "node", .hold_reopened = true});
  node.StartAsPrimary();
  std::vector<std::future<absl::StatusOr<WriteResult>>> written;
  for (int i = 0; i < 3000; ++i) {
    RegisterSchema request;
    request.subject = Subject::Parse("subject-" + std::to_string(i));
    request.content.text = "a";
    written.push_back(node.WriteLater(request));
  }
  for (auto& each : written) ASSERT_TRUE(each.get().ok());
  storage->Replace("new");
  while (node.registry().GetWriteStatus().state != WriteState::kLogReplaced) std::this_thread::yield();
  std::promise<absl::Status> done;
  node.registry().RestoreLog([&](const absl::Status& status) { done.set_value(status); });
  auto restored = done.get_future();
  // Nothing lands: once it has begun, all that it would hand over at once is there before long.
  size_t held = 0;
  while (held == 0 && restored.wait_for(std::chrono::milliseconds(1)) == std::future_status::timeout) {
    held = storage->held_records(node.handle());
  }
  for (int i = 0; i < 100 && held <= 3000; ++i) {
    EXPECT_EQ(restored.wait_for(std::chrono::milliseconds(2)), std::future_status::timeout);
    held = storage->held_records(node.handle());
  }
  EXPECT_GT(held, 0u);
  EXPECT_LE(held, 2000u);
  // Part by part the rest follows.
  while (restored.wait_for(std::chrono::milliseconds(1)) == std::future_status::timeout) {
    storage->ReleaseAppends(node.handle());
  }
  const absl::Status status = restored.get();
  ASSERT_TRUE(status.ok()) << status;
  EXPECT_GE(storage->next(), Offset(3001));
}

// A node without a copy whose log is away used to open no door at all.
TEST(LogAwayTest, NodeSaysWhatItWaitsForAndIsReadyWhenTheLogIsThere) {
  const auto storage = MemoryLogStorage::Create("log");
  {
    TestNode before(storage, {.name = "before"});
    before.StartAsPrimary();
    ASSERT_TRUE(before.Register("orders", "a").ok());
  }
  std::atomic<bool> reachable{false};
  TestNode node(storage, {.name = "node", .reachable = &reachable});
  node.BeginReading();
  EXPECT_EQ(ReasonOf(node.registry().Ready()), ErrorReason::kNotReady);
  EXPECT_THAT(std::string(node.registry().Ready().message()), HasSubstr("no broker"));
  EXPECT_EQ(ReasonOf(node.registry().GetSchemaById(".", SchemaId(1)).status()), ErrorReason::kNotReady);
  node.election().Elect();
  reachable = true;
  node.WaitUntilPrimary();
  EXPECT_TRUE(node.registry().GetSchemaById(".", SchemaId(1)).ok());
  EXPECT_EQ(node.Register("orders", "a b")->version, Version(2));
  EXPECT_TRUE(node.registry().LogHealth().ok());
}

// Reading again from the start used to take whatever log was there for the old one, and lost what the node held.
TEST(ReadingAgainTest, AnotherLogIsNotTakenForTheOldOne) {
  const auto storage = MemoryLogStorage::Create("old");
  TestNode follower(storage, {.name = "follower", .reopened = MemoryLogStorage::Create("new")});
  follower.Start();
  storage->Put(SchemaOf("orders", 1, "a"));
  follower.WaitUntilCaughtUp();
  // The first claim ends the history of another registry, which a node that followed it reads again.
  TestNode primary(storage, {.name = "primary"});
  primary.StartAsPrimary();
  while (follower.registry().GetWriteStatus().state != WriteState::kLogReplaced) std::this_thread::yield();
  EXPECT_TRUE(follower.registry().GetSchemaById(".", SchemaId(1)).ok());
}

}  // namespace
}  // namespace regent
