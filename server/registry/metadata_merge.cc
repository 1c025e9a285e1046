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

void ApplyEdit(const SchemaEdit& edit, const SchemaContent* previous, SchemaContent* content) {
  Metadata metadata = content->metadata ? *content->metadata : Metadata();
  if (edit.keep_tags && previous != nullptr && previous->metadata) {
    for (const auto& [path, tags] : previous->metadata->tags) metadata.tags[path].insert(tags.begin(), tags.end());
  }
  for (const auto& [path, tags] : edit.add_tags) metadata.tags[path].insert(tags.begin(), tags.end());
  for (const auto& [path, tags] : edit.remove_tags) {
    const auto it = metadata.tags.find(path);
    if (it == metadata.tags.end()) continue;
    for (const std::string& tag : tags) it->second.erase(tag);
    if (it->second.empty()) metadata.tags.erase(it);
  }
  if (content->metadata || metadata != Metadata()) content->metadata = std::move(metadata);

  RuleSet rules = content->rule_set ? *content->rule_set : RuleSet();
  rules = *MergeRuleSets(rules, edit.merge_rules);
  for (auto* list : {&rules.migration_rules, &rules.domain_rules, &rules.encoding_rules}) {
    std::erase_if(*list, [&](const Rule& rule) { return edit.remove_rules.contains(rule.name); });
  }
  if (content->rule_set || rules != RuleSet()) content->rule_set = std::move(rules);
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
