// Arrays: how many items, which kind of items, and items one by one.

#include <algorithm>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "schema/json_schema/comparer.h"

namespace regent::json_schema {
namespace {

using T = DifferenceType;

// One schema for every item. One that lets in anything is as good as none.
void CompareItems(Ref original, Ref update, Scope* scope) {
  const bool was = original.node != kNoNode;
  const bool is = update.node != kNoNode;
  if (was && is) {
    scope->Compare(original, update, "items");
  } else if (was) {
    scope->AddNowhere(T::SCHEMA_REMOVED, "items");
  } else if (is && OpennessOf(update, scope) != Openness::kOpen) {
    scope->AddNowhere(T::SCHEMA_ADDED, "items");
  }
}

// What a list of items says of those behind its end.
struct Rest {
  Openness openness;
  Ref schema;  // where it is one
};

Rest RestOf(Ref additional, Ref unevaluated, Scope* scope) {
  const Openness of_additional = OpennessOf(additional, scope);
  if (of_additional != Openness::kOpen) return {of_additional, additional};
  return {OpennessOf(unevaluated, scope), unevaluated};
}

void ItemRemoved(Ref removed, std::string_view index, const Rest& rest, Scope* scope) {
  if (rest.openness == Openness::kOpen) return scope->AddAt(T::ITEM_REMOVED_FROM_OPEN_CONTENT_MODEL, "items", index);
  if (rest.openness == Openness::kClosed) {
    const bool never_there = scope->Resolve(removed).kind == Kind::kFalse;
    return scope->AddAt(
        never_there ? T::ITEM_WITH_FALSE_REMOVED_FROM_CLOSED_CONTENT_MODEL : T::ITEM_REMOVED_FROM_CLOSED_CONTENT_MODEL,
        "items", index);
  }
  const bool covered = scope->CompareAt(removed, rest.schema, "items", index);
  scope->AddAt(covered ? T::ITEM_REMOVED_IS_COVERED_BY_PARTIALLY_OPEN_CONTENT_MODEL
                       : T::ITEM_REMOVED_NOT_COVERED_BY_PARTIALLY_OPEN_CONTENT_MODEL,
               "items", index);
}

void ItemAdded(Ref added, std::string_view index, const Rest& rest, Scope* scope) {
  if (rest.openness == Openness::kClosed) return scope->AddAt(T::ITEM_ADDED_TO_CLOSED_CONTENT_MODEL, "items", index);
  if (rest.openness == Openness::kOpen) {
    const Node& schema = scope->Resolve(added);
    const bool is_empty = schema.kind == Kind::kEmpty;
    return scope->AddAt(
        is_empty ? T::ITEM_WITH_EMPTY_SCHEMA_ADDED_TO_OPEN_CONTENT_MODEL : T::ITEM_ADDED_TO_OPEN_CONTENT_MODEL, "items",
        index, {"", "", DescribeNode(schema)});
  }
  const bool covered = scope->CompareAt(rest.schema, added, "items", index);
  scope->AddAt(covered ? T::ITEM_ADDED_IS_COVERED_BY_PARTIALLY_OPEN_CONTENT_MODEL
                       : T::ITEM_ADDED_NOT_COVERED_BY_PARTIALLY_OPEN_CONTENT_MODEL,
               "items", index);
}

void CompareTuples(const ArrayRules& original, const ArrayRules& update, Scope* scope) {
  const Rest was = RestOf(scope->Original(original.additional), scope->Original(original.unevaluated), scope);
  const Rest is = RestOf(scope->Update(update.additional), scope->Update(update.unevaluated), scope);
  for (size_t i = 0; i < std::max(original.tuple.size(), update.tuple.size()); ++i) {
    if (!scope->Spend()) return;
    const std::string index = absl::StrCat(i);
    if (i >= update.tuple.size()) {
      ItemRemoved(scope->Original(original.tuple[i]), index, is, scope);
    } else if (i >= original.tuple.size()) {
      ItemAdded(scope->Update(update.tuple[i]), index, was, scope);
    } else {
      scope->CompareAt(scope->Original(original.tuple[i]), scope->Update(update.tuple[i]), "items", index);
    }
  }
}

}  // namespace

void CompareArrays(const ArrayRules& original, const ArrayRules& update, Scope* scope) {
  CompareLimit("maxItems", original.max_items, update.max_items,
               {T::MAX_ITEMS_ADDED, T::MAX_ITEMS_REMOVED, T::MAX_ITEMS_INCREASED, T::MAX_ITEMS_DECREASED}, scope);
  CompareLimit("minItems", original.min_items, update.min_items,
               {T::MIN_ITEMS_ADDED, T::MIN_ITEMS_REMOVED, T::MIN_ITEMS_INCREASED, T::MIN_ITEMS_DECREASED}, scope);
  if (original.unique != update.unique) {
    scope->Add(update.unique ? T::UNIQUE_ITEMS_ADDED : T::UNIQUE_ITEMS_REMOVED, "uniqueItems");
  }
  CompareLimit("maxContains", original.max_contains, update.max_contains,
               {T::MAX_CONTAINS_ADDED, T::MAX_CONTAINS_REMOVED, T::MAX_CONTAINS_INCREASED, T::MAX_CONTAINS_DECREASED},
               scope);
  CompareLimit("minContains", original.min_contains, update.min_contains,
               {T::MIN_CONTAINS_ADDED, T::MIN_CONTAINS_REMOVED, T::MIN_CONTAINS_INCREASED, T::MIN_CONTAINS_DECREASED},
               scope);
  CompareOpenness("additionalItems", scope->Original(original.additional), scope->Update(update.additional),
                  {T::ADDITIONAL_ITEMS_ADDED, T::ADDITIONAL_ITEMS_EXTENDED, T::ADDITIONAL_ITEMS_NARROWED,
                   T::ADDITIONAL_ITEMS_REMOVED},
                  scope);
  CompareOpenness("unevaluatedItems", scope->Original(original.unevaluated), scope->Update(update.unevaluated),
                  {T::UNEVALUATED_ITEMS_ADDED, T::UNEVALUATED_ITEMS_EXTENDED, T::UNEVALUATED_ITEMS_NARROWED,
                   T::UNEVALUATED_ITEMS_REMOVED},
                  scope);
  CompareItems(scope->Original(original.items), scope->Update(update.items), scope);
  CompareTuples(original, update, scope);
}

}  // namespace regent::json_schema
