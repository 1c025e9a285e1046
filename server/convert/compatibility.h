// Levels, policies and reports: between regent.v1 and the domain's structs.
#pragma once

#include <optional>
#include <string_view>

#include "base/model.h"
#include "regent/v1/compatibility.pb.h"
#include "server/convert/violations.h"

namespace regent {

// Nothing for UNSPECIFIED; an unknown number is a violation of `field`.
std::optional<CompatibilityLevel> FromProto(v1::CompatibilityLevel level, std::string_view field,
                                            Violations* violations);
std::optional<CompatibilityPolicy> FromProto(v1::CompatibilityPolicy policy, std::string_view field,
                                             Violations* violations);

v1::CompatibilityLevel ToProto(CompatibilityLevel level);
v1::CompatibilityPolicy ToProto(CompatibilityPolicy policy);
void ToProto(const CompatibilityReport& report, v1::CompatibilityReport* proto);

}  // namespace regent
