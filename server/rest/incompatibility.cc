#include "server/rest/incompatibility.h"

#include <map>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "base/error_reason.h"
#include "server/rest/encode.h"

namespace regent {

std::vector<std::string> DescribeReport(Registry* registry, const Subject& subject, const CompatibilityReport& report) {
  std::map<Version, std::string> texts;
  for (const VersionReport& version : report.versions) {
    if (version.differences.empty()) continue;
    const auto old = registry->GetSchemaVersion({.subject = subject, .version = version.version});
    if (old.ok()) texts.emplace(version.version, old->stored->content.text);
  }
  const auto config = registry->GetConfig(subject, ConfigView::kEffective);
  return ReportMessages(report, texts, config.ok() && config->validate_fields.value_or(false));
}

absl::Status ExplainIncompatible(Registry* registry, const Subject& subject, const absl::Status& status) {
  if (ReasonOf(status) != ErrorReason::kSchemaIncompatible) return status;
  const ErrorDetail detail = DetailOf(status);
  if (!detail.report) return status;
  const std::vector<std::string> messages = DescribeReport(registry, subject, *detail.report);
  return MakeError(ErrorReason::kSchemaIncompatible,
                   absl::StrCat("Schema being registered is incompatible with an earlier schema for subject \"",
                                subject.Qualified(), "\", details: [", absl::StrJoin(messages, ", "), "]"),
                   detail);
}

}  // namespace regent
