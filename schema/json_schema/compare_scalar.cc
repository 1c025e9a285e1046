// Numbers, strings, lists of values; and limits, which objects and arrays have as well.

#include <algorithm>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "schema/json_schema/comparer.h"

namespace regent::json_schema {
namespace {

using T = DifferenceType;

std::string Text(const std::optional<Decimal>& number) { return number ? number->ToText() : ""; }

std::string Quoted(std::string_view text) {
  constexpr size_t kMost = 80;
  return absl::StrCat("\"", std::string(text.substr(0, kMost)), text.size() > kMost ? "...\"" : "\"");
}

void CompareMultiple(const std::optional<Decimal>& original, const std::optional<Decimal>& update, Scope* scope) {
  constexpr std::string_view kKeyword = "multipleOf";
  if (original == update) return;
  const Scope::Texts texts{"", Text(original), Text(update)};
  if (!original) return scope->Add(T::MULTIPLE_OF_ADDED, kKeyword, texts);
  if (!update) return scope->Add(T::MULTIPLE_OF_REMOVED, kKeyword, texts);
  if (update->IsMultipleOf(*original)) return scope->Add(T::MULTIPLE_OF_EXPANDED, kKeyword, texts);
  scope->Add(original->IsMultipleOf(*update) ? T::MULTIPLE_OF_REDUCED : T::MULTIPLE_OF_CHANGED, kKeyword, texts);
}

// `maximum` with `exclusiveMaximum` (or the minimum's pair) of one side.
struct Bound {
  std::optional<Decimal> limit;
  std::optional<Decimal> exclusive;
  bool is_flagged;
};

// Draft-04 has one limit and a flag, later drafts have two limits. Where both sides may be seen as draft-04, the limit
// and the flag are compared; otherwise both limits are.
void CompareBound(std::string_view keyword, std::string_view exclusive_keyword, Bound original, Bound update,
                  const LimitTypes& types, const LimitTypes& exclusive_types, Scope* scope) {
  const bool two_limits = (original.exclusive && !original.is_flagged) || (update.exclusive && !update.is_flagged);
  if (!two_limits) {
    CompareLimit(keyword, original.limit, update.limit, types, scope);
    if (!original.limit || !update.limit || original.is_flagged == update.is_flagged) return;
    scope->Add(update.is_flagged ? exclusive_types.added : exclusive_types.removed, exclusive_keyword,
               {"", Text(original.exclusive), Text(update.exclusive)});
    return;
  }
  if (original.is_flagged && !update.limit) original.limit.reset();
  if (update.is_flagged && !original.limit) update.limit.reset();
  CompareLimit(keyword, original.limit, update.limit, types, scope);
  CompareLimit(exclusive_keyword, original.exclusive, update.exclusive, exclusive_types, scope);
}

}  // namespace

void CompareLimit(std::string_view keyword, const std::optional<Decimal>& original,
                  const std::optional<Decimal>& update, const LimitTypes& types, Scope* scope) {
  if (original == update) return;
  const DifferenceType type = !original             ? types.added
                              : !update             ? types.removed
                              : *update > *original ? types.increased
                                                    : types.decreased;
  scope->Add(type, keyword, {"", Text(original), Text(update)});
}

void CompareNumbers(const NumberRules& original, const NumberRules& update, Scope* scope) {
  CompareBound("maximum", "exclusiveMaximum",
               {original.maximum, original.exclusive_maximum, original.maximum_is_flagged},
               {update.maximum, update.exclusive_maximum, update.maximum_is_flagged},
               {T::MAXIMUM_ADDED, T::MAXIMUM_REMOVED, T::MAXIMUM_INCREASED, T::MAXIMUM_DECREASED},
               {T::EXCLUSIVE_MAXIMUM_ADDED, T::EXCLUSIVE_MAXIMUM_REMOVED, T::EXCLUSIVE_MAXIMUM_INCREASED,
                T::EXCLUSIVE_MAXIMUM_DECREASED},
               scope);
  CompareBound("minimum", "exclusiveMinimum",
               {original.minimum, original.exclusive_minimum, original.minimum_is_flagged},
               {update.minimum, update.exclusive_minimum, update.minimum_is_flagged},
               {T::MINIMUM_ADDED, T::MINIMUM_REMOVED, T::MINIMUM_INCREASED, T::MINIMUM_DECREASED},
               {T::EXCLUSIVE_MINIMUM_ADDED, T::EXCLUSIVE_MINIMUM_REMOVED, T::EXCLUSIVE_MINIMUM_INCREASED,
                T::EXCLUSIVE_MINIMUM_DECREASED},
               scope);
  CompareMultiple(original.multiple_of, update.multiple_of, scope);
  if (original.whole != update.whole) {
    scope->Add(update.whole ? T::TYPE_NARROWED : T::TYPE_EXTENDED);
  }
}

void CompareStrings(const StringRules& original, const StringRules& update, Scope* scope) {
  CompareLimit("maxLength", original.max_length, update.max_length,
               {T::MAX_LENGTH_ADDED, T::MAX_LENGTH_REMOVED, T::MAX_LENGTH_INCREASED, T::MAX_LENGTH_DECREASED}, scope);
  CompareLimit("minLength", original.min_length, update.min_length,
               {T::MIN_LENGTH_ADDED, T::MIN_LENGTH_REMOVED, T::MIN_LENGTH_INCREASED, T::MIN_LENGTH_DECREASED}, scope);
  if (original.pattern == update.pattern) return;
  const DifferenceType type = !original.pattern ? T::PATTERN_ADDED
                              : !update.pattern ? T::PATTERN_REMOVED
                                                : T::PATTERN_CHANGED;
  scope->Add(type, "pattern",
             {"", original.pattern ? Quoted(*original.pattern) : "", update.pattern ? Quoted(*update.pattern) : ""});
}

void CompareValues(const Node& original, const Node& update, Scope* scope) {
  const std::string_view keyword = original.kind == Kind::kEnum ? "enum" : "const";
  if (!scope->Spend(static_cast<int64_t>(original.values.size() + update.values.size()) / 4)) return;
  if (original.values == update.values) return;
  std::vector<std::string_view> missing;
  const std::vector<std::string_view> originals(original.values.begin(), original.values.end());
  std::set_difference(originals.begin(), originals.end(), update.values.begin(), update.values.end(),
                      std::back_inserter(missing));
  if (missing.empty()) return scope->Add(T::ENUM_ARRAY_EXTENDED, keyword);
  std::string shown;
  for (size_t i = 0; i < missing.size() && i < 5; ++i) {
    absl::StrAppend(&shown, i == 0 ? "" : ", ", std::string(missing[i].substr(0, 80)));
  }
  if (missing.size() > 5) absl::StrAppend(&shown, " and ", missing.size() - 5, " more");
  const bool only_fewer = update.values.size() == original.values.size() - missing.size();
  scope->Add(only_fewer && original.kind == Kind::kEnum ? T::ENUM_ARRAY_NARROWED : T::ENUM_ARRAY_CHANGED, keyword,
             {"", shown, ""});
}

}  // namespace regent::json_schema
