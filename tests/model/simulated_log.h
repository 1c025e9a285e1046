// A log, its brokers, its cleaner and its producers, all in the hands of a test: nothing happens by itself, and nothing
// happens twice in the same way unless the test does the same.
#pragma once

#include <chrono>
#include <deque>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "base/fake_clock.h"
#include "store/log.h"

namespace regent::model {

class LogHandle;

// Single-threaded.
class SimulatedLog {
 public:
  struct Stored {
    LogRecord record;
    bool gone = false;       // removed by the cleaner
    int64_t cleaned_ms = 0;  // a tombstone's: when the cleaner first kept it
  };
  // What one producer sent and what has not arrived yet. It outlives its node: what is in it may arrive any time later,
  // in order, or be lost.
  struct Batch {
    size_t missing = 0;
    Offset last = kBeforeFirst;
    AppendDone done;
    std::weak_ptr<LogHandle*> owner;
  };
  struct Item {
    Record record;
    std::shared_ptr<Batch> batch;
  };
  struct Session {
    std::deque<Item> items;
  };

  SimulatedLog(std::string id, FakeClock* clock) : id_(std::move(id)), clock_(clock) {}

  std::unique_ptr<LogHandle> Open();

  const std::string& id() const { return id_; }
  const std::vector<Stored>& stored() const { return stored_; }
  Offset next() const { return Offset(static_cast<int64_t>(stored_.size())); }

  // Called with each record when it lands.
  std::function<void(const LogRecord&)> on_landed;

  Offset Land(Record record);
  // Sessions that hold something.
  std::vector<Session*> Busy();
  // The first record of the session lands, or is lost on its way.
  void LandNext(Session* session);
  void LoseNext(Session* session);
  void Remove(size_t offset) { stored_[offset].gone = true; }
  void MarkCleaned(size_t offset) { stored_[offset].cleaned_ms = clock_->WallMillis(); }

 private:
  friend class LogHandle;
  const std::string id_;
  FakeClock* const clock_;
  std::vector<Stored> stored_;
  std::vector<std::unique_ptr<Session>> sessions_;
};

// One node's connection.
class LogHandle : public Log {
 public:
  explicit LogHandle(SimulatedLog* log);
  ~LogHandle() override;

  absl::Status StartReading(Offset from, LogSink* sink) override;
  void Append(absl::Span<const Record> records, AppendDone done) override;
  void AbandonPending() override;
  std::string Id() const override { return log_->id(); }
  LogDescription Describe() const override { return {"simulated", log_->id(), {}}; }
  void Close() override;

  // The process is gone: nobody is called back any more.
  void Kill();
  // The next record is delivered, if there is one.
  bool ReadOne();
  bool AtEnd() const;
  // As when no broker can be reached; over with the next record or the next catching up.
  void ReportTrouble();
  Offset position() const { return position_; }
  // The producer gives up on what has no outcome yet: it may have landed, or may land later.
  void TimeOut();
  bool HasPending() const;
  // Runs one outcome that waits; false when there is none.
  bool RunCallback();

 private:
  friend class SimulatedLog;
  void Outcome(AppendDone done, AppendOutcome outcome);

  SimulatedLog* const log_;
  const std::shared_ptr<LogHandle*> self_;
  SimulatedLog::Session* session_ = nullptr;
  std::vector<std::shared_ptr<SimulatedLog::Batch>> pending_;
  std::deque<std::function<void()>> callbacks_;
  LogSink* sink_ = nullptr;
  Offset position_{0};
  Offset caught_up_at_{0};
  bool caught_up_ = false;
  bool failed_ = false;
  bool closed_ = false;
};

}  // namespace regent::model
