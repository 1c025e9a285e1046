#include "cli/subjects_command.h"

#include <string_view>
#include <utility>
#include <vector>

#include "cli/render.h"
#include "cli/session.h"

namespace regent::cli {
namespace {

constexpr std::string_view kAllContexts = ":*:";

ExitCode RunSubjects(Session& session) {
  client::ListSubjectsRequest request;
  if (const auto prefix = session.arguments().Value("prefix")) {
    if (prefix->substr(0, kAllContexts.size()) == kAllContexts) {
      request.prefix = prefix->substr(kAllContexts.size());
    } else {
      const Subject parsed = Subject::Parse(*prefix);
      request.context = parsed.context;
      request.prefix = parsed.name;
    }
  }
  if (session.arguments().IsOn("deleted")) request.deleted = client::Deleted::kInclude;
  const auto client = session.Client();
  if (!client.ok()) return session.Fail(client.status());

  // JSON is one document: it waits for the last page. Text does not.
  std::vector<JsonValue> names;
  const absl::Status listed = client->ForEachSubject(request, [&](const Subject& subject) {
    if (session.json()) {
      names.push_back(JsonValue::String(subject.Qualified()));
    } else {
      session.out() << ToText(subject) << "\n";
    }
    return session.out().good();
  });
  if (!listed.ok()) return session.Fail(listed);
  if (session.json()) session.Print(JsonValue::Array(std::move(names)));
  return ExitCode::kOk;
}

}  // namespace

const Command& SubjectsCommand() {
  static const auto* const command = new Command{
      .name = "subjects",
      .summary = "list subjects",
      .operands = {},
      .flags = {{"prefix", "P", "only those that begin so"}, {"deleted", "", "list soft-deleted subjects too"}},
      .manual =
          "A name a line, those outside the default context as :.context:name. The prefix is\n"
          "that of the line printed: 'ord' lists within the default context, ':.eu:ord' within\n"
          "the context .eu, ':*:ord' in all of them.",
      .run = RunSubjects,
  };
  return *command;
}

}  // namespace regent::cli
