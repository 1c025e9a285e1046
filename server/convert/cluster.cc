#include "server/convert/cluster.h"

#include "google/protobuf/timestamp.pb.h"
#include "server/convert/schema.h"

namespace regent {
namespace {

// Milliseconds since 1970; none for 0.
void SetMillis(int64_t millis, google::protobuf::Timestamp* time) {
  time->set_seconds(millis / 1000);
  time->set_nanos(static_cast<int32_t>(millis % 1000) * 1000000);
}

}  // namespace

v1::NodeState ToProto(NodeState state) {
  switch (state) {
    case NodeState::kReplaying:
      return v1::NODE_STATE_REPLAYING;
    case NodeState::kFollower:
      return v1::NODE_STATE_FOLLOWER;
    case NodeState::kClaiming:
      return v1::NODE_STATE_CLAIMING;
    case NodeState::kPrimary:
      return v1::NODE_STATE_PRIMARY;
    case NodeState::kStale:
      return v1::NODE_STATE_STALE;
    case NodeState::kStopped:
      return v1::NODE_STATE_STOPPED;
    case NodeState::kLost:
      return v1::NODE_STATE_LOST;
  }
  return v1::NODE_STATE_UNSPECIFIED;
}

v1::WriteState ToProto(WriteState state) {
  switch (state) {
    case WriteState::kAccepting:
      return v1::WRITE_STATE_ACCEPTING;
    case WriteState::kElecting:
      return v1::WRITE_STATE_ELECTING;
    case WriteState::kForeignWriter:
      return v1::WRITE_STATE_FOREIGN_WRITER;
    case WriteState::kUntrustedKeys:
      return v1::WRITE_STATE_UNTRUSTED_KEYS;
    case WriteState::kLogReplaced:
      return v1::WRITE_STATE_LOG_REPLACED;
    case WriteState::kLogUnavailable:
      return v1::WRITE_STATE_NO_KAFKA;
  }
  return v1::WRITE_STATE_UNSPECIFIED;
}

std::optional<WriteState> FromProto(v1::WriteState state) {
  for (const WriteState known : {WriteState::kAccepting, WriteState::kElecting, WriteState::kForeignWriter,
                                 WriteState::kUntrustedKeys, WriteState::kLogReplaced, WriteState::kLogUnavailable}) {
    if (ToProto(known) == state) return known;
  }
  return std::nullopt;
}

void ToProto(const NodeInfo& info, v1::NodeInfo* proto) {
  proto->set_node(info.node);
  proto->set_incarnation(info.incarnation);
  proto->set_grpc_address(info.grpc_address);
  proto->set_rest_address(info.rest_address);
  proto->set_eligible(info.eligible);
  proto->set_version(info.version);
}

void ToProto(const NodeStatus& status, v1::NodeStatus* proto) {
  ToProto(status.info, proto->mutable_info());
  if (!status.position.log_id.empty()) ToProto(status.position, proto->mutable_position());
  proto->set_lag(status.lag);
  proto->set_state(ToProto(status.state));
  if (status.last_seen_ms != 0) SetMillis(status.last_seen_ms, proto->mutable_last_seen());
  proto->set_reason(status.reason);
  proto->set_diverged(status.diverged);
}

void ToProto(const ClusterStatus& status, v1::ClusterStatus* proto) {
  proto->set_registry_id(status.registry_id);
  proto->set_kafka_cluster_id(status.kafka_cluster_id);
  proto->set_log_id(status.log_id);
  proto->set_lineage(status.lineage);
  if (status.primary) ToProto(*status.primary, proto->mutable_primary());
  for (const NodeStatus& node : status.nodes) ToProto(node, proto->add_nodes());
  proto->set_write_state(ToProto(status.write_state));
  proto->set_reason(status.reason);
  if (status.last_election) {
    const ElectionResult& election = *status.last_election;
    proto->set_epoch(election.epoch.value());
    v1::Election* out = proto->mutable_last_election();
    out->set_epoch(election.epoch.value());
    out->set_node(election.node);
    if (election.time_ms != 0) SetMillis(election.time_ms, out->mutable_time());
    ToProto(election.position, out->mutable_position());
  }
  v1::Counters* counters = proto->mutable_counters();
  counters->set_fenced(status.counters.fenced);
  counters->set_repaired(status.counters.repaired);
  counters->set_foreign(status.counters.foreign);
  counters->set_void_(status.counters.meaningless);
  proto->set_answered_by(status.answered_by);
}

void ToProto(const ClusterStatus& status, v1::ListNodesResponse* proto) {
  proto->set_registry_id(status.registry_id);
  proto->set_kafka_cluster_id(status.kafka_cluster_id);
  for (const NodeStatus& node : status.nodes) ToProto(node, proto->add_nodes());
}

}  // namespace regent
