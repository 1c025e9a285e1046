// What doors may ask of the cluster: which nodes there are, which of them accepts writes, and what an operator may do
// about it.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "base/clock.h"
#include "base/ids.h"
#include "server/registry/registry.h"
#include "server/registry/registry_admin.h"

namespace regent {

struct NodeInfo {
  std::string node;          // regent.node.id
  std::string incarnation;   // another one for every start
  std::string grpc_address;  // as other nodes reach it
  std::string rest_address;  // empty: no REST door
  bool eligible = true;
  std::string version;  // of Regent
  bool operator==(const NodeInfo&) const = default;
};

enum class NodeState { kReplaying, kFollower, kClaiming, kPrimary, kStale, kStopped, kLost };

struct NodeStatus {
  NodeInfo info;
  Position position;
  int64_t lag = -1;  // behind the primary; -1: unknown
  NodeState state = NodeState::kReplaying;
  int64_t last_seen_ms = 0;  // since 1970
  std::string reason;        // what is wrong with it; empty: nothing
  bool diverged = false;     // its state differed from the primary's at one position
};

struct ElectionResult {
  Epoch epoch;
  std::string node;
  int64_t time_ms = 0;  // of the claim, by the log's clock; 0: unknown
  Position position;    // of the claim
};

struct ClusterCounters {
  int64_t fenced = 0;
  int64_t repaired = 0;
  int64_t foreign = 0;
  int64_t meaningless = 0;  // not understood, or history that contradicts itself
};

struct ClusterStatus {
  std::string registry_id;
  std::string kafka_cluster_id;  // empty: not on Kafka, or not known yet
  std::string log_id;
  std::string lineage;              // the log that the history began on; empty before the first claim
  std::optional<NodeInfo> primary;  // as its claim and its reports say; nothing before the first claim
  std::vector<NodeStatus> nodes;    // by name, this one included
  WriteState write_state = WriteState::kElecting;
  std::string reason;  // why writes are not accepted; empty when they are
  std::optional<ElectionResult> last_election;
  ClusterCounters counters;
  std::string answered_by;
};

// Runs once, on any thread, perhaps before the call returned.
using ClusterDone = std::function<void(absl::Status)>;
// Of a transfer: the epoch of the node that is primary now.
using TransferDone = std::function<void(absl::StatusOr<Epoch>)>;

// Thread-safe; nothing here blocks.
class Cluster {
 public:
  virtual ~Cluster() = default;
  // What this node knows, at any time.
  virtual ClusterStatus Status() const = 0;
  // See RegistryAdmin::Resume. Where only the primary can do it, it is asked.
  virtual void Resume(SteadyTime deadline, const ResumeWrites& request, ClusterDone done) = 0;
  // Hands the office to the node of that name, or, where it is empty, to the one that can take it best; the primary is
  // asked. NODE_NOT_FOUND, NOT_ELIGIBLE, NO_PRIMARY where it did not come about.
  virtual void Transfer(SteadyTime deadline, const std::string& node, TransferDone done) = 0;
  // See RegistryAdmin::RestoreLog: of this node.
  virtual void RestoreLog(ClusterDone done) = 0;
};

}  // namespace regent
