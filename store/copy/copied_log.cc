#include "store/copy/copied_log.h"

#include <algorithm>
#include <optional>
#include <utility>
#include <variant>
#include <vector>

#include "base/error_reason.h"
#include "base/logging.h"
#include "store/record_codec.h"

namespace regent {
namespace {

constexpr int kReadAtOnce = 512;

size_t SizeOf(const LogRecord& record) {
  return sizeof(LogRecord) + record.record.key.size() + (record.record.value ? record.record.value->size() : 0);
}

// Whether a later record of the same key makes an earlier one meaningless.
bool Plain(KeyType type) {
  return type == KeyType::kSchema || type == KeyType::kConfig || type == KeyType::kMode || type == KeyType::kContext ||
         type == KeyType::kAssociation;
}

}  // namespace

CopiedLog::CopiedLog(Options options, std::unique_ptr<Log> log, std::shared_ptr<CopyFile> copy, const Clock* clock)
    : options_(options), log_(std::move(log)), copy_(std::move(copy)), clock_(clock), tracker_(log_->Id()) {}

CopiedLog::~CopiedLog() { Close(); }

bool CopiedLog::CopyIsGood() const {
  if (options_.start == Options::Start::kFromLog || copy_->log_id() != log_->Id()) return false;
  return clock_->WallMillis() - copy_->current_at_ms() <= options_.max_age.count();
}

absl::Status CopiedLog::StartReading(Offset from, LogSink* sink) {
  sink_ = sink;
  from_ = from;
  if (CopyIsGood()) {
    reader_ = std::thread([this, from] { ReadThenFollow(from); });
    return absl::OkStatus();
  }
  if (copy_->position() != kBeforeFirst) {
    LOG(WARNING) << "The local copy in " << copy_->path()
                 << " is of another log or too old; the log is read from the start.";
  }
  // Not thrown away before the log has shown itself: if it is gone, the copy is the last one.
  begin_anew_ = true;
  writer_ = std::thread([this] { WriteBehind(); });
  return log_->StartReading(from, this);
}

void CopiedLog::ReadThenFollow(Offset from) {
  const std::optional<Offset> end = ReadCopy(from);
  if (!end) return;
  sink_->OnCopyRead();
  writer_ = std::thread([this] { WriteBehind(); });
  const absl::Status status = log_->StartReading(std::max(from, end->Next()), this);
  if (!status.ok()) sink_->OnError(status);
}

std::optional<Offset> CopiedLog::ReadCopy(Offset from) {
  Offset after = kBeforeFirst;
  while (true) {
    {
      MutexLock lock(&mutex_);
      if (closing_) return std::nullopt;
    }
    auto records = copy_->Read(after, kReadAtOnce);
    if (!records.ok()) {
      // What was delivered is good; the rest comes from the log, and the copy is begun anew at the next start.
      LOG(WARNING) << "The local copy ends early: " << records.status().message();
      copy_->Reset("").IgnoreError();
      MutexLock lock(&mutex_);
      broken_ = true;
      break;
    }
    if (records->empty()) {
      after = std::max(after, copy_->position());
      break;
    }
    for (CopiedRecord& copied : *records) {
      after = copied.record.offset;
      if (auto decoded = DecodeRecord(copied.record.record); decoded.ok()) Follow(after, *decoded);
      if (copied.record.offset >= from) sink_->OnRecord(std::move(copied.record));
    }
  }
  LOG(INFO) << "Read the local copy of the log up to offset " << after;
  MutexLock lock(&mutex_);
  last_ = after;
  return after;
}

void CopiedLog::OnRecord(LogRecord record) {
  record.read_ms = clock_->WallMillis();
  {
    MutexLock lock(&mutex_);
    while (waiting_bytes_ > options_.max_waiting_bytes && !broken_ && !closing_) changed_.Wait(&mutex_);
    if (!broken_) {
      last_ = record.offset;
      waiting_bytes_ += SizeOf(record);
      waiting_.push_back(record);
      if (waiting_bytes_ > options_.max_waiting_bytes / 2) changed_.NotifyAll();
    }
  }
  sink_->OnRecord(std::move(record));
}

void CopiedLog::OnCaughtUp(Offset next) {
  {
    MutexLock lock(&mutex_);
    current_ = true;
    changed_.NotifyAll();
  }
  sink_->OnCaughtUp(next);
}

void CopiedLog::OnReplaced(const absl::Status& what) {
  bool unread = false;
  {
    // It may be the last copy: it is kept as it is.
    MutexLock lock(&mutex_);
    current_ = false;
    broken_ = true;
    unread = last_ == kBeforeFirst && !writing_;
    changed_.NotifyAll();
  }
  if (unread && begin_anew_ && copy_->log_id() == log_->Id() && ReadCopy(from_)) sink_->OnCopyRead();
  sink_->OnReplaced(what);
}

void CopiedLog::OnError(const absl::Status& status) {
  {
    MutexLock lock(&mutex_);
    current_ = false;
  }
  sink_->OnError(status);
}

Verdict CopiedLog::Follow(Offset offset, const DecodedRecord& record) {
  const KeyType type = record.key.type;
  if (type == KeyType::kDeleteSubject || type == KeyType::kClearSubject) last_collective_ = offset;
  return tracker_.Judge(offset, record);
}

CopyBatch::Entry CopiedLog::Judge(LogRecord record) {
  CopyBatch::Entry entry;
  const auto decoded = DecodeRecord(record.record);
  if (decoded.ok()) {
    const Verdict verdict = Follow(record.offset, *decoded);
    const bool plain = Plain(decoded->key.type);
    // Barriers are many, and mean nothing but that the log goes on behind them.
    const bool barrier = decoded->key.type == KeyType::kNoop;
    entry.copied.removable = barrier || (plain && (verdict == Verdict::kValid || verdict == Verdict::kFenced));
    entry.supersedes = barrier || (plain && verdict == Verdict::kValid);
    entry.since = last_collective_;
    if (decoded->key.subject) entry.mark = tracker_.ClaimedId(decoded->key.subject->context);
    if (const auto* schema = std::get_if<SchemaRecord>(&decoded->value)) entry.copied.id = schema->id;
  }
  entry.copied.record = std::move(record);
  return entry;
}

void CopiedLog::WriteBehind() {
  SteadyTime next_note = clock_->Now();
  int64_t last_seen_ms = clock_->WallMillis();
  bool said_last = false;
  while (true) {
    CopyBatch batch;
    std::deque<LogRecord> records;
    {
      MutexLock lock(&mutex_);
      const SteadyTime until = clock_->Now() + options_.write_pause;
      // Records come in bursts: one write for all of them.
      while (!closing_ && !flush_ && waiting_bytes_ < options_.max_waiting_bytes / 2) {
        if (!changed_.WaitUntil(&mutex_, until)) break;
      }
      // A process that was stopped for so long may have missed tombstones, and would never hear of them.
      const int64_t now_ms = clock_->WallMillis();
      if (now_ms - last_seen_ms > options_.max_age.count() && !broken_) {
        LOG(WARNING) << "This process was stopped for longer than its local copy may be old: the copy is given up.";
        broken_ = true;
        copy_->Reset("").IgnoreError();
      }
      last_seen_ms = now_ms;
      const bool last = closing_ && waiting_.empty();
      if (last && (!current_ || said_last)) break;
      said_last = last;
      const bool note = current_ && (last || flush_ || clock_->Now() >= next_note);
      if (broken_ || (waiting_.empty() && !note)) {
        waiting_.clear();
        waiting_bytes_ = 0;
        flush_ = false;
        changed_.NotifyAll();
        if (closing_) break;
        continue;
      }
      records.swap(waiting_);
      batch.position = last_;
      if (current_) batch.current_at_ms = clock_->WallMillis();
      if (current_) next_note = clock_->Now() + options_.note_pause;
      writing_ = true;
    }
    for (LogRecord& record : records) batch.entries.push_back(Judge(std::move(record)));
    absl::Status status;
    if (begin_anew_.exchange(false)) status = copy_->Reset(log_->Id());
    if (status.ok()) status = copy_->Write(batch);
    MutexLock lock(&mutex_);
    writing_ = false;
    waiting_bytes_ = 0;
    for (const LogRecord& record : waiting_) waiting_bytes_ += SizeOf(record);
    if (waiting_.empty()) flush_ = false;
    if (!status.ok()) {
      LOG(WARNING) << "The local copy of the log is not kept up any more: " << status.message();
      broken_ = true;
    }
    changed_.NotifyAll();
  }
}

void CopiedLog::Flush() {
  MutexLock lock(&mutex_);
  flush_ = true;
  changed_.NotifyAll();
  while (flush_ && !broken_ && !closing_) changed_.Wait(&mutex_);
}

void CopiedLog::Close() {
  {
    MutexLock lock(&mutex_);
    closing_ = true;
    changed_.NotifyAll();
  }
  if (reader_.joinable()) reader_.join();
  log_->Close();
  if (writer_.joinable()) writer_.join();
}

}  // namespace regent
