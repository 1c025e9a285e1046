#include "client/failover.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <string>
#include <thread>
#include <vector>

#include "base/error_reason.h"
#include "base/fake_clock.h"

namespace regent::client {
namespace {

using std::chrono::milliseconds;
using ::testing::ElementsAre;

Attempt NotReached(const std::string& who) { return {absl::UnavailableError("no connection to " + who), false}; }
Attempt Lost() { return {absl::UnavailableError("connection reset"), true}; }
Attempt Said(ErrorReason reason) { return {MakeError(reason, "says the server"), true}; }
Attempt Done() { return {absl::OkStatus(), true}; }

class FailoverTest : public ::testing::Test {
 protected:
  Failover Make(size_t servers, int rounds_max = 1) {
    return Failover(servers, {.rounds_max = rounds_max, .retry_wait = milliseconds(100)}, &clock_,
                    [this](milliseconds wait) {
                      waits_.push_back(wait);
                      clock_.Advance(wait);
                    });
  }
  SteadyTime In(int millis) { return clock_.Now() + milliseconds(millis); }

  // Runs a call whose servers answer as `answers` says, and notes who was asked.
  absl::Status Run(Failover& failover, Repeat repeat, std::vector<Attempt> answers) {
    asked_.clear();
    return failover.Run(repeat, In(1000), [&](size_t server, SteadyTime) {
      asked_.push_back(server);
      return answers[server];
    });
  }

