#include "server/registry/await_read.h"

#include <gtest/gtest.h>

#include <future>

#include "base/error_reason.h"
#include "server/registry/testing/test_node.h"

namespace regent {
namespace {

class AwaitReadTest : public ::testing::Test {
 protected:
  static std::future<absl::Status> Await(TestNode& node, const ReadOptions& options,
                                         std::chrono::milliseconds patience = std::chrono::seconds(10)) {
    auto promise = std::make_shared<std::promise<absl::Status>>();
    auto future = promise->get_future();
    AwaitRead(&node.registry(), {.deadline = SystemClock()->Now() + patience}, options,
              [promise](const absl::Status& status) { promise->set_value(status); });
    return future;
  }

  static ReadOptions AtLeast(const Position& position) { return {.min_position = position}; }
  static constexpr ReadOptions kNewest{.consistency = Consistency::kLinearizable};

  std::shared_ptr<MemoryLogStorage> storage_ = MemoryLogStorage::Create();
  TestNode node_{storage_};
};

TEST_F(AwaitReadTest, AnswersAtOnceWhereNothingIsAsked) { EXPECT_TRUE(Await(node_, {}).get().ok()); }

TEST_F(AwaitReadTest, WaitsUntilThePositionIsApplied) {
  node_.StartAsPrimary();
  const auto written = node_.Register("orders", "x");
  ASSERT_TRUE(written.ok());
  EXPECT_TRUE(Await(node_, AtLeast(written->position)).get().ok());
  auto next = Await(node_, AtLeast({written->position.log_id, written->position.offset.Next()}));
  EXPECT_EQ(next.wait_for(std::chrono::seconds(0)), std::future_status::timeout);
  ASSERT_TRUE(node_.Register("orders", "x y?").ok());
  EXPECT_TRUE(next.get().ok());
}

TEST_F(AwaitReadTest, PositionThatDoesNotComeIsNotReached) {
  node_.StartAsPrimary();
  const Position far{node_.registry().AppliedPosition().log_id, Offset(1000000)};
  EXPECT_EQ(ReasonOf(Await(node_, AtLeast(far), std::chrono::milliseconds(20)).get()),
            ErrorReason::kPositionNotReached);
}

TEST_F(AwaitReadTest, PositionOfAnotherLogIsRefused) {
  node_.StartAsPrimary();
  EXPECT_EQ(ReasonOf(Await(node_, AtLeast({"other", Offset(0)})).get()), ErrorReason::kPositionOfAnotherLog);
  ReadOptions both = kNewest;
  both.min_position = {"other", Offset(0)};
  EXPECT_EQ(ReasonOf(Await(node_, both).get()), ErrorReason::kPositionOfAnotherLog);
}

TEST_F(AwaitReadTest, StoppingAnswersWhoWaits) {
  node_.StartAsPrimary();
  auto waiting = Await(node_, AtLeast({node_.registry().AppliedPosition().log_id, Offset(1000000)}));
  node_.registry().Stop();
  EXPECT_EQ(ReasonOf(waiting.get()), ErrorReason::kShuttingDown);
}

TEST_F(AwaitReadTest, LinearizableReadsAppendOneBarrierForAllWhoWait) {
  node_.StartAsPrimary();
  storage_->HoldAppends(node_.handle());
  std::vector<std::future<absl::Status>> waiting;
  for (int i = 0; i < 20; ++i) waiting.push_back(Await(node_, kNewest));
  const Offset before = storage_->next();
  storage_->ReleaseAppends(node_.handle());
  for (auto& one : waiting) EXPECT_TRUE(one.get().ok());
  // The first did not know of the others; they share the second.
  EXPECT_EQ(storage_->next().value() - before.value(), 2);
  EXPECT_EQ(storage_->records().back().record.key, R"({"keytype":"NOOP","magic":0})");
}

TEST_F(AwaitReadTest, LinearizableReadIsBehindWritesOfAnotherPrimary) {
  node_.StartAsPrimary();
  ASSERT_TRUE(node_.Register("orders", "x").ok());
  // Another node takes over without this one knowing of it yet: its barrier is fenced, and it must claim again.
  TestNode other(storage_, {.name = "node-2"});
  storage_->HoldAppends(node_.handle());
  auto read = Await(node_, kNewest);
  other.StartAsPrimary();
  ASSERT_TRUE(other.Register("orders", "x y?").ok());
  storage_->ReleaseAppends(node_.handle());
  ASSERT_TRUE(read.get().ok());
  EXPECT_EQ(node_.registry().Versions({.subject = Subject::Parse("orders")})->size(), 2u);
}

TEST_F(AwaitReadTest, LinearizableReadNeedsAPrimary) {
  node_.Start();
  EXPECT_EQ(ReasonOf(Await(node_, kNewest, std::chrono::milliseconds(20)).get()), ErrorReason::kPositionNotReached);
}

}  // namespace
}  // namespace regent
