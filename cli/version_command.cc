#include "cli/version_command.h"

#include "cli/session.h"

namespace regent::cli {
namespace {

// Raised by the release; there has been none yet.
constexpr char kRegentVersion[] = "0.1.0";

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
