#include "store/reopening_log.h"

#include <utility>

#include "base/error_reason.h"

namespace regent {

namespace {

absl::Status NotOpen() { return MakeError(ErrorReason::kLogUnavailable, "the log could not be opened yet"); }

}  // namespace

ReopeningLog::ReopeningLog(Log* first, Open open) : open_(std::move(open)) {
  if (first != nullptr) current_ = std::shared_ptr<Log>(first, [](Log*) {});
}

std::shared_ptr<Log> ReopeningLog::Current() const {
  MutexLock lock(&mutex_);
  return current_;
}

absl::Status ReopeningLog::Reopen(const ReopenRequest& request) {
  if (const auto current = Current()) current->Close();
  auto opened = open_(request);
  if (!opened.ok()) return opened.status();
  std::shared_ptr<Log> next = *std::move(opened);
  {
    MutexLock lock(&mutex_);
    if (!closed_) {
      current_.swap(next);
      return absl::OkStatus();
    }
  }
  next->Close();
  return MakeError(ErrorReason::kShuttingDown, "the log is closed");
}

absl::Status ReopeningLog::StartReading(Offset from, LogSink* sink) {
  const auto current = Current();
  return current ? current->StartReading(from, sink) : NotOpen();
}

void ReopeningLog::Append(absl::Span<const Record> records, AppendDone done) {
  if (const auto current = Current()) return current->Append(records, std::move(done));
  done({AppendOutcome::Kind::kFailed, kBeforeFirst, NotOpen()});
}

void ReopeningLog::AbandonPending() {
  if (const auto current = Current()) current->AbandonPending();
}

std::string ReopeningLog::Id() const {
  const auto current = Current();
  return current ? current->Id() : "";
}

LogDescription ReopeningLog::Describe() const {
  const auto current = Current();
  return current ? current->Describe() : LogDescription{"none", "nowhere yet", {}};
}

void ReopeningLog::Close() {
  std::shared_ptr<Log> current;
  {
    MutexLock lock(&mutex_);
    closed_ = true;
    current = current_;
  }
  if (current) current->Close();
}

}  // namespace regent
