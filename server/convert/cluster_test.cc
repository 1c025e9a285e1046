#include "server/convert/cluster.h"

#include <google/protobuf/util/json_util.h>
#include <gtest/gtest.h>

#include <string>

namespace regent {
namespace {

ClusterStatus Whole() {
  ClusterStatus status;
  status.registry_id = "schema-registry";
  status.kafka_cluster_id = "kafka-1";
  status.log_id = "log-2";
  status.lineage = "log-1";
  status.primary = NodeInfo{"node-1", "i-1", "host-1:50051", "host-1:8081", true, "0.5"};
  status.nodes = {NodeStatus{*status.primary, {"log-2", Offset(41)}, 0, NodeState::kPrimary, 1700000000123, "", false},
                  NodeStatus{NodeInfo{"node-2", "i-2", "host-2:50051", "", false, "0.5"},
                             {"log-2", Offset(40)},
                             1,
                             NodeState::kLost,
                             1600000000000,
                             "silent",
                             true}};
  status.write_state = WriteState::kForeignWriter;
  status.reason = "why";
  status.last_election = ElectionResult{Epoch(7), "node-1", 1500000000001, {"log-2", Offset(12)}};
  status.counters = {1, 2, 3, 4};
  status.answered_by = "node-2";
  return status;
}

std::string Json(const google::protobuf::Message& message) {
  std::string json;
  google::protobuf::util::JsonPrintOptions options;
  options.preserve_proto_field_names = true;
  EXPECT_TRUE(google::protobuf::util::MessageToJsonString(message, &json, options).ok());
  return json;
}

TEST(ClusterToProtoTest, TellsEveryField) {
  v1::ClusterStatus proto;
  ToProto(Whole(), &proto);
  EXPECT_EQ(
      Json(proto),
      R"({"registry_id":"schema-registry","kafka_cluster_id":"kafka-1","log_id":"log-2","lineage":"log-1","epoch":"7",)"
      R"("primary":{"node":"node-1","incarnation":"i-1","grpc_address":"host-1:50051","rest_address":"host-1:8081",)"
      R"("eligible":true,"version":"0.5"},)"
      R"("nodes":[{"info":{"node":"node-1","incarnation":"i-1","grpc_address":"host-1:50051",)"
      R"("rest_address":"host-1:8081","eligible":true,"version":"0.5"},"position":{"log_id":"log-2","offset":"41"},)"
      R"("state":"NODE_STATE_PRIMARY","last_seen":"2023-11-14T22:13:20.123Z"},)"
      R"({"info":{"node":"node-2","incarnation":"i-2","grpc_address":"host-2:50051","version":"0.5"},)"
      R"("position":{"log_id":"log-2","offset":"40"},"lag":"1","state":"NODE_STATE_LOST",)"
      R"("last_seen":"2020-09-13T12:26:40Z","reason":"silent","diverged":true}],)"
      R"("write_state":"WRITE_STATE_FOREIGN_WRITER","reason":"why","last_election":{"epoch":"7","node":"node-1",)"
      R"("time":"2017-07-14T02:40:00.001Z","position":{"log_id":"log-2","offset":"12"}},)"
      R"("counters":{"fenced":"1","repaired":"2","foreign":"3","void":"4"},"answered_by":"node-2"})");
}

TEST(ClusterToProtoTest, WhatIsNotKnownIsAbsent) {
  v1::ClusterStatus proto;
  ToProto(ClusterStatus(), &proto);
  EXPECT_EQ(Json(proto), R"({"write_state":"WRITE_STATE_ELECTING","counters":{}})");
}

TEST(ClusterToProtoTest, ListsNodesUnderTheNameOfTheRegistry) {
  v1::ListNodesResponse proto;
  ToProto(Whole(), &proto);
  EXPECT_EQ(proto.registry_id(), "schema-registry");
  EXPECT_EQ(proto.kafka_cluster_id(), "kafka-1");
  ASSERT_EQ(proto.nodes_size(), 2);
  EXPECT_EQ(proto.nodes(1).info().grpc_address(), "host-2:50051");
}

TEST(ClusterToProtoTest, EveryStateHasItsName) {
  for (const auto& [state, proto] :
       {std::pair(NodeState::kReplaying, v1::NODE_STATE_REPLAYING),
        std::pair(NodeState::kFollower, v1::NODE_STATE_FOLLOWER),
        std::pair(NodeState::kClaiming, v1::NODE_STATE_CLAIMING),
        std::pair(NodeState::kPrimary, v1::NODE_STATE_PRIMARY), std::pair(NodeState::kStale, v1::NODE_STATE_STALE),
        std::pair(NodeState::kStopped, v1::NODE_STATE_STOPPED), std::pair(NodeState::kLost, v1::NODE_STATE_LOST)}) {
    EXPECT_EQ(ToProto(state), proto);
  }
  for (const auto& [state, proto] : {std::pair(WriteState::kAccepting, v1::WRITE_STATE_ACCEPTING),
                                     std::pair(WriteState::kElecting, v1::WRITE_STATE_ELECTING),
                                     std::pair(WriteState::kForeignWriter, v1::WRITE_STATE_FOREIGN_WRITER),
                                     std::pair(WriteState::kLogReplaced, v1::WRITE_STATE_LOG_REPLACED),
                                     std::pair(WriteState::kUntrustedKeys, v1::WRITE_STATE_UNTRUSTED_KEYS),
                                     std::pair(WriteState::kLogUnavailable, v1::WRITE_STATE_NO_KAFKA)}) {
    EXPECT_EQ(ToProto(state), proto);
    EXPECT_EQ(FromProto(proto), state);
  }
}

}  // namespace
}  // namespace regent
