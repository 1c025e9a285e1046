#include "client/resuming_stream.h"

#include <gtest/gtest.h>

#include <deque>
#include <future>
#include <utility>
#include <vector>

#include "base/error_reason.h"

namespace regent::client {
namespace {

using std::chrono::milliseconds;
using From = WatchRequest::From;

using Script = std::deque<absl::StatusOr<WatchEvent>>;

// Tells what is written down, then waits until it is cancelled.
class ScriptedSource : public WatchSource {
 public:
  explicit ScriptedSource(Script script) : script_(std::move(script)) {}
  absl::StatusOr<WatchEvent> Next(SteadyTime deadline, bool* timed_out) override {
    if (!script_.empty()) {
      auto next = std::move(script_.front());
      script_.pop_front();
      return next;
    }
    MutexLock lock(&mutex_);
    while (!cancelled_) {
      if (deadline == SteadyTime::max()) {
        changed_.Wait(&mutex_);
      } else if (!changed_.WaitUntil(&mutex_, deadline)) {
        *timed_out = true;
        break;
      }
    }
    return absl::CancelledError("cancelled");
  }
  void Cancel() override {
    MutexLock lock(&mutex_);
    cancelled_ = true;
    changed_.NotifyAll();
  }

 private:
  Script script_;
  Mutex mutex_;
  CondVar changed_;
  bool cancelled_ GUARDED_BY(mutex_) = false;
};

WatchEvent At(int offset, decltype(WatchEvent::what) what) { return {{"log", Offset(offset)}, std::move(what)}; }
WatchEvent Mode(int offset) { return At(offset, ModeChange{std::nullopt, regent::Mode::kReadOnly}); }
WatchEvent Old() { return {Position(), ModeChange{std::nullopt, regent::Mode::kReadOnly}}; }
absl::Status Lost() { return absl::UnavailableError("lost"); }

class ResumingStreamTest : public ::testing::Test {
 protected:
  // Each opening takes the next script; one that is an error opens nothing.
  void Start(WatchRequest request, std::deque<absl::StatusOr<Script>> scripts) {
    scripts_ = std::move(scripts);
    stream_ = std::make_unique<ResumingStream>(
        std::move(request), options_,
        [this](const WatchRequest& asked, SteadyTime deadline,
               const std::atomic<bool>&) -> absl::StatusOr<std::unique_ptr<WatchSource>> {
          asked_.push_back(asked);
          given_.push_back(deadline - SystemClock()->Now());
          auto script = std::move(scripts_.front());
          if (scripts_.size() > 1) scripts_.pop_front();
          if (!script.ok()) return script.status();
          return std::unique_ptr<WatchSource>(std::make_unique<ScriptedSource>(*std::move(script)));
        });
    started_ = stream_->Start(SteadyTime::max());
  }
  WatchEvent Next() {
    auto event = stream_->Next(milliseconds(10000));
    EXPECT_TRUE(event.ok()) << event.status();
    return event.ok() ? *std::move(event) : WatchEvent();
  }
  template <typename What>
  bool NextIs() {
    return std::holds_alternative<What>(Next().what);
  }

