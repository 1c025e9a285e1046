#include "server/registry/position_waiters.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/error_reason.h"

namespace regent {
namespace {

absl::Status OfAnotherLog(const std::string& wanted, const std::string& log_id) {
  return MakeError(ErrorReason::kPositionOfAnotherLog,
                   absl::StrCat("The position belongs to log ", wanted, "; this node reads log ", log_id, "."));
}

}  // namespace

void PositionWaiters::Await(SteadyTime deadline, const Position& position, PositionDone done) {
  absl::Status answer;
  bool waits = false;
  {
    MutexLock lock(&mutex_);
    // Asked with the lock held: were the state to become another one now, OnReadAgain would find this waiter.
    const Position now = state_->position();
    if (now.log_id.empty()) {
      answer = MakeError(ErrorReason::kNotReady, "This node waits for its log; ask another one.");
    } else if (position.log_id != now.log_id) {
      answer = OfAnotherLog(position.log_id, now.log_id);
    } else if (position.offset <= now.offset) {
      answer = absl::OkStatus();
    } else if (stopped_) {
      answer = MakeError(ErrorReason::kShuttingDown, "This node is shutting down.");
    } else if (waiters_.size() >= static_cast<size_t>(options_.max_waiting)) {
      answer = MakeError(ErrorReason::kOverloaded,
                         absl::StrCat("Too many reads wait for a position (", waiters_.size(), "); try again later."));
    } else {
      const Key key = {position.offset, ++last_};
      // With the timer in place before OnApplied can see it; a timer that runs at once waits for this lock.
      const SteadyTime latest = clock_->Now() + options_.timeout;
      waiters_[key] = {position.log_id, timer_->RunAt(std::min(deadline, latest), [this, key] { DeadlinePassed(key); }),
                       std::move(done)};
      waits = true;
    }
  }
  // It may have been applied before the waiter was there to be seen.
  if (waits) return OnApplied();
  done(std::move(answer));
}

void PositionWaiters::OnApplied() {
  std::vector<Waiter> ready;
  Position now;
  {
    MutexLock lock(&mutex_);
    if (waiters_.empty() || waiters_.begin()->first.first > state_->applied()) return;
    now = state_->position();
    while (!waiters_.empty() && waiters_.begin()->first.first <= now.offset) {
      ready.push_back(std::move(waiters_.begin()->second));
      waiters_.erase(waiters_.begin());
    }
  }
  Answer(std::move(ready), now.log_id);
}

void PositionWaiters::OnReadAgain() {
  std::vector<Waiter> lost;
  const std::string log_id = state_->log_id();
  {
    MutexLock lock(&mutex_);
    for (auto it = waiters_.begin(); it != waiters_.end();) {
      if (it->second.log_id == log_id) {
        ++it;
        continue;
      }
      lost.push_back(std::move(it->second));
      it = waiters_.erase(it);
    }
  }
  Answer(std::move(lost), log_id);
  OnApplied();
}

void PositionWaiters::Answer(std::vector<Waiter> waiters, const std::string& log_id) {
  for (Waiter& waiter : waiters) {
    timer_->Cancel(waiter.timer);
    waiter.done(waiter.log_id == log_id ? absl::OkStatus() : OfAnotherLog(waiter.log_id, log_id));
  }
}

void PositionWaiters::DeadlinePassed(Key key) {
  PositionDone done;
  {
    MutexLock lock(&mutex_);
    const auto it = waiters_.find(key);
    if (it == waiters_.end()) return;
    done = std::move(it->second.done);
    waiters_.erase(it);
  }
  done(
      MakeError(ErrorReason::kPositionNotReached, absl::StrCat("This node did not reach offset ", key.first.value(),
                                                               " in time: it is at ", state_->applied().value(), ".")));
}

void PositionWaiters::Stop() {
  std::map<Key, Waiter> waiters;
  {
    MutexLock lock(&mutex_);
    stopped_ = true;
    waiters.swap(waiters_);
  }
  for (auto& [key, waiter] : waiters) {
    timer_->Cancel(waiter.timer);
    waiter.done(MakeError(ErrorReason::kShuttingDown, "This node is shutting down."));
  }
}

int PositionWaiters::waiting() const {
  MutexLock lock(&mutex_);
  return static_cast<int>(waiters_.size());
}

}  // namespace regent
