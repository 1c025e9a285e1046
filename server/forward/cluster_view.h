// The cluster as this node sees it. The primary knows the nodes from their reports; the others know what it answers
// them, and, where it does not answer, what the log says.
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/clock.h"
#include "base/mutex.h"
#include "server/forward/office_transfer.h"
#include "server/forward/peers.h"
#include "server/registry/cluster.h"
#include "server/registry/local_registry.h"

namespace regent {

// Thread-safe. Owns nothing; what it is given outlives it.
class ClusterView : public Cluster {
 public:
  struct Options {
    // schema.registry.group.id: tells registries apart that share a Kafka cluster.
    std::string registry_id = "schema-registry";
    // A node that was silent for so long is LOST, and after the second time forgotten.
    std::chrono::milliseconds lost_after{5000};
    std::chrono::milliseconds forgotten_after{3600000};
    // Beyond it, the one longest silent is forgotten.
    size_t max_nodes = 1000;
  };

  ClusterView(Options options, LocalRegistry* registry, Peers* peers, OfficeTransfer* transfer, const Clock* clock);

  // Who this node is, as soon as it is known.
  void SetSelf(NodeInfo self);

  // As soon as it is known.
  void SetKafkaClusterId(std::string id);

  ClusterStatus Status() const override;
  void Resume(SteadyTime deadline, const ResumeWrites& request, ClusterDone done) override;
  void Transfer(SteadyTime deadline, const std::string& node, TransferDone done) override;
  void RestoreLog(ClusterDone done) override { registry_->RestoreLog(std::move(done)); }

  // What this node tells the primary.
  PeerReport OwnReport() const;
  // What the primary answered to that.
  void TakeView(PeerView view);
  // On the primary: what another node reports, and what it is answered.
  PeerView TakeReport(const PeerReport& report);

 private:
  struct Member {
    NodeStatus status;
    SteadyTime first_seen;
    SteadyTime last_seen;
  };

  NodeInfo Self() const;
  NodeStatus SelfStatus() const;
  std::vector<NodeStatus> NodesOfPrimary(const NodeStatus& self) const;
  std::vector<NodeStatus> NodesOfFollower(const NodeStatus& self, const std::optional<NodeInfo>& primary) const;
  // Whom the office is to go to.
  absl::StatusOr<OfficeTransfer::Plan> PlanTransfer(const std::string& node) const;
  WriteStatus JudgeWrites(const std::optional<NodeInfo>& primary) const;
  // Whether another process of that name was heard after `member` had appeared.
  bool DuplicateLocked(const Member& member) const REQUIRES(mutex_);
  // Whether a process of that name appeared after `member` was heard last: the node was started again.
  bool FormerLocked(const Member& member) const REQUIRES(mutex_);
  bool FreshLocked(SteadyTime heard) const REQUIRES(mutex_);

  const Options options_;
  LocalRegistry* const registry_;
  Peers* const peers_;
  OfficeTransfer* const transfer_;
  const Clock* const clock_;

  mutable Mutex mutex_;
  NodeInfo self_ GUARDED_BY(mutex_);
  std::string kafka_cluster_id_ GUARDED_BY(mutex_);
  std::map<std::string, Member> members_ GUARDED_BY(mutex_);  // by incarnation
  std::optional<PeerView> view_ GUARDED_BY(mutex_);
  SteadyTime view_time_ GUARDED_BY(mutex_);
};

}  // namespace regent
