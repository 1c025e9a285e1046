#include "store/reopening_log.h"

#include <utility>

#include "base/error_reason.h"

namespace regent {

ReopeningLog::ReopeningLog(Log* first, Open open) : open_(std::move(open)), current_(first, [](Log*) {}) {}

std::shared_ptr<Log> ReopeningLog::Current() const {
  MutexLock lock(&mutex_);
  return current_;
}

absl::Status ReopeningLog::Reopen(const ReopenRequest& request) {
  Current()->Close();
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

absl::Status ReopeningLog::StartReading(Offset from, LogSink* sink) { return Current()->StartReading(from, sink); }

void ReopeningLog::Append(absl::Span<const Record> records, AppendDone done) {
  Current()->Append(records, std::move(done));
}

void ReopeningLog::AbandonPending() { Current()->AbandonPending(); }

std::string ReopeningLog::Id() const { return Current()->Id(); }

LogDescription ReopeningLog::Describe() const { return Current()->Describe(); }

void ReopeningLog::Close() {
  std::shared_ptr<Log> current;
  {
    MutexLock lock(&mutex_);
    closed_ = true;
    current = current_;
  }
  current->Close();
}

}  // namespace regent
