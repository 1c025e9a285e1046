#include "server/registry/compatibility_check.h"

#include <optional>
#include <string>
#include <utility>

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
                                          const ParsedSchema& parsed, const NextOlder& versions) {
  const auto format = catalog.FormatOf(content.type);
  if (!format.ok()) return format.status();
  return CheckCompatibility(level, config.policy, **format, parsed, versions, catalog.limits());
}

}  // namespace

absl::StatusOr<CompatibilityReport> CheckAgainstLive(const SchemaCatalog& catalog, CompatibilityLevel level,
                                                     const EffectiveConfig& config, const SubjectView* view,
                                                     const SchemaContent& content, const ParsedSchema& parsed) {
  if (view == nullptr) return Check(catalog, level, config, content, parsed, [] { return std::nullopt; });
  const bool grouped = !config.compatibility_group.empty();
  const std::optional<std::string> group = grouped ? GroupOf(content, config.compatibility_group) : std::nullopt;
  // One at a time: most levels ask for one of what may be thousands.
  auto next = view->versions.rbegin();
  return Check(catalog, level, config, content, parsed, [&]() -> std::optional<RegisteredVersion> {
    for (; next != view->versions.rend(); ++next) {
      if (next->deleted) continue;
      if (grouped && GroupOf(next->stored->content, config.compatibility_group) != group) continue;
      return AsRegistered(catalog, config, *next++, content, parsed);
    }
    return std::nullopt;
  });
}

absl::StatusOr<CompatibilityReport> CheckAgainstOne(const SchemaCatalog& catalog, CompatibilityLevel level,
                                                    const EffectiveConfig& config, const VersionEntry& entry,
                                                    const SchemaContent& content, const ParsedSchema& parsed) {
  bool given = false;
  return Check(catalog, level, config, content, parsed, [&]() -> std::optional<RegisteredVersion> {
    if (std::exchange(given, true)) return std::nullopt;
    return AsRegistered(catalog, config, entry, content, parsed);
  });
}

}  // namespace regent
