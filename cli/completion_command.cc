#include "cli/completion_command.h"

#include <chrono>
#include <string>
#include <vector>

#include "cli/completion.h"
#include "cli/printable.h"
#include "cli/session.h"

namespace regent::cli {
namespace {

// Somebody holds the tab key.
constexpr std::chrono::milliseconds kPatience{1000};
constexpr size_t kSubjectsMax = 200;

// Of the line that is completed, not of this command's own.
std::optional<std::string> ServerIn(const std::vector<std::string>& words) {
  const std::string flag = "--server";
  for (size_t i = 0; i < words.size(); ++i) {
    if (words[i].rfind(flag + "=", 0) == 0) return words[i].substr(flag.size() + 1);
    if (words[i] == flag && i + 1 < words.size()) return words[i + 1];
  }
  return std::nullopt;
}

std::vector<std::string> SubjectsAt(const Session& session, const std::vector<std::string>& words,
                                    std::string_view prefix) {
  std::vector<std::string> names;
  const auto client = session.ClientOf(ServerIn(words), kPatience);
  if (!client.ok()) return names;
  const Subject parsed = Subject::Parse(std::string(prefix));
  // What was found until an error is better than nothing.
  client
      ->ForEachSubject({.context = parsed.context, .prefix = parsed.name},
                       [&](const Subject& subject) {
                         // A name that would break the line of candidates, or the terminal, has to be typed.
                         if (Printable(subject.Qualified()) == subject.Qualified()) {
                           names.push_back(subject.Qualified());
                         }
                         return names.size() < kSubjectsMax;
                       })
      .IgnoreError();
  return names;
}

ExitCode RunCompletion(Session& session) {
  const std::string what = *session.Word(0);
  if (const char* script = CompletionScript(what)) {
    if (session.Word(1)) return session.Misused("unexpected word '" + Printable(*session.Word(1)) + "'");
    session.out() << script;
    return ExitCode::kOk;
  }
  if (what != "words") return session.Misused("the shell is bash, zsh or fish, not '" + Printable(what) + "'");
  const std::vector<std::string>& all = session.arguments().words();
  for (const std::string& candidate : Complete({all.begin() + 1, all.end()}, session.environment().commands,
                                               [&](const std::vector<std::string>&words, std::string_view prefix) {
                                                 return SubjectsAt(session, words, prefix);
                                               })) {
    session.out() << candidate << "\n";
  }
  return ExitCode::kOk;
}

}  // namespace

const Command& CompletionCommand() {
  static const auto* const command = new Command{
      .name = "completion",
      .summary = "print what makes a shell complete regent's commands",
      .operands = {{"bash|zsh|fish"}, {"WORD", /*required=*/false, /*repeated=*/true}},
      .flags = {},
      .manual =
          "Load it once, or in the shell's own start-up file:\n"
          "    source <(regent completion bash)\n"
          "    source <(regent completion zsh)\n"
          "    regent completion fish | source\n"
          "Commands, flags and their values are completed, and subjects, if the registry answers\n"
          "within a second.",
      .run = RunCompletion,
  };
  return *command;
}

}  // namespace regent::cli
