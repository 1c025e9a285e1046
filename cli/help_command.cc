#include "cli/help_command.h"

#include <string>
#include <vector>

#include "cli/printable.h"
#include "cli/session.h"
#include "cli/usage.h"

namespace regent::cli {
namespace {

ExitCode RunHelp(Session& session) {
  const std::vector<const Command*>& commands = session.environment().commands;
  if (!session.Word(0)) {
    session.out() << Overview(commands);
    return ExitCode::kOk;
  }
  const std::string topic = *session.Word(0) + (session.Word(1) ? " " + *session.Word(1) : "");
  std::vector<const Command*> found;
  std::vector<std::string_view> names;
  for (const Command* command : commands) {
    names.push_back(command->name);
    const bool in_group = command->name.substr(0, topic.size() + 1) == topic + " ";
    if (command->name == topic || in_group) found.push_back(command);
  }
  if (found.empty()) {
    const auto nearest = Nearest(topic, names);
    return session.Misused("there is no command '" + Printable(topic) + "'" +
                           (nearest ? "; did you mean '" + std::string(*nearest) + "'?" : ""));
  }
  for (const Command* command : found) session.out() << (command == found.front() ? "" : "\n\n") << HelpOf(*command);
  return ExitCode::kOk;
}

}  // namespace

const Command& HelpCommand() {
  static const auto* const command = new Command{
      .name = "help",
      .summary = "say what commands there are, or how to use one",
      .operands = {{"COMMAND", /*required=*/false}, {"SUBCOMMAND", /*required=*/false}},
      .flags = {},
      .manual = "",
      .run = RunHelp,
  };
  return *command;
}

}  // namespace regent::cli
