#include "cli/run.h"

#include <algorithm>
#include <optional>
#include <string_view>
#include <vector>

#include "base/error_reason.h"
#include "cli/printable.h"
#include "cli/usage.h"

namespace regent::cli {
namespace {

const Command* FindByName(absl::Span<const Command* const> commands, std::string_view name) {
  const auto found =
      std::find_if(commands.begin(), commands.end(), [&](const Command* command) { return command->name == name; });
  return found == commands.end() ? nullptr : *found;
}

bool IsGroup(absl::Span<const Command* const> commands, std::string_view word) {
  const std::string prefix = std::string(word) + " ";
  return std::any_of(commands.begin(), commands.end(),
                     [&](const Command* command) { return command->name.substr(0, prefix.size()) == prefix; });
}

// The index of the first word at or after `from` that is neither a global flag nor its value.
std::optional<size_t> NextWord(absl::Span<const std::string> words, size_t from) {
  for (size_t i = from; i < words.size(); ++i) {
    const std::string_view word = words[i];
    if (word.empty() || word[0] != '-') return i;
    if (word.find('=') != std::string_view::npos) continue;
    for (const Flag& flag : GlobalFlags()) {
      if (word.substr(0, 2) == "--" && word.substr(2) == flag.name && !flag.value_name.empty()) ++i;
    }
  }
  return std::nullopt;
}

ExitCode UnknownCommand(const Environment& environment, const std::string& name) {
  std::vector<std::string_view> names;
  for (const Command* command : environment.commands) names.push_back(command->name);
  *environment.error << "regent: there is no command '" << Printable(name) << "'";
  if (const auto nearest = Nearest(name, names)) *environment.error << "; did you mean '" << *nearest << "'?";
  *environment.error << "\nAll commands: regent help\n";
  return ExitCode::kUsage;
}

ExitCode UnknownSubcommand(const Environment& environment, const std::string& group, const std::string& name) {
  std::vector<std::string_view> names;
  for (const Command* command : environment.commands) {
    if (command->name.substr(0, group.size() + 1) == group + " ") names.push_back(command->name);
  }
  *environment.error << "regent " << group << ": "
                     << (name.empty() ? "which one?" : "there is no command '" + Printable(group + " " + name) + "'");
  if (const auto nearest = Nearest(group + " " + name, names); nearest && !name.empty()) {
    *environment.error << "; did you mean '" << *nearest << "'?";
  }
  *environment.error << "\nusage:";
  for (const std::string_view known : names)
    *environment.error << " regent " << known << (known == names.back() ? "" : " |");
  *environment.error << "\n";
  return ExitCode::kUsage;
}

// What stands where a command should, when no command does.
ExitCode NoCommand(absl::Span<const std::string> words, const Environment& environment) {
  const auto arguments = Arguments::Parse(words, GlobalFlags());
  if (!arguments.ok()) {
    *environment.error << "regent: " << std::string(arguments.status().message()) << "\nAll commands: regent help\n";
    return ExitCode::kUsage;
  }
  if (arguments->IsOn("help")) {
    *environment.out << Overview(environment.commands);
    return ExitCode::kOk;
  }
  *environment.error << "regent: which command?\n" << Overview(environment.commands);
  return ExitCode::kUsage;
}

ExitCode Refuse(const Command& command, std::string_view what, const Environment& environment) {
  *environment.error << "regent " << command.name << ": " << what << "\n" << UsageOf(command);
  return ExitCode::kUsage;
}

// What is wrong with the number of operands, or nothing.
std::optional<std::string> WrongOperands(const Command& command, const std::vector<std::string>& words) {
  if (words.size() < command.operands.size() && command.operands[words.size()].required) {
    return std::string(command.operands[words.size()].name) + " is missing";
  }
  const bool any_number = !command.operands.empty() && command.operands.back().repeated;
  if (words.size() > command.operands.size() && !any_number) {
    return "unexpected word '" + Printable(words[command.operands.size()]) + "'";
  }
  return std::nullopt;
}

ExitCode RunCommand(const Command& command, absl::Span<const std::string> words, const Environment& environment) {
  std::vector<Flag> flags = command.flags;
  flags.insert(flags.end(), GlobalFlags().begin(), GlobalFlags().end());
  const auto arguments = Arguments::Parse(words, flags);
  if (!arguments.ok()) return Refuse(command, std::string(arguments.status().message()), environment);
  if (arguments->IsOn("help")) {
    *environment.out << HelpOf(command);
    return ExitCode::kOk;
  }
  if (const auto wrong = WrongOperands(command, arguments->words())) return Refuse(command, *wrong, environment);
  auto session = Session::Make(command, *arguments, environment);
  if (!session.ok()) return Refuse(command, std::string(session.status().message()), environment);
  return command.run(*session);
}

ExitCode Dispatch(absl::Span<const std::string> words, const Environment& environment) {
  if (words.size() == 1 && words[0] == "--version") {
    if (const Command* version = FindByName(environment.commands, "version"))
      return RunCommand(*version, {}, environment);
  }
  const std::optional<size_t> first = NextWord(words, 0);
  if (!first) return NoCommand(words, environment);
  std::vector<std::string> rest(words.begin(), words.end());
  const std::string name = words[*first];
  if (const Command* command = FindByName(environment.commands, name)) {
    rest.erase(rest.begin() + static_cast<std::ptrdiff_t>(*first));
    return RunCommand(*command, rest, environment);
  }
  if (!IsGroup(environment.commands, name)) return UnknownCommand(environment, name);
  const std::optional<size_t> second = NextWord(words, *first + 1);
  const std::string subcommand = second ? words[*second] : "";
  const Command* command = FindByName(environment.commands, name + " " + subcommand);
  if (command == nullptr) {
    if (!second && std::find(words.begin(), words.end(), "--help") != words.end()) {
      *environment.out << Overview(environment.commands);
      return ExitCode::kOk;
    }
    return UnknownSubcommand(environment, name, subcommand);
  }
  rest.erase(rest.begin() + static_cast<std::ptrdiff_t>(*second));
  rest.erase(rest.begin() + static_cast<std::ptrdiff_t>(*first));
  return RunCommand(*command, rest, environment);
}

}  // namespace

ExitCode Run(absl::Span<const std::string> words, const Environment& environment) {
  const ExitCode code = Dispatch(words, environment);
  environment.out->flush();
  if (code == ExitCode::kOk && !environment.out->good()) {
    *environment.error << "regent: the output could not be written\n";
    return ExitCode::kNo;
  }
  return code;
}

}  // namespace regent::cli
