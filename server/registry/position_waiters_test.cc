#include "server/registry/position_waiters.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <optional>

#include "base/error_reason.h"
#include "base/fake_clock.h"
#include "store/record_codec.h"

namespace regent {
namespace {

class PositionWaitersTest : public ::testing::Test {
 protected:
  static void Apply(State* state, int records) {
    for (int i = 0; i < records; ++i) {
      state->Apply({state->applied().Next(), 1000, EncodeRecord({.type = KeyType::kMode}, Mode::kReadWrite)});
    }
  }
  // What the wait for a position was answered, once it is.
  std::shared_ptr<std::optional<absl::Status>> Await(const Position& position) {
    auto answer = std::make_shared<std::optional<absl::Status>>();
    waiters_.Await(SteadyTime::max(), position, [answer](absl::Status status) { *answer = std::move(status); });
    return answer;
  }

  State state_{"log-a"};
  FakeClock clock_;
  PositionWaiters waiters_{{.max_waiting = 2}, &state_, &clock_, &clock_};
};

TEST_F(PositionWaitersTest, AnswersOnceThePositionIsApplied) {
  const auto answer = Await({"log-a", Offset(1)});
  Apply(&state_, 1);
  waiters_.OnApplied();
  EXPECT_FALSE(answer->has_value());
  Apply(&state_, 1);
  waiters_.OnApplied();
  ASSERT_TRUE(answer->has_value());
  EXPECT_TRUE((*answer)->ok());
  EXPECT_EQ(clock_.pending(), 0u);
  EXPECT_TRUE(Await({"log-a", Offset(1)})->has_value()) << "reached already";
}

TEST_F(PositionWaitersTest, PositionOfAnotherLogIsRefused) {
  const auto answer = Await({"log-b", Offset(1)});
  ASSERT_TRUE(answer->has_value());
  EXPECT_EQ(ReasonOf(**answer), ErrorReason::kPositionOfAnotherLog);
}

// It used to be told that its position is of another log, which is for good.
TEST(PositionWaitersOfNoLogTest, NodeWithoutALogYetSendsReadersToAnother) {
  State state("");
  FakeClock clock;
  PositionWaiters waiters({}, &state, &clock, &clock);
  std::optional<absl::Status> answer;
  waiters.Await(SteadyTime::max(), {"log-a", Offset(1)}, [&](absl::Status status) { answer = std::move(status); });
  ASSERT_TRUE(answer.has_value());
  EXPECT_EQ(ReasonOf(*answer), ErrorReason::kNotReady);
}

// Such a wait used to end well, as soon as the new log had so many records.
TEST_F(PositionWaitersTest, WaitForALogThatIsReadNoLongerIsRefused) {
  const auto near = Await({"log-a", Offset(3)});
  const auto far = Await({"log-a", Offset(1000)});
  State other("log-b");
  Apply(&other, 10);
  state_.Become(std::move(other));
  waiters_.OnReadAgain();
  for (const auto& answer : {near, far}) {
    ASSERT_TRUE(answer->has_value());
    EXPECT_EQ(ReasonOf(**answer), ErrorReason::kPositionOfAnotherLog);
  }
  EXPECT_EQ(waiters_.waiting(), 0);
}

// Between the state's becoming another and the news of it.
TEST_F(PositionWaitersTest, RecordOfTheNewLogEndsNoWaitForTheOldOneWell) {
  const auto old_one = Await({"log-a", Offset(3)});
  State other("log-b");
  Apply(&other, 10);
  state_.Become(std::move(other));
  const auto new_one = Await({"log-b", Offset(9)});
  waiters_.OnApplied();
  EXPECT_TRUE((*new_one)->ok());
  ASSERT_TRUE(old_one->has_value());
  EXPECT_EQ(ReasonOf(**old_one), ErrorReason::kPositionOfAnotherLog);
}

TEST_F(PositionWaitersTest, WaitForTheSameLogGoesOnWhenItIsReadAgain) {
  const auto answer = Await({"log-a", Offset(10)});
  State again("log-a");
  Apply(&again, 10);
  state_.Become(std::move(again));
  waiters_.OnReadAgain();
  EXPECT_FALSE(answer->has_value());
  Apply(&state_, 1);
  waiters_.OnApplied();
  EXPECT_TRUE((*answer)->ok());
}

TEST_F(PositionWaitersTest, TimeAndNumberAreBounded) {
  const auto first = Await({"log-a", Offset(1)});
  const auto second = Await({"log-a", Offset(2)});
  const auto third = Await({"log-a", Offset(3)});
  EXPECT_EQ(ReasonOf(**third), ErrorReason::kOverloaded);
  clock_.Advance(std::chrono::milliseconds(10000));
  EXPECT_EQ(ReasonOf(**first), ErrorReason::kPositionNotReached);
  EXPECT_EQ(ReasonOf(**second), ErrorReason::kPositionNotReached);
  const auto fourth = Await({"log-a", Offset(1)});
  waiters_.Stop();
  EXPECT_EQ(ReasonOf(**fourth), ErrorReason::kShuttingDown);
}

}  // namespace
}  // namespace regent
