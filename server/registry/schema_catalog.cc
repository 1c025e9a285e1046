#include "server/registry/schema_catalog.h"

#include <map>
#include <utility>

#include "absl/strings/str_cat.h"
#include "base/error_reason.h"

namespace regent {
namespace {

// A parsed schema is several times its text; what matters is that the bound is one.
constexpr size_t kParsedBytesPerTextByte = 8;
constexpr size_t kParsedBytesMin = 1024;
// Of one version in the index.
constexpr size_t kIndexedBytes = 32;

absl::Status ReferenceNotFound(const Reference& reference) {
  return MakeError(ErrorReason::kReferenceNotFound,
                   absl::StrCat("No schema reference found for subject \"", reference.subject.Qualified(),
                                "\" and version ", reference.version.value(), " (reference \"", reference.name, "\")"),
                   {.subject = reference.subject, .version = reference.version});
}

using NamedVersion = std::pair<Subject, Version>;

absl::Status TwoVersions(const Reference& reference, const NamedVersion& first) {
  return errors::SchemaInvalid(
      absl::StrCat("Reference \"", reference.name, "\" leads to subject \"", first.first.Qualified(), "\" version ",
                   first.second.value(), " and to subject \"", reference.subject.Qualified(), "\" version ",
                   reference.version.value(), "; schema.providers.reference.versions.strict allows one."));
}

}  // namespace

SchemaCatalog::SchemaCatalog(std::vector<const Format*> formats, const State* state, Options options)
    : formats_(std::move(formats)),
      state_(state),
      options_(options),
      index_(options.cache_bytes_max / 4 / kIndexedBytes) {}

absl::StatusOr<const Format*> SchemaCatalog::FormatOf(SchemaType type) const {
  for (const Format* format : formats_) {
    if (format->type() == type) return format;
  }
  const std::string_view name = SchemaTypeName(type);
  return errors::SchemaInvalid("Schemas of type " + std::string(name.empty() ? "unknown" : name) +
                               " are not understood by this node.");
}

absl::Status SchemaCatalog::PinReferences(std::vector<Reference>* references, ReferenceScope scope) const {
  for (Reference& reference : *references) {
    if (reference.name.empty() || reference.subject.name.empty() ||
        (reference.version.value() < 1 && reference.version.value() != -1)) {
      return MakeError(ErrorReason::kSchemaInvalid,
                       absl::StrCat("Invalid reference \"", reference.name, "\" to subject \"",
                                    reference.subject.Qualified(), "\" version ", reference.version.value(),
                                    ": name, subject and version (from 1, or -1 for the latest) are required."));
    }
    const auto view = state_->FindSubject(reference.subject);
    const VersionEntry* entry = nullptr;
    if (view != nullptr) entry = reference.version.value() == -1 ? view->LatestLive() : view->Find(reference.version);
    if (entry == nullptr || (entry->deleted && scope == ReferenceScope::kLiveOnly)) return ReferenceNotFound(reference);
    reference.version = entry->version;
  }
  return absl::OkStatus();
}

absl::StatusOr<std::vector<NamedSchema>> SchemaCatalog::Resolve(const std::vector<Reference>& references,
                                                                ReferenceScope scope) const {
  // Depth-first with a stack of its own: how deep references go is up to whoever registered them.
  struct Level {
    std::shared_ptr<const StoredSchema> owner;  // keeps `references` alive; null for the schema asked about
    const std::vector<Reference>* references;
    size_t next = 0;
    std::string name;
  };
  std::vector<NamedSchema> resolved;
  std::map<std::string, NamedVersion> begun;
  std::vector<Level> stack;
  stack.push_back({nullptr, &references, 0, ""});
  while (!stack.empty()) {
    Level& level = stack.back();
    if (level.next == level.references->size()) {
      if (level.owner != nullptr) resolved.push_back({level.name, level.owner->content.text});
      stack.pop_back();
      continue;
    }
    const Reference& reference = (*level.references)[level.next++];
    const auto [first, is_new] = begun.try_emplace(reference.name, reference.subject, reference.version);
    if (!is_new) {
      const bool same = first->second == std::pair(reference.subject, reference.version);
      if (same || scope == ReferenceScope::kAny || !options_.one_version_per_name) continue;
      return TwoVersions(reference, first->second);
    }
    if (begun.size() > static_cast<size_t>(options_.max_references)) {
      return errors::SchemaTooComplex(absl::StrCat("The schema refers, directly or through others, to more than ",
                                                   options_.max_references, " schemas."));
    }
    const auto view = state_->FindSubject(reference.subject);
    const VersionEntry* entry = view ? view->Find(reference.version) : nullptr;
    if (entry == nullptr || (entry->deleted && scope == ReferenceScope::kLiveOnly && stack.size() == 1)) {
      return ReferenceNotFound(reference);
    }
    stack.push_back({entry->stored, &entry->stored->content.references, 0, reference.name});
  }
  return resolved;
}

absl::StatusOr<std::shared_ptr<const ParsedSchema>> SchemaCatalog::ParseNew(const SchemaContent& content,
                                                                            Validation validation,
                                                                            ReferenceScope scope) const {
  auto format = FormatOf(content.type);
  if (!format.ok()) return format.status();
  auto references = Resolve(content.references, scope);
  if (!references.ok()) return references.status();
  return (*format)->Parse(content.text, *references, validation, options_.format);
}

absl::StatusOr<std::shared_ptr<const ParsedSchema>> SchemaCatalog::ParseStored(
    std::shared_ptr<const StoredSchema> stored) const {
  if (auto cached = FindCached(stored.get())) return cached;
  auto format = FormatOf(stored->content.type);
  if (!format.ok()) return format.status();
  auto references = Resolve(stored->content.references, ReferenceScope::kAny);
  if (!references.ok()) return references.status();
  auto parsed = (*format)->Parse(stored->content.text, *references, Validation::kLenient, options_.format);
  if (parsed.ok()) Cache(std::move(stored), *parsed);
  return parsed;
}

std::shared_ptr<const ParsedSchema> SchemaCatalog::FindCached(const StoredSchema* stored) const {
  MutexLock lock(&mutex_);
  const auto it = cache_.find(stored);
  if (it == cache_.end()) return nullptr;
  by_use_.splice(by_use_.begin(), by_use_, it->second);
  return it->second->parsed;
}

void SchemaCatalog::Cache(std::shared_ptr<const StoredSchema> stored,
                          std::shared_ptr<const ParsedSchema> parsed) const {
  std::list<Cached> evicted;  // destroyed after the lock
  MutexLock lock(&mutex_);
  const StoredSchema* key = stored.get();
  if (cache_.contains(key)) return;
  const size_t bytes = kParsedBytesMin + kParsedBytesPerTextByte * stored->content.text.size();
  by_use_.push_front({std::move(stored), std::move(parsed), bytes});
  cache_[key] = by_use_.begin();
  cache_bytes_ += bytes;
  while (cache_bytes_ > options_.cache_bytes_max && by_use_.size() > 1) {
    cache_bytes_ -= by_use_.back().bytes;
    cache_.erase(by_use_.back().stored.get());
    evicted.splice(evicted.begin(), by_use_, std::prev(by_use_.end()));
  }
}

}  // namespace regent
