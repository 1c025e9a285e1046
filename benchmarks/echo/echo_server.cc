// echo_server PAYLOAD_BYTES: serves on a free port of loopback and says which.
#include <grpcpp/ext/proto_server_reflection_plugin.h>
#include <grpcpp/health_check_service_interface.h>

#include <cstdlib>
#include <iostream>
#include <memory>

#include "benchmarks/echo/echo_service.h"

int main(int argc, char** argv) {
  if (argc > 1) spike::echo::SetPayloadSize(std::strtoul(argv[1], nullptr, 10));
  grpc::EnableDefaultHealthCheckService(true);
  grpc::reflection::InitProtoReflectionServerBuilderPlugin();
  spike::echo::EchoService service;
  grpc::ServerBuilder builder;
  int port = 0;
  builder.AddListeningPort("127.0.0.1:0", grpc::InsecureServerCredentials(), &port);
  builder.RegisterService(&service);
  const std::unique_ptr<grpc::Server> server = builder.BuildAndStart();
  if (server == nullptr) return 1;
  std::cout << "listening on 127.0.0.1:" << port << std::endl;
  server->Wait();
}
