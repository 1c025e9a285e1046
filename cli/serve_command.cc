#include "cli/serve_command.h"

#include "base/error_reason.h"
#include "cli/config_sources.h"
#include "cli/session.h"
#include "server/main/serve.h"

namespace regent::cli {
namespace {

ExitCode RunServeCommand(Session& session) {
  const auto config = LoadConfig(session);
  if (!config.ok()) {
    if (ReasonOf(config.status()) == ErrorReason::kRequestInvalid) return session.Misused(config.status());
    return session.Fail(config.status());
  }
  return static_cast<ExitCode>(RunServe(*config));
}

}  // namespace

const Command& ServeCommand() {
  static const auto* const command = new Command{
      .name = "serve",
      .summary = "run a node until it is told to stop",
      .operands = {},
      .flags = {ConfigFlag(), SetFlag()},
      .manual =
          "Without a configuration: one node on 127.0.0.1:50051, its data in ./regent-data.\n"
          "Settings come from FILE, then from the environment (SCHEMA_REGISTRY_...), then from\n"
          "--set; 'regent config print' shows what they come to. SIGTERM and SIGINT stop the\n"
          "node once it has finished what is in flight. Exits 2 when the configuration is wrong,\n"
          "naming the key.",
      .run = RunServeCommand,
  };
  return *command;
}

}  // namespace regent::cli
