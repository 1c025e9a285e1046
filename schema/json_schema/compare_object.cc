// Objects: required names, dependencies, how many properties, which others, and each by itself.

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "schema/json_schema/comparer.h"

namespace regent::json_schema {
namespace {

using T = DifferenceType;

void CompareRequired(const ObjectRules& original, const ObjectRules& update, Scope* scope) {
  // Names that are required but not described are not looked at.
  for (const Named& property : original.properties.all()) {
    const NodeIndex now = update.properties.Find(property.name);
    if (!scope->Spend()) return;
    if (now == kNoNode) continue;
    const bool was = original.Requires(property.name);
    const bool is = update.Requires(property.name);
    if (was == is) continue;
    const DifferenceType type = was                                     ? T::REQUIRED_ATTRIBUTE_REMOVED
                                : scope->HasDefault(scope->Update(now)) ? T::REQUIRED_ATTRIBUTE_WITH_DEFAULT_ADDED
                                                                        : T::REQUIRED_ATTRIBUTE_ADDED;
    scope->AddAt(type, "required", property.name);
  }
}

std::string Joined(const std::vector<std::string_view>& names) {
  std::vector<std::string> shown;
  for (size_t i = 0; i < names.size() && i < 10; ++i) shown.emplace_back(names[i].substr(0, 80));
  return absl::StrCat(absl::StrJoin(shown, ", "), names.size() > 10 ? ", ..." : "");
}

void CompareNeeds(const ObjectRules::Needs& original, const ObjectRules::Needs& update, Scope* scope) {
  const auto includes = [](const auto& more, const auto& less) {
    return std::includes(more.begin(), more.end(), less.begin(), less.end());
  };
  if (original.needed == update.needed) return;
  const DifferenceType type = includes(update.needed, original.needed)   ? T::DEPENDENCY_ARRAY_EXTENDED
                              : includes(original.needed, update.needed) ? T::DEPENDENCY_ARRAY_NARROWED
                                                                         : T::DEPENDENCY_ARRAY_CHANGED;
  scope->AddAt(type, "dependencies", original.name, {"", Joined(original.needed), Joined(update.needed)});
}

void CompareDependencies(const ObjectRules& original, const ObjectRules& update, Scope* scope) {
  const auto find = [](const ObjectRules& rules, std::string_view name) {
    const auto found = std::lower_bound(rules.needs.begin(), rules.needs.end(), name,
                                        [](const auto& needs, std::string_view key) { return needs.name < key; });
    return found != rules.needs.end() && found->name == name ? &*found : nullptr;
  };
  for (const ObjectRules::Needs& needs : original.needs) {
    if (!scope->Spend(1 + static_cast<int64_t>(needs.needed.size()))) return;
    const ObjectRules::Needs* now = find(update, needs.name);
    if (now == nullptr) {
      scope->AddAt(T::DEPENDENCY_ARRAY_REMOVED, "dependencies", needs.name);
    } else {
      CompareNeeds(needs, *now, scope);
    }
  }
  for (const ObjectRules::Needs& needs : update.needs) {
    if (!scope->Spend()) return;
    if (find(original, needs.name) != nullptr) continue;
    scope->AddAt(T::DEPENDENCY_ARRAY_ADDED, "dependencies", needs.name, {"", "", Joined(needs.needed)});
  }
  for (const Named& dependency : original.dependent_schemas.all()) {
    const NodeIndex now = update.dependent_schemas.Find(dependency.name);
    if (now != kNoNode) {
      scope->CompareAt(scope->Original(dependency.node), scope->Update(now), "dependencies", dependency.name);
    } else {
      scope->AddAt(T::DEPENDENCY_SCHEMA_REMOVED, "dependencies", dependency.name);
    }
  }
  for (const Named& dependency : update.dependent_schemas.all()) {
    if (!scope->Spend()) return;
    if (original.dependent_schemas.Find(dependency.name) != kNoNode) continue;
    scope->AddAt(T::DEPENDENCY_SCHEMA_ADDED, "dependencies", dependency.name);
  }
}

// What a content model says of a property that it does not name.
struct Cover {
  bool is_open = false;
  std::vector<Ref> schemas;  // that such a property must fit; none in a model that is not open: it is closed
};

// `ref_of` makes a Ref of a node of the side that `rules` belong to. A pattern that cannot be run counts as one that
// matches where `doubtful` says so.
template <typename RefOf>
Cover CoverOf(const ObjectRules& rules, std::string_view name, bool doubtful, const RefOf& ref_of, Scope* scope) {
  Cover cover;
  const Openness additional = OpennessOf(ref_of(rules.additional), scope);
  const Openness unevaluated = OpennessOf(ref_of(rules.unevaluated), scope);
  if (rules.patterns.all().empty() && additional == Openness::kOpen && unevaluated == Openness::kOpen) {
    cover.is_open = true;
    return cover;
  }
  for (const Named& pattern : rules.patterns.all()) {
    const NamePattern::Match match = scope->FindIn(pattern.name, name);
    if (match == NamePattern::Match::kYes || (doubtful && match == NamePattern::Match::kUnknown)) {
      cover.schemas.push_back(ref_of(pattern.node));
    }
    if (!scope->Spend()) return cover;
  }
  if (!cover.schemas.empty() || additional == Openness::kClosed) return cover;
  if (additional == Openness::kSchema) {
    cover.schemas.push_back(ref_of(rules.additional));
  } else if (unevaluated == Openness::kSchema) {
    cover.schemas.push_back(ref_of(rules.unevaluated));
  }
  return cover;
}

void PropertyRemoved(const Named& property, const ObjectRules& update, Scope* scope) {
  const Ref removed = scope->Original(property.node);
  const Cover cover = CoverOf(
      update, property.name, /*doubtful=*/false, [&](NodeIndex node) { return scope->Update(node); }, scope);
  if (cover.is_open) return scope->AddAt(T::PROPERTY_REMOVED_FROM_OPEN_CONTENT_MODEL, "properties", property.name);
  if (cover.schemas.empty()) {
    const bool never_there = scope->Resolve(removed).kind == Kind::kFalse;
    return scope->AddAt(never_there ? T::PROPERTY_WITH_FALSE_REMOVED_FROM_CLOSED_CONTENT_MODEL
                                    : T::PROPERTY_REMOVED_FROM_CLOSED_CONTENT_MODEL,
                        "properties", property.name);
  }
  bool covered = true;
  for (const Ref& schema : cover.schemas) {
    const bool fits = scope->CompareAt(removed, schema, "properties", property.name);
    covered = covered && fits;
  }
  scope->AddAt(covered ? T::PROPERTY_REMOVED_IS_COVERED_BY_PARTIALLY_OPEN_CONTENT_MODEL
                       : T::PROPERTY_REMOVED_NOT_COVERED_BY_PARTIALLY_OPEN_CONTENT_MODEL,
               "properties", property.name);
}

// Everything that was let in fits all covering schemas, so one that fits the new property will do.
bool IsCovered(const Cover& cover, Ref added, std::string_view name, Scope* scope) {
  if (cover.schemas.size() == 1) return scope->CompareAt(cover.schemas.front(), added, "properties", name);
  bool covered = false;
  for (const Ref& schema : cover.schemas) {
    const bool fits = scope->Fits(schema, added);
    covered = covered || fits;
  }
  if (!covered) scope->CompareAt(cover.schemas.front(), added, "properties", name);
  return covered;
}

void PropertyAdded(const Named& property, const ObjectRules& original, const ObjectRules& update, Scope* scope) {
  const Ref added = scope->Update(property.node);
  const bool required = update.Requires(property.name);
  const bool has_default = scope->HasDefault(added);
  const auto add = [&](DifferenceType required_type, DifferenceType default_type, DifferenceType optional_type) {
    const DifferenceType type = !required ? optional_type : has_default ? default_type : required_type;
    scope->AddAt(type, "properties", property.name, {"", "", DescribeNode(scope->Resolve(added))});
  };
  const Cover cover = CoverOf(
      original, property.name, /*doubtful=*/true, [&](NodeIndex node) { return scope->Original(node); }, scope);
  if (cover.is_open) {
    if (scope->Resolve(added).kind == Kind::kEmpty) {
      return scope->AddAt(T::PROPERTY_WITH_EMPTY_SCHEMA_ADDED_TO_OPEN_CONTENT_MODEL, "properties", property.name);
    }
    return add(T::REQUIRED_PROPERTY_ADDED_TO_OPEN_CONTENT_MODEL,
               T::REQUIRED_PROPERTY_WITH_DEFAULT_ADDED_TO_OPEN_CONTENT_MODEL,
               T::OPTIONAL_PROPERTY_ADDED_TO_OPEN_CONTENT_MODEL);
  }
  if (!cover.schemas.empty()) {
    const bool covered = IsCovered(cover, added, property.name, scope);
    scope->AddAt(covered ? T::PROPERTY_ADDED_IS_COVERED_BY_PARTIALLY_OPEN_CONTENT_MODEL
                         : T::PROPERTY_ADDED_NOT_COVERED_BY_PARTIALLY_OPEN_CONTENT_MODEL,
                 "properties", property.name);
  }
  add(T::REQUIRED_PROPERTY_ADDED_TO_UNOPEN_CONTENT_MODEL,
      T::REQUIRED_PROPERTY_WITH_DEFAULT_ADDED_TO_UNOPEN_CONTENT_MODEL,
      T::OPTIONAL_PROPERTY_ADDED_TO_UNOPEN_CONTENT_MODEL);
}

void CompareProperties(const ObjectRules& original, const ObjectRules& update, Scope* scope) {
  for (const Named& property : original.properties.all()) {
    if (!scope->Spend()) return;
    const NodeIndex now = update.properties.Find(property.name);
    if (now == kNoNode) {
      PropertyRemoved(property, update, scope);
    } else {
      scope->CompareAt(scope->Original(property.node), scope->Update(now), "properties", property.name);
    }
  }
  for (const Named& property : update.properties.all()) {
    if (!scope->Spend()) return;
    if (original.properties.Find(property.name) == kNoNode) PropertyAdded(property, original, update, scope);
  }
}

}  // namespace

void CompareObjects(const ObjectRules& original, const ObjectRules& update, Scope* scope) {
  CompareRequired(original, update, scope);
  CompareDependencies(original, update, scope);
  CompareLimit(
      "maxProperties", original.max_properties, update.max_properties,
      {T::MAX_PROPERTIES_ADDED, T::MAX_PROPERTIES_REMOVED, T::MAX_PROPERTIES_INCREASED, T::MAX_PROPERTIES_DECREASED},
      scope);
  CompareLimit(
      "minProperties", original.min_properties, update.min_properties,
      {T::MIN_PROPERTIES_ADDED, T::MIN_PROPERTIES_REMOVED, T::MIN_PROPERTIES_INCREASED, T::MIN_PROPERTIES_DECREASED},
      scope);
  CompareOpenness("additionalProperties", scope->Original(original.additional), scope->Update(update.additional),
                  {T::ADDITIONAL_PROPERTIES_ADDED, T::ADDITIONAL_PROPERTIES_EXTENDED, T::ADDITIONAL_PROPERTIES_NARROWED,
                   T::ADDITIONAL_PROPERTIES_REMOVED},
                  scope);
  CompareOpenness("unevaluatedProperties", scope->Original(original.unevaluated), scope->Update(update.unevaluated),
                  {T::UNEVALUATED_PROPERTIES_ADDED, T::UNEVALUATED_PROPERTIES_EXTENDED,
                   T::UNEVALUATED_PROPERTIES_NARROWED, T::UNEVALUATED_PROPERTIES_REMOVED},
                  scope);
  CompareProperties(original, update, scope);
}

}  // namespace regent::json_schema
