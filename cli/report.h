// A compatibility report as people and as machines read it.
#pragma once

#include <string>
#include <string_view>

#include "base/json_value.h"
#include "base/model.h"

namespace regent::cli {

JsonValue ReportToJson(const CompatibilityReport& report);

// "Not compatible with WHAT at level FULL." and then VersionsToText. `what` is printed as it is.
std::string ReportToText(std::string_view what, const CompatibilityReport& report);

// Every version compared with, and every difference with both sides and its cure.
std::string VersionsToText(const CompatibilityReport& report);

}  // namespace regent::cli
