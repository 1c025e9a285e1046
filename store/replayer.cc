#include "store/replayer.h"

#include <utility>

namespace regent {

absl::Status Replayer::health() const {
  MutexLock lock(&mutex_);
  return health_;
}

void Replayer::OnRecord(LogRecord record) {
  // Half of what the cleaner waits for: clocks differ.
  const bool late =
      retention_.compaction_lag && clock_->WallMillis() - record.timestamp_ms > retention_.compaction_lag->count() / 2;
  listener_->OnApplied(state_->Apply(record, late ? Reading::kLate : Reading::kInTime));
}

void Replayer::OnCaughtUp(Offset) {
  {
    MutexLock lock(&mutex_);
    health_ = absl::OkStatus();
  }
  caught_up_.store(true, std::memory_order_release);
  listener_->OnCaughtUp();
}

void Replayer::OnReplaced(const absl::Status& what) {
  {
    MutexLock lock(&mutex_);
    health_ = what;
  }
  listener_->OnReplaced(what);
}

void Replayer::OnError(const absl::Status& status) {
  MutexLock lock(&mutex_);
  health_ = status;
}

}  // namespace regent
