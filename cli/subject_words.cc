#include "cli/subject_words.h"

#include <string>
#include <utility>

#include "base/error_reason.h"
#include "cli/printable.h"
#include "cli/render.h"
#include "cli/version_word.h"

namespace regent::cli {

absl::StatusOr<SubjectWords> ReadSubjectWords(const Session& session) {
  SubjectWords words{Subject::Parse(*session.Word(0))};
  const std::optional<std::string> flag = session.arguments().Value("version");
  const std::optional<std::string> word = session.Word(1);
  if (flag && word) return MakeError(ErrorReason::kRequestInvalid, "the version is given twice");
  if (!flag && !word) return words;
  const auto parsed = ParseVersion(flag ? *flag : *word, flag ? "--version" : "VERSION");
  if (!parsed.ok()) return parsed.status();
  words.one_version = true;
  words.version = *parsed;
  return words;
}

absl::StatusOr<std::vector<Version>> VersionsMeant(const client::RegistryClient& client, const SubjectWords& words,
                                                   client::Deleted deleted) {
  const auto listed = client.ListVersions({.subject = words.subject, .deleted = deleted});
  if (!listed.ok()) return listed.status();
  std::vector<Version> versions;
  std::optional<Version> latest_live;
  for (const client::VersionSummary& summary : *listed) {
    if (!words.version || summary.version == *words.version) versions.push_back(summary.version);
    if (!summary.deleted) latest_live = summary.version;
  }
  if (words.one_version && !words.version && !versions.empty()) {
    versions = {deleted == client::Deleted::kInclude ? latest_live.value_or(versions.back()) : versions.back()};
  }
  if (versions.empty()) return errors::VersionNotFound(words.subject, words.version.value_or(Version()));
  return versions;
}

void PrintVersions(Session& session, std::string_view done, const Subject& subject,
                   const std::vector<Version>& versions) {
  if (session.json()) {
    std::vector<JsonValue> numbers;
    for (const Version version : versions) numbers.push_back(JsonValue::Number(int64_t{version.value()}));
    session.Print(JsonValue::Array(std::move(numbers)));
    return;
  }
  session.out() << done << " " << ToText(subject) << (versions.size() == 1 ? " version" : " versions");
  for (const Version version : versions) session.out() << " " << version;
  session.out() << "\n";
}

client::ConfigTarget TargetOf(const std::optional<std::string>& word) {
  if (!word) return std::nullopt;
  return Subject::Parse(*word);
}

std::string DescribeTarget(std::string_view what, const client::ConfigTarget& target) {
  if (!target) return "the global " + std::string(what);
  const std::string of = "the " + std::string(what) + " of ";
  return target->name.empty() ? of + "the context " + Printable(target->context) : of + ToText(*target);
}

}  // namespace regent::cli
