#include "cli/register_command.h"

#include <utility>
#include <vector>

#include "cli/render.h"
#include "cli/schema_input.h"
#include "cli/session.h"

namespace regent::cli {
namespace {

ExitCode RunRegister(Session& session) {
  const Subject subject = Subject::Parse(*session.Word(0));
  const auto content = ReadSchema(session, 1, subject);
  if (!content.ok()) return session.Misused(content.status());
  const auto client = session.Client();
  if (!client.ok()) return session.Fail(client.status());

  client::RegistryClient::RegisterOptions options;
  options.normalize = session.arguments().IsOn("normalize");
  options.validate_only = session.arguments().IsOn("dry-run");
  const auto answer = client->Register(subject, *content, options);
  if (!answer.ok()) return session.Fail(answer.status());

  if (session.json()) {
    std::vector<JsonValue::Member> members = SchemaToJson(answer->registered).members();
    members.emplace_back("changed", JsonValue::Bool(answer->result.changed));
    session.Print(JsonValue::Object(std::move(members)));
    return ExitCode::kOk;
  }
  const char* done = options.validate_only ? "Would register " : "Registered ";
  session.out() << (answer->result.changed ? done : "Already there: ") << PlaceToText(answer->registered) << "\n";
  return ExitCode::kOk;
}

}  // namespace

const Command& RegisterCommand() {
  static const auto* const command = new Command{
      .name = "register",
      .summary = "add a schema to a subject",
      .operands = {{"SUBJECT"}, {"FILE"}},
      .flags = {TypeFlag(),
                ReferenceFlag(),
                {"normalize", "", "register the normalised text"},
                {"dry-run", "", "decide and answer, but register nothing"}},
      .manual =
          "Reads the schema from FILE (-: standard input) and registers it as SUBJECT's next\n"
          "version. What is there already is not registered again: the answer is the version\n"
          "that holds it. SUBJECT may name its context: :.context:name.\n"
          "Exits 1 when the schema is refused, with the reason and, if it is incompatible, the\n"
          "differences. JSON: where it stands, and 'changed', false where it was there already.",
      .run = RunRegister,
  };
  return *command;
}

}  // namespace regent::cli
