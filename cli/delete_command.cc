#include "cli/delete_command.h"

#include "cli/subject_words.h"

namespace regent::cli {
namespace {

ExitCode RunDelete(Session& session) {
  const auto words = ReadSubjectWords(session);
  if (!words.ok()) return session.Misused(words.status());
  const bool permanent = session.arguments().IsOn("permanent");
  const auto client = session.Client();
  if (!client.ok()) return session.Fail(client.status());
  if (session.arguments().IsOn("dry-run")) {
    // What else may forbid it, references and modes, is only known to the server.
    const auto versions =
        VersionsMeant(*client, *words, permanent ? client::Deleted::kOnly : client::Deleted::kExclude);
    if (!versions.ok()) return session.Fail(versions.status());
    PrintVersions(session, permanent ? "Would permanently delete" : "Would delete", words->subject, *versions);
    return ExitCode::kOk;
  }
  const auto answer =
      words->one_version
          ? client->DeleteVersion({.subject = words->subject, .version = words->version, .permanent = permanent})
          : client->DeleteSubject({.subject = words->subject, .permanent = permanent});
  if (!answer.ok()) return session.Fail(answer.status());
  PrintVersions(session, permanent ? "Permanently deleted" : "Deleted", words->subject, answer->versions);
  return ExitCode::kOk;
}

}  // namespace

const Command& DeleteCommand() {
  static const auto* const command = new Command{
      .name = "delete",
      .summary = "delete a subject, or one version of it",
      .operands = {{"SUBJECT"}, {"VERSION|latest", /*required=*/false}},
      .flags = {{"version", "N|latest", "the same as VERSION"},
                {"permanent", "", "remove for good what was deleted before"},
                {"dry-run", "", "say which versions it would take, and delete nothing"}},
      .manual =
          "Without a version all versions are deleted. A deleted version is out of use, but its\n"
          "id still answers; --permanent removes it for good, and takes only what was deleted\n"
          "before. A version that others refer to is not deleted: the answer names them.\n"
          "--dry-run does not know whether references or a mode would forbid it.\n"
          "JSON: the numbers of the versions deleted.",
      .run = RunDelete,
  };
  return *command;
}

}  // namespace regent::cli
