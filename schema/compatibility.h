// The seven compatibility levels over any format (semantics 4.4).
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "schema/format.h"

namespace regent {

// A registered version to compare with. `parse` is called only for versions that the level looks at; an error of it
// ends the check with that error.
struct RegisteredVersion {
  Version version;
  SchemaType type = SchemaType::kAvro;
  std::function<absl::StatusOr<std::shared_ptr<const ParsedSchema>>()> parse;
  // What is wrong whatever the schemas say (reserved_fields.h); listed before the rest.
  std::vector<Difference> reserved;
};

// The live version before the one it gave last, at first the newest; nothing: there is none.
using NextOlder = std::function<std::optional<RegisteredVersion>()>;

// Compares `candidate` with the latest of `live` or with all, newest first, and asks for no version after the first
// that does not fit. FULL lists what breaks old readers before what breaks the new one. Versions of another format are
// one difference, INCOMPATIBLE_TYPE.
absl::StatusOr<CompatibilityReport> CheckCompatibility(CompatibilityLevel level, CompatibilityPolicy policy,
                                                       const Format& format, const ParsedSchema& candidate,
                                                       const NextOlder& live, const FormatLimits& limits);
// The same, `live` ascending by version.
absl::StatusOr<CompatibilityReport> CheckCompatibility(CompatibilityLevel level, CompatibilityPolicy policy,
                                                       const Format& format, const ParsedSchema& candidate,
                                                       const std::vector<RegisteredVersion>& live,
                                                       const FormatLimits& limits);

// One paragraph for people: every difference on a line of its own, with what to do.
std::string DescribeReport(const CompatibilityReport& report);

}  // namespace regent
