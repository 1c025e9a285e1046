#include "client/resuming_stream.h"

#include <algorithm>
#include <utility>
#include <variant>

#include "base/error_reason.h"
#include "client/deadline.h"

namespace regent::client {
namespace {

absl::Status Cancelled() { return absl::CancelledError("the watch was cancelled"); }

}  // namespace

ResumingStream::ResumingStream(WatchRequest request, Options options, Open open)
    : options_(options), open_(std::move(open)), request_(std::move(request)) {}

absl::Status ResumingStream::Start(SteadyTime deadline) {
  auto source = open_(request_, deadline, cancelled_);
  if (!source.ok()) return source.status();
  SetSource(*std::move(source));
  return absl::OkStatus();
}

absl::StatusOr<WatchEvent> ResumingStream::Next(std::optional<std::chrono::milliseconds> timeout) {
  const SteadyTime deadline = timeout ? DeadlineAfter(*timeout) : SteadyTime::max();
  while (true) {
    if (cancelled_) return Cancelled();
    if (!ended_.ok()) return ended_;
    if (held_) return Take(*std::exchange(held_, std::nullopt));
    std::shared_ptr<WatchSource> source;
    {
      MutexLock lock(&mutex_);
      source = source_;
    }
    if (source == nullptr) {
      if (absl::Status status = Reopen(deadline); !status.ok()) return status;
      continue;
    }
    bool timed_out = false;
    absl::StatusOr<WatchEvent> event = source->Next(deadline, &timed_out);
    if (event.ok()) {
      losses_ = 0;
      return Take(*std::move(event));
    }
    if (timed_out) return absl::DeadlineExceededError("nothing changed in time");
    if (cancelled_) return Cancelled();
    SetSource(nullptr);
    if (!Survives(event.status())) ended_ = event.status();
  }
}

WatchEvent ResumingStream::Take(WatchEvent event) {
  if (std::exchange(announce_, false)) {
    in_snapshot_ = true;
    held_ = std::move(event);
    return WatchEvent{Position(), SnapshotBegins()};
  }
  if (!event.position.log_id.empty()) {
    // From here on a loss misses nothing.
    request_.from = WatchRequest::From::kPosition;
    request_.position = event.position;
  }
  if (std::holds_alternative<CaughtUp>(event.what)) {
    const bool news = in_snapshot_ || !caught_up_;
    in_snapshot_ = false;
    caught_up_ = true;
    // Every server says so of every watch.
    if (!news) event.what = Heartbeat();
  }
  return event;
}

bool ResumingStream::Survives(const absl::Status& status) {
  ++losses_;
  const auto pause = std::min(options_.pause_max, options_.pause * (1 << std::clamp(losses_ - 2, 0, 10)));
  if (losses_ > 1) search_at_ = DeadlineAfter(pause);
  held_.reset();
  if (in_snapshot_) {
    // It cannot be gone on with.
    in_snapshot_ = false;
    request_.from = WatchRequest::From::kSnapshot;
  }
  switch (ReasonOf(status)) {
    case ErrorReason::kPositionTooOld:
    case ErrorReason::kPositionOfAnotherLog:
      if (!request_.snapshot_when_lost) return false;
      request_.from = WatchRequest::From::kSnapshot;
      return true;
    case ErrorReason::kOverloaded:
    case ErrorReason::kNotReady:
    case ErrorReason::kShuttingDown:
    case ErrorReason::kInternal:  // also what is not the registry's own: a connection that broke
      break;
    default:
      return false;
  }
  switch (status.code()) {
    case absl::StatusCode::kInvalidArgument:
    case absl::StatusCode::kPermissionDenied:
    case absl::StatusCode::kUnauthenticated:
    case absl::StatusCode::kUnimplemented:
      return false;
    default:
      return true;
  }
}

absl::Status ResumingStream::Reopen(SteadyTime deadline) {
  if (!Pause(deadline)) {
    return cancelled_ ? Cancelled() : absl::DeadlineExceededError("no server took the watch in time");
  }
  // Who looks in for a moment now and then would never find a server if a search ended with the moment.
  const SteadyTime patience =
      std::min(std::max(deadline, DeadlineAfter(options_.open_least)), DeadlineAfter(options_.open_timeout));
  auto source = open_(request_, patience, cancelled_);
  if (source.ok()) {
    SetSource(*std::move(source));
    return absl::OkStatus();
  }
  if (cancelled_) return Cancelled();
  if (!Survives(source.status())) return ended_ = source.status();
  if (SystemClock()->Now() >= deadline) {
    return absl::DeadlineExceededError("no server took the watch in time: " + std::string(source.status().message()));
  }
  return absl::OkStatus();
}

void ResumingStream::SetSource(std::unique_ptr<WatchSource> source) {
  std::shared_ptr<WatchSource> old = std::move(source);  // destroyed after the lock
  announce_ = old != nullptr && request_.from == WatchRequest::From::kSnapshot;
  MutexLock lock(&mutex_);
  source_.swap(old);
  // Cancel() may have come before this source.
  if (cancelled_ && source_ != nullptr) source_->Cancel();
}

bool ResumingStream::Pause(SteadyTime deadline) {
  MutexLock lock(&mutex_);
  while (!cancelled_) {
    const SteadyTime now = SystemClock()->Now();
    if (now >= search_at_) return true;
    if (now >= deadline) return false;
    cancel_.WaitUntil(&mutex_, std::min(search_at_, deadline));
  }
  return false;
}

void ResumingStream::Cancel() {
  cancelled_ = true;
  std::shared_ptr<WatchSource> source;
  {
    MutexLock lock(&mutex_);
    cancel_.NotifyAll();
    source = source_;
  }
  if (source != nullptr) source->Cancel();
}

}  // namespace regent::client
