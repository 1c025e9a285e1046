// Where time comes from. Nothing but a Clock is asked what time it is, so that tests decide.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>

namespace regent {

using SteadyTime = std::chrono::steady_clock::time_point;

// Thread-safe.
class Clock {
 public:
  virtual ~Clock() = default;
  // For deadlines and intervals; never goes back.
  virtual SteadyTime Now() const = 0;
  // For timestamps that people and records see: milliseconds since 1970, UTC.
  virtual int64_t WallMillis() const = 0;
};

// The machine's own; lives for ever.
Clock* SystemClock();

// Runs callbacks later, one at a time on a thread of its own. Thread-safe. Callbacks must not block for long.
class Timer {
 public:
  using Id = uint64_t;
  virtual ~Timer() = default;
  virtual Id RunAt(SteadyTime when, std::function<void()> callback) = 0;
  // False when it already ran, runs now, or was never set. Does not wait for a running callback.
  virtual bool Cancel(Id id) = 0;
};

// One thread; destroying it drops what has not run and waits for what runs.
std::unique_ptr<Timer> NewThreadTimer(const Clock* clock = SystemClock());

}  // namespace regent
