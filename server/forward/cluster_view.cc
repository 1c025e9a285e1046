#include "server/forward/cluster_view.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "base/error_reason.h"
#include "base/logging.h"

namespace regent {
namespace {

NodeState StateOf(Role role) {
  switch (role) {
    case Role::kReplaying:
      return NodeState::kReplaying;
    case Role::kFollower:
      return NodeState::kFollower;
    case Role::kClaiming:
      return NodeState::kClaiming;
    case Role::kPrimary:
      return NodeState::kPrimary;
    case Role::kStopped:
      return NodeState::kStopped;
  }
  return NodeState::kStopped;
}

std::string Text(const absl::Status& status) { return std::string(status.message().data(), status.message().size()); }

constexpr char kDuplicate[] =
    "Another live process has the same regent.node.id. Give each node its own: a copied configuration or data "
    "directory?";

}  // namespace

ClusterView::ClusterView(Options options, LocalRegistry* registry, Peers* peers, OfficeTransfer* transfer,
                         const Clock* clock)
    : options_(std::move(options)), registry_(registry), peers_(peers), transfer_(transfer), clock_(clock) {}

void ClusterView::SetSelf(NodeInfo self) {
  MutexLock lock(&mutex_);
  self_ = std::move(self);
}

void ClusterView::SetKafkaClusterId(std::string id) {
  MutexLock lock(&mutex_);
  kafka_cluster_id_ = std::move(id);
}

NodeInfo ClusterView::Self() const {
  MutexLock lock(&mutex_);
  return self_;
}

NodeStatus ClusterView::SelfStatus() const {
  NodeStatus self;
  self.info = Self();
  self.position = registry_->AppliedPosition();
  self.state = StateOf(registry_->gate().role());
  if (self.state == NodeState::kPrimary) self.lag = 0;
  // What it knows it goes on to serve, and nothing new comes.
  const bool replaced =
      self.state == NodeState::kStopped && ReasonOf(registry_->gate().WhyNotPrimary()) == ErrorReason::kLogReplaced;
  if (registry_->stale() || replaced) self.state = NodeState::kStale;
  self.last_seen_ms = clock_->WallMillis();
  if (const absl::Status unable = registry_->gate().WhyUnable(); !unable.ok()) self.reason = Text(unable);
  if (const absl::Status health = registry_->LogHealth(); !health.ok()) self.reason = Text(health);
  return self;
}

PeerReport ClusterView::OwnReport() const {
  PeerReport report{SelfStatus(), ""};
  LogFacts facts = registry_->GetLogFacts();
  // A hash means nothing without the position that it holds at.
  report.status.position = facts.position;
  report.state_hash = std::move(facts.state_hash);
  return report;
}

bool ClusterView::FreshLocked(SteadyTime heard) const { return clock_->Now() - heard <= options_.lost_after; }

bool ClusterView::DuplicateLocked(const Member& member) const {
  const NodeInfo& info = member.status.info;
  if (info.node == self_.node) return true;
  return std::any_of(members_.begin(), members_.end(), [&](const auto& entry) {
    const Member& other = entry.second;
    // Both were heard after both had appeared. A node that was started again is heard no more under its former life.
    return other.status.info.node == info.node && other.status.info.incarnation != info.incarnation &&
           other.last_seen > member.first_seen && member.last_seen > other.first_seen && FreshLocked(other.last_seen);
  });
}

bool ClusterView::FormerLocked(const Member& member) const {
  return std::any_of(members_.begin(), members_.end(), [&](const auto& entry) {
    return entry.second.status.info.node == member.status.info.node && entry.second.first_seen > member.last_seen;
  });
}

PeerView ClusterView::TakeReport(const PeerReport& report) {
  const std::string& incarnation = report.status.info.incarnation;
  bool duplicate = false;
  bool is_new = false;
  bool diverged = false;
  const LogFacts own = registry_->GetLogFacts();
  const bool comparable =
      own.position == report.status.position && !own.state_hash.empty() && !report.state_hash.empty();
  {
    const SteadyTime now = clock_->Now();
    MutexLock lock(&mutex_);
    if (incarnation == self_.incarnation) return {};
    auto [it, inserted] = members_.try_emplace(incarnation);
    is_new = inserted;
    Member& member = it->second;
    if (is_new) member.first_seen = now;
    member.last_seen = now;
    const bool was_diverged = member.status.diverged;
    member.status = report.status;
    // Nothing but an equal hash at an equal position takes it back.
    member.status.diverged = comparable ? own.state_hash != report.state_hash : was_diverged;
    diverged = member.status.diverged && !was_diverged;
    member.status.last_seen_ms = clock_->WallMillis();
    duplicate = DuplicateLocked(member);
    member.status.reason = duplicate ? kDuplicate : report.status.reason;
    std::erase_if(members_, [&](const auto& entry) {
      const bool former = FormerLocked(entry.second) && !FreshLocked(entry.second.last_seen);
      return former || now - entry.second.last_seen > options_.forgotten_after;
    });
    if (members_.size() > options_.max_nodes) {
      members_.erase(std::min_element(members_.begin(), members_.end(), [](const auto& a, const auto& b) {
        return a.second.last_seen < b.second.last_seen;
      }));
    }
  }
  if (diverged) {
    LOG(ERROR) << "The state of node " << report.status.info.node << " differs from this primary's at offset "
               << own.position.offset << ": stop it, keep its files, and start it with an empty regent.data.dir.";
  }
  if (is_new) LOG(INFO) << "Node " << report.status.info.node << " reports from " << report.status.info.grpc_address;
  PeerView view;
  view.nodes = NodesOfPrimary(SelfStatus());
  const WriteStatus writes = JudgeWrites(std::nullopt);
  view.write_state = writes.state;
  view.reason = writes.reason;
  view.duplicate_node = duplicate;
  return view;
}

void ClusterView::TakeView(PeerView view) {
  bool duplicate = false;
  {
    MutexLock lock(&mutex_);
    duplicate = view.duplicate_node && !(view_ && view_->duplicate_node);
    view_ = std::move(view);
    view_time_ = clock_->Now();
  }
  if (duplicate) LOG(ERROR) << MakeError(ErrorReason::kDuplicateNodeId, kDuplicate).message();
}

std::vector<NodeStatus> ClusterView::NodesOfPrimary(const NodeStatus& self) const {
  std::vector<NodeStatus> nodes = {self};
  MutexLock lock(&mutex_);
  for (const auto& [incarnation, member] : members_) {
    if (FormerLocked(member)) continue;
    NodeStatus node = member.status;
    node.lag = node.position.log_id == self.position.log_id
                   ? std::max<int64_t>(0, self.position.offset.value() - node.position.offset.value())
                   : -1;
    if (!FreshLocked(member.last_seen)) node.state = NodeState::kLost;
    nodes.push_back(std::move(node));
  }
  return nodes;
}

std::vector<NodeStatus> ClusterView::NodesOfFollower(const NodeStatus& self,
                                                     const std::optional<NodeInfo>& primary) const {
  std::vector<NodeStatus> nodes = {self};
  MutexLock lock(&mutex_);
  const bool fresh = view_ && FreshLocked(view_time_);
  bool primary_known = !primary || primary->node == self.info.node;
  if (view_) {
    for (const NodeStatus& node : view_->nodes) {
      if (node.info.incarnation == self.info.incarnation) {
        nodes.front().lag = node.lag;
        if (nodes.front().reason.empty()) nodes.front().reason = node.reason;
        nodes.front().diverged = node.diverged;
        continue;
      }
      nodes.push_back(node);
      if (!fresh) nodes.back().state = NodeState::kLost;
      primary_known = primary_known || node.info.grpc_address == primary->grpc_address;
    }
  }
  if (!primary_known) nodes.push_back({.info = *primary, .state = NodeState::kLost});
  return nodes;
}

WriteStatus ClusterView::JudgeWrites(const std::optional<NodeInfo>& primary) const {
  WriteStatus here = registry_->GetWriteStatus();
  const absl::Status health = registry_->LogHealth();
  const bool is_primary = registry_->gate().role() == Role::kPrimary;
  if (!is_primary && here.state != WriteState::kForeignWriter && here.state != WriteState::kLogReplaced) {
    MutexLock lock(&mutex_);
    if (view_ && FreshLocked(view_time_)) return {view_->write_state, view_->reason, {}};
    if (here.state == WriteState::kAccepting) {
      here = {WriteState::kElecting,
              primary ? absl::StrCat("The primary, ", primary->node, " at ", primary->grpc_address,
                                     ", does not answer this node.")
                      : "No primary is known at the moment.",
              {}};
    }
  }
  if (!health.ok() && (here.state == WriteState::kAccepting || here.state == WriteState::kElecting)) {
    here = {WriteState::kLogUnavailable, Text(health), {}};
  }
  return here;
}

void ClusterView::Resume(SteadyTime deadline, const ResumeWrites& request, ClusterDone done) {
  const PrimaryClaim primary = registry_->primary_claim();
  const bool elsewhere = registry_->gate().role() != Role::kPrimary && !primary.grpc_address.empty() &&
                         primary.grpc_address != Self().grpc_address;
  if (request.reason != WriteState::kForeignWriter || !elsewhere) return registry_->Resume(request, std::move(done));
  peers_->Resume(primary.grpc_address, {registry_->AppliedPosition().log_id, primary.epoch, primary.token}, deadline,
                 request.reason, std::move(done));
}

void ClusterView::Transfer(SteadyTime deadline, const std::string& node, TransferDone done) {
  const PrimaryClaim primary = registry_->primary_claim();
  const NodeInfo self = Self();
  if (registry_->gate().role() != Role::kPrimary) {
    if (primary.grpc_address.empty() || primary.grpc_address == self.grpc_address) {
      return done(MakeError(ErrorReason::kNoPrimary, "No primary is known that could hand the office over."));
    }
    return peers_->Transfer(primary.grpc_address, {registry_->AppliedPosition().log_id, primary.epoch, primary.token},
                            deadline, node, std::move(done));
  }
  if (node == self.node) return done(primary.epoch);
  const auto plan = PlanTransfer(node);
  if (!plan.ok()) return done(plan.status());
  transfer_->Begin(*plan, deadline, std::move(done));
}

absl::StatusOr<OfficeTransfer::Plan> ClusterView::PlanTransfer(const std::string& node) const {
  const NodeStatus self = SelfStatus();
  std::vector<NodeStatus> candidates;
  absl::Status refused =
      node.empty()
          ? MakeError(ErrorReason::kNotEligible, "No other node can take the office at the moment.")
          : MakeError(ErrorReason::kNodeNotFound, absl::StrCat("No node of the name ", node, " has reported."));
  OfficeTransfer::Plan plan;
  for (const NodeStatus& other : NodesOfPrimary(self)) {
    if (other.info.incarnation == self.info.incarnation) continue;
    const bool gone = other.state == NodeState::kLost || other.state == NodeState::kStopped;
    if (other.info.eligible && !gone) plan.others.push_back(other.info);
    if (!node.empty() && other.info.node != node) continue;
    const bool able = other.info.eligible && other.state == NodeState::kFollower && other.reason.empty();
    if (able) {
      candidates.push_back(other);
    } else if (!node.empty()) {
      const std::string why = !other.info.eligible   ? "it takes no part in elections (leader.eligibility=false)"
                              : gone                 ? "it is not heard of"
                              : other.reason.empty() ? "it has not read the log to its end"
                                                     : other.reason;
      refused = MakeError(ErrorReason::kNotEligible, absl::StrCat("Node ", node, " cannot take the office: ", why));
    }
  }
  if (candidates.empty()) return refused;
  plan.target = std::min_element(candidates.begin(), candidates.end(), [](const NodeStatus& a, const NodeStatus& b) {
                  return std::pair(a.lag, a.info.node) < std::pair(b.lag, b.info.node);
                })->info;
  std::erase_if(plan.others, [&](const NodeInfo& other) { return other.incarnation == plan.target.incarnation; });
  return plan;
}

ClusterStatus ClusterView::Status() const {
  ClusterStatus status;
  const NodeStatus self = SelfStatus();
  status.registry_id = options_.registry_id;
  {
    MutexLock lock(&mutex_);
    status.kafka_cluster_id = kafka_cluster_id_;
  }
  status.log_id = self.position.log_id;
  status.answered_by = self.info.node;
  status.lineage = registry_->state().Lineage();
  const auto claim = registry_->state().current_claim();
  if (!claim.token.empty()) {
    status.last_election =
        ElectionResult{claim.epoch, claim.claim.node, claim.timestamp_ms, {status.log_id, claim.offset}};
    status.primary = NodeInfo{
        .node = claim.claim.node, .grpc_address = claim.claim.grpc_address, .rest_address = claim.claim.rest_address};
  }
  status.nodes = self.state == NodeState::kPrimary ? NodesOfPrimary(self) : NodesOfFollower(self, status.primary);
  for (const NodeStatus& node : status.nodes) {
    if (status.primary && node.info.grpc_address == status.primary->grpc_address &&
        node.info.node == status.primary->node) {
      status.primary = node.info;
    }
  }
  std::sort(status.nodes.begin(), status.nodes.end(), [](const NodeStatus& a, const NodeStatus& b) {
    return std::pair(a.info.node, a.info.incarnation) < std::pair(b.info.node, b.info.incarnation);
  });
  WriteStatus writes = JudgeWrites(status.primary);
  status.write_state = writes.state;
  status.reason = std::move(writes.reason);
  const LogFacts facts = registry_->GetLogFacts();
  status.counters = {.fenced = facts.fenced,
                     .repaired = facts.settled,
                     .foreign = facts.foreign,
                     .meaningless = facts.unreadable + registry_->state().counters().id_clashes};
  return status;
}

}  // namespace regent
