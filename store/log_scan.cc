#include "store/log_scan.h"

#include <memory>
#include <optional>
#include <utility>

#include "base/clock.h"
#include "base/error_reason.h"
#include "base/mutex.h"

namespace regent {
namespace {

class Scan : public LogSink {
 public:
  explicit Scan(std::function<absl::Status(const LogRecord&)> visit) : visit_(std::move(visit)) {}

  void OnRecord(LogRecord record) override {
    {
      MutexLock lock(&mutex_);
      ++progress_;
      if (done_) return;
    }
    if (absl::Status status = visit_(record); !status.ok()) End(status);
  }
  void OnCaughtUp(Offset next) override { End(next); }
  void OnReplaced(const absl::Status& what) override { End(what); }
  void OnError(const absl::Status& status) override {
    MutexLock lock(&mutex_);
    trouble_ = status;
  }

  absl::StatusOr<Offset> Wait(std::chrono::milliseconds patience) {
    MutexLock lock(&mutex_);
    while (!done_) {
      const uint64_t seen = progress_;
      const SteadyTime deadline = SystemClock()->Now() + patience;
      while (!done_ && changed_.WaitUntil(&mutex_, deadline)) {
      }
      if (done_ || progress_ != seen) continue;
      done_ =
          trouble_.ok() ? MakeError(ErrorReason::kLogUnavailable, "the log's end was not reached in time") : trouble_;
    }
    return *done_;
  }

 private:
  void End(absl::StatusOr<Offset> how) {
    MutexLock lock(&mutex_);
    if (!done_) done_ = std::move(how);
    changed_.NotifyAll();
  }

  const std::function<absl::Status(const LogRecord&)> visit_;
  Mutex mutex_;
  CondVar changed_;
  uint64_t progress_ GUARDED_BY(mutex_) = 0;
  absl::Status trouble_ GUARDED_BY(mutex_);
  std::optional<absl::StatusOr<Offset>> done_ GUARDED_BY(mutex_);
};

}  // namespace

absl::StatusOr<Offset> ScanLog(Log* log, const std::function<absl::Status(const LogRecord&)>& visit,
                               std::chrono::milliseconds patience) {
  Scan scan(visit);
  if (absl::Status started = log->StartReading(Offset(0), &scan); !started.ok()) return started;
  absl::StatusOr<Offset> end = scan.Wait(patience);
  // The sink ends with this call.
  log->Close();
  return end;
}

}  // namespace regent
