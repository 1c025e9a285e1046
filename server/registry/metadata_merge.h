// What is added to a schema from configuration and from the version before (semantics 3.4, step 4).
#pragma once

#include "base/model.h"
#include "server/registry/effective_config.h"
#include "server/registry/registry.h"

namespace regent {

// Maps per key, sets united; `over` wins. Nothing and nothing is nothing.
Boxed<Metadata> MergeMetadata(const Boxed<Metadata>& under, const Boxed<Metadata>& over);
// Rules by name within each list; `over` wins.
Boxed<RuleSet> MergeRuleSets(const Boxed<RuleSet>& under, const Boxed<RuleSet>& over);

// Whether the configuration adds anything of its own.
bool AddsToContent(const EffectiveConfig& config);
// default + (given, or else the previous version's) + override. `previous` may be null.
void MergeFromConfig(const EffectiveConfig& config, const SchemaContent* previous, SchemaContent* content);

// `previous` may be null.
void ApplyEdit(const SchemaEdit& edit, const SchemaContent* previous, SchemaContent* content);

}  // namespace regent