  FakeClock clock_;
  std::vector<milliseconds> waits_;
  std::vector<size_t> asked_;
};

TEST_F(FailoverTest, StaysWithTheServerThatAnswers) {
  Failover failover = Make(3);
  EXPECT_TRUE(Run(failover, Repeat::kSafe, {NotReached("a"), Done(), Done()}).ok());
  EXPECT_THAT(asked_, ElementsAre(0, 1));
  EXPECT_TRUE(Run(failover, Repeat::kSafe, {Done(), Done(), Done()}).ok());
  EXPECT_THAT(asked_, ElementsAre(1));
}

TEST_F(FailoverTest, GoesRoundFromThePreferredServer) {
  Failover failover = Make(3);
  ASSERT_TRUE(Run(failover, Repeat::kSafe, {NotReached("a"), NotReached("b"), Done()}).ok());
  ASSERT_TRUE(Run(failover, Repeat::kSafe, {Done(), NotReached("b"), NotReached("c")}).ok());
  EXPECT_THAT(asked_, ElementsAre(2, 0));
}

TEST_F(FailoverTest, TakesARefusalAsTheAnswer) {
  Failover failover = Make(2);
  const absl::Status status = Run(failover, Repeat::kSafe, {Said(ErrorReason::kSchemaNotFound), Done()});
  EXPECT_EQ(ReasonOf(status), ErrorReason::kSchemaNotFound);
  EXPECT_THAT(asked_, ElementsAre(0));
  EXPECT_EQ(failover.preferred(), 0u);
}

TEST_F(FailoverTest, AsksAnotherServerWhenOneCannotServe) {
  for (const ErrorReason reason : {ErrorReason::kNoPrimary, ErrorReason::kNotPrimary, ErrorReason::kFenced,
                                   ErrorReason::kNotReady, ErrorReason::kShuttingDown, ErrorReason::kOverloaded}) {
    Failover failover = Make(2);
    EXPECT_TRUE(Run(failover, Repeat::kUnsafe, {Said(reason), Done()}).ok()) << RowOf(reason).name;
    EXPECT_THAT(asked_, ElementsAre(0, 1));
  }
}

TEST_F(FailoverTest, RepeatsASafeCallThatWasLost) {
  Failover failover = Make(2);
  EXPECT_TRUE(Run(failover, Repeat::kSafe, {Lost(), Done()}).ok());
  EXPECT_TRUE(Run(failover, Repeat::kSafe, {Done(), Said(ErrorReason::kOutcomeUnknown)}).ok());
}

TEST_F(FailoverTest, DoesNotRepeatAnUnsafeCallThatWasLost) {
  Failover failover = Make(2);
  EXPECT_EQ(Run(failover, Repeat::kUnsafe, {Lost(), Done()}).code(), absl::StatusCode::kUnavailable);
  EXPECT_THAT(asked_, ElementsAre(0));
  EXPECT_EQ(failover.preferred(), 1u) << "the next call had better ask elsewhere";
  Failover another = Make(2);
  EXPECT_EQ(ReasonOf(Run(another, Repeat::kUnsafe, {Said(ErrorReason::kOutcomeUnknown), Done()})),
            ErrorReason::kOutcomeUnknown);
}

TEST_F(FailoverTest, SendsAnUnsafeCallOnWhenItNeverLeft) {
  Failover failover = Make(2);
  EXPECT_TRUE(Run(failover, Repeat::kUnsafe, {NotReached("a"), Done()}).ok());
}

TEST_F(FailoverTest, NamesEveryServerThatCouldNotBeReached) {
  Failover failover = Make(2, /*rounds_max=*/2);
  const absl::Status status = Run(failover, Repeat::kSafe, {NotReached("a"), NotReached("b")});
  EXPECT_EQ(status.code(), absl::StatusCode::kUnavailable);
  EXPECT_EQ(std::string(status.message()), "no connection to a; no connection to b");
}

TEST_F(FailoverTest, TellsAServersReasonRatherThanALostConnection) {
  Failover failover = Make(3);
  const absl::Status status =
      Run(failover, Repeat::kSafe, {NotReached("a"), Said(ErrorReason::kNoPrimary), NotReached("c")});
  EXPECT_EQ(ReasonOf(status), ErrorReason::kNoPrimary);
}

TEST_F(FailoverTest, WaitsLongerBeforeEveryRound) {
  Failover failover = Make(1, /*rounds_max=*/4);
  EXPECT_FALSE(Run(failover, Repeat::kSafe, {NotReached("a")}).ok());
  EXPECT_EQ(asked_.size(), 4u);
  ASSERT_EQ(waits_.size(), 3u);
  for (size_t i = 0; i < waits_.size(); ++i) {
    EXPECT_GE(waits_[i].count(), 50 << i);
    EXPECT_LE(waits_[i].count(), 100 << i);
  }
}

TEST_F(FailoverTest, StartsNoRoundThatCouldNotEndInTime) {
  Failover failover = Make(1, /*rounds_max=*/50);
  EXPECT_FALSE(Run(failover, Repeat::kSafe, {NotReached("a")}).ok());
  milliseconds waited{0};
  for (const milliseconds wait : waits_) waited += wait;
  EXPECT_LT(waited.count(), 1000);
}

TEST_F(FailoverTest, LeavesASafeCallTimeForTheOtherServers) {
  Failover failover = Make(3);
  std::vector<int64_t> given;
  const absl::Status status = failover.Run(Repeat::kSafe, In(900), [&](size_t, SteadyTime deadline) {
    const auto time = std::chrono::duration_cast<milliseconds>(deadline - clock_.Now());
    given.push_back(time.count());
    clock_.Advance(time);  // it hangs
    return Attempt{absl::DeadlineExceededError("no answer"), true};
  });
  EXPECT_EQ(status.code(), absl::StatusCode::kDeadlineExceeded);
  EXPECT_THAT(given, ElementsAre(300, 300, 300));
}

TEST_F(FailoverTest, GivesAnUnsafeCallAllItsTime) {
  Failover failover = Make(3);
  const absl::Status status = failover.Run(Repeat::kUnsafe, In(900), [&](size_t, SteadyTime deadline) {
    EXPECT_EQ(deadline, In(900));
    return Done();
  });
  EXPECT_TRUE(status.ok());
}

TEST_F(FailoverTest, NeverRaisesASafeCallsTimeBeyondTheDeadline) {
  Failover failover = Make(2);
  const SteadyTime end = In(100);
  const absl::Status status = failover.Run(Repeat::kSafe, end, [&](size_t, SteadyTime deadline) {
    EXPECT_LE(deadline, end);
    clock_.Advance(milliseconds(60));
    return Lost();
  });
  EXPECT_EQ(status.code(), absl::StatusCode::kUnavailable);
}

TEST_F(FailoverTest, LetsThreadsShareWhatTheyLearn) {
  Failover failover = Make(4);
  std::atomic<int> answered{0};
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([&] {
      for (int i = 0; i < 500; ++i) {
        const absl::Status status = failover.Run(Repeat::kSafe, In(1000), [&](size_t server, SteadyTime) {
          return server == 2 ? Done() : NotReached("it");
        });
        answered += status.ok();
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(answered, 2000);
  EXPECT_EQ(failover.preferred(), 2u);
}

}  // namespace
}  // namespace regent::client
