#include "cli/testing/run_words.h"

#include <sstream>

#include "cli/remote_commands.h"
#include "cli/run.h"

namespace regent::cli {

Outcome RunWords(const std::vector<std::string>& words, const World& world) {
  std::istringstream in(world.in);
  std::ostringstream out;
  std::ostringstream error;
  Outcome outcome{};
  Environment environment;
  environment.in = &in;
  environment.out = &out;
  environment.error = &error;
  environment.variable = [&world](const std::string& name) -> std::optional<std::string> {
    const auto found = world.variables.find(name);
    if (found == world.variables.end()) return std::nullopt;
    return found->second;
  };
  environment.connect =
      [&](const RegistryAddress& address) -> absl::StatusOr<std::shared_ptr<client::RegistryConnection>> {
    outcome.servers.push_back(address.endpoints);
    outcome.registries.push_back(address.registry_id);
    outcome.tls = address.tls;
    return world.connection;
  };
  environment.commands = RemoteCommands();
  outcome.code = Run(words, environment);
  outcome.out = out.str();
  outcome.error = error.str();
  return outcome;
}

}  // namespace regent::cli
