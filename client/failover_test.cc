#include "client/failover.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <memory>
#include <set>
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

// Servers by the numbers of their addresses.
size_t NumberOf(const Candidate& candidate) { return std::stoul(candidate.address()); }

class FailoverTest : public ::testing::Test {
 protected:
  struct Servers : Failover {
    using Failover::Failover;
    // The number of the one that is asked first.
    size_t first() const { return NumberOf(*Order().front()); }
  };

  std::unique_ptr<Servers> Make(const std::vector<int>& ranks, FailoverOptions options = {.rounds_max = 1}) {
    auto failover = std::make_unique<Servers>(options, &clock_, [this](milliseconds wait) {
      waits_.push_back(wait);
      clock_.Advance(wait);
    });
    candidates_.clear();
    for (size_t i = 0; i < ranks.size(); ++i) {
      candidates_.push_back(std::make_shared<Candidate>(std::to_string(i), ranks[i]));
    }
    failover->SetCandidates(candidates_);
    return failover;
  }
  std::unique_ptr<Servers> Make(size_t servers, int rounds_max = 1) {
    return Make(std::vector<int>(servers, 0), {.rounds_max = rounds_max, .retry_wait = milliseconds(100)});
  }
  SteadyTime In(int millis) { return clock_.Now() + milliseconds(millis); }

  // Runs a call whose servers answer as `answers` says, and notes who was asked.
  absl::Status Run(Failover& failover, CallKind kind, std::vector<Attempt> answers) {
    asked_.clear();
    return failover.Run(kind, In(1000), [&](Candidate& server, SteadyTime) {
      asked_.push_back(NumberOf(server));
      return answers[NumberOf(server)];
    });
  }

  // Runs a call at servers that never answer, and gives how long each was waited for.
  std::vector<int64_t> Patience(Failover& failover, CallKind kind, int millis) {
    std::vector<int64_t> given;
    const absl::Status status = failover.Run(kind, In(millis), [&](Candidate&, SteadyTime deadline) {
      const auto time = std::chrono::duration_cast<milliseconds>(deadline - clock_.Now());
      given.push_back(time.count());
      clock_.Advance(time);
      return Attempt{absl::DeadlineExceededError("no answer"), true};
    });
    EXPECT_EQ(status.code(), absl::StatusCode::kDeadlineExceeded);
    return given;
  }

  FakeClock clock_;
  std::vector<CandidatePtr> candidates_;
  std::vector<milliseconds> waits_;
  std::vector<size_t> asked_;
};

TEST_F(FailoverTest, StaysWithTheServerThatAnswers) {
  const auto failover = Make(3);
  EXPECT_TRUE(Run(*failover, CallKind::kRepeatableWrite, {NotReached("a"), Done(), Done()}).ok());
  EXPECT_THAT(asked_, ElementsAre(0, 1));
  EXPECT_TRUE(Run(*failover, CallKind::kRepeatableWrite, {Done(), Done(), Done()}).ok());
  EXPECT_THAT(asked_, ElementsAre(1));
}

TEST_F(FailoverTest, GoesRoundFromThePreferredServer) {
  const auto failover = Make(3);
  ASSERT_TRUE(Run(*failover, CallKind::kRepeatableWrite, {NotReached("a"), NotReached("b"), Done()}).ok());
  ASSERT_TRUE(Run(*failover, CallKind::kRepeatableWrite, {Done(), NotReached("b"), NotReached("c")}).ok());
  EXPECT_THAT(asked_, ElementsAre(2, 0));
}

TEST_F(FailoverTest, TakesARefusalAsTheAnswer) {
  const auto failover = Make(2);
  const absl::Status status = Run(*failover, CallKind::kRepeatableWrite, {Said(ErrorReason::kSchemaNotFound), Done()});
  EXPECT_EQ(ReasonOf(status), ErrorReason::kSchemaNotFound);
  EXPECT_THAT(asked_, ElementsAre(0));
  EXPECT_EQ(failover->first(), 0u);
}

