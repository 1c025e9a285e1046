// A schema against the versions of a subject: from what is stored to what schema/compatibility.h compares.
#pragma once

#include "absl/status/statusor.h"
#include "base/model.h"
#include "schema/format.h"
#include "server/registry/effective_config.h"
#include "server/registry/schema_catalog.h"
#include "store/state.h"

namespace regent {

// Against the live versions that `level` looks at; of the compatibility group, where one is configured. `view` may be
// null: compatible.
absl::StatusOr<CompatibilityReport> CheckAgainstLive(const SchemaCatalog& catalog, CompatibilityLevel level,
                                                     const EffectiveConfig& config, const SubjectView* view,
                                                     const SchemaContent& content, const ParsedSchema& parsed);

// Against one version, deleted or not.
absl::StatusOr<CompatibilityReport> CheckAgainstOne(const SchemaCatalog& catalog, CompatibilityLevel level,
                                                    const EffectiveConfig& config, const VersionEntry& entry,
                                                    const SchemaContent& content, const ParsedSchema& parsed);

}  // namespace regent
