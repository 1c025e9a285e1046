// regent.internal.v1.Peer: decode, call, encode. No rule lives here.
#pragma once

#include "base/executor.h"
#include "regent/internal/v1/peer.grpc.pb.h"
#include "server/forward/peer_endpoint.h"

namespace regent {

// Thread-safe. What it is given outlives the server. Writes are prepared on `executor`.
class PeerService : public internal::v1::Peer::WithCallbackMethod_Forward<internal::v1::Peer::WithCallbackMethod_Report<
                        internal::v1::Peer::WithCallbackMethod_Resume<internal::v1::Peer::WithCallbackMethod_Transfer<
                            internal::v1::Peer::WithCallbackMethod_StandAside<internal::v1::Peer::Service>>>>> {
 public:
  PeerService(PeerEndpoint* endpoint, Executor* executor) : endpoint_(endpoint), executor_(executor) {}

  grpc::ServerUnaryReactor* Forward(grpc::CallbackServerContext* context, const internal::v1::ForwardRequest* request,
                                    internal::v1::ForwardResponse* response) override;
  grpc::ServerUnaryReactor* Report(grpc::CallbackServerContext* context, const internal::v1::ReportRequest* request,
                                   internal::v1::ReportResponse* response) override;
  grpc::ServerUnaryReactor* Resume(grpc::CallbackServerContext* context, const internal::v1::ResumeRequest* request,
                                   internal::v1::ResumeResponse* response) override;
  grpc::ServerUnaryReactor* Transfer(grpc::CallbackServerContext* context, const internal::v1::TransferRequest* request,
                                     internal::v1::TransferResponse* response) override;
  grpc::ServerUnaryReactor* StandAside(grpc::CallbackServerContext* context,
                                       const internal::v1::StandAsideRequest* request,
                                       internal::v1::StandAsideResponse* response) override;

 private:
  PeerEndpoint* const endpoint_;
  Executor* const executor_;
};

}  // namespace regent
