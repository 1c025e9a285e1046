#include "server/registry/position_waiters.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/error_reason.h"

namespace regent {

void PositionWaiters::Await(SteadyTime deadline, const Position& position, PositionDone done) {
  if (const std::string log_id = state_->log_id(); position.log_id != log_id) {
    return done(MakeError(
        ErrorReason::kPositionOfAnotherLog,
        absl::StrCat("The position belongs to log ", position.log_id, "; this node reads log ", log_id, ".")));
  }
  if (position.offset <= state_->applied()) return done(absl::OkStatus());
  absl::Status refused;
  Key key;
  {
    MutexLock lock(&mutex_);
    if (stopped_) {
      refused = MakeError(ErrorReason::kShuttingDown, "This node is shutting down.");
    } else if (waiters_.size() >= static_cast<size_t>(options_.max_waiting)) {
      refused = MakeError(ErrorReason::kOverloaded,
                          absl::StrCat("Too many reads wait for a position (", waiters_.size(), "); try again later."));
    } else {
      key = {position.offset, ++last_};
      // With the timer in place before OnApplied can see it; a timer that runs at once waits for this lock.
      const SteadyTime latest = clock_->Now() + options_.timeout;
      waiters_[key] = {timer_->RunAt(std::min(deadline, latest), [this, key] { DeadlinePassed(key); }),
                       std::move(done)};
    }
  }
  if (!refused.ok()) return done(std::move(refused));
  // It may have been applied before the waiter was there to be seen.
  OnApplied(state_->applied());
}

void PositionWaiters::OnApplied(Offset offset) {
  std::vector<Waiter> ready;
  {
    MutexLock lock(&mutex_);
    while (!waiters_.empty() && waiters_.begin()->first.first <= offset) {
      ready.push_back(std::move(waiters_.begin()->second));
      waiters_.erase(waiters_.begin());
    }
  }
  for (Waiter& waiter : ready) {
    timer_->Cancel(waiter.timer);
    waiter.done(absl::OkStatus());
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
