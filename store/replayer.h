// Reads the log into the state and tells who waits for it.
#pragma once

#include <atomic>
#include <chrono>
#include <optional>

#include "absl/status/status.h"
#include "base/clock.h"
#include "base/mutex.h"
#include "store/log.h"
#include "store/state.h"

namespace regent {

// How long a log keeps what is superseded. Nothing: for ever.
struct LogRetention {
  std::optional<std::chrono::milliseconds> compaction_lag;    // until the cleaner may remove a record
  std::optional<std::chrono::milliseconds> delete_retention;  // and then a tombstone
};

// Called on the log's thread, after the state holds the record. Must not block on an append.
class ApplyListener {
 public:
  virtual ~ApplyListener() = default;
  virtual void OnApplied(const Applied& applied) = 0;
  virtual void OnCaughtUp() = 0;
  virtual void OnReplaced(const absl::Status& what) = 0;
};

// Owned by the node; `state` and `listener` outlive it. After the log's Close() nothing calls the listener.
class Replayer : public LogSink {
 public:
  Replayer(LogRetention retention, State* state, const Clock* clock, ApplyListener* listener)
      : retention_(retention), state_(state), clock_(clock), listener_(listener) {}

  // Whether everything that stood in the log when reading began was applied.
  bool caught_up() const { return caught_up_.load(std::memory_order_acquire); }
  // The reader's present trouble; OK when reading goes well.
  absl::Status health() const;

  void OnRecord(LogRecord record) override;
  void OnCaughtUp(Offset next) override;
  void OnReplaced(const absl::Status& what) override;
  void OnError(const absl::Status& status) override;

 private:
  const LogRetention retention_;
  State* const state_;
  const Clock* const clock_;
  ApplyListener* const listener_;
  std::atomic<bool> caught_up_{false};
  mutable Mutex mutex_;
  absl::Status health_ GUARDED_BY(mutex_);
};

}  // namespace regent