TEST_F(FailoverTest, AsksAnotherServerWhenOneCannotServe) {
  for (const ErrorReason reason : {ErrorReason::kNoPrimary, ErrorReason::kNotPrimary, ErrorReason::kFenced,
                                   ErrorReason::kNotReady, ErrorReason::kShuttingDown, ErrorReason::kOverloaded}) {
    const auto failover = Make(2);
    EXPECT_TRUE(Run(*failover, CallKind::kWrite, {Said(reason), Done()}).ok()) << RowOf(reason).name;
    EXPECT_THAT(asked_, ElementsAre(0, 1));
  }
}

TEST_F(FailoverTest, RepeatsASafeCallThatWasLost) {
  const auto failover = Make(2);
  EXPECT_TRUE(Run(*failover, CallKind::kRepeatableWrite, {Lost(), Done()}).ok());
  EXPECT_TRUE(Run(*failover, CallKind::kRepeatableWrite, {Done(), Said(ErrorReason::kOutcomeUnknown)}).ok());
}

TEST_F(FailoverTest, DoesNotRepeatAnUnsafeCallThatWasLost) {
  const auto failover = Make(2);
  EXPECT_EQ(Run(*failover, CallKind::kWrite, {Lost(), Done()}).code(), absl::StatusCode::kUnavailable);
  EXPECT_THAT(asked_, ElementsAre(0));
  EXPECT_EQ(failover->first(), 1u) << "the next call had better ask elsewhere";
  const auto another = Make(2);
  EXPECT_EQ(ReasonOf(Run(*another, CallKind::kWrite, {Said(ErrorReason::kOutcomeUnknown), Done()})),
            ErrorReason::kOutcomeUnknown);
}

// The node that forwarded it has not applied it yet: a delete of the latest version used to take another one with it.
TEST_F(FailoverTest, DoesNotRepeatADeleteThatWasDone) {
  const auto failover = Make(2);
  EXPECT_EQ(ReasonOf(Run(*failover, CallKind::kWrite, {Said(ErrorReason::kPositionNotReached), Done()})),
            ErrorReason::kPositionNotReached);
  EXPECT_THAT(asked_, ElementsAre(0));
}

TEST_F(FailoverTest, SendsAnUnsafeCallOnWhenItNeverLeft) {
  const auto failover = Make(2);
  EXPECT_TRUE(Run(*failover, CallKind::kWrite, {NotReached("a"), Done()}).ok());
}

TEST_F(FailoverTest, NamesEveryServerThatCouldNotBeReached) {
  const auto failover = Make(2, /*rounds_max=*/2);
  const absl::Status status = Run(*failover, CallKind::kRepeatableWrite, {NotReached("a"), NotReached("b")});
  EXPECT_EQ(status.code(), absl::StatusCode::kUnavailable);
  EXPECT_EQ(std::string(status.message()), "no connection to a; no connection to b");
}

TEST_F(FailoverTest, TellsAServersReasonRatherThanALostConnection) {
  const auto failover = Make(3);
  const absl::Status status =
      Run(*failover, CallKind::kRepeatableWrite, {NotReached("a"), Said(ErrorReason::kNoPrimary), NotReached("c")});
  EXPECT_EQ(ReasonOf(status), ErrorReason::kNoPrimary);
}

TEST_F(FailoverTest, WaitsLongerBeforeEveryRound) {
  const auto failover = Make(1, /*rounds_max=*/4);
  EXPECT_FALSE(Run(*failover, CallKind::kRepeatableWrite, {NotReached("a")}).ok());
  EXPECT_EQ(asked_.size(), 4u);
  ASSERT_EQ(waits_.size(), 3u);
  for (size_t i = 0; i < waits_.size(); ++i) {
    EXPECT_GE(waits_[i].count(), 50 << i);
    EXPECT_LE(waits_[i].count(), 100 << i);
  }
}