  ResumingStream::Options options_{.open_timeout = milliseconds(10000),
                                   .open_least = milliseconds(5000),
                                   .pause = milliseconds(1),
                                   .pause_max = milliseconds(1)};
  std::deque<absl::StatusOr<Script>> scripts_;
  std::vector<WatchRequest> asked_;
  std::vector<SteadyTime::duration> given_;  // to each search
  std::unique_ptr<ResumingStream> stream_;
  absl::Status started_;
};

TEST_F(ResumingStreamTest, GoesOnAfterTheLastPositionTold) {
  Start({.from = From::kNow}, {Script{At(5, CaughtUp()), Mode(7), Lost()}, Script{At(7, CaughtUp()), Mode(9)}});
  EXPECT_TRUE(NextIs<CaughtUp>());
  EXPECT_EQ(Next().position.offset, Offset(7));
  // Told once, although each server says it.
  EXPECT_TRUE(NextIs<Heartbeat>());
  EXPECT_EQ(Next().position.offset, Offset(9));
  ASSERT_EQ(asked_.size(), 2u);
  EXPECT_EQ(asked_[1].from, From::kPosition);
  EXPECT_EQ(asked_[1].position.offset, Offset(7));
}

TEST_F(ResumingStreamTest, BrokenSnapshotBeginsAnew) {
  Start({.from = From::kSnapshot}, {Script{Old(), Lost()}, Script{Old(), At(5, CaughtUp())}});
  EXPECT_TRUE(NextIs<SnapshotBegins>());
  EXPECT_TRUE(NextIs<ModeChange>());
  EXPECT_TRUE(NextIs<SnapshotBegins>());
  EXPECT_TRUE(NextIs<ModeChange>());
  EXPECT_TRUE(NextIs<CaughtUp>());
  EXPECT_EQ(asked_[1].from, From::kSnapshot);
}

TEST_F(ResumingStreamTest, SnapshotOfAnEmptyRegistryIsAnnouncedToo) {
  Start({.from = From::kSnapshot}, {Script{At(5, CaughtUp())}});
  EXPECT_TRUE(NextIs<SnapshotBegins>());
  EXPECT_TRUE(NextIs<CaughtUp>());
}

TEST_F(ResumingStreamTest, TakesASnapshotWhereChangesAreNoLongerKept) {
  for (const ErrorReason reason : {ErrorReason::kPositionTooOld, ErrorReason::kPositionOfAnotherLog}) {
    asked_.clear();
    Start({.from = From::kPosition, .position = {"log", Offset(3)}},
          {Script{At(3, CaughtUp()), Lost()}, MakeError(reason, "gone"), Script{Old(), At(9, CaughtUp())}});
    EXPECT_TRUE(NextIs<CaughtUp>());
    EXPECT_TRUE(NextIs<SnapshotBegins>());
    EXPECT_TRUE(NextIs<ModeChange>());
    EXPECT_TRUE(NextIs<CaughtUp>());
    EXPECT_EQ(asked_.back().from, From::kSnapshot);
  }
}

TEST_F(ResumingStreamTest, EndsThereWhenNoSnapshotIsWanted) {
  Start({.from = From::kNow, .snapshot_when_lost = false},
        {Script{At(3, CaughtUp()), Lost()}, MakeError(ErrorReason::kPositionTooOld, "gone")});
  EXPECT_TRUE(NextIs<CaughtUp>());
  for (int i = 0; i < 2; ++i) {
    EXPECT_EQ(ReasonOf(stream_->Next(std::nullopt).status()), ErrorReason::kPositionTooOld);
  }
}

TEST_F(ResumingStreamTest, SlowWatchThatWasDroppedGoesOn) {
  Start({.from = From::kNow},
        {Script{At(3, CaughtUp()), MakeError(ErrorReason::kOverloaded, "slow")}, Script{At(3, CaughtUp()), Mode(4)}});
  EXPECT_TRUE(NextIs<CaughtUp>());
  EXPECT_TRUE(NextIs<Heartbeat>());
  EXPECT_EQ(Next().position.offset, Offset(4));
}

TEST_F(ResumingStreamTest, KeepsTryingWhileNoServerAnswers) {
  Start({.from = From::kNow}, {Script{At(3, CaughtUp()), Lost()}, Lost(), Lost(), Lost(), Script{Mode(4)}});
  EXPECT_TRUE(NextIs<CaughtUp>());
  EXPECT_EQ(Next().position.offset, Offset(4));
  EXPECT_EQ(asked_.size(), 5u);
}

TEST_F(ResumingStreamTest, RefusalEndsItAtOnce) {
  Start({}, {MakeError(ErrorReason::kRequestInvalid, "context")});
  EXPECT_EQ(ReasonOf(started_), ErrorReason::kRequestInvalid);
  Start({}, {Script{At(3, CaughtUp()), MakeError(ErrorReason::kPermissionDenied, "no")}});
  EXPECT_TRUE(NextIs<CaughtUp>());
  EXPECT_EQ(ReasonOf(stream_->Next(std::nullopt).status()), ErrorReason::kPermissionDenied);
}

TEST_F(ResumingStreamTest, SaysWhenNothingCameInTimeAndGoesOn) {
  Start({}, {Script{At(3, CaughtUp())}});
  EXPECT_TRUE(NextIs<CaughtUp>());
  EXPECT_EQ(stream_->Next(milliseconds(1)).status().code(), absl::StatusCode::kDeadlineExceeded);
  EXPECT_EQ(stream_->Next(milliseconds(1)).status().code(), absl::StatusCode::kDeadlineExceeded);
}

// The pause used to begin anew with each call, which returned at once: a caller with a shorter timeout spun, and never
// came back to a server.
TEST_F(ResumingStreamTest, CallerWithLittleTimeWaitsOutAPauseThatIsLonger) {
  options_.pause = options_.pause_max = milliseconds(60);
  Start({.from = From::kNow}, {Script{At(3, CaughtUp()), Lost()}, Lost(), Script{Mode(4)}});
  EXPECT_TRUE(NextIs<CaughtUp>());
  int calls = 0;
  auto event = stream_->Next(milliseconds(20));
  for (; !event.ok() && calls < 1000; ++calls) {
    EXPECT_EQ(event.status().code(), absl::StatusCode::kDeadlineExceeded);
    event = stream_->Next(milliseconds(20));
  }
  ASSERT_TRUE(event.ok()) << event.status();
  EXPECT_EQ(event->position.offset, Offset(4));
  EXPECT_LE(calls, 4);
}

TEST_F(ResumingStreamTest, SearchHasTimeEnoughHoweverLittleItsCallerHas) {
  Start({.from = From::kNow}, {Script{At(3, CaughtUp()), Lost()}, Script{Mode(4)}});
  EXPECT_TRUE(NextIs<CaughtUp>());
  EXPECT_TRUE(stream_->Next(milliseconds(0)).ok());
  ASSERT_EQ(given_.size(), 2u);
  EXPECT_GT(given_[1], milliseconds(1000));
}

TEST_F(ResumingStreamTest, LongestTimeoutIsNoNegativeOne) {
  Start({.from = From::kNow}, {Script{At(3, CaughtUp()), Lost()}, Script{Mode(4)}});
  EXPECT_TRUE(stream_->Next(milliseconds::max()).ok());
  EXPECT_TRUE(stream_->Next(milliseconds::max()).ok());
}

TEST_F(ResumingStreamTest, CancelEndsAWaitAtASourceAndBetweenThem) {
  for (const bool lost : {false, true}) {
    Start({}, {lost ? Script{At(3, CaughtUp()), Lost()} : Script{At(3, CaughtUp())}, Lost()});
    EXPECT_TRUE(NextIs<CaughtUp>());
    auto waiting = std::async(std::launch::async, [&] { return stream_->Next(std::nullopt).status(); });
    stream_->Cancel();
    EXPECT_EQ(waiting.get().code(), absl::StatusCode::kCancelled);
  }
}

}  // namespace
}  // namespace regent::client
