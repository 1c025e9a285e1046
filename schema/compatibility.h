// The seven compatibility levels over any format (semantics 4.4).
#pragma once

#include <functional>
#include <memory>
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

// Compares `candidate` with `live` (ascending by version): the latest only or all, newest first, stopping at the first
// version that does not fit. FULL lists what breaks old readers before what breaks the new one. Versions of another
// format are one difference, INCOMPATIBLE_TYPE.
absl::StatusOr<CompatibilityReport> CheckCompatibility(CompatibilityLevel level, CompatibilityPolicy policy,
                                                       const Format& format, const ParsedSchema& candidate,
                                                       const std::vector<RegisteredVersion>& live,
                                                       const FormatLimits& limits);

// One paragraph for people: every difference on a line of its own, with what to do.
std::string DescribeReport(const CompatibilityReport& report);

}  // namespace regent
