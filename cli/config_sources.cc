#include "cli/config_sources.h"

#include <string>
#include <utility>

#include "base/error_reason.h"
#include "cli/printable.h"

namespace regent::cli {

const Flag& ConfigFlag() {
  static constexpr Flag flag = {"config", "FILE", "a Java properties file; Confluent's keys are understood"};
  return flag;
}

const Flag& SetFlag() {
  static constexpr Flag flag = {"set", "KEY=VALUE", "overrides the file and the environment", /*repeated=*/true};
  return flag;
}

absl::StatusOr<Config> LoadConfig(const Session& session) {
  ConfigSources sources;
  sources.file = session.arguments().Value("config").value_or("");
  if (session.arguments().Has("config") && sources.file.empty()) {
    return MakeError(ErrorReason::kRequestInvalid, "--config needs the name of a file");
  }
  sources.environment = ConfigEnvironment();
  // Said to this program as a client.
  for (const char* of_clients :
       {"REGENT_SERVER", "REGENT_REGISTRY", "REGENT_CA_FILE", "REGENT_CERT_FILE", "REGENT_KEY_FILE"}) {
    sources.environment.erase(of_clients);
  }
  for (const std::string& setting : session.arguments().Values("set")) {
    const size_t equals = setting.find('=');
    if (equals == std::string::npos || equals == 0) {
      return MakeError(ErrorReason::kRequestInvalid, "--set is KEY=VALUE, not '" + Printable(setting) + "'");
    }
    sources.settings.push_back(setting);
  }
  return Config::Load(sources);
}

}  // namespace regent::cli
