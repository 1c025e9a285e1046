// Turns stored and requested schemas into parsed ones: formats by type, references resolved, parsed schemas cached.
#pragma once

#include <list>
#include <memory>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "base/mutex.h"
#include "schema/format.h"
#include "server/registry/version_index.h"
#include "store/state.h"

namespace regent {

// New registrations may only refer to live versions; what is stored already keeps its references, deleted or not.
enum class ReferenceScope { kLiveOnly, kAny };

// Thread-safe. `state` and the formats outlive it.
class SchemaCatalog {
 public:
  struct Options {
    FormatLimits format;
    int max_references = 1000;  // of one schema, all levels together
    // Of parsed schemas, estimated from their text; a quarter of it more for the index.
    size_t cache_bytes_max = 64u << 20;
    // Whether a new schema is refused that reaches two versions under one name. Else the first met counts.
    bool one_version_per_name = false;
  };

  SchemaCatalog(std::vector<const Format*> formats, const State* state, Options options);

  const FormatLimits& limits() const { return options_.format; }
  // SCHEMA_INVALID for a type that this build has no format for.
  absl::StatusOr<const Format*> FormatOf(SchemaType type) const;

  // Replaces version -1 by the latest live one. REFERENCE_NOT_FOUND naming the reference, also for what a registration
  // may not refer to; REQUEST_INVALID for a reference that lacks a part.
  absl::Status PinReferences(std::vector<Reference>* references,
                             ReferenceScope scope = ReferenceScope::kLiveOnly) const;

  // All that `references` need, children first; of several with one name the first met counts (semantics 4.3), unless
  // one_version_per_name forbids it in new schemas: then SCHEMA_INVALID naming both.
  absl::StatusOr<std::vector<NamedSchema>> Resolve(const std::vector<Reference>& references,
                                                   ReferenceScope scope) const;

  // `content.references` pinned before.
  absl::StatusOr<std::shared_ptr<const ParsedSchema>> ParseNew(const SchemaContent& content, Validation validation,
                                                               ReferenceScope scope = ReferenceScope::kLiveOnly) const;
  absl::StatusOr<std::shared_ptr<const ParsedSchema>> ParseStored(std::shared_ptr<const StoredSchema> stored) const;

  // What is known of subjects with many versions.
  VersionIndex& index() const { return index_; }

 private:
  struct Cached {
    std::shared_ptr<const StoredSchema> stored;  // keeps the key's address from being used again
    std::shared_ptr<const ParsedSchema> parsed;
    size_t bytes = 0;
  };

  std::shared_ptr<const ParsedSchema> FindCached(const StoredSchema* stored) const;
  void Cache(std::shared_ptr<const StoredSchema> stored, std::shared_ptr<const ParsedSchema> parsed) const;

  const std::vector<const Format*> formats_;
  const State* const state_;
  const Options options_;
  mutable VersionIndex index_;

  mutable Mutex mutex_;
  mutable std::list<Cached> by_use_ GUARDED_BY(mutex_);  // the latest first
  mutable std::unordered_map<const StoredSchema*, std::list<Cached>::iterator> cache_ GUARDED_BY(mutex_);
  mutable size_t cache_bytes_ GUARDED_BY(mutex_) = 0;
};

}  // namespace regent
