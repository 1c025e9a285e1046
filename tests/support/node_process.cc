#include "tests/support/node_process.h"

#include <chrono>
#include <cstdlib>
#include <utility>

#include "client/grpc_connection.h"

namespace regent::testing {

NodeProcess::NodeProcess(const std::string& data_dir, const std::vector<std::string>& settings,
                         const std::string& program) {
  std::vector<std::string> arguments = {Runfile(program), "serve",
                                        "--set",          "regent.data.dir=" + data_dir,
                                        "--set",          "regent.grpc.listener=127.0.0.1:0",
                                        "--set",          "listeners=http://127.0.0.1:0"};
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
  const std::string kRestSign = "REST on ";
  const size_t rest = line.find(kRestSign);
  if (rest != std::string::npos) {
    rest_url_ = line.substr(rest + kRestSign.size(), line.find(',', rest) - rest - kRestSign.size());
  }
}

client::RegistryClient NodeProcess::Client() const {
  // Generous: a machine that builds and tests at once is slow, and what is asserted here is not time.
  client::GrpcConnectionOptions options;
  options.endpoints = {address_};
  options.call_timeout = std::chrono::seconds(60);
  options.connect_timeout = std::chrono::seconds(30);
  auto connection = client::MakeGrpcConnection(std::move(options));
  if (!connection.ok()) std::abort();
  return client::RegistryClient(*std::move(connection));
}

int64_t NodeProcess::ClaimedEpoch() const {
  const std::string sign = "Primary of epoch ";
  const std::string said = output();
  const size_t at = said.rfind(sign);
  return at == std::string::npos ? 0 : std::atoll(said.c_str() + at + sign.size());
}

}  // namespace regent::testing
