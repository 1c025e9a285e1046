#include "cli/lookup_command.h"

#include "cli/render.h"
#include "cli/schema_input.h"
#include "cli/session.h"

namespace regent::cli {
namespace {

ExitCode RunLookup(Session& session) {
  client::LookupSchemaRequest request;
  request.subject = Subject::Parse(*session.Word(0));
  const auto content = ReadSchema(session, 1, request.subject);
  if (!content.ok()) return session.Misused(content.status());
  request.content = *content;
  request.normalize = session.arguments().IsOn("normalize");
  if (session.arguments().IsOn("deleted")) request.deleted = client::Deleted::kInclude;
  const auto client = session.Client();
  if (!client.ok()) return session.Fail(client.status());

  const auto answer = client->Lookup(request);
  if (!answer.ok()) return session.Fail(answer.status());
  if (session.json()) {
    session.Print(SchemaToJson(*answer));
  } else {
    session.out() << PlaceToText(*answer) << (answer->deleted ? " (deleted)" : "") << "\n";
  }
  return ExitCode::kOk;
}

}  // namespace

const Command& LookupCommand() {
  static const auto* const command = new Command{
      .name = "lookup",
      .summary = "find the version of a subject that holds a schema",
      .operands = {{"SUBJECT"}, {"FILE"}},
      .flags = {TypeFlag(),
                ReferenceFlag(),
                {"normalize", "", "compare normalised texts"},
                {"deleted", "", "take soft-deleted versions too"}},
      .manual =
          "Registers nothing. Exits 1 when SUBJECT does not hold the schema in FILE\n"
          "(-: standard input).",
      .run = RunLookup,
  };
  return *command;
}

}  // namespace regent::cli
