// Compatibility without a registry: a schema against files, or a subject of a build against its lock file.
#pragma once

#include <istream>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "base/model.h"
#include "cli/arguments.h"

namespace regent::cli {

// --against, --level, --policy, --type, --reference, --old-reference.
const std::vector<Flag>& AgainstFlags();
// --manifest, --lock.
const std::vector<Flag>& LockFlags();

struct OfflineVerdict {
  std::string what;  // that the schema was compared with, harmless to a terminal
  CompatibilityReport report;
};

// `file` against the files that --against names, the oldest first: versions 1, 2 and so on. --reference NAME=FILE is
// what the schemas refer to, --old-reference what the old ones do where that differs. REQUEST_INVALID for the command
// line or a file; else the error of the schema that cannot be read.
absl::StatusOr<OfflineVerdict> CheckAgainstFiles(const Arguments& arguments, const std::string& file, std::istream& in);

// The subject that --manifest is of, against what --lock remembers of it. What it refers to is taken from the manifest.
// A schema that is the text of a version is compatible, and a subject that the lock does not know is new.
absl::StatusOr<OfflineVerdict> CheckAgainstLock(const Arguments& arguments, std::istream& in);

}  // namespace regent::cli
