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

void Settler::Advance() {
  const State& state = *domain_->state;
  if (!state.AnyUnsettled() || gate_->role() != Role::kPrimary) return;
  std::vector<std::pair<Offset, std::string>> found;
  for (const auto& [raw, key] : state.unsettled()) {
    if (key.trusted) found.emplace_back(key.last_offset, raw);
  }
  std::sort(found.begin(), found.end());
  std::vector<std::string> due;
  {
    MutexLock lock(&mutex_);
    if (stopped_) return;
    const SteadyTime now = clock_->Now();
    std::erase_if(repeats_,
                  [&](const auto& repeat) { return repeat.second.not_before + options_.repeat_pause_max < now; });
    SteadyTime next = SteadyTime::max();
    for (auto& [offset, raw] : found) {
      if (static_cast<int>(under_way_.size()) >= options_.max_operations) break;
      if (under_way_.contains(raw)) continue;
      const auto repeat = repeats_.find(raw);
      if (repeat != repeats_.end() && repeat->second.not_before > now) {
        next = std::min(next, repeat->second.not_before);
        continue;
      }
      under_way_.insert(raw);
      due.push_back(std::move(raw));
    }
    if (next != SteadyTime::max()) WakeAtLocked(next);
  }
  for (const std::string& raw : due) {
    pipeline_->SubmitUpkeep(NewSettleOperation(domain_, raw),
                            [this, raw](const absl::StatusOr<WriteResult>& result) { Done(raw, result); });
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
      if (!is_first) repeat->second.pause = std::min(repeat->second.pause * 2, options_.repeat_pause_max);
      repeat->second.not_before = clock_->Now() + repeat->second.pause;
    }
    more = more || under_way_.empty();
    // The office may have come back before this, when the key was still under way: somebody has to look again.
    if (!result.ok() && !stopped_) WakeAtLocked(clock_->Now() + options_.retry_pause);
  }
  // Not at once: this may run inside Advance().
  if (!more && result.ok()) more = domain_->state->FindUnsettled(raw_key).has_value();
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

int64_t Settler::settled() const {
  MutexLock lock(&mutex_);
  return settled_;
}

}  // namespace regent
