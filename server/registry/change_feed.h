// The recent changes of this node's state, and who watches them.
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <string>

#include "base/executor.h"
#include "base/mutex.h"
#include "server/registry/registry.h"
#include "store/state.h"

namespace regent {

// Keeps a bounded ring; watchers hold a place in it and nothing else, so a slow one costs no memory. Thread-safe; what
// it is given outlives it.
class ChangeFeed {
 public:
  struct Options {
    // Changes kept. A watcher further behind is dropped.
    size_t max_changes = 10000;
    // Of the texts that those changes refer to, which the state may have forgotten.
    size_t max_bytes = 64u << 20;
    // More at once are refused.
    int max_watchers = 10000;
  };

  // Watchers are woken on `executor`.
  ChangeFeed(Options options, const State* state, Executor* executor)
      : options_(options), state_(state), executor_(executor), log_id_(state->log_id()) {}

  // From the thread that applies the log, after the state holds the record. What comes before Begin is not kept.
  void OnApplied(const Applied& applied);
  // The state is complete: from here on changes are kept.
  void Begin();
  // The state became another one, read again from the log or from another log: all watches end with POSITION_TOO_OLD.
  void BeginAgain();

  absl::StatusOr<std::unique_ptr<ChangeSubscription>> Watch(const WatchChanges& query);
  // Ends all watches with SHUTTING_DOWN.
  void Stop();

 private:
  class Subscription;
  using EventPtr = std::shared_ptr<const WatchEvent>;
  struct Entry {
    Offset offset;
    EventPtr event;
    size_t bytes = 0;
  };

  void Push(Offset offset, decltype(WatchEvent::what) what) REQUIRES(mutex_);
  void Forget(const Subscription* subscription);
  void WakeAll();

  const Options options_;
  const State* const state_;
  Executor* const executor_;

  mutable Mutex mutex_;
  bool begun_ GUARDED_BY(mutex_) = false;
  bool stopped_ GUARDED_BY(mutex_) = false;
  int reading_ GUARDED_BY(mutex_) = 0;     // rises with every BeginAgain
  std::string log_id_ GUARDED_BY(mutex_);  // of what is read
  std::deque<Entry> ring_ GUARDED_BY(mutex_);
  size_t ring_bytes_ GUARDED_BY(mutex_) = 0;
  Offset complete_after_ GUARDED_BY(mutex_) = kBeforeFirst;  // every change behind it is in the ring
  Offset applied_ GUARDED_BY(mutex_) = kBeforeFirst;
  int watchers_ GUARDED_BY(mutex_) = 0;
  std::map<const Subscription*, std::function<void()>> wakes_ GUARDED_BY(mutex_);
};

}  // namespace regent
