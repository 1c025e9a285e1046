// What REST clients are told of schemas that do not fit: the registry's report in Confluent's words.
#pragma once

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "server/registry/registry.h"

namespace regent {

// The `messages` of a report on `subject`, with the texts of the versions that stand in the way.
std::vector<std::string> DescribeReport(Registry* registry, const Subject& subject, const CompatibilityReport& report);

// For SCHEMA_INCOMPATIBLE the same reason with Confluent's message; any other status as it is.
absl::Status ExplainIncompatible(Registry* registry, const Subject& subject, const absl::Status& status);

}  // namespace regent
