// Reads that wait until the node has applied a position.
#pragma once

#include <chrono>
#include <map>
#include <string>

#include "base/clock.h"
#include "base/mutex.h"
#include "server/registry/registry.h"
#include "store/state.h"

namespace regent {

// Thread-safe; no thread waits in it. What it is given outlives it.
class PositionWaiters {
 public:
  struct Options {
    // More at once are refused as OVERLOADED.
    int max_waiting = 10000;
    // For who brings no earlier deadline.
    std::chrono::milliseconds timeout{10000};
  };

  PositionWaiters(Options options, const State* state, const Clock* clock, Timer* timer)
      : options_(options), state_(state), clock_(clock), timer_(timer) {}

  // See Registry::AwaitPosition. `done` runs on the caller's thread, on the one that applies the log, or the timer's.
  void Await(SteadyTime deadline, const Position& position, PositionDone done);

  // From the thread that applies the log, after the state holds the record.
  void OnApplied(Offset offset);

  // Answers all with SHUTTING_DOWN; later ones too.
  void Stop();
  int waiting() const;

 private:
  struct Waiter {
    Timer::Id timer = 0;
    PositionDone done;
  };
  // By what they wait for, then by age.
  using Key = std::pair<Offset, uint64_t>;

  void DeadlinePassed(Key key);

  const Options options_;
  const State* const state_;
  const Clock* const clock_;
  Timer* const timer_;

  mutable Mutex mutex_;
  std::map<Key, Waiter> waiters_ GUARDED_BY(mutex_);
  uint64_t last_ GUARDED_BY(mutex_) = 0;
  bool stopped_ GUARDED_BY(mutex_) = false;
};

}  // namespace regent
