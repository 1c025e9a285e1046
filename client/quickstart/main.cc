// main SERVERS: frames an order and finds its schema again, at the registry that SERVERS ("host:port,host:port") name.
#include <iostream>
#include <memory>
#include <string>
#include <utility>

#include "client/caching_connection.h"
#include "client/endpoints.h"
#include "client/grpc_connection.h"
#include "client/quickstart/order_codec.h"
#include "client/registry_client.h"

namespace {

absl::Status Run(const std::string& servers) {
  auto endpoints = regent::client::ParseEndpoints(servers);
  if (!endpoints.ok()) return endpoints.status();
  regent::client::GrpcConnectionOptions options;
  options.endpoints = *std::move(endpoints);
  auto connection = regent::client::MakeGrpcConnection(std::move(options));
  if (!connection.ok()) return connection.status();
  const quickstart::OrderCodec codec(
      regent::client::RegistryClient(regent::client::MakeCachingConnection(*std::move(connection))));

  const auto message = codec.Frame("\x2A");
  if (!message.ok()) return message.status();
  const auto schema = codec.WriterSchema(*message);
  if (!schema.ok()) return schema.status();
  std::cout << "A message of " << message->size() << " bytes, written with " << *schema << "\n";
  return absl::OkStatus();
}

}  // namespace

int main(int argc, char** argv) {
  const absl::Status status = Run(argc > 1 ? argv[1] : "127.0.0.1:50051");
  if (status.ok()) return 0;
  std::cerr << status << "\n";
  return 1;
}
