// --config and --set, for the commands that read a node's configuration.
#pragma once

#include "absl/status/statusor.h"
#include "base/config.h"
#include "cli/session.h"

namespace regent::cli {

const Flag& ConfigFlag();
const Flag& SetFlag();

// File, environment and command line merged. CONFIGURATION_INVALID as Config::Load has it; REQUEST_INVALID for a --set
// that is no KEY=VALUE.
absl::StatusOr<Config> LoadConfig(const Session& session);

}  // namespace regent::cli
