// The lock file of a monorepo: what a registry had of some subjects when `regent lock` asked it, so that a build can
// compare without network. Its form is described in docs/formats/lock.md.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "base/model.h"
#include "schema/format.h"

namespace regent::cli {

struct LockedSubject {
  Subject subject;
  // In effect at the registry.
  CompatibilityLevel level = CompatibilityLevel::kBackward;
  CompatibilityPolicy policy = CompatibilityPolicy::kStrict;
};

// A live version of a subject, or a version that one of them refers to.
struct LockedSchema {
  Subject subject;
  Version version;
  SchemaId id;
  SchemaContent content;
};

struct SchemaLock {
  std::vector<LockedSubject> subjects;
  std::vector<LockedSchema> schemas;

  const LockedSubject* FindSubject(const Subject& subject) const;
  const LockedSchema* Find(const Subject& subject, Version version) const;
  // Ascending.
  std::vector<const LockedSchema*> VersionsOf(const Subject& subject) const;
  // All that `references` need, children first. REQUEST_INVALID naming a version that the lock does not hold.
  absl::StatusOr<std::vector<NamedSchema>> Resolve(const std::vector<Reference>& references) const;
};

// REQUEST_INVALID saying what is wrong and where.
absl::StatusOr<SchemaLock> ParseLock(std::string_view text);

// Sorted, indented: the same registry gives the same bytes, and a change is readable in a review.
std::string LockToText(SchemaLock lock);

}  // namespace regent::cli
