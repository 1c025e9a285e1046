#include "server/registry/compatibility_check.h"

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "schema/compatibility.h"

namespace regent {
namespace {

std::optional<std::string> GroupOf(const SchemaContent& content, const std::string& property) {
  if (!content.metadata) return std::nullopt;
  const auto it = content.metadata->properties.find(property);
  if (it == content.metadata->properties.end()) return std::nullopt;
  return it->second;
}

RegisteredVersion AsRegistered(const SchemaCatalog& catalog, const VersionEntry& entry) {
  return {entry.version, entry.stored->content.type,
          [&catalog, stored = entry.stored] { return catalog.ParseStored(stored); }};
}

absl::StatusOr<CompatibilityReport> Check(const SchemaCatalog& catalog, CompatibilityLevel level,
                                          const EffectiveConfig& config, const SchemaContent& content,
                                          const ParsedSchema& parsed, const std::vector<RegisteredVersion>& versions) {
  const auto format = catalog.FormatOf(content.type);
  if (!format.ok()) return format.status();
  return CheckCompatibility(level, config.policy, **format, parsed, versions, catalog.limits());
}

}  // namespace

absl::StatusOr<CompatibilityReport> CheckAgainstLive(const SchemaCatalog& catalog, CompatibilityLevel level,
                                                     const EffectiveConfig& config, const SubjectView* view,
                                                     const SchemaContent& content, const ParsedSchema& parsed) {
  std::vector<RegisteredVersion> versions;
  if (view != nullptr) {
    for (const VersionEntry& entry : view->versions) {
      if (entry.deleted) continue;
      if (!config.compatibility_group.empty() &&
          GroupOf(entry.stored->content, config.compatibility_group) != GroupOf(content, config.compatibility_group)) {
        continue;
      }
      versions.push_back(AsRegistered(catalog, entry));
    }
  }
  return Check(catalog, level, config, content, parsed, versions);
}

absl::StatusOr<CompatibilityReport> CheckAgainstOne(const SchemaCatalog& catalog, CompatibilityLevel level,
                                                    const EffectiveConfig& config, const VersionEntry& entry,
                                                    const SchemaContent& content, const ParsedSchema& parsed) {
  return Check(catalog, level, config, content, parsed, {AsRegistered(catalog, entry)});
}

}  // namespace regent
