// Which operation may touch what: an operation holds its subjects from its decision until its records were read back.
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <string>
#include <unordered_map>
#include <vector>

#include "base/executor.h"
#include "base/mutex.h"

namespace regent {

enum class HoldMode { kShared, kExclusive };

struct HoldKey {
  std::string name;
  HoldMode mode = HoldMode::kExclusive;
  bool operator==(const HoldKey&) const = default;
};

// Hands out holds in the order they were asked for. All of an operation's keys are queued at once, so two operations
// never wait for each other. Thread-safe.
class HoldTable {
 public:
  using Ticket = uint64_t;

  // Those who waited run on `executor`, which outlives the table.
  explicit HoldTable(Executor* executor) : executor_(executor) {}

  // `granted` runs once all keys are held: on the caller's own thread if they are free, else later on the executor. A
  // key named twice is held once, exclusively if either says so. `ticket` is the caller's name for these holds; it must
  // not hold or wait for any.
  void Acquire(Ticket ticket, const std::vector<HoldKey>& keys, std::function<void()> granted);

  // Gives up what is held or waited for; nothing for an unknown ticket. A `granted` that was posted already still runs.
  void Release(Ticket ticket);

 private:
  struct Waiter {
    Ticket ticket;
    HoldMode mode;
    bool granted = false;
  };
  struct Operation {
    std::vector<std::string> names;
    size_t missing = 0;
    std::function<void()> granted;
  };

  // Grants what the head of this queue allows; adds operations that now hold everything.
  void GrantLocked(std::deque<Waiter>& queue, std::vector<std::function<void()>>* ready) REQUIRES(mutex_);

  Executor* const executor_;
  Mutex mutex_;
  std::unordered_map<std::string, std::deque<Waiter>> queues_ GUARDED_BY(mutex_);
  std::unordered_map<Ticket, Operation> operations_ GUARDED_BY(mutex_);
};

}  // namespace regent
