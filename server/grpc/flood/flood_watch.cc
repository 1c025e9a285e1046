#include "server/grpc/flood/flood_watch.h"

#include <algorithm>
#include <set>

#include "base/logging.h"

namespace regent {

std::chrono::milliseconds FloodWatch::Look() {
  if (!alert_ && !IsWorthALook()) return options_.calm_interval;
  const std::vector<ConnectionStreams> connections = sight_->Connections();
  ForgetFinished(connections);
  const std::vector<ConnectionStreams> chosen = ChooseToEnd(connections);
  if (!chosen.empty()) End(chosen);
  const auto now = sight_->Now();
  if (!ended_.empty() || ResetStreams(connections) > options_.max_reset_streams / 8) {
    alert_ = true;
    last_trouble_ = now;
  }
  if (alert_ && now - last_trouble_ < options_.alert_time) return options_.alert_interval;
  // What the flood left free would be room in which the next one goes unnoticed, and each would grow the process more.
  if (alert_) sight_->ReleaseFreeMemory();
  alert_ = false;
  SetCalm(sight_->ResidentBytes(), sight_->StartedCalls());
  return options_.calm_interval;
}

int64_t FloodWatch::ResetStreams(const std::vector<ConnectionStreams>& connections) const {
  int64_t sum = 0;
  for (const ConnectionStreams& each : connections) sum += Excess(each);
  return sum;
}

bool FloodWatch::IsWorthALook() {
  if (sight_->WaitingCalls() >= options_.max_reset_streams / 4) return true;
  const size_t bytes = sight_->ResidentBytes();
  calm_bytes_ = std::min(calm_bytes_.value_or(bytes), bytes);
  if (bytes - *calm_bytes_ < options_.noticeable_bytes) return false;
  // It grows for many reasons, and with ten thousand connections a look is dear. A flood is made of calls.
  const int64_t calls = sight_->StartedCalls();
  if (calls - calm_calls_ >= options_.max_reset_streams / 4) return true;
  SetCalm(bytes, calls);
  return false;
}

void FloodWatch::SetCalm(size_t bytes, int64_t calls) {
  calm_bytes_ = bytes;
  calm_calls_ = calls;
}

int64_t FloodWatch::Excess(const ConnectionStreams& connection) const {
  return std::max(connection.unfinished - options_.max_concurrent_streams, int64_t{0});
}

bool FloodWatch::IsEnded(const ConnectionStreams& connection) const {
  const auto found = ended_.find(connection.id);
  // One that goes on was not: somebody else's socket was taken for it, or none was found.
  return found != ended_.end() && connection.unfinished <= found->second + options_.max_concurrent_streams;
}

void FloodWatch::ForgetFinished(const std::vector<ConnectionStreams>& connections) {
  std::set<int64_t> listed;
  for (const ConnectionStreams& each : connections) listed.insert(each.id);
  std::erase_if(ended_, [&](const auto& ended) { return listed.count(ended.first) == 0; });
}

std::vector<ConnectionStreams> FloodWatch::ChooseToEnd(const std::vector<ConnectionStreams>& connections) {
  std::vector<ConnectionStreams> candidates;
  int64_t total = 0;
  for (const ConnectionStreams& each : connections) {
    const bool ended = IsEnded(each);
    total += ended ? each.unfinished : Excess(each);
    if (!ended && Excess(each) > 0) candidates.push_back(each);
  }
  VLOG(1) << "Flood watch: " << total << " streams were reset and are not done with, " << candidates.size() << " of "
          << connections.size() << " connections have some, " << ended_.size() << " were cut; "
          << sight_->WaitingCalls() << " calls wait, " << (sight_->ResidentBytes() >> 20) << " MiB";
  sight_->Brake(total > 2 * options_.max_reset_streams);
  if (!IsTooMuch(total)) return {};
  std::stable_sort(candidates.begin(), candidates.end(),
                   [](const auto& a, const auto& b) { return a.unfinished > b.unfinished; });
  size_t count = 0;
  for (; count < candidates.size() && total > options_.max_reset_streams; ++count) total -= Excess(candidates[count]);
  candidates.resize(count);
  return candidates;
}

bool FloodWatch::IsTooMuch(int64_t reset_streams) {
  if (reset_streams <= options_.max_reset_streams) {
    beyond_since_.reset();
    return false;
  }
  const auto now = sight_->Now();
  if (!beyond_since_) beyond_since_ = now;
  return !ended_.empty() || reset_streams > 3 * options_.max_reset_streams || now - *beyond_since_ >= options_.patience;
}

void FloodWatch::End(const std::vector<ConnectionStreams>& chosen) {
  connections_ended_ += sight_->End(chosen);
  for (const ConnectionStreams& each : chosen) ended_[each.id] = each.unfinished;
  // A flood that comes back at once does not flood the log as well.
  const ConnectionStreams& worst = chosen.front();
  LOG_EVERY_T(WARNING, 1) << "Flood of resets: cut the gRPC connection of " << ToString(worst.connection)
                          << " with its " << worst.unfinished
                          << " unfinished streams (regent.grpc.max.reset.streams=" << options_.max_reset_streams
                          << "); " << connections_ended_ << " cut since the start";
}

}  // namespace regent
