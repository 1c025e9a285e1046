// Time that tests drive: it stands still until Advance, which also runs the timers that came due. Thread-safe.
#pragma once

#include <chrono>
#include <functional>
#include <map>
#include <utility>

#include "base/clock.h"
#include "base/mutex.h"

namespace regent {

class FakeClock : public Clock, public Timer {
 public:
  SteadyTime Now() const override;
  int64_t WallMillis() const override;
  Id RunAt(SteadyTime when, std::function<void()> callback) override;
  bool Cancel(Id id) override;

  // Moves on and runs what came due, in order of time, on the caller's thread.
  void Advance(std::chrono::milliseconds by);
  // How many timers wait.
  size_t pending() const;

 private:
  mutable Mutex mutex_;
  SteadyTime now_ GUARDED_BY(mutex_) = SteadyTime{} + std::chrono::hours(1);
  Id last_id_ GUARDED_BY(mutex_) = 0;
  std::map<std::pair<SteadyTime, Id>, std::function<void()>> timers_ GUARDED_BY(mutex_);
};

}  // namespace regent
