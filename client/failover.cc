#include "client/failover.h"

#include <algorithm>
#include <random>
#include <string>
#include <utility>

#include "base/error_reason.h"

namespace regent::client {
namespace {

enum class Next {
  kReturn,    // this is the answer
  kElsewhere  // another server may do better
};

// True when the server says of itself that it did nothing of what was asked.
bool DidNothing(ErrorReason reason) {
  switch (reason) {
    case ErrorReason::kNoPrimary:
    case ErrorReason::kNotPrimary:
    case ErrorReason::kFenced:
    case ErrorReason::kNotReady:
    case ErrorReason::kShuttingDown:
    case ErrorReason::kOverloaded:
    case ErrorReason::kPositionNotReached:
      return true;
    default:
      return false;
  }
}

// Errors that are not the registry's own come from the way there.
bool IsServersOwn(const absl::Status& status) {
  return ReasonOf(status) != ErrorReason::kInternal || status.code() == absl::StatusCode::kInternal;
}

Next Judge(const Attempt& attempt, Repeat repeat) {
  if (attempt.status.ok()) return Next::kReturn;
  if (!attempt.sent) return Next::kElsewhere;
  if (DidNothing(ReasonOf(attempt.status))) return Next::kElsewhere;
  if (repeat == Repeat::kUnsafe) return Next::kReturn;
  const bool may_pass = attempt.status.code() == absl::StatusCode::kUnavailable ||
                        attempt.status.code() == absl::StatusCode::kDeadlineExceeded;
  return may_pass ? Next::kElsewhere : Next::kReturn;
}

// What to tell when all fail. `before` is what is to be told so far.
absl::Status Gather(const absl::Status& before, const absl::Status& now) {
  if (before.ok() || (IsServersOwn(now) && !IsServersOwn(before))) return now;
  if (IsServersOwn(before) || IsServersOwn(now)) return before;
  const std::string so_far(before.message());
  const std::string message(now.message());
  if (so_far.find(message) != std::string::npos) return before;
  return absl::Status(before.code(), so_far + "; " + message);
}

std::mt19937& Random() {
  thread_local std::mt19937 engine{std::random_device{}()};
  return engine;
}

}  // namespace

Failover::Failover(size_t servers, FailoverOptions options, const Clock* clock, Sleep sleep)
    : servers_(servers), options_(options), clock_(clock), sleep_(std::move(sleep)) {}

absl::Status Failover::Run(Repeat repeat, SteadyTime deadline,
                           const std::function<Attempt(size_t server, SteadyTime deadline)>& attempt) {
  absl::Status result;
  for (int round = 0; round < std::max(1, options_.rounds_max); ++round) {
    if (round > 0) {
      const std::chrono::milliseconds wait = WaitBeforeRound(round);
      if (clock_->Now() + wait >= deadline) break;
      sleep_(wait);
    }
    if (TryRound(repeat, deadline, attempt, &result)) break;
  }
  return result;
}

bool Failover::TryRound(Repeat repeat, SteadyTime deadline,
                        const std::function<Attempt(size_t server, SteadyTime deadline)>& attempt,
                        absl::Status* result) {
  const size_t first = preferred();
  for (size_t i = 0; i < servers_; ++i) {
    const size_t server = (first + i) % servers_;
    const SteadyTime now = clock_->Now();
    if (now >= deadline && !result->ok()) return true;
    const auto share = (deadline - now) / static_cast<int64_t>(servers_ - i);
    const Attempt outcome =
        attempt(server, repeat == Repeat::kSafe && deadline != SteadyTime::max() ? now + share : deadline);
    if (Judge(outcome, repeat) == Next::kReturn) {
      const bool answered = outcome.status.ok() || IsServersOwn(outcome.status);
      answered ? Prefer(server) : Avoid(server);
      *result = outcome.status;
      return true;
    }
    Avoid(server);
    *result = Gather(*result, outcome.status);
  }
  return false;
}

void Failover::Avoid(size_t server) {
  size_t expected = server;
  preferred_.compare_exchange_strong(expected, (server + 1) % servers_, std::memory_order_relaxed);
}

std::chrono::milliseconds Failover::WaitBeforeRound(int round) const {
  const int64_t longest = options_.retry_wait.count() << std::min(round - 1, 16);
  return std::chrono::milliseconds(std::uniform_int_distribution<int64_t>(longest / 2, longest)(Random()));
}

}  // namespace regent::client
