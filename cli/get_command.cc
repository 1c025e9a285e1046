#include "cli/get_command.h"

#include <optional>
#include <string>

#include "base/content_hash.h"
#include "cli/printable.h"
#include "cli/render.h"
#include "cli/session.h"
#include "cli/version_word.h"

namespace regent::cli {
namespace {

// The text goes to standard output and nothing else does, so that it can be piped; the facts go beside it.
void PrintSchema(Session& session, const std::string& place, const StoredSchema& schema) {
  *session.environment().error << place << FactsToText(schema);
  session.out() << schema.content.text;
  if (schema.content.text.empty() || schema.content.text.back() != '\n') session.out() << "\n";
}

ExitCode ShowSchema(Session& session, const absl::StatusOr<client::StoredSchemaPtr>& schema) {
  if (!schema.ok()) return session.Fail(schema.status());
  if (session.json()) {
    session.Print(SchemaToJson(**schema));
  } else {
    PrintSchema(session, "id " + std::to_string((*schema)->id.value()) + "\n", **schema);
  }
  return ExitCode::kOk;
}

ExitCode GetById(Session& session, const std::string& word) {
  const std::optional<int32_t> id = ParsePositive(word);
  if (!id) return session.Misused("an id is a number from 1, not '" + Printable(word) + "'");
  const auto client = session.Client();
  if (!client.ok()) return session.Fail(client.status());
  const std::string context = session.arguments().Value("context").value_or(std::string(kDefaultContext));
  return ShowSchema(session, client->GetSchema(SchemaId(*id), context));
}

ExitCode GetByGuid(Session& session, const std::string& word) {
  const std::optional<ContentHash> guid = ContentHash::ParseGuid(word);
  if (!guid) return session.Misused("a GUID is 32 hexadecimal digits, not '" + Printable(word) + "'");
  const auto client = session.Client();
  if (!client.ok()) return session.Fail(client.status());
  return ShowSchema(session, client->GetSchema(*guid));
}

ExitCode GetVersion(Session& session, const std::string& subject) {
  const auto version = ParseVersion(session.Word(1).value_or("latest"), "VERSION");
  if (!version.ok()) return session.Misused(version.status());
  const auto client = session.Client();
  if (!client.ok()) return session.Fail(client.status());
  client::GetSchemaVersionRequest request;
  request.subject = Subject::Parse(subject);
  request.version = *version;
  if (session.arguments().IsOn("deleted")) request.deleted = client::Deleted::kInclude;
  const auto answer = client->GetVersion(request);
  if (!answer.ok()) return session.Fail(answer.status());
  if (session.json()) {
    session.Print(SchemaToJson(*answer));
  } else {
    PrintSchema(session, PlaceToText(*answer) + (answer->deleted ? " (deleted)\n" : "\n"), *answer->stored);
  }
  return ExitCode::kOk;
}

ExitCode RunGet(Session& session) {
  const Arguments& arguments = session.arguments();
  const std::string word = *session.Word(0);
  const bool by_id = arguments.IsOn("id");
  const bool by_guid = arguments.IsOn("guid");
  const bool by_subject = arguments.IsOn("subject");
  if (by_id + by_guid + by_subject > 1) return session.Misused("--id, --guid and --subject exclude each other");
  if ((by_id || by_guid) && session.Word(1)) return session.Misused("an id or a GUID has no VERSION");
  if (by_guid) return GetByGuid(session, word);
  const bool is_number = !word.empty() && word.find_first_not_of("0123456789") == std::string::npos;
  if (by_id || (is_number && !by_subject && !session.Word(1))) return GetById(session, word);
  if (arguments.Has("context"))
    return session.Misused("--context goes with an id; a subject is written :.context:name");
  return GetVersion(session, word);
}

}  // namespace

const Command& GetCommand() {
  static const auto* const command = new Command{
      .name = "get",
      .summary = "print a schema, by id or by subject and version",
      .operands = {{"ID|GUID|SUBJECT"}, {"VERSION|latest", /*required=*/false}},
      .flags = {{"id", "", "the word is an id"},
                {"guid", "", "the word is a GUID"},
                {"subject", "", "the word is a subject, even if it is a number"},
                {"context", ".CONTEXT", "whose id is meant (default: the context '.')"},
                {"deleted", "", "take a soft-deleted version too"}},
      .manual =
          "A number with no VERSION behind it is an id; everything else is a subject, whose\n"
          "latest version is printed unless VERSION says another one. So 'get 42' is the\n"
          "schema with the id 42, and 'get 42 latest' the latest one of the subject 42.\n"
          "The schema's text goes to standard output and nothing else; where it stands, its\n"
          "type and its references go to standard error. --output=json prints all in one\n"
          "document on standard output.",
      .run = RunGet,
  };
  return *command;
}

}  // namespace regent::cli
