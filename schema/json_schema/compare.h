// Compares two JSON schemas by Confluent's rules (semantics 4.6).
#pragma once

#include <vector>

#include "absl/status/statusor.h"
#include "base/model.h"
#include "schema/format.h"
#include "schema/json_schema/difference_type.h"
#include "schema/json_schema/model.h"

namespace regent::json_schema {

enum class Listing {
  kIncompatible,  // only what the policy forbids
  kEverything,
};

struct JudgedDifference {
  DifferenceType type;
  bool compatible = true;  // under the policy
  Difference difference;
};

struct JudgedComparison {
  std::vector<JudgedDifference> differences;
  bool compatible = true;
  bool truncated = false;  // limits.max_differences are listed, there are more
};

// What `update` (the reader) makes of data written with `original`. SCHEMA_TOO_COMPLEX beyond
// limits.max_comparison_steps.
absl::StatusOr<JudgedComparison> CompareModels(const Model& original, const Model& update, CompatibilityPolicy policy,
                                               Listing listing, const FormatLimits& limits);

}  // namespace regent::json_schema
