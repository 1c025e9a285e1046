#include "server/registry/settler.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "server/registry/settle_key.h"

namespace regent {

Settler::Settler(Options options, const WriteDomain* domain, WritePipeline* pipeline, const LeadershipGate* gate,
                 const Clock* clock, Timer* timer, Executor* executor)
    : options_(options),
      domain_(domain),
      pipeline_(pipeline),
      gate_(gate),
      clock_(clock),
      timer_(timer),
      executor_(executor) {}

void Settler::OnApplied(const Applied& applied) {
  const bool unsettles = !applied.understood || applied.verdict == Verdict::kFenced ||
                         applied.verdict == Verdict::kForeign || applied.verdict == Verdict::kClaimCounted;
  if (unsettles) Advance();
}

void Settler::BeginAnew() {
  {
    MutexLock lock(&mutex_);
    looked_up_to_ = {};
    found_.clear();
    again_.clear();
    paused_.clear();
  }
  Advance();
}

void Settler::Advance() {
  if (!domain_->state->AnyUnsettled() || gate_->role() != Role::kPrimary) return;
  std::vector<std::string> due;
  {
    MutexLock lock(&mutex_);
    if (stopped_) return;
    due = TakeDueLocked();
  }
  for (const std::string& raw : due) {
    pipeline_->SubmitUpkeep(NewSettleOperation(domain_, raw),
                            [this, raw](const absl::StatusOr<WriteResult>& result) { Done(raw, result); });
  }
}

std::vector<std::string> Settler::TakeDueLocked() {
  const SteadyTime now = clock_->Now();
  ForgetPeacefulLocked(now);
  std::vector<std::string> due;
  while (static_cast<int>(under_way_.size()) < options_.max_operations) {
    const std::string raw = NextLocked(now);
    if (raw.empty()) break;
    ++looked_at_;
    // Whoever is under way is looked at again when it is done.
    if (under_way_.contains(raw)) continue;
    const auto key = domain_->state->FindUnsettled(raw);
    if (!key || !key->trusted) continue;
    const auto repeat = repeats_.find(raw);
    if (repeat != repeats_.end() && repeat->second.not_before > now) {
      paused_.emplace(repeat->second.not_before, raw);
      continue;
    }
    under_way_.insert(raw);
    due.push_back(raw);
  }
  if (!paused_.empty()) WakeAtLocked(paused_.begin()->first);
  return due;
}

std::string Settler::NextLocked(SteadyTime now) {
  if (!again_.empty()) return std::move(again_.extract(again_.begin()).value());
  if (!paused_.empty() && paused_.begin()->first <= now) {
    return std::move(paused_.extract(paused_.begin()).value().second);
  }
  if (found_.empty()) {
    found_ = domain_->state->UnsettledAfter(looked_up_to_, static_cast<size_t>(options_.max_operations));
    std::reverse(found_.begin(), found_.end());
  }
  if (found_.empty()) return "";
  looked_up_to_ = std::move(found_.back());
  found_.pop_back();
  return looked_up_to_.raw_key;
}

void Settler::ForgetPeacefulLocked(SteadyTime now) {
  while (!repeats_by_end_.empty() && repeats_by_end_.begin()->first < now) {
    repeats_.erase(repeats_by_end_.begin()->second);
    repeats_by_end_.erase(repeats_by_end_.begin());
  }
}

void Settler::Done(const std::string& raw_key, const absl::StatusOr<WriteResult>& result) {
  bool more = false;
  {
    MutexLock lock(&mutex_);
    // When there were more than fit, half of them are taken up at a time.
    more = under_way_.size() * 2 == static_cast<size_t>(options_.max_operations);
    under_way_.erase(raw_key);
    if (result.ok() && result->changed) {
      ++settled_;
      const auto [repeat, is_first] = repeats_.try_emplace(raw_key, Repeat{{}, options_.repeat_pause_first});
      if (!is_first) {
        repeats_by_end_.erase({repeat->second.not_before + options_.repeat_pause_max, raw_key});
        repeat->second.pause = std::min(repeat->second.pause * 2, options_.repeat_pause_max);
      }
      repeat->second.not_before = clock_->Now() + repeat->second.pause;
      repeats_by_end_.emplace(repeat->second.not_before + options_.repeat_pause_max, raw_key);
    }
    // Another record may have come meanwhile, or it failed: then the next who advances tries again.
    const bool unsettled = domain_->state->FindUnsettled(raw_key).has_value();
    if (unsettled) again_.insert(raw_key);
    more = more || under_way_.empty() || unsettled;
    // The office may have come back before this, when the key was still under way: somebody has to look again.
    if (!result.ok() && !stopped_) WakeAtLocked(clock_->Now() + options_.retry_pause);
  }
  // Not at once: this may run inside Advance().
  if (more && result.ok()) executor_->Post([this] { Advance(); });
}

void Settler::WakeAtLocked(SteadyTime when) {
  if (wake_ <= when && wake_ > clock_->Now()) return;
  wake_ = when;
  timer_->RunAt(when, [this] { Advance(); });
}

void Settler::Stop() {
  MutexLock lock(&mutex_);
  stopped_ = true;
}

int64_t Settler::looked_at() const {
  MutexLock lock(&mutex_);
  return looked_at_;
}

int64_t Settler::settled() const {
  MutexLock lock(&mutex_);
  return settled_;
}

}  // namespace regent
