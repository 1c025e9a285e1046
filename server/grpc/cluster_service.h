// regent.v1.Cluster over the domain's view of the cluster: decode, call and encode. No rule lives here.
#pragma once

#include "regent/v1/cluster.grpc.pb.h"
#include "server/grpc/calls.h"
#include "server/registry/cluster.h"

namespace regent {

// Thread-safe. Owns nothing; `calls` and `cluster` outlive the server.
class ClusterService
    : public v1::Cluster::WithRawCallbackMethod_GetStatus<v1::Cluster::WithRawCallbackMethod_ListNodes<
          v1::Cluster::WithRawCallbackMethod_ResumeWrites<v1::Cluster::WithRawCallbackMethod_RestoreLog<
              v1::Cluster::WithRawCallbackMethod_TransferPrimary<v1::Cluster::Service>>>>> {
 public:
  ClusterService(Calls* calls, Cluster* cluster) : calls_(calls), cluster_(cluster) {}

  using Reactor = grpc::ServerUnaryReactor;
  using Context = grpc::CallbackServerContext;
  using Buffer = grpc::ByteBuffer;

  Reactor* GetStatus(Context* context, const Buffer* request, Buffer* response) override;
  Reactor* ListNodes(Context* context, const Buffer* request, Buffer* response) override;
  Reactor* ResumeWrites(Context* context, const Buffer* request, Buffer* response) override;
  Reactor* TransferPrimary(Context* context, const Buffer* request, Buffer* response) override;
  Reactor* RestoreLog(Context* context, const Buffer* request, Buffer* response) override;

 private:
  Calls* const calls_;
  Cluster* const cluster_;
};

}  // namespace regent
