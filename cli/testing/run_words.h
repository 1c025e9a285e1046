// Runs a command line as main does, against a connection of the test's.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "cli/session.h"
#include "client/registry_connection.h"

namespace regent::cli {

struct Outcome {
  ExitCode code;
  std::string out;
  std::string error;
  std::vector<std::string> servers;       // what Client() was asked to connect to
  std::vector<std::string> registries;    // which it expected there
  std::optional<client::TlsOptions> tls;  // of the last of them
};

struct World {
  std::shared_ptr<client::RegistryConnection> connection;
  std::string in;
  std::map<std::string, std::string> variables;
};

Outcome RunWords(const std::vector<std::string>& words, const World& world);

}  // namespace regent::cli
