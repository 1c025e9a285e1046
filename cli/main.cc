// The program: the real world handed to Run.
#include <unistd.h>

#include <cstdlib>
#include <iostream>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "cli/doctor_command.h"
#include "cli/log_copy_command.h"
#include "cli/log_dump_command.h"
#include "cli/log_verify_command.h"
#include "cli/remote_commands.h"
#include "cli/run.h"
#include "cli/serve_command.h"
#include "client/endpoints.h"
#include "client/grpc_connection.h"

namespace {

std::optional<std::string> Variable(const std::string& name) {
  const char* value = std::getenv(name.c_str());
  if (value == nullptr) return std::nullopt;
  return std::string(value);
}

absl::StatusOr<std::shared_ptr<regent::client::RegistryConnection>> Connect(
    const regent::cli::RegistryAddress& address) {
  absl::StatusOr<std::vector<std::string>> endpoints = regent::client::ParseEndpoints(address.endpoints);
  if (!endpoints.ok()) return endpoints.status();
  regent::client::GrpcConnectionOptions options;
  options.endpoints = *std::move(endpoints);
  options.registry_id = address.registry_id;
  options.tls = address.tls;
  // Somebody waits at a terminal: what is not there after a second try will not be there after a fourth.
  options.failover.rounds_max = 2;
  return regent::client::MakeGrpcConnection(std::move(options));
}

}  // namespace

int main(int argc, char** argv) {
  std::ios::sync_with_stdio(false);
  regent::cli::Environment environment;
  environment.in = &std::cin;
  environment.out = &std::cout;
  environment.error = &std::cerr;
  environment.error_is_terminal = isatty(STDERR_FILENO) == 1;
  environment.variable = Variable;
  environment.connect = Connect;
  environment.commands = regent::cli::RemoteCommands();
  environment.commands.insert(
      environment.commands.begin(),
      {&regent::cli::ServeCommand(), &regent::cli::DoctorCommand(), &regent::cli::LogVerifyCommand(),
       &regent::cli::LogDumpCommand(), &regent::cli::LogCopyCommand()});
  const std::vector<std::string> words(argv + 1, argv + argc);
  return static_cast<int>(regent::cli::Run(words, environment));
}
