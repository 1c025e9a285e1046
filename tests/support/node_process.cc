#include "tests/support/node_process.h"

#include <cstdlib>

#include "client/grpc_connection.h"

namespace regent::testing {

NodeProcess::NodeProcess(const std::string& data_dir, const std::vector<std::string>& settings) {
  std::vector<std::string> arguments = {Runfile("cli/regent"),         "serve", "--set",
                                        "regent.data.dir=" + data_dir, "--set", "regent.grpc.listener=127.0.0.1:0"};
  for (const std::string& setting : settings) {
    arguments.push_back("--set");
    arguments.push_back(setting);
  }
  process_ = std::make_unique<ChildProcess>(arguments);
  const std::string kSign = "gRPC on ";
  const std::string line = process_->WaitForLine("regent: serving ");
  const size_t at = line.find(kSign);
  if (at == std::string::npos) return;
  address_ = line.substr(at + kSign.size(), line.find(',', at) - at - kSign.size());
}

client::RegistryClient NodeProcess::Client() const {
  auto connection = client::MakeGrpcConnection({.endpoints = {address_}});
  if (!connection.ok()) std::abort();
  return client::RegistryClient(*std::move(connection));
}

}  // namespace regent::testing
