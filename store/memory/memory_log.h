// A log that lives in memory: the twin of the real ones, and the fabric that tests cut and knot.
//
// A storage is one physical log; each handle on it is one node's connection. Everything is thread-safe. A handle runs
// its callbacks on a thread of its own; the hooks act at once, on the caller's thread.
#pragma once

#include <deque>
#include <limits>
#include <map>
#include <memory>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "base/clock.h"
#include "base/mutex.h"
#include "store/log.h"

namespace regent {

class MemoryLog;

class MemoryLogStorage : public std::enable_shared_from_this<MemoryLogStorage> {
 public:
  static std::shared_ptr<MemoryLogStorage> Create(std::string id = "memory-1", const Clock* clock = SystemClock());
  ~MemoryLogStorage();

  std::unique_ptr<MemoryLog> Open();

  // What stands in the log.
  std::vector<LogRecord> records() const;
  Offset next() const;

  // Hooks for tests. `handle` is MemoryLog::handle(), and stays good when the handle is closed or gone.

  // Writes as a stranger would, or the cleaner of another log.
  Offset Put(Record record);
  // Of the records before `end` keeps the last of every exact key, and of these no tombstones when they are to go.
  enum class Tombstones { kKeep, kRemove };
  void Compact(Offset end, Tombstones tombstones);
  // Another, empty log stands in this one's place: open handles are told so, and their appends fail.
  void Replace(std::string id);

  // What the handle appends from now on is on its way and does not arrive. Abandoning or closing makes its outcome
  // UNKNOWN and does not stop it: released, it lands at the end of the log, however late.
  void HoldAppends(int handle);
  size_t held_records(int handle) const;
  // Lands the first `count` records held, in order; when none is left, new ones land at once again.
  void ReleaseAppends(int handle, size_t count = std::numeric_limits<size_t>::max());
  // They never arrive. Those whose outcome is open become UNKNOWN.
  void DropHeld(int handle);

  // Appends of the handle fail definitely until mended (and then until AbandonPending, as the contract says).
  void BreakAppends(int handle, const absl::Status& why);
  void MendAppends(int handle);

 private:
  friend class MemoryLog;

  struct Batch {
    std::vector<Record> records;
    size_t landed = 0;
    Offset last = kBeforeFirst;
    AppendDone done;  // nothing once it was called
  };
  using Outcomes = std::deque<std::pair<AppendDone, AppendOutcome>>;
  // One handle's connection.
  struct Wire {
    std::deque<Batch> inbox;  // handed over; a batch without `done` and records stands for AbandonPending
    std::deque<Batch> held;
    Outcomes outcomes;  // to be told by the handle's thread
    bool holding = false;
    absl::Status broken_by_test;
    absl::Status failed;  // until AbandonPending
    bool closing = false;
    bool told_replaced = false;
    bool truncated = false;   // reading began behind the end
    uint64_t generation = 0;  // of the log it was opened on
    LogSink* sink = nullptr;
    Offset from;
    Offset caught_up_at;
    bool caught_up = false;
  };

  MemoryLogStorage(std::string id, const Clock* clock);
  Offset LandLocked(const Record& record) REQUIRES(mutex_);
  void LandBatchLocked(Wire* wire, Batch* batch, size_t count) REQUIRES(mutex_);
  void TakeLocked(Wire* wire, Batch batch) REQUIRES(mutex_);
  void AbandonLocked(Wire* wire) REQUIRES(mutex_);
  static void FinishLocked(Wire* wire, Batch* batch, AppendOutcome outcome);

  const Clock* const clock_;
  mutable Mutex mutex_;
  CondVar changed_;
  std::string id_ GUARDED_BY(mutex_);
  uint64_t generation_ GUARDED_BY(mutex_) = 0;
  Offset next_ GUARDED_BY(mutex_){0};
  std::vector<LogRecord> records_ GUARDED_BY(mutex_);
  std::map<int, Wire> wires_ GUARDED_BY(mutex_);
};

class MemoryLog : public Log {
 public:
  ~MemoryLog() override;
  int handle() const { return handle_; }

  absl::Status StartReading(Offset from, LogSink* sink) override;
  void Append(absl::Span<const Record> records, AppendDone done) override;
  void AbandonPending() override;
  std::string Id() const override { return id_; }
  LogDescription Describe() const override;
  void Close() override;

 private:
  friend class MemoryLogStorage;
  using Wire = MemoryLogStorage::Wire;
  MemoryLog(std::shared_ptr<MemoryLogStorage> storage, int handle, Wire* wire, std::string id);

  void Run();
  // Each does one piece of work and returns whether there was any. Called with the storage's lock held, which they
  // let go of while they call back.
  bool TellOutcomes() REQUIRES(storage_->mutex_);
  bool TakeInbox() REQUIRES(storage_->mutex_);
  bool Deliver() REQUIRES(storage_->mutex_);

  const std::shared_ptr<MemoryLogStorage> storage_;
  const int handle_;
  Wire* const wire_;  // guarded by the storage's lock
  const std::string id_;
  Mutex close_mutex_;  // taken before the storage's
  std::thread thread_;
};

}  // namespace regent
