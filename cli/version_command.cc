#include "cli/version_command.h"

#include "base/version.h"
#include "cli/session.h"

namespace regent::cli {
namespace {

ExitCode RunVersion(Session& session) {
  if (session.json()) {
    session.Print(JsonValue::Object({{"version", JsonValue::String(kRegentVersion)}}));
  } else {
    session.out() << "regent " << kRegentVersion << "\n";
  }
  return ExitCode::kOk;
}

}  // namespace

const Command& VersionCommand() {
  static const auto* const command = new Command{
      .name = "version",
      .summary = "print the version of this program",
      .operands = {},
      .flags = {},
      .manual = "",
      .run = RunVersion,
  };
  return *command;
}

}  // namespace regent::cli
