#include "cli/lock_command.h"

#include <fstream>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "base/error_reason.h"
#include "cli/local_file.h"
#include "cli/printable.h"
#include "cli/schema_lock.h"
#include "cli/session.h"
#include "cli/subject_manifest.h"

namespace regent::cli {
namespace {

// Asks the registry for one subject after the other.
class LockReader {
 public:
  explicit LockReader(const client::RegistryClient& client) : client_(client) {}

  // Its configuration and its live versions, none where the registry does not know it.
  absl::Status Add(const Subject& subject) {
    if (lock_.FindSubject(subject) != nullptr) return absl::OkStatus();
    const auto config = client_.GetConfig({.target = subject, .effective = true});
    if (!config.ok()) return config.status();
    lock_.subjects.push_back({subject, config->level.value_or(CompatibilityLevel::kBackward),
                              config->policy.value_or(CompatibilityPolicy::kStrict)});
    const auto versions = client_.ListVersions({.subject = subject});
    if (!versions.ok()) {
      return ReasonOf(versions.status()) == ErrorReason::kSubjectNotFound ? absl::OkStatus() : versions.status();
    }
    for (const client::VersionSummary& version : *versions) {
      if (absl::Status added = AddVersion(subject, version.version); !added.ok()) return added;
    }
    return absl::OkStatus();
  }

  SchemaLock Take() { return std::move(lock_); }

 private:
  // With all that it refers to, deleted or not: it is what its readers see.
  absl::Status AddVersion(const Subject& first_subject, Version first_version) {
    std::vector<std::pair<Subject, Version>> wanted = {{first_subject, first_version}};
    while (!wanted.empty()) {
      const auto [subject, version] = wanted.back();
      wanted.pop_back();
      if (lock_.Find(subject, version) != nullptr) continue;
      const auto found =
          client_.GetVersion({.subject = subject, .version = version, .deleted = client::Deleted::kInclude});
      if (!found.ok()) return found.status();
      const SchemaContent& content = found->stored->content;
      if (content.type == SchemaType::kOther) {
        return MakeError(ErrorReason::kRequestInvalid, subject.Qualified() + " version " +
                                                           std::to_string(version.value()) + " is of the type " +
                                                           content.other_type + ", which a lock file cannot hold");
      }
      lock_.schemas.push_back({subject, version, found->stored->id, content});
      for (const Reference& reference : content.references) wanted.emplace_back(reference.subject, reference.version);
    }
    return absl::OkStatus();
  }

  const client::RegistryClient& client_;
  SchemaLock lock_;
};

absl::StatusOr<std::vector<Subject>> SubjectsToLock(const Session& session) {
  std::vector<Subject> subjects;
  for (const std::string& word : session.arguments().words()) subjects.push_back(Subject::Parse(word));
  for (const std::string& file : session.arguments().Values("manifest")) {
    const auto text = ReadWholeFile(file, *session.environment().in);
    if (!text.ok()) return text.status();
    const auto manifest = ParseManifest(*text);
    if (!manifest.ok()) return manifest.status();
    for (const ManifestSubject& subject : *manifest) subjects.push_back(subject.subject);
  }
  if (subjects.empty()) return MakeError(ErrorReason::kRequestInvalid, "name a subject, or a --manifest");
  return subjects;
}

ExitCode RunLock(Session& session) {
  const auto file = session.arguments().Value("lock");
  if (!file) return session.Misused("--lock FILE is missing");
  const auto subjects = SubjectsToLock(session);
  if (!subjects.ok()) return session.Misused(subjects.status());
  const auto client = session.Client();
  if (!client.ok()) return session.Fail(client.status());
  LockReader reader(*client);
  for (const Subject& subject : *subjects) {
    if (const absl::Status added = reader.Add(subject); !added.ok()) return session.Fail(added);
  }
  SchemaLock lock = reader.Take();
  const JsonValue subjects_written = JsonValue::Number(static_cast<int64_t>(lock.subjects.size()));
  const JsonValue versions_written = JsonValue::Number(static_cast<int64_t>(lock.schemas.size()));
  const std::string counted =
      std::to_string(lock.subjects.size()) + (lock.subjects.size() == 1 ? " subject, " : " subjects, ") +
      std::to_string(lock.schemas.size()) + (lock.schemas.size() == 1 ? " version" : " versions");
  // Written in one go: what a half-asked registry said never replaces a lock.
  std::ofstream out(*file, std::ios::binary | std::ios::trunc);
  out << LockToText(std::move(lock));
  out.close();
  if (!out) return session.Misused("cannot write " + Printable(*file));
  if (session.json()) {
    session.Print(JsonValue::Object(
        {{"file", JsonValue::String(*file)}, {"subjects", subjects_written}, {"versions", versions_written}}));
  } else {
    session.out() << Printable(*file) << ": " << counted << "\n";
  }
  return ExitCode::kOk;
}

}  // namespace

const Command& LockCommand() {
  static const auto* const command = new Command{
      .name = "lock",
      .summary = "write down what the registry has, for checks without it",
      .operands = {{"SUBJECT", /*required=*/false, /*repeated=*/true}},
      .flags = {{"lock", "FILE", "the lock file to write"},
                {"manifest", "FILE", "lock the subjects that a build describes", /*repeated=*/true}},
      .manual =
          "Writes the live versions of the subjects, what they refer to, and the level in\n"
          "effect, into one file that a repository can hold. 'regent_check --lock' compares\n"
          "with it, and so does schema_compatibility_test of bazel/defs.bzl.",
      .run = RunLock,
  };
  return *command;
}

}  // namespace regent::cli
