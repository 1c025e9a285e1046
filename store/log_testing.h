// What tests of logs share: a sink that remembers, and waiting for appends.
#pragma once

#include <atomic>
#include <chrono>
#include <string>
#include <vector>

#include "base/mutex.h"
#include "store/log.h"

namespace regent {

// How long a test waits for what must come. Never reached when all is well.
inline constexpr std::chrono::seconds kTestPatience{60};

// Remembers everything it is told. Thread-safe. The Wait methods return false when patience ends.
class RecordingSink : public LogSink {
 public:
  bool WaitForRecords(size_t count);
  bool WaitForCaughtUp();
  bool WaitForReplaced();
  bool WaitForErrors(size_t count);

  std::vector<LogRecord> records() const;
  std::vector<Offset> caught_up() const;
  // How many records had been delivered at the first OnCaughtUp.
  size_t records_before_caught_up() const;
  std::vector<absl::Status> replaced() const;
  std::vector<absl::Status> errors() const;
  // All callbacks so far.
  size_t events() const;

  void OnRecord(LogRecord record) override;
  void OnCaughtUp(Offset next) override;
  void OnReplaced(const absl::Status& what) override;
  void OnError(const absl::Status& status) override;

 private:
  template <typename Condition>
  bool WaitFor(Condition condition);

  mutable Mutex mutex_;
  CondVar changed_;
  std::vector<LogRecord> records_ GUARDED_BY(mutex_);
  std::vector<Offset> caught_up_ GUARDED_BY(mutex_);
  size_t records_before_caught_up_ GUARDED_BY(mutex_) = 0;
  std::vector<absl::Status> replaced_ GUARDED_BY(mutex_);
  std::vector<absl::Status> errors_ GUARDED_BY(mutex_);
};

// Collects the outcomes of appends. Thread-safe; outlives the log it is used with.
class Outcomes {
 public:
  // The `done` of one append, whose outcome stands at the returned index once it is there.
  AppendDone Expect(size_t* index = nullptr);
  // Waits for every outcome expected so far. False when patience ends.
  bool WaitForAll();

  AppendOutcome at(size_t index) const;
  // The indexes in the order in which they came; one that came twice stands twice.
  std::vector<size_t> order() const;

 private:
  mutable Mutex mutex_;
  CondVar changed_;
  std::vector<AppendOutcome> outcomes_ GUARDED_BY(mutex_);
  std::vector<size_t> order_ GUARDED_BY(mutex_);
};

AppendOutcome AppendAndWait(Log* log, const std::vector<Record>& records);
AppendOutcome AppendAndWait(Log* log, const Record& record);

// A record without headers.
Record TextRecord(std::string key, std::string value);

}  // namespace regent
