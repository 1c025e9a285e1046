#include "store/replayer.h"

#include <algorithm>
#include <utility>

namespace regent {

absl::Status Replayer::health() const {
  MutexLock lock(&mutex_);
  return health_;
}

void Replayer::SetRetention(const LogRetention& retention) {
  MutexLock lock(&mutex_);
  retention_ = retention;
}

LogRetention Replayer::retention() const {
  MutexLock lock(&mutex_);
  return retention_;
}

std::optional<std::chrono::milliseconds> Replayer::longest_absence() const {
  const LogRetention retention = this->retention();
  if (!retention.compaction_lag && !retention.delete_retention) return std::nullopt;
  constexpr auto kForEver = std::chrono::milliseconds::max();
  return std::min(retention.compaction_lag.value_or(kForEver), retention.delete_retention.value_or(kForEver)) / 2;
}

void Replayer::BeginAgain(std::string log_id) {
  shadow_ = std::make_unique<State>(std::move(log_id));
  ++reading_;
  MutexLock lock(&mutex_);
  contact_ms_ = clock_->WallMillis();
  began_again_ms_ = clock_->WallMillis();
  health_ = absl::OkStatus();
}

bool Replayer::Contact() {
  const int64_t now_ms = clock_->WallMillis();
  const auto longest = longest_absence();
  MutexLock lock(&mutex_);
  const bool lost = longest && contact_ms_ != 0 && now_ms - contact_ms_ > longest->count();
  contact_ms_ = now_ms;
  health_ = absl::OkStatus();
  return lost;
}

void Replayer::FallBehind() {
  const int reading = reading_;
  if (listener_->OnFellBehind()) spoiled_reading_ = reading;
}

void Replayer::Tick() {
  if (!caught_up() || !health().ok()) return;
  if (Contact()) FallBehind();
}

void Replayer::OnRecord(LogRecord record) {
  // A record of a copy is as old as it was when it came from the log.
  const int64_t age_ms = (record.read_ms != 0 ? record.read_ms : clock_->WallMillis()) - record.timestamp_ms;
  // Half of what the cleaner waits for: clocks differ.
  const auto compaction_lag = retention().compaction_lag;
  const bool late = compaction_lag && age_ms > compaction_lag->count() / 2;
  const Reading reading = late ? Reading::kLate : Reading::kInTime;
  const auto longest = longest_absence();
  bool lost = Contact();
  if (shadow_) {
    if (lost) FallBehind();
    shadow_->Apply(record, reading);
    return;
  }
  // Old records come although contact was never lost: this node reads too slowly. Or some clock is wrong, and reading
  // again would not help: not again before long.
  if (longest && age_ms > longest->count() && caught_up()) {
    MutexLock lock(&mutex_);
    lost = lost || contact_ms_ - began_again_ms_ > longest->count();
  }
  listener_->OnApplied(state_->Apply(record, reading));
  if (lost) FallBehind();
}

void Replayer::OnCaughtUp(Offset) {
  if (Contact()) FallBehind();
  if (spoiled()) return;
  if (shadow_) {
    state_->Become(std::move(*shadow_));
    shadow_.reset();
    copy_serves_.store(false, std::memory_order_release);
    caught_up_.store(true, std::memory_order_release);
    listener_->OnReadAgain();
    return;
  }
  copy_serves_.store(false, std::memory_order_release);
  caught_up_.store(true, std::memory_order_release);
  listener_->OnCaughtUp();
}

void Replayer::OnCopyRead() { copy_read_ = true; }

void Replayer::ServeCopy() {
  if (!copy_read_ || caught_up() || copy_serves_.exchange(true)) return;
  listener_->OnCopyServes();
}

void Replayer::OnReplaced(const absl::Status& what) {
  {
    MutexLock lock(&mutex_);
    health_ = what;
  }
  listener_->OnReplaced(what);
  ServeCopy();
}

void Replayer::OnError(const absl::Status& status) {
  {
    MutexLock lock(&mutex_);
    health_ = status;
  }
  ServeCopy();
}

}  // namespace regent
