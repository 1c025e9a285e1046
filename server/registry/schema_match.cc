#include "server/registry/schema_match.h"

#include <optional>
#include <string>

#include "absl/hash/hash.h"
#include "server/registry/version_index.h"

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

// The newest version of `view` for which `matches` holds; where there are many, of those that `index` finds.
template <typename Matches>
const VersionEntry* Newest(const SchemaCatalog& catalog, const SubjectView& view, VersionIndex::By by,
                           const std::function<uint64_t()>& key, const VersionIndex::KeysOf& keys_of,
                           const Matches& matches) {
  if (view.versions.size() < VersionIndex::kWorthwhile) {
    for (auto it = view.versions.rbegin(); it != view.versions.rend(); ++it) {
      if (matches(*it)) return &*it;
    }
    return nullptr;
  }
  for (const Version version : catalog.index().Find(view, by, key(), keys_of)) {
    const VersionEntry* entry = view.Find(version);
    if (entry != nullptr && matches(*entry)) return entry;
  }
  return nullptr;
}

uint64_t HashKey(SchemaType type, const ContentHash& hash) { return absl::HashOf(static_cast<int>(type), hash); }

// All that equal content has in common with what FindEquivalent may find for it.
uint64_t MeaningKey(uint64_t equivalence_key, const SchemaContent& content, const std::vector<Reference>& references) {
  SchemaContent rest;
  rest.references = references;
  rest.metadata = WithoutVersion(content.metadata);
  rest.rule_set = content.rule_set;
  return absl::HashOf(equivalence_key, static_cast<int>(content.type), HashOf(rest));
}

// Under its references, and as it is asked for without them.
std::optional<VersionIndex::Keys> MeaningKeys(const SchemaCatalog& catalog, const VersionEntry& entry) {
  const SchemaContent& stored = entry.stored->content;
  const auto format = catalog.FormatOf(stored.type);
  if (!format.ok()) return VersionIndex::Keys();
  const auto parsed = catalog.ParseStored(entry.stored);
  if (!parsed.ok()) return std::nullopt;
  const uint64_t key = (*format)->EquivalenceKey(**parsed);
  VersionIndex::Keys keys = {MeaningKey(key, stored, stored.references)};
  if (!stored.references.empty()) keys.push_back(MeaningKey(key, stored, {}));
  return keys;
}

}  // namespace

const VersionEntry* FindByHash(const SchemaCatalog& catalog, const SubjectView& view, SchemaType type,
                               const ContentHash& hash, Deleted deleted) {
  return Newest(
      catalog, view, VersionIndex::By::kHash, [&] { return HashKey(type, hash); },
      [](const VersionEntry& entry) -> std::optional<VersionIndex::Keys> {
        return VersionIndex::Keys{HashKey(entry.stored->content.type, entry.stored->hash)};
      },
      [&](const VersionEntry& entry) {
        return Allowed(entry, deleted) && entry.stored->hash == hash && entry.stored->content.type == type;
      });
}

const VersionEntry* FindEquivalent(const SchemaCatalog& catalog, const SubjectView& view, const SchemaContent& content,
                                   const ParsedSchema& parsed, Deleted deleted) {
  const auto format = catalog.FormatOf(content.type);
  if (!format.ok()) return nullptr;
  return Newest(
      catalog, view, VersionIndex::By::kMeaning,
      [&] { return MeaningKey((*format)->EquivalenceKey(parsed), content, content.references); },
      [&](const VersionEntry& entry) { return MeaningKeys(catalog, entry); },
      [&](const VersionEntry& entry) {
        const SchemaContent& stored = entry.stored->content;
        if (!Allowed(entry, deleted) || stored.type != content.type) return false;
        // A request that leaves the references out is taken to mean those that are stored.
        if (content.references != stored.references && !content.references.empty()) return false;
        if (content.rule_set != stored.rule_set || !SameMetadata(content.metadata, entry)) return false;
        const auto candidate = catalog.ParseStored(entry.stored);
        return candidate.ok() && (*format)->Equivalent(parsed, **candidate);
      });
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
