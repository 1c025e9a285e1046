#include "store/memory/memory_log.h"

#include <algorithm>
#include <set>

#include "base/error_reason.h"

namespace regent {
namespace {

// How many records are copied out of the storage at a time.
constexpr size_t kDeliveryRecords = 256;

AppendOutcome Failed(absl::Status status) { return {AppendOutcome::Kind::kFailed, kBeforeFirst, std::move(status)}; }

AppendOutcome Unknown() {
  return {AppendOutcome::Kind::kUnknown, kBeforeFirst,
          MakeError(ErrorReason::kOutcomeUnknown, "the append was abandoned on its way")};
}

absl::Status Replaced(const std::string& id) {
  return MakeError(ErrorReason::kLogReplaced, "the log \"" + id + "\" was replaced by another");
}

}  // namespace

std::shared_ptr<MemoryLogStorage> MemoryLogStorage::Create(std::string id, const Clock* clock) {
  return std::shared_ptr<MemoryLogStorage>(new MemoryLogStorage(std::move(id), clock));
}

MemoryLogStorage::MemoryLogStorage(std::string id, const Clock* clock) : clock_(clock), id_(std::move(id)) {}

MemoryLogStorage::~MemoryLogStorage() = default;

std::unique_ptr<MemoryLog> MemoryLogStorage::Open() {
  MutexLock lock(&mutex_);
  const int handle = static_cast<int>(wires_.size());
  Wire* const wire = &wires_[handle];
  wire->generation = generation_;
  return std::unique_ptr<MemoryLog>(new MemoryLog(shared_from_this(), handle, wire, id_));
}

std::vector<LogRecord> MemoryLogStorage::records() const {
  MutexLock lock(&mutex_);
  return records_;
}

Offset MemoryLogStorage::next() const {
  MutexLock lock(&mutex_);
  return next_;
}

Offset MemoryLogStorage::Put(Record record) {
  MutexLock lock(&mutex_);
  return LandLocked(record);
}

void MemoryLogStorage::Compact(Offset end, Tombstones tombstones) {
  MutexLock lock(&mutex_);
  std::set<std::string> seen;
  std::vector<LogRecord> kept;
  for (auto it = records_.rbegin(); it != records_.rend(); ++it) {
    if (it->offset < end) {
      if (!seen.insert(it->record.key).second) continue;
      if (!it->record.value && tombstones == Tombstones::kRemove) continue;
    }
    kept.push_back(std::move(*it));
  }
  std::reverse(kept.begin(), kept.end());
  records_ = std::move(kept);
}

void MemoryLogStorage::Replace(std::string id) {
  MutexLock lock(&mutex_);
  id_ = std::move(id);
  ++generation_;
  next_ = Offset(0);
  records_.clear();
  changed_.NotifyAll();
}

void MemoryLogStorage::HoldAppends(int handle) {
  MutexLock lock(&mutex_);
  wires_[handle].holding = true;
}

size_t MemoryLogStorage::held_records(int handle) const {
  MutexLock lock(&mutex_);
  size_t count = 0;
  for (const Batch& batch : wires_.at(handle).held) count += batch.records.size() - batch.landed;
  return count;
}

void MemoryLogStorage::ReleaseAppends(int handle, size_t count) {
  MutexLock lock(&mutex_);
  Wire* const wire = &wires_[handle];
  while (count > 0 && !wire->held.empty()) {
    Batch* const batch = &wire->held.front();
    const size_t now = std::min(count, batch->records.size() - batch->landed);
    LandBatchLocked(wire, batch, now);
    count -= now;
    if (batch->landed == batch->records.size()) wire->held.pop_front();
  }
  if (wire->held.empty()) wire->holding = false;
}

void MemoryLogStorage::DropHeld(int handle) {
  MutexLock lock(&mutex_);
  Wire* const wire = &wires_[handle];
  for (Batch& batch : wire->held) {
    if (!batch.done) continue;
    FinishLocked(wire, &batch, Unknown());
    wire->failed = Unknown().status;
  }
  wire->held.clear();
  wire->holding = false;
  changed_.NotifyAll();
}

void MemoryLogStorage::BreakAppends(int handle, const absl::Status& why) {
  MutexLock lock(&mutex_);
  wires_[handle].broken_by_test = why;
}

void MemoryLogStorage::MendAppends(int handle) {
  MutexLock lock(&mutex_);
  wires_[handle].broken_by_test = absl::OkStatus();
}

Offset MemoryLogStorage::LandLocked(const Record& record) {
  records_.push_back(LogRecord{next_, clock_->WallMillis(), record});
  next_ = next_.Next();
  changed_.NotifyAll();
  return records_.back().offset;
}

void MemoryLogStorage::LandBatchLocked(Wire* wire, Batch* batch, size_t count) {
  for (size_t i = 0; i < count; ++i) batch->last = LandLocked(batch->records[batch->landed++]);
  if (batch->landed < batch->records.size()) return;
  FinishLocked(wire, batch, {AppendOutcome::Kind::kAppended, batch->last, absl::OkStatus()});
}

void MemoryLogStorage::FinishLocked(Wire* wire, Batch* batch, AppendOutcome outcome) {
  if (!batch->done) return;
  wire->outcomes.emplace_back(std::move(batch->done), std::move(outcome));
  batch->done = nullptr;
}

void MemoryLogStorage::TakeLocked(Wire* wire, Batch batch) {
  if (wire->failed.ok() && wire->generation != generation_) wire->failed = Replaced(id_);
  if (wire->failed.ok()) wire->failed = wire->broken_by_test;
  if (!wire->failed.ok()) return FinishLocked(wire, &batch, Failed(wire->failed));
  if (wire->holding) {
    wire->held.push_back(std::move(batch));
  } else {
    LandBatchLocked(wire, &batch, batch.records.size());
  }
}

void MemoryLogStorage::AbandonLocked(Wire* wire) {
  for (Batch& batch : wire->held) FinishLocked(wire, &batch, Unknown());
  wire->failed = absl::OkStatus();
}

MemoryLog::MemoryLog(std::shared_ptr<MemoryLogStorage> storage, int handle, Wire* wire, std::string id)
    : storage_(std::move(storage)), handle_(handle), wire_(wire), id_(std::move(id)) {
  thread_ = std::thread([this] { Run(); });
}

MemoryLog::~MemoryLog() { Close(); }

absl::Status MemoryLog::StartReading(Offset from, LogSink* sink) {
  MutexLock lock(&storage_->mutex_);
  if (wire_->closing) return MakeError(ErrorReason::kShuttingDown, "the log is closed");
  if (wire_->sink != nullptr) return MakeError(ErrorReason::kInternal, "reading began already");
  wire_->sink = sink;
  wire_->from = std::max(from, Offset(0));
  wire_->caught_up_at = storage_->next_;
  wire_->truncated = wire_->from > storage_->next_;
  storage_->changed_.NotifyAll();
  return absl::OkStatus();
}

void MemoryLog::Append(absl::Span<const Record> records, AppendDone done) {
  {
    MutexLock lock(&storage_->mutex_);
    if (!wire_->closing && !records.empty()) {
      wire_->inbox.push_back({{records.begin(), records.end()}, 0, kBeforeFirst, std::move(done)});
      storage_->changed_.NotifyAll();
      return;
    }
  }
  done(Failed(records.empty() ? MakeError(ErrorReason::kInternal, "an append of no records")
                              : MakeError(ErrorReason::kShuttingDown, "the log is closed")));
}

void MemoryLog::AbandonPending() {
  MutexLock lock(&storage_->mutex_);
  wire_->inbox.emplace_back();
  storage_->changed_.NotifyAll();
}

LogDescription MemoryLog::Describe() const { return {"memory", id_, {"nothing survives the end of the process"}}; }

void MemoryLog::Close() {
  MutexLock closing(&close_mutex_);
  {
    MutexLock lock(&storage_->mutex_);
    wire_->closing = true;
    storage_->changed_.NotifyAll();
  }
  if (thread_.joinable()) thread_.join();
}

void MemoryLog::Run() {
  MutexLock lock(&storage_->mutex_);
  while (true) {
    if (TellOutcomes() || TakeInbox()) continue;
    if (wire_->closing) {
      storage_->AbandonLocked(wire_);
      while (TellOutcomes()) continue;
      return;
    }
    if (!Deliver()) storage_->changed_.Wait(&storage_->mutex_);
  }
}

bool MemoryLog::TellOutcomes() {
  if (wire_->outcomes.empty()) return false;
  MemoryLogStorage::Outcomes outcomes;
  outcomes.swap(wire_->outcomes);
  storage_->mutex_.Unlock();
  for (const auto& [done, outcome] : outcomes) done(outcome);
  outcomes.clear();
  storage_->mutex_.Lock();
  return true;
}

bool MemoryLog::TakeInbox() {
  if (wire_->inbox.empty()) return false;
  MemoryLogStorage::Batch batch = std::move(wire_->inbox.front());
  wire_->inbox.pop_front();
  if (batch.done) {
    storage_->TakeLocked(wire_, std::move(batch));
  } else {
    storage_->AbandonLocked(wire_);
  }
  return true;
}

bool MemoryLog::Deliver() {
  LogSink* const sink = wire_->sink;
  if (sink == nullptr || wire_->told_replaced) return false;
  if (wire_->generation != storage_->generation_ || wire_->truncated) {
    wire_->told_replaced = true;
    storage_->mutex_.Unlock();
    sink->OnReplaced(Replaced(id_));
    storage_->mutex_.Lock();
    return true;
  }
  const auto begin = std::lower_bound(storage_->records_.begin(), storage_->records_.end(), wire_->from,
                                      [](const LogRecord& record, Offset offset) { return record.offset < offset; });
  const size_t count = std::min<size_t>(storage_->records_.end() - begin, kDeliveryRecords);
  std::vector<LogRecord> batch(begin, begin + count);
  const bool at_end = begin + count == storage_->records_.end();
  wire_->from = at_end ? storage_->next_ : batch.back().offset.Next();
  const bool catches_up = !wire_->caught_up && wire_->from >= wire_->caught_up_at;
  if (batch.empty() && !catches_up) return false;
  wire_->caught_up = wire_->caught_up || catches_up;
  const Offset next = wire_->from;
  storage_->mutex_.Unlock();
  for (LogRecord& record : batch) sink->OnRecord(std::move(record));
  if (catches_up) sink->OnCaughtUp(next);
  storage_->mutex_.Lock();
  return true;
}

}  // namespace regent
