#include "schema/compatibility.h"

#include <optional>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "base/error_reason.h"
#include "schema/logical/table_of.h"

namespace regent {
namespace {

struct Plan {
  bool forward = false;   // the registered schema reads what the candidate writes
  bool backward = false;  // the candidate reads what the registered schema wrote
  bool all_versions = false;
};

Plan PlanOf(CompatibilityLevel level) {
  switch (level) {
    case CompatibilityLevel::kNone:
      return {};
    case CompatibilityLevel::kBackward:
      return {.backward = true};
    case CompatibilityLevel::kBackwardTransitive:
      return {.backward = true, .all_versions = true};
    case CompatibilityLevel::kForward:
      return {.forward = true};
    case CompatibilityLevel::kForwardTransitive:
      return {.forward = true, .all_versions = true};
    case CompatibilityLevel::kFull:
      return {.forward = true, .backward = true};
    case CompatibilityLevel::kFullTransitive:
      return {.forward = true, .backward = true, .all_versions = true};
  }
  return {};
}

Difference OtherType(SchemaType candidate, SchemaType registered) {
  Difference difference;
  difference.type = "INCOMPATIBLE_TYPE";
  difference.path = "/";
  difference.message =
      absl::StrCat("the registered version is ", std::string(SchemaTypeName(registered)), " and the new schema is ",
                   std::string(SchemaTypeName(candidate)), "; no reader understands both");
  difference.fix = absl::StrCat("register the schema as ", std::string(SchemaTypeName(registered)),
                                ", or under a subject of its own");
  return difference;
}

// Appends one direction's findings and says which side they break.
void Append(Comparison comparison, Difference::Breaks breaks, VersionReport* report) {
  for (Difference& difference : comparison.differences) {
    difference.breaks = breaks;
    // The format knows writer and reader; here the reader may be the registered version.
    if (breaks == Difference::Breaks::kOldReader) std::swap(difference.old_snippet, difference.new_snippet);
    report->differences.push_back(std::move(difference));
  }
  report->truncated = report->truncated || comparison.truncated;
}

// LOGICAL: the tables that the schemas become must go on, too. A registered version that has no table asks nothing.
void AppendTables(const Plan& plan, const ParsedSchema& candidate, const ParsedSchema& registered,
                  const FormatLimits& limits, VersionReport* report) {
  const absl::StatusOr<logical::TableType> now = logical::TableOf(candidate);
  if (!now.ok()) {
    Difference difference;
    difference.type = "LOGICAL_TYPE_NOT_CONVERTIBLE";
    difference.path = DetailOf(now.status()).path;
    difference.message = absl::StrCat("the schema has no table: ", now.status().message());
    difference.fix = "use types that tables have, or another compatibility policy";
    difference.breaks = plan.backward ? Difference::Breaks::kNewReader : Difference::Breaks::kOldReader;
    report->differences.push_back(std::move(difference));
    return;
  }
  const absl::StatusOr<logical::TableType> before = logical::TableOf(registered);
  if (!before.ok()) return;
  if (plan.forward) {
    Append(logical::CompareTables(*now, *before, limits), Difference::Breaks::kOldReader, report);
  }
  if (plan.backward) {
    Append(logical::CompareTables(*before, *now, limits), Difference::Breaks::kNewReader, report);
  }
}

absl::StatusOr<VersionReport> CompareWith(const RegisteredVersion& registered, const Plan& plan,
                                          CompatibilityPolicy policy, const Format& format,
                                          const ParsedSchema& candidate, const FormatLimits& limits) {
  VersionReport report;
  report.version = registered.version;
  report.differences = registered.reserved;
  if (registered.type != candidate.type()) {
    report.differences.push_back(OtherType(candidate.type(), registered.type));
    report.differences.back().breaks = plan.backward ? Difference::Breaks::kNewReader : Difference::Breaks::kOldReader;
    return report;
  }
  absl::StatusOr<std::shared_ptr<const ParsedSchema>> parsed = registered.parse();
  if (!parsed.ok()) return parsed.status();
  if (plan.forward) {
    absl::StatusOr<Comparison> forward = format.Compare(**parsed, candidate, policy, limits);
    if (!forward.ok()) return forward.status();
    Append(*std::move(forward), Difference::Breaks::kOldReader, &report);
  }
  if (plan.backward) {
    absl::StatusOr<Comparison> backward = format.Compare(candidate, **parsed, policy, limits);
    if (!backward.ok()) return backward.status();
    Append(*std::move(backward), Difference::Breaks::kNewReader, &report);
  }
  if (policy == CompatibilityPolicy::kLogical) AppendTables(plan, candidate, **parsed, limits, &report);
  return report;
}

}  // namespace

absl::StatusOr<CompatibilityReport> CheckCompatibility(CompatibilityLevel level, CompatibilityPolicy policy,
                                                       const Format& format, const ParsedSchema& candidate,
                                                       const NextOlder& live, const FormatLimits& limits) {
  CompatibilityReport report;
  report.level = level;
  const Plan plan = PlanOf(level);
  if (!plan.forward && !plan.backward) return report;
  while (const std::optional<RegisteredVersion> version = live()) {
    absl::StatusOr<VersionReport> compared = CompareWith(*version, plan, policy, format, candidate, limits);
    if (!compared.ok()) return compared.status();
    report.compatible = compared->differences.empty();
    report.versions.push_back(*std::move(compared));
    if (!report.compatible || !plan.all_versions) break;
  }
  return report;
}

absl::StatusOr<CompatibilityReport> CheckCompatibility(CompatibilityLevel level, CompatibilityPolicy policy,
                                                       const Format& format, const ParsedSchema& candidate,
                                                       const std::vector<RegisteredVersion>& live,
                                                       const FormatLimits& limits) {
  auto next = live.rbegin();
  const auto older = [&]() -> std::optional<RegisteredVersion> {
    if (next == live.rend()) return std::nullopt;
    return *next++;
  };
  return CheckCompatibility(level, policy, format, candidate, older, limits);
}

std::string DescribeReport(const CompatibilityReport& report) {
  const std::string level(CompatibilityLevelName(report.level));
  if (report.compatible) {
    if (report.versions.empty()) return absl::StrCat("compatible (", level, "): nothing to compare with");
    return absl::StrCat("compatible (", level, ") with ", report.versions.size(),
                        report.versions.size() == 1 ? " version" : " versions");
  }
  std::string text;
  for (const VersionReport& version : report.versions) {
    if (version.differences.empty()) continue;
    absl::StrAppend(&text, "not compatible (", level, ") with version ", version.version.value(), ":");
    for (const Difference& difference : version.differences) {
      const bool backward = difference.breaks == Difference::Breaks::kNewReader;
      absl::StrAppend(&text, "\n- ", difference.type, " at ", difference.path.empty() ? "/" : difference.path, " (",
                      backward ? "the new schema, as reader, cannot read old data"
                               : "the old schema, as reader, cannot read new data",
                      "): ", difference.message);
      if (!difference.fix.empty()) absl::StrAppend(&text, ". To fix: ", difference.fix);
    }
    if (version.truncated) absl::StrAppend(&text, "\n- and more, not listed");
  }
  return text;
}

}  // namespace regent
