// Takes write operations through hold, decision, append and read-back; many at a time, each subject's in order.
#pragma once

#include <deque>
#include <memory>
#include <string>
#include <unordered_map>

#include "base/clock.h"
#include "base/executor.h"
#include "base/mutex.h"
#include "server/registry/hold_table.h"
#include "server/registry/leadership_gate.h"
#include "server/registry/write_operation.h"
#include "store/log.h"
#include "store/state.h"

namespace regent {

// Thread-safe; no thread waits in it. What it is given outlives it, and the log is closed before it is destroyed.
class WritePipeline {
 public:
  struct Options {
    // Operations under way at once, those that wait for a primary included; more are refused as OVERLOADED.
    int max_operations = 10000;
    // For a write that brings no deadline of its own.
    std::chrono::milliseconds default_timeout{10000};
    // What becomes of a write while this node is not primary and does not claim to be: it waits until the node is, or
    // it is refused with NOT_PRIMARY, for who can take it to the primary.
    enum class WithoutOffice { kWait, kRefuse } without_office = WithoutOffice::kWait;
  };

  WritePipeline(Options options, Log* log, const State* state, LeadershipGate* gate, const Clock* clock, Timer* timer,
                Executor* executor);

  // Prepares on the caller's thread. Answered by the deadline at the latest: NO_PRIMARY where nothing was written, and
  // OUTCOME_UNKNOWN where something may have been; the operation then finishes without its caller.
  void Submit(std::unique_ptr<WriteOperation> operation, const CallContext& context, WriteDone done);

  // For the registry's own upkeep: not refused while client writes are stopped, not counted, without a deadline. Ends
  // with NO_PRIMARY, having changed nothing more, where this node may not write.
  void SubmitUpkeep(std::unique_ptr<WriteOperation> operation, WriteDone done);

  // From the thread that applies the log.
  void OnApplied(const Applied& applied);
  void OnClaimCounted(const std::string& token);
  // The log is read again from the start: whether what is on its way counts will not be seen here.
  void OnReadingAgain();
  void OnPrimary();

  // Answers every operation that waits; those appended end as the log tells. Later ones are refused.
  void Stop();
  int operations() const;
  // Blocks until nothing that was appended waits to be read back, or until `deadline`.
  void AwaitReadBack(SteadyTime deadline);
  // FOREIGN_WRITER while another registry's writes are not dealt with: client writes are refused.
  absl::Status WhyStopped() const;

 private:
  struct Flight {
    std::unique_ptr<WriteOperation> operation;
    std::string request_id;
    bool upkeep = false;
    HoldTable::Ticket ticket = 0;
    std::vector<HoldKey> holds;
    bool read_back = false;  // all that it appended so far; what comes next is AfterReadBack()
    // Guarded by the pipeline's mutex:
    Timer::Id timer = 0;
    WriteDone done;         // empty once answered
    bool finished = false;  // holds nothing and will do nothing more
    bool wrote = false;     // something of it may stand in the log
    std::string token;      // under which its records were appended; empty: nothing is on its way
    size_t unread = 0;      // records not read back yet
    bool lost = false;      // some record was fenced, or the claim it was written under is over
    Position position;
    std::vector<std::string> raw_keys;
  };
  using FlightPtr = std::shared_ptr<Flight>;

  void Start(const FlightPtr& flight);
  void Hold(const FlightPtr& flight);
  void Granted(const FlightPtr& flight);
  void Do(const FlightPtr& flight, WriteStep step);
  void Append(const FlightPtr& flight, std::vector<Record> records);
  // The log does not take its records.
  void Refused(const FlightPtr& flight, const std::string& token, const absl::Status& why);
  // Until this node is primary again.
  void Park(const FlightPtr& flight);
  // Refuses what is parked where it need not wait for this node.
  void RefuseParked();
  std::deque<FlightPtr> TakeParked();
  void Retry(const FlightPtr& flight);
  // When what stands in its way may be read back.
  void RetryLater(const FlightPtr& flight);
  // Whether a record for one of these keys is on its way.
  bool AnyOnItsWayLocked(const std::vector<Record>& records) const REQUIRES(mutex_);
  void Answer(const FlightPtr& flight, WriteAnswer answer);
  void Finish(const FlightPtr& flight, WriteAnswer answer);
  void DeadlinePassed(const FlightPtr& flight);
  // True when nobody waits for the answer any more.
  bool Abandoned(const FlightPtr& flight) const;
  void ForgetLocked(Flight* flight) REQUIRES(mutex_);
  // False when it had ended before.
  bool EndLocked(Flight* flight) REQUIRES(mutex_);

  const Options options_;
  Log* const log_;
  const State* const state_;
  LeadershipGate* const gate_;
  const Clock* const clock_;
  Timer* const timer_;
  Executor* const executor_;
  HoldTable holds_;

  mutable Mutex mutex_;
  CondVar read_back_;  // the last of by_raw_key_ went
  HoldTable::Ticket last_ticket_ GUARDED_BY(mutex_) = 0;
  int operations_ GUARDED_BY(mutex_) = 0;
  bool stopped_ GUARDED_BY(mutex_) = false;
  std::unordered_map<std::string, FlightPtr> by_raw_key_ GUARDED_BY(mutex_);  // records on their way
  std::deque<FlightPtr> parked_ GUARDED_BY(mutex_);
};

}  // namespace regent
