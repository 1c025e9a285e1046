#include "cli/purge_command.h"

#include <string>
#include <utility>
#include <vector>

#include "base/error_reason.h"
#include "cli/subject_words.h"

namespace regent::cli {
namespace {

// What would be removed. REFERENCE_EXISTS naming who refers to it, VERSION_NOT_SOFT_DELETED for what is in use: as the
// purge itself would answer.
absl::StatusOr<std::vector<Version>> Preview(const client::RegistryClient& client, const SubjectWords& words,
                                             bool active) {
  auto versions = VersionsMeant(client, words, client::Deleted::kInclude);
  if (!versions.ok()) return versions;
  if (!active) {
    const auto live = client.ListVersions({.subject = words.subject});
    // Where all are deleted the subject is not there for those who do not ask for deleted ones.
    if (!live.ok() && ReasonOf(live.status()) != ErrorReason::kSubjectNotFound) return live.status();
    for (const Version version : *versions) {
      for (size_t i = 0; live.ok() && i < live->size(); ++i) {
        if ((*live)[i].version != version) continue;
        return MakeError(ErrorReason::kVersionNotSoftDeleted,
                         "version " + std::to_string(version.value()) + " is in use; --active takes such ones too",
                         {.subject = words.subject, .version = version});
      }
    }
  }
  ErrorDetail detail{.subject = words.subject};
  for (const Version version : *versions) {
    const auto referrers =
        client.ListReferrers({.subject = words.subject, .version = version, .deleted = client::Deleted::kInclude});
    if (!referrers.ok()) return referrers.status();
    for (const client::SchemaUse& use : *referrers) {
      if (!words.one_version && use.subject == words.subject) continue;
      detail.referrers.push_back({use.subject, use.version});
    }
  }
  if (detail.referrers.empty()) return versions;
  return MakeError(ErrorReason::kReferenceExists, "others refer to it", detail);
}

ExitCode RunPurge(Session& session) {
  const auto words = ReadSubjectWords(session);
  if (!words.ok()) return session.Misused(words.status());
  const bool active = session.arguments().IsOn("active");
  const auto client = session.Client();
  if (!client.ok()) return session.Fail(client.status());
  if (session.arguments().IsOn("dry-run")) {
    const auto versions = Preview(*client, *words, active);
    if (!versions.ok()) return session.Fail(versions.status());
    PrintVersions(session, "Would remove for good", words->subject, *versions);
    return ExitCode::kOk;
  }
  const auto answer =
      words->one_version
          ? client->PurgeVersion({.subject = words->subject, .version = words->version, .allow_active = active})
          : client->PurgeSubject({.subject = words->subject, .allow_active = active});
  if (!answer.ok()) return session.Fail(answer.status());
  PrintVersions(session, "Removed for good", words->subject, answer->versions);
  return ExitCode::kOk;
}

}  // namespace

const Command& PurgeCommand() {
  static const auto* const command = new Command{
      .name = "purge",
      .summary = "remove a subject, or one version of it, for good",
      .operands = {{"SUBJECT"}, {"VERSION|latest", /*required=*/false}},
      .flags = {{"version", "N|latest", "the same as VERSION"},
                {"active", "", "also what is in use, that is, was not deleted before"},
                {"dry-run", "", "say which versions it would take, or what forbids it, and remove nothing"}},
      .manual =
          "Without a version the whole subject goes, with its configuration and mode. Ids are not\n"
          "given out again, but no longer answer once nobody else holds the schema. A version\n"
          "that others refer to, deleted ones included, is not removed: the answer names them.\n"
          "There is no way back.\n"
          "JSON: the numbers of the versions removed.",
      .run = RunPurge,
  };
  return *command;
}

}  // namespace regent::cli
