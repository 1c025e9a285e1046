#include "server/grpc/cluster_service.h"

#include "server/convert/cluster.h"

namespace regent {
namespace {

template <typename Response>
absl::Status Answer(const ClusterStatus& status, grpc::ByteBuffer* buffer) {
  Response proto;
  ToProto(status, &proto);
  Serialize(proto, buffer);
  return absl::OkStatus();
}

}  // namespace

ClusterService::Reactor* ClusterService::GetStatus(Context* context, const Buffer* request, Buffer* response) {
  return calls_->Read<v1::GetStatusRequest>(context, request, response,
                                            [this](const v1::GetStatusRequest&, Buffer* buffer) {
                                              return Answer<v1::ClusterStatus>(cluster_->Status(), buffer);
                                            });
}

ClusterService::Reactor* ClusterService::ListNodes(Context* context, const Buffer* request, Buffer* response) {
  return calls_->Read<v1::ListNodesRequest>(context, request, response,
                                            [this](const v1::ListNodesRequest&, Buffer* buffer) {
                                              return Answer<v1::ListNodesResponse>(cluster_->Status(), buffer);
                                            });
}

}  // namespace regent