TEST_F(FailoverTest, StartsNoRoundThatCouldNotEndInTime) {
  const auto failover = Make(1, /*rounds_max=*/50);
  EXPECT_FALSE(Run(*failover, CallKind::kRepeatableWrite, {NotReached("a")}).ok());
  milliseconds waited{0};
  for (const milliseconds wait : waits_) waited += wait;
  EXPECT_LT(waited.count(), 1000);
}

TEST_F(FailoverTest, LeavesASafeCallTimeForTheOtherServers) {
  const auto failover = Make(3);
  EXPECT_THAT(Patience(*failover, CallKind::kRepeatableWrite, 900), ElementsAre(300, 300, 300));
}

TEST_F(FailoverTest, IsImpatientWithAReadWhileAnotherServerIsWell) {
  const auto failover = Make(std::vector<int>{0, 0, 0}, {.rounds_max = 1, .read_patience = milliseconds(200)});
  EXPECT_THAT(Patience(*failover, CallKind::kRead, 9000), ElementsAre(200, 200, 8600));
}

TEST_F(FailoverTest, IsPatientWithASlowServerThatIsTheLastOne) {
  const auto failover = Make(std::vector<int>{0, 0, 0}, {.rounds_max = 1, .read_patience = milliseconds(200)});
  failover->Report(*candidates_[1], false);
  failover->Report(*candidates_[2], false);
  EXPECT_THAT(Patience(*failover, CallKind::kRead, 900), ElementsAre(450, 225, 225));
}

TEST_F(FailoverTest, GivesAnUnsafeCallAllItsTime) {
  const auto failover = Make(3);
  const absl::Status status = failover->Run(CallKind::kWrite, In(900), [&](Candidate&, SteadyTime deadline) {
    EXPECT_EQ(deadline, In(900));
    return Done();
  });
  EXPECT_TRUE(status.ok());
}

TEST_F(FailoverTest, NeverRaisesASafeCallsTimeBeyondTheDeadline) {
  const auto failover = Make(2);
  const SteadyTime end = In(100);
  const absl::Status status = failover->Run(CallKind::kRepeatableWrite, end, [&](Candidate&, SteadyTime deadline) {
    EXPECT_LE(deadline, end);
    clock_.Advance(milliseconds(60));
    return Lost();
  });
  EXPECT_EQ(status.code(), absl::StatusCode::kUnavailable);
}

TEST_F(FailoverTest, AsksASuspectOnlyAfterTheOthers) {
  const auto failover = Make(3);
  ASSERT_TRUE(Run(*failover, CallKind::kRead, {NotReached("a"), Done(), Done()}).ok());
  EXPECT_TRUE(candidates_[0]->suspect());
  EXPECT_FALSE(Run(*failover, CallKind::kRead, {NotReached("a"), NotReached("b"), NotReached("c")}).ok());
  EXPECT_THAT(asked_, ElementsAre(1, 2, 0));
}

TEST_F(FailoverTest, ServerThatRefusesOneThingIsNoSuspect) {
  const auto failover = Make(2);
  for (const ErrorReason reason : {ErrorReason::kNoPrimary, ErrorReason::kOverloaded, ErrorReason::kSchemaNotFound}) {
    Run(*failover, CallKind::kRead, {Said(reason), Said(reason)}).IgnoreError();
    EXPECT_FALSE(candidates_[0]->suspect()) << RowOf(reason).name;
  }
  Run(*failover, CallKind::kRead, {Said(ErrorReason::kShuttingDown), Said(ErrorReason::kNotReady)}).IgnoreError();
  EXPECT_TRUE(candidates_[0]->suspect());
  EXPECT_TRUE(candidates_[1]->suspect());
}

