// Reads the log into the state and tells who waits for it.
#pragma once

#include <atomic>
#include <chrono>
#include <memory>
#include <optional>
#include <string>

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
  // The log cannot be read now; what was applied so far came from a copy of it.
  virtual void OnCopyServes() {}
  virtual void OnReplaced(const absl::Status& what) = 0;
  // This node was not at the log's end for so long that the cleaner may have removed tombstones it never saw: what it
  // holds may be more than the log says. Reading must begin again from the start: true when the listener sees to that,
  // and nothing is told until it did.
  virtual bool OnFellBehind() { return false; }
  // In place of OnCaughtUp, after Replayer::BeginAgain(): the state is what was read now.
  virtual void OnReadAgain() {}
};

// Owned by the node; `state` and `listener` outlive it. After the log's Close() nothing calls the listener.
class Replayer : public LogSink {
 public:
  Replayer(LogRetention retention, State* state, const Clock* clock, ApplyListener* listener)
      : state_(state), clock_(clock), listener_(listener), retention_(retention) {}

  // Whether everything that stood in the log when reading began was applied.
  bool caught_up() const { return caught_up_.load(std::memory_order_acquire); }
  // Whether a copy of the log was applied and the log itself has not been reached since: reads can be answered, but
  // what they do not find may be there all the same.
  bool copy_serves() const { return copy_serves_.load(std::memory_order_acquire); }
  // The reader's present trouble; OK when reading goes well.
  absl::Status health() const;

  // The log was opened again and will be read from the start. Until that has caught up the state stays as it is, and
  // the listener is told of nothing; then it becomes what was read. While nobody calls the sink.
  void BeginAgain(std::string log_id);
  // What the log keeps, where that was not known or changed. From any thread.
  void SetRetention(const LogRetention& retention);
  // How long this node may be away from the log's end; nothing: for ever.
  std::optional<std::chrono::milliseconds> longest_absence() const;
  // To be called several times within the longest absence: a process that was stopped notices it here.
  void Tick();

  void OnRecord(LogRecord record) override;
  void OnCaughtUp(Offset next) override;
  void OnCopyRead() override;
  void OnReplaced(const absl::Status& what) override;
  void OnError(const absl::Status& status) override;

 private:
  State* const state_;
  const Clock* const clock_;
  ApplyListener* const listener_;
  void ServeCopy();

  std::atomic<bool> caught_up_{false};
  LogRetention retention() const;
  // True when contact was lost for longer than is good.
  bool Contact();
  void FallBehind();
  bool spoiled() const { return spoiled_reading_ == reading_; }

  std::unique_ptr<State> shadow_;  // while reading again; of the log's thread
  // Counts the readings. What the spoiled one gave is to be read again; the next may have begun before that was noted.
  std::atomic<int> reading_{0};
  std::atomic<int> spoiled_reading_{-1};
  std::atomic<bool> copy_serves_{false};
  bool copy_read_ = false;  // of the log's thread
  mutable Mutex mutex_;
  LogRetention retention_ GUARDED_BY(mutex_);
  absl::Status health_ GUARDED_BY(mutex_);
  int64_t contact_ms_ GUARDED_BY(mutex_) = 0;  // when this node was last known to read the log
  int64_t began_again_ms_ GUARDED_BY(mutex_) = 0;
};

}  // namespace regent
