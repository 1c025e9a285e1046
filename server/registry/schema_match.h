// Which registered version is "the same schema" as one that is asked about (semantics 4.2).
#pragma once

#include <optional>

#include "absl/status/statusor.h"
#include "base/content_hash.h"
#include "schema/format.h"
#include "server/registry/registry.h"
#include "server/registry/schema_catalog.h"
#include "store/state.h"

namespace regent {

// The metadata property that says which version a schema is.
inline constexpr char kVersionProperty[] = "confluent:version";

// By content hash, the newest version of those that `deleted` allows. Null: none. Like FindEquivalent, it looks at few
// versions however many there are: see VersionIndex.
const VersionEntry* FindByHash(const SchemaCatalog& catalog, const SubjectView& view, SchemaType type,
                               const ContentHash& hash, Deleted deleted);

// By meaning, newest to oldest: formats decide what is equivalent, references and metadata count as well. Stored
// versions that cannot be parsed match nothing.
const VersionEntry* FindEquivalent(const SchemaCatalog& catalog, const SubjectView& view, const SchemaContent& content,
                                   const ParsedSchema& parsed, Deleted deleted);

SchemaVersion MakeSchemaVersion(const Subject& subject, const VersionEntry& entry, const std::string& log_id);

}  // namespace regent
