#include "base/fake_clock.h"

#include <algorithm>

namespace regent {

SteadyTime FakeClock::Now() const {
  MutexLock lock(&mutex_);
  return now_;
}

int64_t FakeClock::WallMillis() const {
  // 2020-01-01, so that it looks like a date.
  constexpr int64_t kStart = 1577836800000;
  return kStart + std::chrono::duration_cast<std::chrono::milliseconds>(Now().time_since_epoch()).count();
}

Timer::Id FakeClock::RunAt(SteadyTime when, std::function<void()> callback) {
  MutexLock lock(&mutex_);
  timers_.emplace(std::make_pair(when, ++last_id_), std::move(callback));
  return last_id_;
}

bool FakeClock::Cancel(Id id) {
  std::function<void()> dropped;  // destroyed without the lock
  MutexLock lock(&mutex_);
  const auto timer = std::find_if(timers_.begin(), timers_.end(), [&](const auto& t) { return t.first.second == id; });
  if (timer == timers_.end()) return false;
  dropped = std::move(timer->second);
  timers_.erase(timer);
  return true;
}

void FakeClock::Advance(std::chrono::milliseconds by) {
  const SteadyTime end = Now() + by;
  for (;;) {
    std::function<void()> callback;
    {
      MutexLock lock(&mutex_);
      const auto first = timers_.begin();
      if (first == timers_.end() || first->first.first > end) {
        now_ = std::max(now_, end);
        return;
      }
      now_ = std::max(now_, first->first.first);
      callback = std::move(first->second);
      timers_.erase(first);
    }
    callback();
  }
}

size_t FakeClock::pending() const {
  MutexLock lock(&mutex_);
  return timers_.size();
}

}  // namespace regent
