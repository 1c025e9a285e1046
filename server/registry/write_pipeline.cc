#include "server/registry/write_pipeline.h"

#include <algorithm>
#include <map>
#include <utility>

#include "absl/strings/str_cat.h"
#include "base/error_reason.h"
#include "base/logging.h"
#include "server/registry/request_memory.h"
#include "store/record_codec.h"

namespace regent {
namespace {

// Operations that write to one key hold the same, nearly always; where they do not, the second one waits this long.
constexpr std::chrono::milliseconds kKeyTakenPause{10};

// The log does not take these records, today or tomorrow, and takes others.
bool NeverTaken(const AppendOutcome& outcome) {
  return outcome.kind == AppendOutcome::Kind::kFailed && ReasonOf(outcome.status) == ErrorReason::kSchemaTooLarge;
}

absl::Status NotConfirmed() {
  return MakeError(ErrorReason::kOutcomeUnknown,
                   "The write was sent to the log and not confirmed in time: it may or may not take effect. Repeating "
                   "it with the same request id is safe.");
}

}  // namespace

WritePipeline::WritePipeline(Options options, Log* log, const State* state, LeadershipGate* gate, const Clock* clock,
                             Timer* timer, Executor* executor)
    : options_(options),
      log_(log),
      state_(state),
      gate_(gate),
      clock_(clock),
      timer_(timer),
      executor_(executor),
      holds_(executor) {}

void WritePipeline::Submit(std::unique_ptr<WriteOperation> operation, const CallContext& context, WriteDone done) {
  auto flight = std::make_shared<Flight>();
  flight->operation = std::move(operation);
  flight->request_id = context.request_id;
  absl::Status refused;
  {
    MutexLock lock(&mutex_);
    if (stopped_) {
      refused = MakeError(ErrorReason::kShuttingDown, "This node is shutting down.");
    } else if (operations_ >= options_.max_operations) {
      refused = MakeError(ErrorReason::kOverloaded,
                          absl::StrCat("Too many writes are under way (", operations_, "); try again later."));
    } else {
      ++operations_;
      flight->ticket = ++last_ticket_;
      flight->done = std::move(done);
    }
  }
  if (!refused.ok()) return done(std::move(refused));
  const SteadyTime deadline = std::min(context.deadline, clock_->Now() + options_.default_timeout);
  const Timer::Id timer = timer_->RunAt(deadline, [this, weak = std::weak_ptr<Flight>(flight)] {
    if (const FlightPtr flight = weak.lock()) DeadlinePassed(flight);
  });
  {
    MutexLock lock(&mutex_);
    flight->timer = timer;
  }
  Start(flight);
}

void WritePipeline::SubmitUpkeep(std::unique_ptr<WriteOperation> operation, WriteDone done) {
  auto flight = std::make_shared<Flight>();
  flight->operation = std::move(operation);
  flight->upkeep = true;
  flight->done = std::move(done);
  {
    MutexLock lock(&mutex_);
    flight->ticket = ++last_ticket_;
  }
  Start(flight);
}

absl::Status WritePipeline::WhyStopped() const {
  if (!state_->ForeignWriter()) return absl::OkStatus();
  return MakeError(ErrorReason::kForeignWriter,
                   absl::StrCat("Another registry wrote to this log (offset ", state_->LastForeign().value(),
                                "): writes stop, reads go on. Stop it, then run: regent cluster resume"));
}

void WritePipeline::Start(const FlightPtr& flight) {
  if (auto answer = flight->operation->Prepare()) return Finish(flight, *std::move(answer));
  Hold(flight);
}

void WritePipeline::Hold(const FlightPtr& flight) {
  flight->holds = flight->operation->Holds();
  holds_.Acquire(flight->ticket, flight->holds, [this, flight] { Granted(flight); });
}

void WritePipeline::Granted(const FlightPtr& flight) {
  if (Abandoned(flight)) return Finish(flight, absl::CancelledError());
  if (flight->read_back) return Do(flight, flight->operation->AfterReadBack(flight->position));
  if (!flight->upkeep) {
    if (absl::Status stopped = WhyStopped(); !stopped.ok() && flight->operation->IsChange()) {
      return Finish(flight, std::move(stopped));
    }
    // Only a primary decides: another would hand out an id for nothing.
    if (gate_->role() != Role::kPrimary) return Park(flight);
  }
  WriteStep step = flight->operation->Decide();
  if (step.kind != WriteStep::Kind::kPrepareAgain) return Do(flight, std::move(step));
  // Again, this time with the holds: nobody can get between. Unless it turns out that others are needed.
  if (auto answer = flight->operation->Prepare()) return Finish(flight, *std::move(answer));
  if (flight->operation->Holds() == flight->holds) {
    step = flight->operation->Decide();
    if (step.kind != WriteStep::Kind::kPrepareAgain) return Do(flight, std::move(step));
  }
  Retry(flight);
}

void WritePipeline::Do(const FlightPtr& flight, WriteStep step) {
  if (step.kind == WriteStep::Kind::kAnswer) return Finish(flight, std::move(step.answer));
  if (step.kind == WriteStep::Kind::kPrepareAgain) return Retry(flight);
  if (step.removes_schema && !state_->MarksClaimed()) {
    gate_->RenewClaim();
    return Park(flight);
  }
  Append(flight, std::move(step.records));
}

void WritePipeline::Append(const FlightPtr& flight, std::vector<Record> records) {
  const std::optional<std::string> token = gate_->BeginAppend();
  if (!token) return Park(flight);
  bool waits = false;
  {
    MutexLock lock(&mutex_);
    waits = !flight->finished && AnyOnItsWayLocked(records);
    if (flight->finished || waits) {
      // Its deadline passed just now and its holds are gone; or another operation writes to one of its keys, which it
      // has not seen and must not overwrite.
      records.clear();
    } else {
      flight->wrote = true;
      flight->token = *token;
    }
    flight->unread = records.size();
    flight->lost = false;
    flight->raw_keys.clear();
    // What follows the read-back only clears up: the request was done before.
    const bool told = flight->request_id.empty() || flight->read_back;
    size_t number = 0;
    for (Record& record : records) {
      record.headers.push_back({kClaimHeader, *token});
      ++number;
      if (!told) {
        record.headers.push_back({kRequestHeader, RequestMemory::Header(flight->request_id, number, flight->unread)});
      }
      flight->raw_keys.push_back(record.key);
      by_raw_key_[record.key] = flight;
    }
  }
  if (!records.empty()) {
    log_->Append(records, [this, weak = std::weak_ptr<Flight>(flight), token = *token](const AppendOutcome& outcome) {
      if (NeverTaken(outcome)) return Refused(weak.lock(), token, outcome.status);
      // Success is only believed when the records were read back.
      if (outcome.kind != AppendOutcome::Kind::kAppended) gate_->AppendFailed(token, outcome.status);
    });
  }
  gate_->EndAppend();
  if (waits) RetryLater(flight);
}

void WritePipeline::Refused(const FlightPtr& flight, const std::string& token, const absl::Status& why) {
  if (flight == nullptr) return;
  {
    MutexLock lock(&mutex_);
    if (flight->token != token) return;  // given up meanwhile, and decided afresh
    ForgetLocked(flight.get());
  }
  Finish(flight, why);
}

bool WritePipeline::AnyOnItsWayLocked(const std::vector<Record>& records) const {
  for (const Record& record : records) {
    if (by_raw_key_.contains(record.key)) return true;
  }
  return false;
}

void WritePipeline::Park(const FlightPtr& flight) {
  // Whoever submitted it does so again once there is a primary here.
  if (flight->upkeep) return Finish(flight, MakeError(ErrorReason::kNoPrimary, "This node is not the primary now."));
  bool stopped = false;
  {
    MutexLock lock(&mutex_);
    stopped = stopped_;
    if (!stopped) parked_.push_back(flight);
  }
  if (stopped) return Finish(flight, MakeError(ErrorReason::kShuttingDown, "This node is shutting down."));
  // It may have become primary in between, and nobody else would come for the flight.
  if (gate_->role() == Role::kPrimary) OnPrimary();
  RefuseParked();
}

std::deque<WritePipeline::FlightPtr> WritePipeline::TakeParked() {
  std::deque<FlightPtr> parked;
  MutexLock lock(&mutex_);
  parked.swap(parked_);
  return parked;
}

void WritePipeline::OnPrimary() {
  for (const FlightPtr& flight : TakeParked()) executor_->Post([this, flight] { Granted(flight); });
}

void WritePipeline::RefuseParked() {
  if (options_.without_office == Options::WithoutOffice::kWait) return;
  const Role role = gate_->role();
  if (role == Role::kPrimary || role == Role::kClaiming) return;
  // What they had appended was read back fenced, or is behind a later claim: it never counts.
  for (const FlightPtr& flight : TakeParked()) {
    Finish(flight, MakeError(ErrorReason::kNotPrimary, "This node is not primary any more; nothing was written."));
  }
}

void WritePipeline::Retry(const FlightPtr& flight) {
  flight->read_back = false;
  holds_.Release(flight->ticket);
  executor_->Post([this, flight] {
    if (Abandoned(flight)) return Finish(flight, absl::CancelledError());
    Start(flight);
  });
}

void WritePipeline::RetryLater(const FlightPtr& flight) {
  flight->read_back = false;
  holds_.Release(flight->ticket);
  timer_->RunAt(clock_->Now() + kKeyTakenPause, [this, flight] { Retry(flight); });
}

void WritePipeline::OnApplied(const Applied& applied) {
  if (!applied.understood || applied.claim_token.empty()) return;
  const bool valid = applied.verdict == Verdict::kValid || applied.verdict == Verdict::kMarker;
  if (!valid && applied.verdict != Verdict::kFenced) return;
  FlightPtr complete;
  FlightPtr lost;
  {
    MutexLock lock(&mutex_);
    const auto it = by_raw_key_.find(applied.raw_key);
    if (it == by_raw_key_.end() || it->second->token != applied.claim_token) return;
    const FlightPtr flight = it->second;
    by_raw_key_.erase(it);
    if (by_raw_key_.empty()) read_back_.NotifyAll();
    flight->lost = flight->lost || !valid;
    flight->position.offset = applied.offset;
    if (--flight->unread > 0) return;
    flight->token.clear();
    (flight->lost ? lost : complete) = flight;
  }
  if (lost) Retry(lost);
  if (complete) {
    complete->read_back = true;
    complete->position.log_id = log_->Id();
    Do(complete, complete->operation->AfterReadBack(complete->position));
  }
}

void WritePipeline::OnClaimCounted(const std::string& token) {
  std::map<HoldTable::Ticket, FlightPtr> lost;  // in the order in which they came
  {
    MutexLock lock(&mutex_);
    for (const auto& [key, flight] : by_raw_key_) {
      if (flight->token != token) lost.emplace(flight->ticket, flight);
    }
    for (const auto& [ticket, flight] : lost) ForgetLocked(flight.get());
  }
  for (const auto& [ticket, flight] : lost) Retry(flight);
  RefuseParked();
}

void WritePipeline::OnReadingAgain() {
  std::map<HoldTable::Ticket, FlightPtr> unknown;
  {
    MutexLock lock(&mutex_);
    for (const auto& [key, flight] : by_raw_key_) unknown.emplace(flight->ticket, flight);
    for (const auto& [ticket, flight] : unknown) ForgetLocked(flight.get());
  }
  // Deciding afresh could do it twice: no claim that counted has made an end of these records.
  for (const auto& [ticket, flight] : unknown) Finish(flight, NotConfirmed());
}

void WritePipeline::ForgetLocked(Flight* flight) {
  for (const std::string& key : flight->raw_keys) {
    const auto it = by_raw_key_.find(key);
    if (it != by_raw_key_.end() && it->second.get() == flight) by_raw_key_.erase(it);
  }
  if (by_raw_key_.empty()) read_back_.NotifyAll();
  flight->token.clear();
  flight->unread = 0;
}

void WritePipeline::DeadlinePassed(const FlightPtr& flight) {
  bool on_its_way = false;
  {
    MutexLock lock(&mutex_);
    if (flight->finished) return;
    on_its_way = flight->wrote;
    if (!on_its_way) {
      std::erase(parked_, flight);
      // With the same lock: whoever is deciding it at this moment appends nothing any more.
      EndLocked(flight.get());
    }
  }
  if (on_its_way) return Answer(flight, NotConfirmed());
  holds_.Release(flight->ticket);
  absl::Status why = gate_->WhyNotPrimary();
  if (why.ok()) {
    why = MakeError(ErrorReason::kDeadlineExceeded,
                    "The deadline passed before the write was decided; nothing was written.");
  }
  Answer(flight, std::move(why));
}

bool WritePipeline::Abandoned(const FlightPtr& flight) const {
  MutexLock lock(&mutex_);
  return flight->finished || !flight->done;
}

void WritePipeline::Answer(const FlightPtr& flight, WriteAnswer answer) {
  WriteDone done;
  {
    MutexLock lock(&mutex_);
    done.swap(flight->done);
  }
  if (done) done(std::move(answer));
}

void WritePipeline::Finish(const FlightPtr& flight, WriteAnswer answer) {
  Timer::Id timer = 0;
  bool first = false;
  {
    MutexLock lock(&mutex_);
    first = EndLocked(flight.get());
    timer = flight->timer;
  }
  // Also when it was finished before: its holds may have been granted after that.
  holds_.Release(flight->ticket);
  if (!first) return;
  if (timer != 0) timer_->Cancel(timer);
  Answer(flight, std::move(answer));
}

bool WritePipeline::EndLocked(Flight* flight) {
  if (std::exchange(flight->finished, true)) return false;
  if (!flight->upkeep) --operations_;
  return true;
}

void WritePipeline::Stop() {
  std::deque<FlightPtr> parked;
  {
    MutexLock lock(&mutex_);
    stopped_ = true;
    parked.swap(parked_);
  }
  for (const FlightPtr& flight : parked) {
    Finish(flight, MakeError(ErrorReason::kShuttingDown, "This node is shutting down."));
  }
}

void WritePipeline::AwaitReadBack(SteadyTime deadline) {
  MutexLock lock(&mutex_);
  while (!by_raw_key_.empty()) {
    if (!read_back_.WaitUntil(&mutex_, deadline)) return;
  }
}

int WritePipeline::operations() const {
  MutexLock lock(&mutex_);
  return operations_;
}

}  // namespace regent