// A service whose calls were too large used to take all its servers for broken.
TEST_F(FailoverTest, CallThatNoServerCanTakeMakesNoSuspect) {
  const auto failover = Make(2);
  const Attempt too_large{absl::ResourceExhaustedError("a: message larger than max"), true};
  EXPECT_FALSE(Run(*failover, CallKind::kRead, {too_large, too_large}).ok());
  EXPECT_FALSE(candidates_[0]->suspect());
  const Attempt not_regent{absl::UnimplementedError("a: http status 404"), true};
  EXPECT_FALSE(Run(*failover, CallKind::kRead, {not_regent, not_regent}).ok());
  EXPECT_TRUE(candidates_[0]->suspect() || candidates_[1]->suspect());
}

TEST_F(FailoverTest, ImpatientCallerMakesNoSuspect) {
  const auto failover = Make(2);
  Patience(*failover, CallKind::kRead, 100);
  EXPECT_FALSE(candidates_[0]->suspect());
  Patience(*failover, CallKind::kRead, 9000);
  EXPECT_TRUE(candidates_[0]->suspect());
}

TEST_F(FailoverTest, ComesHomeWhenAProbeFindsTheOwnSiteWell) {
  const auto failover = Make({0, 1, 1});
  EXPECT_TRUE(Run(*failover, CallKind::kRead, {NotReached("home"), Done(), Done()}).ok());
  EXPECT_TRUE(Run(*failover, CallKind::kRead, {Done(), Done(), Done()}).ok());
  EXPECT_THAT(asked_, ElementsAre(1));
  failover->Report(*candidates_[0], true);
  EXPECT_TRUE(Run(*failover, CallKind::kRead, {Done(), Done(), Done()}).ok());
  EXPECT_THAT(asked_, ElementsAre(0));
}

TEST_F(FailoverTest, TriesAWholeSiteBeforeTheNext) {
  const auto failover = Make({1, 0, 1, 0});
  EXPECT_FALSE(
      Run(*failover, CallKind::kRead, {NotReached("a"), NotReached("b"), NotReached("c"), NotReached("d")}).ok());
  EXPECT_THAT(asked_, ElementsAre(1, 3, 0, 2));
}

TEST_F(FailoverTest, KeepsWhatItKnowsOfServersThatStay) {
  const auto failover = Make(3);
  failover->Report(*candidates_[0], false);
  ASSERT_TRUE(Run(*failover, CallKind::kRead, {Done(), NotReached("b"), Done()}).ok());
  failover->SetCandidates({candidates_[0], candidates_[1], candidates_[2], std::make_shared<Candidate>("3", 0)});
  ASSERT_TRUE(Run(*failover, CallKind::kRead, {Done(), Done(), Done(), Done()}).ok());
  EXPECT_THAT(asked_, ElementsAre(2));
}

TEST_F(FailoverTest, RandomStartSpreadsClientsOverTheOwnSite) {
  std::set<size_t> first;
  for (int i = 0; i < 200; ++i) first.insert(Make({0, 0, 0, 1}, {.random_start = true})->first());
  EXPECT_THAT(first, ElementsAre(0, 1, 2));
}

TEST_F(FailoverTest, SaysSoWhenNoServerIsKnown) {
  const auto failover = Make(std::vector<int>{});
  EXPECT_EQ(Run(*failover, CallKind::kRead, {}).code(), absl::StatusCode::kUnavailable);
}

TEST_F(FailoverTest, LetsThreadsShareWhatTheyLearn) {
  const auto failover = Make(4);
  std::atomic<int> answered{0};
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([&] {
      for (int i = 0; i < 500; ++i) {
        const absl::Status status = failover->Run(
            CallKind::kRepeatableWrite, In(1000),
            [&](Candidate& server, SteadyTime) { return NumberOf(server) == 2 ? Done() : NotReached("it"); });
        answered += status.ok();
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(answered, 2000);
  EXPECT_EQ(failover->first(), 2u);
}

}  // namespace
}  // namespace regent::client
