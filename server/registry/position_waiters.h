// Reads that wait until the node has applied a position.
#pragma once

#include <chrono>
#include <map>
#include <string>
#include <utility>
#include <vector>

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
  void OnApplied();
  // The same, after the state became another one: those who wait for a position of another log than its are answered
  // with POSITION_OF_ANOTHER_LOG.
  void OnReadAgain();

  // Answers all with SHUTTING_DOWN; later ones too.
  void Stop();
  int waiting() const;

 private:
  struct Waiter {
    std::string log_id;
    Timer::Id timer = 0;
    PositionDone done;
  };
  // By what they wait for, then by age.
  using Key = std::pair<Offset, uint64_t>;

  void DeadlinePassed(Key key);
  void Answer(std::vector<Waiter> waiters, const std::string& log_id);

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
