#include "store/log_copy.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "base/error_reason.h"
#include "base/mutex.h"
#include "store/log_scan.h"
#include "store/state.h"

namespace regent {
namespace {

// So many appends may be on their way.
constexpr int kInFlight = 2000;

// Appends without waiting for each, and remembers the first that failed.
class Writer {
 public:
  explicit Writer(Log* target) : target_(target) {}

  absl::Status Write(const Record& record) {
    {
      MutexLock lock(&mutex_);
      while (in_flight_ >= kInFlight && failed_.ok()) changed_.Wait(&mutex_);
      if (!failed_.ok()) return failed_;
      ++in_flight_;
    }
    target_->Append({&record, 1}, [this](const AppendOutcome& outcome) {
      MutexLock lock(&mutex_);
      --in_flight_;
      if (outcome.kind != AppendOutcome::Kind::kAppended && failed_.ok()) failed_ = outcome.status;
      changed_.NotifyAll();
    });
    return absl::OkStatus();
  }

  absl::Status Finish() {
    MutexLock lock(&mutex_);
    while (in_flight_ > 0) changed_.Wait(&mutex_);
    return failed_;
  }

 private:
  Log* const target_;
  Mutex mutex_;
  CondVar changed_;
  int in_flight_ GUARDED_BY(mutex_) = 0;
  absl::Status failed_ GUARDED_BY(mutex_);
};

}  // namespace

absl::StatusOr<LogCopy> CopyLog(Log* source, const LogOpener& open_target, const std::function<void(int64_t)>& told) {
  LogCopy copy;
  absl::StatusOr<std::unique_ptr<Log>> target = open_target();
  if (!target.ok()) return target.status();
  const std::string name = (*target)->Describe().location;
  const absl::StatusOr<Offset> empty = ScanLog(target->get(), [&](const LogRecord& record) {
    return MakeError(
        ErrorReason::kRequestInvalid,
        absl::StrCat("the target, ", name, ", is not empty: a record stands at offset ", record.offset.value()));
  });
  if (!empty.ok()) return empty.status();
  target->reset();  // closed: some can be opened once at a time

  target = open_target();
  if (!target.ok()) return target.status();
  Writer writer(target->get());
  State original(source->Id());
  const absl::StatusOr<Offset> read = ScanLog(source, [&](const LogRecord& record) {
    original.Apply(record);
    ++copy.records;
    if (told) told(copy.records);
    return writer.Write(record.record);
  });
  const absl::Status written = writer.Finish();
  (*target)->Close();
  target->reset();
  if (!read.ok()) return read.status();
  if (!written.ok()) return written;

  target = open_target();
  if (!target.ok()) return target.status();
  State copied((*target)->Id());
  const absl::StatusOr<Offset> checked = ScanLog(target->get(), [&](const LogRecord& record) {
    copied.Apply(record);
    return absl::OkStatus();
  });
  if (!checked.ok()) return checked.status();
  copy.digest = copied.Digest().second;
  if (copy.digest == original.Digest().second) return copy;
  return MakeError(ErrorReason::kInternal,
                   absl::StrCat(name, " does not make the state of the source: did somebody write to it?"));
}

}  // namespace regent
