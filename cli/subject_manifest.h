// What a build says of its subjects: written by bazel/defs.bzl, read by `regent_check`, `regent lock` and `regent
// push`.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "base/model.h"
#include "schema/format.h"

namespace regent::cli {

struct ManifestSubject {
  struct Use {
    std::string name;  // what the schema calls the other one
    Subject subject;   // of this manifest, and before this one
  };
  Subject subject;
  SchemaType type = SchemaType::kAvro;
  std::string file;
  std::optional<CompatibilityLevel> level;  // nothing: the registry's
  std::optional<CompatibilityPolicy> policy;
  std::vector<Use> references;
};

// Children first; the subject that the manifest is of comes last.
using Manifest = std::vector<ManifestSubject>;

// {"subjects":[{"subject","type","file","level","policy","references":[{"name","subject"}]}]}. REQUEST_INVALID saying
// what is wrong, also for a reference to a subject that does not come before.
absl::StatusOr<Manifest> ParseManifest(std::string_view text);

// The texts that the subject at `index` uses, children first, from `texts`, which has one for each subject.
std::vector<NamedSchema> TextsUsedBy(const Manifest& manifest, size_t index, const std::vector<std::string>& texts);

}  // namespace regent::cli
