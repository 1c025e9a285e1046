// The cluster's status: from the domain's structs to regent.v1.
#pragma once

#include <optional>

#include "regent/v1/cluster.pb.h"
#include "server/registry/cluster.h"

namespace regent {

void ToProto(const NodeInfo& info, v1::NodeInfo* proto);
void ToProto(const NodeStatus& status, v1::NodeStatus* proto);
void ToProto(const ClusterStatus& status, v1::ClusterStatus* proto);
void ToProto(const ClusterStatus& status, v1::ListNodesResponse* proto);
v1::NodeState ToProto(NodeState state);
v1::WriteState ToProto(WriteState state);
// Nothing for UNSPECIFIED and for what this version does not know.
std::optional<WriteState> FromProto(v1::WriteState state);

}  // namespace regent
