#include "cli/report.h"

#include <utility>
#include <vector>

#include "cli/printable.h"

namespace regent::cli {
namespace {

JsonValue Text(std::string_view text) { return JsonValue::String(std::string(text)); }

JsonValue VersionNumber(Version version) {
  return version.value() == 0 ? JsonValue() : JsonValue::Number(int64_t{version.value()});
}

std::string_view BreaksName(Difference::Breaks breaks) {
  return breaks == Difference::Breaks::kNewReader ? "NEW_READER" : "OLD_READER";
}

JsonValue ToJson(const Difference& difference) {
  std::vector<JsonValue::Member> members = {{"type", Text(difference.type)},
                                            {"path", Text(difference.path)},
                                            {"message", Text(difference.message)},
                                            {"breaks", Text(BreaksName(difference.breaks))}};
  if (!difference.detail.empty()) members.emplace_back("detail", Text(difference.detail));
  if (!difference.fix.empty()) members.emplace_back("fix", Text(difference.fix));
  if (!difference.old_snippet.empty()) members.emplace_back("old", Text(difference.old_snippet));
  if (!difference.new_snippet.empty()) members.emplace_back("new", Text(difference.new_snippet));
  return JsonValue::Object(std::move(members));
}

std::string VersionReportToText(const VersionReport& version) {
  const std::string number = std::to_string(version.version.value());
  if (version.differences.empty() && !version.truncated) return "  version " + number + ": fits\n";
  std::string out = "  version " + number + ": does not fit\n";
  for (const Difference& difference : version.differences) {
    out += "    " + Printable(difference.type);
    if (!difference.path.empty()) out += " at " + Printable(difference.path);
    if (!difference.detail.empty()) out += " (" + Printable(difference.detail) + ")";
    out += "\n";
    if (!difference.message.empty()) out += "      " + Printable(difference.message) + "\n";
    if (!difference.old_snippet.empty()) out += "      old: " + Printable(difference.old_snippet) + "\n";
    if (!difference.new_snippet.empty()) out += "      new: " + Printable(difference.new_snippet) + "\n";
    out += difference.breaks == Difference::Breaks::kNewReader
               ? "      The new schema cannot read data written with version " + number + ".\n"
               : "      Version " + number + " cannot read data written with the new schema.\n";
    if (!difference.fix.empty()) out += "      Instead: " + Printable(difference.fix) + "\n";
  }
  if (version.truncated) out += "    ... and more\n";
  return out;
}

}  // namespace

JsonValue ReportToJson(const CompatibilityReport& report) {
  std::vector<JsonValue> versions;
  for (const VersionReport& version : report.versions) {
    std::vector<JsonValue> differences;
    for (const Difference& difference : version.differences) differences.push_back(ToJson(difference));
    versions.push_back(
        JsonValue::Object({{"version", VersionNumber(version.version)},
                           {"compatible", JsonValue::Bool(version.differences.empty() && !version.truncated)},
                           {"differences", JsonValue::Array(std::move(differences))},
                           {"truncated", JsonValue::Bool(version.truncated)}}));
  }
  return JsonValue::Object({{"compatible", JsonValue::Bool(report.compatible)},
                            {"level", Text(CompatibilityLevelName(report.level))},
                            {"versions", JsonValue::Array(std::move(versions))}});
}

std::string ReportToText(std::string_view what, const CompatibilityReport& report) {
  std::string out = std::string(report.compatible ? "Compatible" : "Not compatible") + " with " + std::string(what) +
                    " at level " + std::string(CompatibilityLevelName(report.level)) + ".\n";
  if (report.versions.empty()) out += "  No version was compared with.\n";
  return out + VersionsToText(report);
}

std::string VersionsToText(const CompatibilityReport& report) {
  std::string out;
  for (const VersionReport& version : report.versions) out += VersionReportToText(version);
  return out;
}

}  // namespace regent::cli
