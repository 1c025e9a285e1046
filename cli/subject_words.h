// What commands on a subject and its versions share: the words, and the answer.
#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "cli/session.h"
#include "client/registry_types.h"

namespace regent::cli {

// SUBJECT [VERSION], or SUBJECT --version=VERSION.
struct SubjectWords {
  Subject subject;
  bool one_version = false;        // else the whole subject is meant
  std::optional<Version> version;  // nothing, with `one_version`: the latest
};

// REQUEST_INVALID for the person who typed it.
absl::StatusOr<SubjectWords> ReadSubjectWords(const Session& session);

// The versions that a write on `words` would take now, of those in `deleted`: VERSION_NOT_FOUND when none.
absl::StatusOr<std::vector<Version>> VersionsMeant(const client::RegistryClient& client, const SubjectWords& words,
                                                   client::Deleted deleted);

// "Deleted orders versions 1 2"; in JSON the numbers.
void PrintVersions(Session& session, std::string_view done, const Subject& subject,
                   const std::vector<Version>& versions);

// Whose settings a word names: everybody's without one, a context's for ":.context:".
client::ConfigTarget TargetOf(const std::optional<std::string>& word);
// "the global mode", "the mode of the context .eu", "the mode of orders", where `what` is "mode".
std::string DescribeTarget(std::string_view what, const client::ConfigTarget& target);

}  // namespace regent::cli
