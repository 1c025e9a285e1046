#include "benchmarks/echo/echo_service.h"

namespace spike::echo {

namespace {

std::string& Payload() {
  static auto* const payload = new std::string(280, 'x');
  return *payload;
}

}  // namespace

void SetPayloadSize(size_t bytes) { Payload() = std::string(bytes, 'x'); }

void Fill(const v1::EchoRequest& request, v1::EchoResponse* response) {
  response->set_key(request.key());
  response->set_payload(request.payload().empty() ? Payload() : request.payload());
  response->mutable_at()->set_seconds(1700000000);
}

grpc::ServerUnaryReactor* EchoService::Say(grpc::CallbackServerContext* context, const v1::EchoRequest* request,
                                           v1::EchoResponse* response) {
  Fill(*request, response);
  auto* reactor = context->DefaultReactor();
  reactor->Finish(grpc::Status::OK);
  return reactor;
}

}  // namespace spike::echo
