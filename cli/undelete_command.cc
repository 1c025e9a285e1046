#include "cli/undelete_command.h"

#include "cli/subject_words.h"

namespace regent::cli {
namespace {

ExitCode RunUndelete(Session& session) {
  const auto words = ReadSubjectWords(session);
  if (!words.ok()) return session.Misused(words.status());
  if (words->one_version && !words->version) return session.Misused("the latest version is never a deleted one");
  const auto client = session.Client();
  if (!client.ok()) return session.Fail(client.status());
  if (session.arguments().IsOn("dry-run")) {
    const auto versions = VersionsMeant(*client, *words, client::Deleted::kOnly);
    if (!versions.ok()) return session.Fail(versions.status());
    PrintVersions(session, "Would have back", words->subject, *versions);
    return ExitCode::kOk;
  }
  const auto answer = words->version ? client->UndeleteVersion({.subject = words->subject, .version = *words->version})
                                     : client->UndeleteSubject({.subject = words->subject});
  if (!answer.ok()) return session.Fail(answer.status());
  PrintVersions(session, answer->result.changed ? "Have back" : "Nothing was deleted of", words->subject,
                answer->versions);
  return ExitCode::kOk;
}

}  // namespace

const Command& UndeleteCommand() {
  static const auto* const command = new Command{
      .name = "undelete",
      .summary = "take the delete of a subject, or of one version, back",
      .operands = {{"SUBJECT"}, {"VERSION", /*required=*/false}},
      .flags = {{"version", "N", "the same as VERSION"},
                {"dry-run", "", "say which versions would be had back, and change nothing"}},
      .manual =
          "Without a version all deleted versions of SUBJECT are had back. What was deleted with\n"
          "--permanent or purged is gone. A version comes back only after those it refers to:\n"
          "the answer names the one that is missing.\n"
          "JSON: the numbers of the versions.",
      .run = RunUndelete,
  };
  return *command;
}

}  // namespace regent::cli
