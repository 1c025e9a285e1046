#include "server/registry/schema_match.h"

#include <string>

namespace regent {
namespace {

bool Allowed(const VersionEntry& entry, Deleted deleted) {
  return deleted == Deleted::kInclude || entry.deleted == (deleted == Deleted::kOnly);
}

Boxed<Metadata> WithoutVersion(Boxed<Metadata> metadata) {
  if (!metadata) return metadata;
  metadata->properties.erase(kVersionProperty);
  if (*metadata == Metadata()) return std::nullopt;
  return metadata;
}

// Metadata that names a version matches only that version; beyond this the property does not count.
bool SameMetadata(const Boxed<Metadata>& asked, const VersionEntry& entry) {
  const Boxed<Metadata>& stored = entry.stored->content.metadata;
  if (asked) {
    const auto named = asked->properties.find(kVersionProperty);
    if (named != asked->properties.end() && !(stored && stored->properties.contains(kVersionProperty)) &&
        named->second != std::to_string(entry.version.value())) {
      return false;
    }
    if (named != asked->properties.end() && stored && stored->properties.contains(kVersionProperty)) {
      return asked == stored;
    }
  }
  return WithoutVersion(asked) == WithoutVersion(stored);
}

}  // namespace

const VersionEntry* FindByHash(const SubjectView& view, SchemaType type, const ContentHash& hash, Deleted deleted) {
  for (auto it = view.versions.rbegin(); it != view.versions.rend(); ++it) {
    if (Allowed(*it, deleted) && it->stored->hash == hash && it->stored->content.type == type) return &*it;
  }
  return nullptr;
}

const VersionEntry* FindEquivalent(const SchemaCatalog& catalog, const SubjectView& view, const SchemaContent& content,
                                   const ParsedSchema& parsed, Deleted deleted) {
  const auto format = catalog.FormatOf(content.type);
  if (!format.ok()) return nullptr;
  for (auto it = view.versions.rbegin(); it != view.versions.rend(); ++it) {
    const SchemaContent& stored = it->stored->content;
    if (!Allowed(*it, deleted) || stored.type != content.type) continue;
    // A request that leaves the references out is taken to mean those that are stored.
    if (content.references != stored.references && !content.references.empty()) continue;
    if (content.rule_set != stored.rule_set || !SameMetadata(content.metadata, *it)) continue;
    const auto candidate = catalog.ParseStored(it->stored);
    if (candidate.ok() && (*format)->Equivalent(parsed, **candidate)) return &*it;
  }
  return nullptr;
}

SchemaVersion MakeSchemaVersion(const Subject& subject, const VersionEntry& entry, const std::string& log_id) {
  SchemaVersion version;
  version.subject = subject;
  version.version = entry.version;
  version.state = entry.deleted ? VersionState::kDeleted : VersionState::kActive;
  version.stored = entry.stored;
  version.create_time_ms = entry.timestamp_ms;
  version.position = {log_id, entry.offset};
  return version;
}

}  // namespace regent
