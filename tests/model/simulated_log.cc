#include "tests/model/simulated_log.h"

#include <algorithm>
#include <utility>

#include "base/error_reason.h"

namespace regent::model {

using Kind = AppendOutcome::Kind;

std::unique_ptr<LogHandle> SimulatedLog::Open() { return std::make_unique<LogHandle>(this); }

Offset SimulatedLog::Land(Record record) {
  const Offset offset = next();
  stored_.push_back({LogRecord{offset, clock_->WallMillis(), std::move(record)}});
  if (on_landed) on_landed(LogRecord(stored_.back().record));
  return offset;
}

std::vector<SimulatedLog::Session*> SimulatedLog::Busy() {
  std::vector<Session*> busy;
  for (const auto& session : sessions_) {
    if (!session->items.empty()) busy.push_back(session.get());
  }
  return busy;
}

void SimulatedLog::LandNext(Session* session) {
  Item item = std::move(session->items.front());
  session->items.pop_front();
  Batch& batch = *item.batch;
  batch.last = Land(std::move(item.record));
  if (--batch.missing > 0 || !batch.done) return;
  if (const auto owner = batch.owner.lock()) {
    LogHandle* const handle = *owner;
    std::erase(handle->pending_, item.batch);
    handle->Outcome(std::move(batch.done), {Kind::kAppended, batch.last, absl::OkStatus()});
  }
  batch.done = nullptr;
}

// The producer does not know yet, and what it sent after may still arrive: message.timeout.ms does this.
void SimulatedLog::LoseNext(Session* session) { session->items.pop_front(); }

LogHandle::LogHandle(SimulatedLog* log) : log_(log), self_(std::make_shared<LogHandle*>(this)) {}

LogHandle::~LogHandle() { Kill(); }

absl::Status LogHandle::StartReading(Offset from, LogSink* sink) {
  position_ = from;
  sink_ = sink;
  caught_up_at_ = log_->next();
  return absl::OkStatus();
}

void LogHandle::Append(absl::Span<const Record> records, AppendDone done) {
  if (closed_) return done({Kind::kFailed, kBeforeFirst, MakeError(ErrorReason::kShuttingDown, "closed")});
  if (failed_) {
    return Outcome(std::move(done), {Kind::kFailed, kBeforeFirst, MakeError(ErrorReason::kLogUnavailable, "failed")});
  }
  if (session_ == nullptr) {
    log_->sessions_.push_back(std::make_unique<SimulatedLog::Session>());
    session_ = log_->sessions_.back().get();
  }
  auto batch = std::make_shared<SimulatedLog::Batch>();
  batch->missing = records.size();
  batch->done = std::move(done);
  batch->owner = self_;
  pending_.push_back(batch);
  for (const Record& record : records) session_->items.push_back({record, batch});
}

void LogHandle::AbandonPending() {
  TimeOut();
  failed_ = false;
  session_ = nullptr;
}

void LogHandle::TimeOut() {
  failed_ = true;
  for (const auto& batch : std::exchange(pending_, {})) {
    Outcome(std::exchange(batch->done, nullptr),
            {Kind::kUnknown, kBeforeFirst, MakeError(ErrorReason::kOutcomeUnknown, "timed out")});
  }
}

bool LogHandle::HasPending() const { return !pending_.empty(); }

void LogHandle::Outcome(AppendDone done, AppendOutcome outcome) {
  callbacks_.push_back([done = std::move(done), outcome = std::move(outcome)] { done(outcome); });
}

bool LogHandle::RunCallback() {
  if (callbacks_.empty()) return false;
  const auto callback = std::move(callbacks_.front());
  callbacks_.pop_front();
  callback();
  return true;
}

bool LogHandle::AtEnd() const { return position_ >= log_->next(); }

bool LogHandle::ReadOne() {
  if (sink_ == nullptr || closed_) return false;
  while (!AtEnd() && log_->stored_[position_.value()].gone) position_ = position_.Next();
  bool read = false;
  if (!AtEnd()) {
    LogRecord record = log_->stored_[position_.value()].record;
    position_ = position_.Next();
    sink_->OnRecord(std::move(record));
    read = true;
  }
  while (!AtEnd() && log_->stored_[position_.value()].gone) position_ = position_.Next();
  if (!caught_up_ && position_ >= caught_up_at_) {
    caught_up_ = true;
    sink_->OnCaughtUp(position_);
  }
  return read;
}

void LogHandle::ReportTrouble() {
  if (sink_ != nullptr) sink_->OnError(MakeError(ErrorReason::kLogUnavailable, "no broker"));
}

void LogHandle::Close() {
  closed_ = true;
  sink_ = nullptr;
}

void LogHandle::Kill() {
  Close();
  for (const auto& batch : pending_) batch->done = nullptr;
  pending_.clear();
  callbacks_.clear();
}

}  // namespace regent::model
