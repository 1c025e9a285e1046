// Getting out of trouble with the log: opening it once it can be reached, reading it again from the start, and what an
// operator decides when writes have stopped.
#pragma once

#include <atomic>
#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "base/clock.h"
#include "base/executor.h"
#include "base/mutex.h"
#include "server/registry/leadership_gate.h"
#include "server/registry/registry_admin.h"
#include "server/registry/restore_log.h"
#include "server/registry/write_pipeline.h"
#include "store/reopening_log.h"
#include "store/replayer.h"
#include "store/state.h"

namespace regent {

// Thread-safe. What it is given outlives it. What blocks is done on the executor.
class LogRecovery {
 public:
  struct Options {
    // Another handle on the log, to write a state into.
    ReopeningLog::Open open_log;
    std::function<std::string()> new_token;
    // Of a restore, without any progress.
    std::chrono::seconds restore_patience{60};
    // How long a claim that accepts a foreign writer may take to count.
    std::chrono::seconds resume_patience{30};
    // Why there is no log yet, where there is none.
    absl::Status trouble;
  };
  using Done = RegistryAdmin::Done;

  LogRecovery(Options options, ReopeningLog* log, State* state, Replayer* replayer, LeadershipGate* gate,
              WritePipeline* pipeline, const Clock* clock, Timer* timer, Executor* executor);

  // Begins to read; `node` is what a restore's claim says. A log that could not be opened yet is opened as soon as it
  // can be.
  absl::Status Start(std::string node);
  // Ends a restore, and the calls that wait. Before the log is closed.
  void Stop();

  // Reads the log again from the start, beside the state that goes on answering. False where that cannot be done.
  bool BeginAgain(const std::string& why);
  // From the start of that until it was read.
  bool reading_again() const { return reading_again_; }
  // Why the log could not be opened so far; OK where it was, or need not be.
  absl::Status trouble() const;

  // What the log keeps was learnt, or changed.
  void OnRetention() { Tick(++watch_); }

  // `now` is what stops writes; see RegistryAdmin.
  void Resume(const WriteStatus& now, const ResumeWrites& request, Done done);
  void Restore(const WriteStatus& now, Done done);

  // From the thread that applies the log; OnApplied before anybody else hears of the record.
  void OnApplied(const Applied& applied);
  void OnReadAgain();
  void OnClaimCounted();

 private:
  void Open();
  void SetTrouble(const absl::Status& status);
  // Watches over the longest absence from the log.
  void Tick(int watch);
  void DoRestore(const Done& done);
  bool Restoring() const;
  // Ends the calls that wait for a foreign writer to be accepted.
  void TellResumed(const absl::Status& status);
  void ResumeTimedOut(int number);

  const Options options_;
  ReopeningLog* const log_;
  State* const state_;
  Replayer* const replayer_;
  LeadershipGate* const gate_;
  WritePipeline* const pipeline_;
  const Clock* const clock_;
  Timer* const timer_;
  Executor* const executor_;
  std::string node_;  // set by Start()

  std::atomic<bool> stopped_{false};
  std::atomic<bool> reading_again_{false};
  std::atomic<bool> opening_{false};  // until reading begins
  std::atomic<int> watch_{0};         // the row of Tick()s that goes on
  std::atomic<bool> any_log_{false};  // whatever log is there now is taken, until it was read
  // Records of another registry were read as they came, before any claim: a fresh reading may judge them otherwise.
  std::atomic<bool> followed_history_{false};

  mutable Mutex mutex_;
  absl::Status trouble_ GUARDED_BY(mutex_);
  bool restoring_ GUARDED_BY(mutex_) = false;
  std::shared_ptr<LogRestore> restore_ GUARDED_BY(mutex_);  // the one that runs
  std::vector<Done> resuming_ GUARDED_BY(mutex_);           // until a claim accepts the foreign writer
  int resumes_ GUARDED_BY(mutex_) = 0;                      // counts the rounds of `resuming_`
};

}  // namespace regent
