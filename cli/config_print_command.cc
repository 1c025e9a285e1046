#include "cli/config_print_command.h"

#include <string>
#include <utility>
#include <vector>

#include "base/error_reason.h"
#include "cli/config_sources.h"
#include "cli/printable.h"
#include "cli/session.h"

namespace regent::cli {
namespace {

ExitCode RunConfigPrint(Session& session) {
  const auto config = LoadConfig(session);
  if (!config.ok()) {
    if (ReasonOf(config.status()) == ErrorReason::kRequestInvalid) return session.Misused(config.status());
    return session.Fail(config.status());
  }
  for (const std::string& warning : config->warnings()) {
    *session.environment().error << "warning: " << Printable(warning) << "\n";
  }
  std::vector<JsonValue> documents;
  for (const Config::Entry& entry : config->Entries()) {
    const bool used = entry.standing == ConfigKey::Standing::kUsed;
    if (session.json()) {
      documents.push_back(JsonValue::Object({{"key", JsonValue::String(entry.key)},
                                             {"value", JsonValue::String(entry.value)},
                                             {"source", JsonValue::String(entry.source)},
                                             {"used", JsonValue::Bool(used)}}));
    } else {
      session.out() << entry.key << "=" << Printable(entry.value) << "  # " << Printable(entry.source)
                    << (used ? "" : ", without effect") << "\n";
    }
  }
  if (session.json()) session.Print(JsonValue::Array(std::move(documents)));
  return ExitCode::kOk;
}

}  // namespace

const Command& ConfigPrintCommand() {
  static const auto* const command = new Command{
      .name = "config print",
      .summary = "print a node's settings, and where each comes from",
      .operands = {},
      .flags = {ConfigFlag(), SetFlag()},
      .manual =
          "What 'regent serve' with the same flags would run with. Starts nothing and asks no\n"
          "server. Passwords are not shown. Exits 2 when the configuration is wrong.",
      .run = RunConfigPrint,
  };
  return *command;
}

}  // namespace regent::cli
