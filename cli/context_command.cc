#include "cli/context_command.h"

#include <string>
#include <utility>
#include <vector>

#include "cli/printable.h"
#include "cli/session.h"

namespace regent::cli {
namespace {

ExitCode RunContextList(Session& session) {
  const auto client = session.Client();
  if (!client.ok()) return session.Fail(client.status());
  const auto contexts = client->ListContexts();
  if (!contexts.ok()) return session.Fail(contexts.status());
  if (session.json()) {
    std::vector<JsonValue> names;
    for (const std::string& context : *contexts) names.push_back(JsonValue::String(context));
    session.Print(JsonValue::Array(std::move(names)));
  } else {
    for (const std::string& context : *contexts) session.out() << Printable(context) << "\n";
  }
  return ExitCode::kOk;
}

ExitCode RunContextDelete(Session& session) {
  std::string context = *session.Word(0);
  // As it stands before a subject's name, too.
  if (context.size() > 2 && context.front() == ':' && context.back() == ':') {
    context = context.substr(1, context.size() - 2);
  }
  const auto client = session.Client();
  if (!client.ok()) return session.Fail(client.status());
  const auto answer = client->DeleteContext(context);
  if (!answer.ok()) return session.Fail(answer.status());
  if (session.json()) {
    session.Print(JsonValue::Object({{"deleted", JsonValue::Bool(answer->changed)}}));
  } else {
    session.out() << (answer->changed ? "Deleted the context " : "There is no context ") << Printable(context) << "\n";
  }
  return ExitCode::kOk;
}

}  // namespace

const Command& ContextListCommand() {
  static const auto* const command = new Command{
      .name = "context list",
      .summary = "print the contexts, the default one first",
      .operands = {},
      .flags = {},
      .manual = "Those that were declared or have a subject, one a line. JSON: their names.",
      .run = RunContextList,
  };
  return *command;
}

const Command& ContextDeleteCommand() {
  static const auto* const command = new Command{
      .name = "context delete",
      .summary = "remove a context that has no subjects",
      .operands = {{"CONTEXT"}},
      .flags = {},
      .manual =
          "CONTEXT begins with a dot, e.g. .eu or ':.eu:'. Exits 1 while it has subjects, be they\n"
          "deleted ones; purge those first. A context that is not there is no error.",
      .run = RunContextDelete,
  };
  return *command;
}

}  // namespace regent::cli
