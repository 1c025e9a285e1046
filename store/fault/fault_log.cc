#include "store/fault/fault_log.h"

#include <utility>

#include "base/error_reason.h"

namespace regent {
namespace {

using Kind = AppendOutcome::Kind;

AppendOutcome Unknown() {
  return {Kind::kUnknown, kBeforeFirst, MakeError(ErrorReason::kOutcomeUnknown, "a fault was injected")};
}

}  // namespace

FaultLog::FaultLog(std::unique_ptr<Log> inside) : inside_(std::move(inside)) {
  thread_ = std::thread([this] { Run(); });
}

FaultLog::~FaultLog() { Close(); }

void FaultLog::FailNextAppends(int count, Fault fault) {
  MutexLock lock(&mutex_);
  faults_ = count;
  fault_ = fault;
}

int FaultLog::faults_left() const {
  MutexLock lock(&mutex_);
  return faults_;
}

void FaultLog::HoldAppends(Abandoned abandoned) {
  MutexLock lock(&mutex_);
  holding_ = true;
  abandoned_ = abandoned;
}

void FaultLog::ReleaseAppends() {
  MutexLock lock(&mutex_);
  holding_ = false;
  for (Handed& handed : held_) released_.push_back(std::move(handed));
  held_.clear();
  wake_.NotifyAll();
}

size_t FaultLog::held_appends() const {
  MutexLock lock(&mutex_);
  return held_.size();
}

void FaultLog::HoldDelivery() {
  MutexLock lock(&mutex_);
  holding_delivery_ = true;
}

void FaultLog::ReleaseDelivery() {
  MutexLock lock(&mutex_);
  holding_delivery_ = false;
  wake_.NotifyAll();
}

void FaultLog::CutDelivery() {
  MutexLock lock(&mutex_);
  cut_ = true;
  deliveries_.clear();
}

void FaultLog::ReportReplaced(const absl::Status& what) { Enqueue(Replaced{what}); }
void FaultLog::ReportError(const absl::Status& status) { Enqueue(Trouble{status}); }

absl::Status FaultLog::StartReading(Offset from, LogSink* sink) {
  {
    MutexLock lock(&mutex_);
    if (sink_ != nullptr) return MakeError(ErrorReason::kInternal, "reading began already");
    sink_ = sink;
  }
  return inside_->StartReading(from, this);
}

void FaultLog::Append(absl::Span<const Record> records, AppendDone done) {
  {
    MutexLock lock(&mutex_);
    if (!closing_) {
      inbox_.push_back({{records.begin(), records.end()}, std::move(done)});
      wake_.NotifyAll();
      return;
    }
  }
  done({Kind::kFailed, kBeforeFirst, MakeError(ErrorReason::kShuttingDown, "the log is closed")});
}

void FaultLog::AbandonPending() {
  MutexLock lock(&mutex_);
  inbox_.emplace_back();
  wake_.NotifyAll();
}

void FaultLog::Close() {
  MutexLock closing(&close_mutex_);
  {
    MutexLock lock(&mutex_);
    closing_ = true;
    wake_.NotifyAll();
  }
  if (thread_.joinable()) thread_.join();
  inside_->Close();
}

void FaultLog::Run() {
  MutexLock lock(&mutex_);
  while (true) {
    if (SendReleased() || Accept()) continue;
    if (closing_) break;
    if (!TellSink()) wake_.Wait(&mutex_);
  }
  AcceptAbandon();
}

bool FaultLog::SendReleased() {
  if (released_.empty()) return false;
  Handed handed = std::move(released_.front());
  released_.pop_front();
  mutex_.Unlock();
  // One that was abandoned has nobody left to tell.
  if (!handed.done) handed.done = [](const AppendOutcome&) {};
  inside_->Append(handed.records, std::move(handed.done));
  mutex_.Lock();
  return true;
}

bool FaultLog::Accept() {
  if (inbox_.empty()) return false;
  Handed handed = std::move(inbox_.front());
  inbox_.pop_front();
  if (handed.done) {
    AcceptAppend(std::move(handed));
  } else {
    AcceptAbandon();
    mutex_.Unlock();
    inside_->AbandonPending();
    mutex_.Lock();
  }
  return true;
}

void FaultLog::AcceptAppend(Handed handed) {
  if (!failed_.ok()) return Finish(handed.done, {Kind::kFailed, kBeforeFirst, failed_});
  if (faults_ > 0) {
    --faults_;
    return Fail(std::move(handed));
  }
  if (holding_) {
    held_.push_back(std::move(handed));
  } else {
    released_.push_back(std::move(handed));
  }
}

void FaultLog::Fail(Handed handed) {
  failed_ = MakeError(ErrorReason::kLogUnavailable, "a fault was injected");
  switch (fault_) {
    case Fault::kFailed:
      return Finish(handed.done, {Kind::kFailed, kBeforeFirst, failed_});
    case Fault::kUnknownLost:
      return Finish(handed.done, Unknown());
    case Fault::kUnknownLanded:
      released_.push_back({std::move(handed.records), [done = std::move(handed.done)](const AppendOutcome& outcome) {
                             // Where the log inside fails for certain, so do we.
                             done(outcome.kind == Kind::kAppended ? Unknown() : outcome);
                           }});
      return;
  }
}

void FaultLog::AcceptAbandon() {
  failed_ = absl::OkStatus();
  std::vector<AppendDone> dones;
  for (Handed& handed : held_) {
    if (handed.done) dones.push_back(std::move(handed.done));
    handed.done = nullptr;
  }
  if (abandoned_ == Abandoned::kNeverLand) held_.clear();
  for (const AppendDone& done : dones) Finish(done, Unknown());
}

void FaultLog::Finish(const AppendDone& done, AppendOutcome outcome) {
  mutex_.Unlock();
  done(outcome);
  mutex_.Lock();
}

bool FaultLog::TellSink() {
  if (holding_delivery_ || sink_ == nullptr || deliveries_.empty()) return false;
  Delivery delivery = std::move(deliveries_.front());
  deliveries_.pop_front();
  if (std::holds_alternative<Replaced>(delivery)) {
    cut_ = true;
    deliveries_.clear();
  }
  LogSink* const sink = sink_;
  mutex_.Unlock();
  if (auto* record = std::get_if<LogRecord>(&delivery)) {
    sink->OnRecord(std::move(*record));
  } else if (const auto* caught_up = std::get_if<CaughtUp>(&delivery)) {
    sink->OnCaughtUp(caught_up->next);
  } else if (const auto* replaced = std::get_if<Replaced>(&delivery)) {
    sink->OnReplaced(replaced->what);
  } else if (const auto* trouble = std::get_if<Trouble>(&delivery)) {
    sink->OnError(trouble->status);
  }
  mutex_.Lock();
  return true;
}

void FaultLog::Enqueue(Delivery delivery) {
  MutexLock lock(&mutex_);
  if (cut_) return;
  deliveries_.push_back(std::move(delivery));
  wake_.NotifyAll();
}

void FaultLog::OnRecord(LogRecord record) { Enqueue(std::move(record)); }
void FaultLog::OnCaughtUp(Offset next) { Enqueue(CaughtUp{next}); }
void FaultLog::OnReplaced(const absl::Status& what) { Enqueue(Replaced{what}); }
void FaultLog::OnError(const absl::Status& status) { Enqueue(Trouble{status}); }

}  // namespace regent
