#include "client/failover.h"

#include <algorithm>
#include <random>
#include <string>
#include <utility>

#include "base/error_reason.h"

namespace regent::client {
namespace {

// A server that let a call wait this long hangs; below, the caller was only impatient.
constexpr std::chrono::milliseconds kHangs{1000};

enum class Next {
  kReturn,    // this is the answer
  kElsewhere  // another server may do better
};

// True when the server says of itself that it did nothing of what was asked.
bool DidNothing(ErrorReason reason, CallKind kind) {
  switch (reason) {
    case ErrorReason::kNoPrimary:
    case ErrorReason::kNotPrimary:
    case ErrorReason::kFenced:
    case ErrorReason::kNotReady:
    case ErrorReason::kShuttingDown:
    case ErrorReason::kOverloaded:
      return true;
    // A write was done, and only not seen yet by the node that forwarded it.
    case ErrorReason::kPositionNotReached:
      return kind != CallKind::kWrite;
    default:
      return false;
  }
}

// Errors that are not the registry's own come from the way there.
bool IsServersOwn(const absl::Status& status) {
  return ReasonOf(status) != ErrorReason::kInternal || status.code() == absl::StatusCode::kInternal;
}

Next Judge(const Attempt& attempt, CallKind kind) {
  if (attempt.status.ok()) return Next::kReturn;
  if (!attempt.sent) return Next::kElsewhere;
  if (DidNothing(ReasonOf(attempt.status), kind)) return Next::kElsewhere;
  if (kind == CallKind::kWrite) return Next::kReturn;
  const bool may_pass = attempt.status.code() == absl::StatusCode::kUnavailable ||
                        attempt.status.code() == absl::StatusCode::kDeadlineExceeded;
  return may_pass ? Next::kElsewhere : Next::kReturn;
}

// Whether a failure says that the server cannot serve anyone, and not only that it could not do this.
bool IsOutOfOrder(const Attempt& attempt, SteadyTime::duration took) {
  if (!attempt.sent) return true;
  const ErrorReason reason = ReasonOf(attempt.status);
  if (reason == ErrorReason::kNotReady || reason == ErrorReason::kShuttingDown) return true;
  if (IsServersOwn(attempt.status)) return false;
  switch (attempt.status.code()) {
    case absl::StatusCode::kDeadlineExceeded:
      return took >= kHangs;
    // Too large a message, too much metadata, words that cannot be sent: any server would say so.
    case absl::StatusCode::kResourceExhausted:
    case absl::StatusCode::kInvalidArgument:
    case absl::StatusCode::kOutOfRange:
      return false;
    default:
      return true;
  }
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

Failover::Failover(FailoverOptions options, const Clock* clock, Sleep sleep)
    : options_(options), clock_(clock), sleep_(std::move(sleep)) {}

void Failover::SetCandidates(std::vector<CandidatePtr> candidates) {
  std::stable_sort(candidates.begin(), candidates.end(),
                   [](const CandidatePtr& a, const CandidatePtr& b) { return a->rank() < b->rank(); });
  MutexLock lock(&mutex_);
  const bool first_time = candidates_.empty();
  candidates_.swap(candidates);
  if (!first_time || !options_.random_start || candidates_.empty()) return;
  const int home = candidates_.front()->rank();
  const auto at_home = std::count_if(candidates_.begin(), candidates_.end(),
                                     [&](const CandidatePtr& candidate) { return candidate->rank() == home; });
  preferred_[home] = candidates_[std::uniform_int_distribution<size_t>(0, at_home - 1)(Random())].get();
}

std::vector<CandidatePtr> Failover::candidates() const {
  MutexLock lock(&mutex_);
  return candidates_;
}

std::vector<CandidatePtr> Failover::Order() const {
  std::vector<CandidatePtr> order;
  {
    MutexLock lock(&mutex_);
    order = candidates_;
    for (auto begin = order.begin(); begin != order.end();) {
      const int rank = (*begin)->rank();
      const auto end =
          std::find_if(begin, order.end(), [&](const CandidatePtr& candidate) { return candidate->rank() != rank; });
      if (const auto preferred = preferred_.find(rank); preferred != preferred_.end()) {
        const auto middle = std::find_if(
            begin, end, [&](const CandidatePtr& candidate) { return candidate.get() == preferred->second; });
        if (middle != end) std::rotate(begin, middle, end);
      }
      begin = end;
    }
  }
  std::stable_partition(order.begin(), order.end(),
                        [](const CandidatePtr& candidate) { return !candidate->suspect(); });
  return order;
}

void Failover::Report(Candidate& candidate, bool serves) {
  if (serves) {
    candidate.suspect_.store(false, std::memory_order_relaxed);
  } else {
    PassOver(candidate, /*suspect=*/true);
  }
}

absl::Status Failover::Run(CallKind kind, SteadyTime deadline, const TryOne& attempt) {
  absl::Status result;
  for (int round = 0; round < std::max(1, options_.rounds_max); ++round) {
    if (round > 0) {
      const std::chrono::milliseconds wait = WaitBeforeRound(round);
      if (clock_->Now() + wait >= deadline) break;
      sleep_(wait);
    }
    if (TryRound(kind, deadline, attempt, &result)) return result;
  }
  return result.ok() ? absl::UnavailableError("no server is known") : result;
}

bool Failover::TryRound(CallKind kind, SteadyTime deadline, const TryOne& attempt, absl::Status* result) {
  const std::vector<CandidatePtr> order = Order();
  for (size_t i = 0; i < order.size(); ++i) {
    const SteadyTime now = clock_->Now();
    if (now >= deadline && !result->ok()) return true;
    const Attempt outcome = attempt(*order[i], DeadlineOf(kind, deadline, now, order, i));
    const bool out_of_order = !outcome.status.ok() && IsOutOfOrder(outcome, clock_->Now() - now);
    if (Judge(outcome, kind) == Next::kReturn) {
      const bool answered = outcome.status.ok() || IsServersOwn(outcome.status);
      answered ? Prefer(*order[i]) : PassOver(*order[i], out_of_order);
      *result = outcome.status;
      return true;
    }
    PassOver(*order[i], out_of_order);
    *result = Gather(*result, outcome.status);
  }
  return false;
}

SteadyTime Failover::DeadlineOf(CallKind kind, SteadyTime deadline, SteadyTime now,
                                const std::vector<CandidatePtr>& order, size_t index) const {
  if (kind == CallKind::kWrite || deadline == SteadyTime::max()) return deadline;
  int well = 0;
  int suspect = 0;
  for (size_t i = index + 1; i < order.size(); ++i) ++(order[i]->suspect() ? suspect : well);
  // Suspects mostly fail at once: they share among them what one server gets.
  auto share = (deadline - now) / (1 + well + (suspect > 0 ? 1 : 0));
  if (kind == CallKind::kRead && well > 0) share = std::min<SteadyTime::duration>(share, options_.read_patience);
  return now + share;
}

void Failover::Prefer(Candidate& candidate) {
  // Nearly every call finds it so: nothing to write for others to fetch.
  if (candidate.suspect()) candidate.suspect_.store(false, std::memory_order_relaxed);
  MutexLock lock(&mutex_);
  preferred_[candidate.rank()] = &candidate;
}

void Failover::PassOver(Candidate& candidate, bool suspect) {
  if (suspect) candidate.suspect_.store(true, std::memory_order_relaxed);
  MutexLock lock(&mutex_);
  const auto here = std::find_if(candidates_.begin(), candidates_.end(),
                                 [&](const CandidatePtr& other) { return other.get() == &candidate; });
  if (here == candidates_.end()) return;
  const int rank = candidate.rank();
  const auto preferred = preferred_.find(rank);
  const bool is_first = here == candidates_.begin() || (*std::prev(here))->rank() != rank;
  // Another call may have moved on already.
  if (preferred == preferred_.end() ? !is_first : preferred->second != &candidate) return;
  auto next = std::next(here);
  if (next == candidates_.end() || (*next)->rank() != rank) {
    next = std::find_if(candidates_.begin(), candidates_.end(),
                        [&](const CandidatePtr& other) { return other->rank() == rank; });
  }
  preferred_[rank] = next->get();
}

std::chrono::milliseconds Failover::WaitBeforeRound(int round) const {
  const int64_t longest = options_.retry_wait.count() << std::min(round - 1, 16);
  return std::chrono::milliseconds(std::uniform_int_distribution<int64_t>(longest / 2, longest)(Random()));
}

}  // namespace regent::client
