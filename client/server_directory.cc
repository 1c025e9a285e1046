#include "client/server_directory.h"

#include <algorithm>
#include <limits>
#include <utility>

namespace regent::client {
namespace {

// Servers that others told of. More than any cluster has: a server cannot fill our memory.
constexpr size_t kDiscoveredMax = 64;
// They are asked after all those that were configured.
constexpr int kDiscoveredRank = std::numeric_limits<int>::max();
// Trouble asks for another look, but not for one after the other.
constexpr std::chrono::milliseconds kTroublePause{50};

bool AllSuspect(const std::vector<CandidatePtr>& candidates) {
  return std::all_of(candidates.begin(), candidates.end(),
                     [](const CandidatePtr& candidate) { return candidate->suspect(); });
}

}  // namespace

ServerDirectory::ServerDirectory(std::vector<RankedEndpoint> endpoints, DirectoryOptions options, World world,
                                 Failover* failover)
    : endpoints_(std::move(endpoints)), options_(options), world_(std::move(world)), failover_(failover) {}

ServerDirectory::~ServerDirectory() {
  {
    MutexLock lock(&mutex_);
    stop_ = true;
    changed_.NotifyAll();
  }
  if (thread_.joinable()) thread_.join();
}

void ServerDirectory::Start() {
  thread_ = std::thread([this] { Loop(); });
}

bool ServerDirectory::WaitUntilKnown(SteadyTime deadline) {
  MutexLock lock(&mutex_);
  while (!known_) {
    if (!changed_.WaitUntil(&mutex_, deadline)) return known_;
  }
  return true;
}

void ServerDirectory::Note(bool trouble) {
  MutexLock lock(&mutex_);
  used_ = true;
  if (!trouble || trouble_) return;
  trouble_ = true;
  changed_.NotifyAll();
}

void ServerDirectory::Loop() {
  Resolve();
  {
    MutexLock lock(&mutex_);
    known_ = true;
    changed_.NotifyAll();
  }
  // Whom else there is, is asked of a server that is known to answer: after the first call.
  bool used = false;
  while (Wait(&used)) {
    // Where nobody is left, calls wait for new names more than for old servers.
    const bool lost = AllSuspect(failover_->candidates());
    if ((used && SystemClock()->Now() >= refresh_due_) || lost) Refresh();
    Probe(used);
  }
}

bool ServerDirectory::Wait(bool* used) {
  const SteadyTime pause = SystemClock()->Now() + kTroublePause;
  const SteadyTime until = SystemClock()->Now() + options_.probe_interval;
  MutexLock lock(&mutex_);
  while (!stop_) {
    const SteadyTime now = SystemClock()->Now();
    if (now >= until || (trouble_ && now >= pause)) break;
    changed_.WaitUntil(&mutex_, trouble_ ? std::min(pause, until) : until);
  }
  *used = used_;
  used_ = false;
  trouble_ = false;
  return !stop_;
}

void ServerDirectory::Refresh() {
  std::vector<std::string> found = world_.discover(failover_->Order());
  // Servers that tell of none have not lost those they told of.
  if (!found.empty()) {
    if (found.size() > kDiscoveredMax) found.resize(kDiscoveredMax);
    discovered_ = std::move(found);
  }
  Resolve();
}

void ServerDirectory::Resolve() {
  View view;
  std::vector<CandidatePtr> candidates;
  for (const RankedEndpoint& endpoint : endpoints_) Add(endpoint, &view, &candidates);
  for (const std::string& endpoint : discovered_) Add({endpoint, kDiscoveredRank}, &view, &candidates);
  view_ = std::move(view);
  failover_->SetCandidates(std::move(candidates));
  refresh_due_ = SystemClock()->Now() + options_.refresh_interval;
}

void ServerDirectory::Add(const RankedEndpoint& endpoint, View* view, std::vector<CandidatePtr>* out) {
  std::vector<std::string> addresses = world_.resolve(endpoint.endpoint);
  // A name server that is away does not take away the servers; a name that was never known is tried as it is, and the
  // attempt tells what is wrong with it.
  if (addresses.empty()) addresses = view_.addresses[endpoint.endpoint];
  if (addresses.empty()) addresses = {endpoint.endpoint};
  for (const std::string& address : addresses) {
    if (view->made.count(address) > 0) continue;
    const auto before = view_.made.find(address);
    const bool same = before != view_.made.end() && before->second->rank() == endpoint.rank;
    CandidatePtr candidate = same ? before->second : world_.make(endpoint.endpoint, address, endpoint.rank);
    view->made.emplace(address, candidate);
    out->push_back(std::move(candidate));
  }
  view->addresses[endpoint.endpoint] = std::move(addresses);
}

void ServerDirectory::Probe(bool used) {
  std::vector<CandidatePtr> candidates;
  for (const CandidatePtr& candidate : failover_->candidates()) {
    if (candidate->suspect()) candidates.push_back(candidate);
  }
  const std::vector<CandidatePtr> order = failover_->Order();
  if (used && !order.empty() && !order.front()->suspect()) candidates.push_back(order.front());
  if (candidates.empty()) return;
  const std::vector<bool> serves = world_.probe(candidates);
  for (size_t i = 0; i < candidates.size(); ++i) failover_->Report(*candidates[i], serves[i]);
}

}  // namespace regent::client
