#include "cli/delete_command.h"

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/error_reason.h"
#include "cli/render.h"
#include "cli/session.h"
#include "cli/version_word.h"

namespace regent::cli {
namespace {

absl::StatusOr<client::DeleteResult> Delete(const client::RegistryClient& client, const Subject& subject,
                                            bool permanent, bool one_version, std::optional<Version> version) {
  if (!one_version) return client.DeleteSubject({.subject = subject, .permanent = permanent});
  return client.DeleteVersion({.subject = subject, .version = version, .permanent = permanent});
}

// The versions that a delete would take now. What else may forbid it, references and modes, is only known to the
// server.
absl::StatusOr<std::vector<Version>> Preview(const client::RegistryClient& client, const Subject& subject,
                                             bool permanent, bool one_version, std::optional<Version> version) {
  client::ListVersionsRequest request;
  request.subject = subject;
  request.deleted = permanent ? client::Deleted::kOnly : client::Deleted::kExclude;
  const auto listed = client.ListVersions(request);
  if (!listed.ok()) return listed.status();
  std::vector<Version> versions;
  for (const client::VersionSummary& summary : *listed) {
    if (!one_version || !version || summary.version == *version) versions.push_back(summary.version);
  }
  if (one_version && !version && !versions.empty()) versions = {versions.back()};
  if (versions.empty()) return errors::VersionNotFound(subject, version.value_or(Version()));
  return versions;
}

void PrintDeleted(Session& session, const Subject& subject, std::string_view done,
                  const std::vector<Version>& versions) {
  if (session.json()) {
    std::vector<JsonValue> numbers;
    for (const Version version : versions) numbers.push_back(JsonValue::Number(int64_t{version.value()}));
    session.Print(JsonValue::Array(std::move(numbers)));
    return;
  }
  session.out() << done << ToText(subject) << (versions.size() == 1 ? " version" : " versions");
  for (const Version version : versions) session.out() << " " << version;
  session.out() << "\n";
}

ExitCode RunDelete(Session& session) {
  const Subject subject = Subject::Parse(*session.Word(0));
  const bool permanent = session.arguments().IsOn("permanent");
  const std::optional<std::string> flag = session.arguments().Value("version");
  const std::optional<std::string> word = session.Word(1);
  if (flag && word) return session.Misused("the version is given twice");
  std::optional<Version> version;
  if (flag || word) {
    const auto parsed = ParseVersion(flag ? *flag : *word, flag ? "--version" : "VERSION");
    if (!parsed.ok()) return session.Misused(parsed.status());
    version = *parsed;
  }
  const auto client = session.Client();
  if (!client.ok()) return session.Fail(client.status());
  if (session.arguments().IsOn("dry-run")) {
    const auto versions = Preview(*client, subject, permanent, flag || word, version);
    if (!versions.ok()) return session.Fail(versions.status());
    PrintDeleted(session, subject, permanent ? "Would permanently delete " : "Would delete ", *versions);
    return ExitCode::kOk;
  }
  const auto answer = Delete(*client, subject, permanent, flag || word, version);
  if (!answer.ok()) return session.Fail(answer.status());
  PrintDeleted(session, subject, permanent ? "Permanently deleted " : "Deleted ", answer->versions);
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
