#include "server/forward/cluster_view.h"

#include <utility>

#include "base/error_reason.h"

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

WriteState StateOf(ErrorReason why_not) {
  switch (why_not) {
    case ErrorReason::kForeignWriter:
      return WriteState::kForeignWriter;
    case ErrorReason::kLogReplaced:
      return WriteState::kLogReplaced;
    case ErrorReason::kLogUnavailable:
      return WriteState::kLogUnavailable;
    default:
      return WriteState::kElecting;
  }
}

std::string Text(const absl::Status& status) { return std::string(status.message().data(), status.message().size()); }

}  // namespace

ClusterView::ClusterView(Options options, const LocalRegistry* registry, const Clock* clock)
    : options_(std::move(options)), registry_(registry), clock_(clock) {}

NodeStatus ClusterView::SelfStatus() const {
  NodeStatus self;
  self.info = Self();
  self.position = registry_->AppliedPosition();
  self.state = StateOf(registry_->gate().role());
  if (self.state == NodeState::kPrimary) self.lag = 0;
  self.last_seen_ms = clock_->WallMillis();
  if (const absl::Status health = registry_->LogHealth(); !health.ok()) self.reason = Text(health);
  return self;
}

void ClusterView::JudgeWrites(ClusterStatus* status) const {
  absl::Status why_not = registry_->gate().WhyNotPrimary();
  if (why_not.ok()) {
    status->write_state = WriteState::kAccepting;
    return;
  }
  status->write_state = StateOf(ReasonOf(why_not));
  const absl::Status health = registry_->LogHealth();
  if (status->write_state == WriteState::kElecting && !health.ok()) {
    status->write_state = WriteState::kLogUnavailable;
    why_not = health;
  }
  status->reason = Text(why_not);
}

ClusterStatus ClusterView::Status() const {
  ClusterStatus status;
  status.registry_id = options_.registry_id;
  status.log_id = registry_->AppliedPosition().log_id;
  status.lineage = registry_->state().Lineage();
  const auto claim = registry_->state().current_claim();
  if (!claim.token.empty()) {
    status.last_election =
        ElectionResult{claim.epoch, claim.claim.node, claim.timestamp_ms, {status.log_id, claim.offset}};
    status.primary = NodeInfo{
        .node = claim.claim.node, .grpc_address = claim.claim.grpc_address, .rest_address = claim.claim.rest_address};
  }
  status.nodes.push_back(SelfStatus());
  const NodeInfo& self = status.nodes.back().info;
  status.answered_by = self.node;
  if (status.primary && status.primary->node == self.node) status.primary = self;
  JudgeWrites(&status);
  const auto counters = registry_->state().counters();
  status.counters = {
      .fenced = counters.fenced, .foreign = counters.foreign, .meaningless = counters.unreadable + counters.id_clashes};
  return status;
}

}  // namespace regent
