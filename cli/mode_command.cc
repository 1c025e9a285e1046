#include "cli/mode_command.h"

#include <optional>
#include <string>
#include <utility>

#include "cli/printable.h"
#include "cli/subject_words.h"

namespace regent::cli {
namespace {

ExitCode Show(Session& session, const std::optional<Mode>& mode) {
  if (session.json()) {
    session.Print(JsonValue::Object({{"mode", mode ? JsonValue::String(std::string(ModeName(*mode))) : JsonValue()}}));
  } else {
    session.out() << (mode ? ModeName(*mode) : "(nothing was set)") << "\n";
  }
  return ExitCode::kOk;
}

ExitCode RunModeGet(Session& session) {
  const auto client = session.Client();
  if (!client.ok()) return session.Fail(client.status());
  const auto mode =
      client->GetMode({.target = TargetOf(session.Word(0)), .effective = session.arguments().IsOn("effective")});
  if (!mode.ok()) return session.Fail(mode.status());
  return Show(session, *mode);
}

ExitCode RunModeSet(Session& session) {
  std::optional<std::string> subject = session.Word(0);
  std::optional<std::string> word = session.Word(1);
  if (!word) word = std::exchange(subject, std::nullopt);
  const std::optional<Mode> mode = ParseMode(*word);
  if (!mode) {
    return session.Misused("MODE is READWRITE, READONLY, READONLY_OVERRIDE, IMPORT or FORWARD, not '" +
                           Printable(*word) + "'");
  }
  const client::ConfigTarget target = TargetOf(subject);
  const auto client = session.Client();
  if (!client.ok()) return session.Fail(client.status());
  if (session.arguments().IsOn("dry-run")) {
    const auto now = client->GetMode({.target = target, .effective = true});
    if (!now.ok()) return session.Fail(now.status());
    if (!session.json()) {
      session.out() << "Would set " << DescribeTarget("mode", target) << ", which is " << ModeName(*now) << ", to:\n";
    }
    return Show(session, *mode);
  }
  const auto answer = client->UpdateMode({.target = target, .mode = *mode, .force = session.arguments().IsOn("force")});
  if (!answer.ok()) return session.Fail(answer.status());
  if (!session.json()) session.out() << "Set " << DescribeTarget("mode", target) << ":\n";
  return Show(session, answer->mode);
}

ExitCode RunModeDelete(Session& session) {
  const client::ConfigTarget target = TargetOf(session.Word(0));
  const auto client = session.Client();
  if (!client.ok()) return session.Fail(client.status());
  const auto answer = client->DeleteMode({.target = target, .recursive = session.arguments().IsOn("recursive")});
  if (!answer.ok()) return session.Fail(answer.status());
  if (!session.json()) session.out() << "Deleted " << DescribeTarget("mode", target) << ", which was:\n";
  return Show(session, answer->mode);
}

}  // namespace

const Command& ModeGetCommand() {
  static const auto* const command = new Command{
      .name = "mode get",
      .summary = "print the mode of a subject, or the global one",
      .operands = {{"SUBJECT", /*required=*/false}},
      .flags = {{"effective", "", "with what is inherited, not only what is set there"}},
      .manual =
          "Without SUBJECT the global mode; ':.context:' is that of a context. Exits 1 when\n"
          "SUBJECT has none of its own.",
      .run = RunModeGet,
  };
  return *command;
}

const Command& ModeSetCommand() {
  static const auto* const command = new Command{
      .name = "mode set",
      .summary = "set the mode of a subject, or the global one",
      .operands = {{"SUBJECT|READWRITE|READONLY|IMPORT|FORWARD"},
                   {"READWRITE|READONLY|READONLY_OVERRIDE|IMPORT|FORWARD", /*required=*/false}},
      .flags = {{"force", "", "enter IMPORT although there are versions, and keep deleted ones"},
                {"dry-run", "", "say what is set now, and change nothing"}},
      .manual =
          "'mode set READONLY' sets the global mode, 'mode set orders READONLY' that of the\n"
          "subject orders, 'mode set :.eu: READONLY' that of the context .eu. READWRITE: all is\n"
          "allowed. READONLY: nothing is registered, deleted or configured. IMPORT: schemas are\n"
          "registered with the ids and versions they had elsewhere. FORWARD: for ':.__GLOBAL:'\n"
          "only. To enter IMPORT no version may be in use, and deleted ones are removed for\n"
          "good, unless --force is given.",
      .run = RunModeSet,
  };
  return *command;
}

const Command& ModeDeleteCommand() {
  static const auto* const command = new Command{
      .name = "mode delete",
      .summary = "remove a mode, so that its target inherits again",
      .operands = {{"SUBJECT", /*required=*/false}},
      .flags = {{"recursive", "", "also the modes of all subjects in it"}},
      .manual =
          "Without SUBJECT the global mode. Prints what was set before. Exits 1 when SUBJECT has\n"
          "none of its own.",
      .run = RunModeDelete,
  };
  return *command;
}

}  // namespace regent::cli
