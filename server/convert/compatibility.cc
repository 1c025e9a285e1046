#include "server/convert/compatibility.h"

#include "absl/strings/str_cat.h"

namespace regent {

std::optional<CompatibilityLevel> FromProto(v1::CompatibilityLevel level, std::string_view field,
                                            Violations* violations) {
  switch (level) {
    case v1::COMPATIBILITY_LEVEL_UNSPECIFIED:
      return std::nullopt;
    case v1::COMPATIBILITY_LEVEL_NONE:
      return CompatibilityLevel::kNone;
    case v1::COMPATIBILITY_LEVEL_BACKWARD:
      return CompatibilityLevel::kBackward;
    case v1::COMPATIBILITY_LEVEL_BACKWARD_TRANSITIVE:
      return CompatibilityLevel::kBackwardTransitive;
    case v1::COMPATIBILITY_LEVEL_FORWARD:
      return CompatibilityLevel::kForward;
    case v1::COMPATIBILITY_LEVEL_FORWARD_TRANSITIVE:
      return CompatibilityLevel::kForwardTransitive;
    case v1::COMPATIBILITY_LEVEL_FULL:
      return CompatibilityLevel::kFull;
    case v1::COMPATIBILITY_LEVEL_FULL_TRANSITIVE:
      return CompatibilityLevel::kFullTransitive;
    default:
      violations->Add(field, absl::StrCat(static_cast<int>(level), " is no CompatibilityLevel"));
      return std::nullopt;
  }
}

std::optional<CompatibilityPolicy> FromProto(v1::CompatibilityPolicy policy, std::string_view field,
                                             Violations* violations) {
  switch (policy) {
    case v1::COMPATIBILITY_POLICY_UNSPECIFIED:
      return std::nullopt;
    case v1::COMPATIBILITY_POLICY_STRICT:
      return CompatibilityPolicy::kStrict;
    case v1::COMPATIBILITY_POLICY_LENIENT:
      return CompatibilityPolicy::kLenient;
    case v1::COMPATIBILITY_POLICY_LOGICAL:
      return CompatibilityPolicy::kLogical;
    default:
      violations->Add(field, absl::StrCat(static_cast<int>(policy), " is no CompatibilityPolicy"));
      return std::nullopt;
  }
}

v1::CompatibilityLevel ToProto(CompatibilityLevel level) {
  switch (level) {
    case CompatibilityLevel::kNone:
      return v1::COMPATIBILITY_LEVEL_NONE;
    case CompatibilityLevel::kBackward:
      return v1::COMPATIBILITY_LEVEL_BACKWARD;
    case CompatibilityLevel::kBackwardTransitive:
      return v1::COMPATIBILITY_LEVEL_BACKWARD_TRANSITIVE;
    case CompatibilityLevel::kForward:
      return v1::COMPATIBILITY_LEVEL_FORWARD;
    case CompatibilityLevel::kForwardTransitive:
      return v1::COMPATIBILITY_LEVEL_FORWARD_TRANSITIVE;
    case CompatibilityLevel::kFull:
      return v1::COMPATIBILITY_LEVEL_FULL;
    case CompatibilityLevel::kFullTransitive:
      return v1::COMPATIBILITY_LEVEL_FULL_TRANSITIVE;
  }
  return v1::COMPATIBILITY_LEVEL_UNSPECIFIED;
}

v1::CompatibilityPolicy ToProto(CompatibilityPolicy policy) {
  switch (policy) {
    case CompatibilityPolicy::kStrict:
      return v1::COMPATIBILITY_POLICY_STRICT;
    case CompatibilityPolicy::kLenient:
      return v1::COMPATIBILITY_POLICY_LENIENT;
    case CompatibilityPolicy::kLogical:
      return v1::COMPATIBILITY_POLICY_LOGICAL;
  }
  return v1::COMPATIBILITY_POLICY_UNSPECIFIED;
}

void ToProto(const CompatibilityReport& report, v1::CompatibilityReport* proto) {
  proto->set_compatible(report.compatible);
  proto->set_level(ToProto(report.level));
  for (const VersionReport& version : report.versions) {
    v1::VersionReport* out = proto->add_versions();
    out->set_version(version.version.value());
    out->set_truncated(version.truncated);
    for (const Difference& difference : version.differences) {
      v1::Difference* row = out->add_differences();
      row->set_type(difference.type);
      row->set_path(difference.path);
      row->set_message(difference.message);
      row->set_fix(difference.fix);
      row->set_detail(difference.detail);
      row->set_old_snippet(difference.old_snippet);
      row->set_new_snippet(difference.new_snippet);
      row->set_breaks(difference.breaks == Difference::Breaks::kNewReader ? v1::BREAKS_NEW_READER
                                                                          : v1::BREAKS_OLD_READER);
    }
  }
}

}  // namespace regent
