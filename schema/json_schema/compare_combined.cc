// allOf, anyOf, oneOf: also what a list of types and schemas that say several things became.

#include <algorithm>
#include <cstdint>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/str_cat.h"
#include "schema/json_schema/comparer.h"
#include "schema/json_schema/matching.h"

namespace regent::json_schema {
namespace {

using T = DifferenceType;

// Whether another criterion lets in all that the original did.
bool IsWider(const Node& original, const Node& update) {
  const bool was_one = original.branches.size() == 1;
  const bool is_one = update.branches.size() == 1;
  return update.criterion == Criterion::kAnyOf || (was_one && is_one) ||
         (was_one && update.criterion == Criterion::kOneOf) || (is_one && original.criterion == Criterion::kAllOf);
}

// Takes pairs of equal branches out of both lists. Only those that are alike are looked at closely: of thousands of
// branches, each would meet thousands.
void RemoveEqual(std::vector<NodeIndex>* originals, std::vector<NodeIndex>* updates, Scope* scope) {
  absl::flat_hash_map<uint64_t, std::vector<size_t>> places;  // in `updates`, by likeness
  for (size_t i = updates->size(); i-- > 0;) {
    if (!scope->Spend()) return;
    places[scope->LikenessOf(scope->Update((*updates)[i]))].push_back(i);
  }
  std::vector<NodeIndex> originals_left;
  for (const NodeIndex original : *originals) {
    if (!scope->Spend()) return;
    const auto alike = places.find(scope->LikenessOf(scope->Original(original)));
    if (alike == places.end()) {
      originals_left.push_back(original);
      continue;
    }
    std::vector<size_t>& candidates = alike->second;
    const auto equal = std::find_if(candidates.rbegin(), candidates.rend(), [&](size_t place) {
      return scope->AreEqual(scope->Original(original), scope->Update((*updates)[place]));
    });
    if (equal == candidates.rend()) {
      originals_left.push_back(original);
    } else {
      (*updates)[*equal] = kNoNode;
      *equal = candidates.back();
      candidates.pop_back();
    }
  }
  *originals = std::move(originals_left);
  updates->erase(std::remove(updates->begin(), updates->end(), kNoNode), updates->end());
}

// The branches that found no partner, for people.
std::string Unmatched(const std::vector<NodeIndex>& originals, const std::vector<int>& partners, Scope* scope) {
  std::string out;
  int shown = 0;
  for (size_t i = 0; i < originals.size() && shown < 3; ++i) {
    if (partners[i] >= 0) continue;
    absl::StrAppend(&out, shown++ == 0 ? "" : ", ", DescribeNode(scope->Resolve(scope->Original(originals[i]))));
  }
  return out;
}

}  // namespace

void CompareCombined(const Node& original, const Node& update, Scope* scope) {
  const Scope::Texts texts{"", DescribeNode(original), DescribeNode(update)};
  if (original.criterion != update.criterion) {
    if (!IsWider(original, update)) return scope->Add(T::COMBINED_TYPE_CHANGED, "", texts);
    scope->Add(T::COMBINED_TYPE_EXTENDED);
  }
  if (update.branches.size() > original.branches.size()) {
    scope->Add(update.criterion == Criterion::kAllOf ? T::PRODUCT_TYPE_EXTENDED : T::SUM_TYPE_EXTENDED, "", texts);
  } else if (update.branches.size() < original.branches.size()) {
    scope->Add(original.criterion == Criterion::kAllOf ? T::PRODUCT_TYPE_NARROWED : T::SUM_TYPE_NARROWED, "", texts);
  }
  std::vector<NodeIndex> originals = original.branches;
  std::vector<NodeIndex> updates = update.branches;
  RemoveEqual(&originals, &updates, scope);
  std::vector<std::vector<bool>> fits;
  for (const NodeIndex from : originals) {
    std::vector<bool>& row = fits.emplace_back();
    for (const NodeIndex to : updates) {
      if (!scope->Spend()) return;
      row.push_back(scope->Fits(scope->Original(from), scope->Update(to)));
    }
  }
  const std::vector<int> partners = MaximumMatching(fits, static_cast<int>(updates.size()), scope->steps());
  const auto matched = partners.size() - static_cast<size_t>(std::count(partners.begin(), partners.end(), -1));
  if (matched < std::min(originals.size(), updates.size())) {
    scope->Add(T::COMBINED_TYPE_SUBSCHEMAS_CHANGED, "",
               {Unmatched(originals, partners, scope), texts.old_text, texts.new_text});
  }
}

}  // namespace regent::json_schema
