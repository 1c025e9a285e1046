// Answers what it was asked, or a payload of a given size.
#pragma once

#include <grpcpp/grpcpp.h>

#include "benchmarks/echo/echo.grpc.pb.h"

namespace spike::echo {

class EchoService final : public v1::Echo::CallbackService {
 public:
  grpc::ServerUnaryReactor* Say(grpc::CallbackServerContext* context, const v1::EchoRequest* request,
                                v1::EchoResponse* response) override;
};

void Fill(const v1::EchoRequest& request, v1::EchoResponse* response);

// The size of the payload that answers a request without one. Set before serving.
void SetPayloadSize(size_t bytes);

}  // namespace spike::echo
