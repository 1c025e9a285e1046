#include "server/registry/metadata_merge.h"

#include <algorithm>

namespace regent {
namespace {

void MergeRules(const std::vector<Rule>& over, std::vector<Rule>* rules) {
  for (const Rule& rule : over) {
    const auto same = std::find_if(rules->begin(), rules->end(), [&](const Rule& r) { return r.name == rule.name; });
    if (same == rules->end()) {
      rules->push_back(rule);
    } else {
      *same = rule;
    }
  }
}

}  // namespace

Boxed<Metadata> MergeMetadata(const Boxed<Metadata>& under, const Boxed<Metadata>& over) {
  if (!under || !over) return under ? under : over;
  Metadata merged = *under;
  for (const auto& [path, tags] : over->tags) merged.tags[path].insert(tags.begin(), tags.end());
  for (const auto& [key, value] : over->properties) merged.properties[key] = value;
  merged.sensitive.insert(over->sensitive.begin(), over->sensitive.end());
  return merged;
}

Boxed<RuleSet> MergeRuleSets(const Boxed<RuleSet>& under, const Boxed<RuleSet>& over) {
  if (!under || !over) return under ? under : over;
  RuleSet merged = *under;
  MergeRules(over->migration_rules, &merged.migration_rules);
  MergeRules(over->domain_rules, &merged.domain_rules);
  MergeRules(over->encoding_rules, &merged.encoding_rules);
  if (over->enable_at) merged.enable_at = over->enable_at;
  return merged;
}

bool AddsToContent(const EffectiveConfig& config) {
  return config.default_metadata || config.override_metadata || config.default_rule_set || config.override_rule_set;
}

void MergeFromConfig(const EffectiveConfig& config, const SchemaContent* previous, SchemaContent* content) {
  if (previous != nullptr && !content->metadata) content->metadata = previous->metadata;
  if (previous != nullptr && !content->rule_set) content->rule_set = previous->rule_set;
  content->metadata =
      MergeMetadata(MergeMetadata(config.default_metadata, content->metadata), config.override_metadata);
  content->rule_set =
      MergeRuleSets(MergeRuleSets(config.default_rule_set, content->rule_set), config.override_rule_set);
}

}  // namespace regent
