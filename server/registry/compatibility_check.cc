#include "server/registry/compatibility_check.h"

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "schema/compatibility.h"
#include "schema/reserved_fields.h"

namespace regent {
namespace {

std::optional<std::string> GroupOf(const SchemaContent& content, const std::string& property) {
  if (!content.metadata) return std::nullopt;
  const auto it = content.metadata->properties.find(property);
  if (it == content.metadata->properties.end()) return std::nullopt;
  return it->second;
}

// `entry`, to be compared with the schema that `content` and `parsed` are.
RegisteredVersion AsRegistered(const SchemaCatalog& catalog, const EffectiveConfig& config, const VersionEntry& entry,
                               const SchemaContent& content, const ParsedSchema& parsed) {
  RegisteredVersion version;
  version.version = entry.version;
  version.type = entry.stored->content.type;
  version.parse = [&catalog, stored = entry.stored] { return catalog.ParseStored(stored); };
  const auto format = catalog.FormatOf(content.type);
  if (config.validate_fields && version.type == content.type && format.ok()) {
    version.reserved = CheckReservedFields(**format, parsed, content.metadata, entry.stored->content.metadata);
  }
  return version;
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
      versions.push_back(AsRegistered(catalog, config, entry, content, parsed));
    }
  }
  return Check(catalog, level, config, content, parsed, versions);
}

absl::StatusOr<CompatibilityReport> CheckAgainstOne(const SchemaCatalog& catalog, CompatibilityLevel level,
                                                    const EffectiveConfig& config, const VersionEntry& entry,
                                                    const SchemaContent& content, const ParsedSchema& parsed) {
  return Check(catalog, level, config, content, parsed, {AsRegistered(catalog, config, entry, content, parsed)});
}

}  // namespace regent
