#include "schema/json_schema/meta_validation.h"

#include <algorithm>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_set.h"
#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "schema/json_schema/decimal.h"
#include "schema/json_schema/pattern.h"
#include "schema/json_schema/uri.h"

namespace regent::json_schema {
namespace {

// What is wrong, and where below the keyword ("" or "/..").
struct Problem {
  std::string what;
  std::string where;
};
using MaybeProblem = std::optional<Problem>;

std::string_view KindName(const JsonValue& value) {
  switch (value.kind()) {
    case JsonValue::Kind::kNull:
      return "null";
    case JsonValue::Kind::kBool:
      return "a boolean";
    case JsonValue::Kind::kNumber:
      return "a number";
    case JsonValue::Kind::kString:
      return "a string";
    case JsonValue::Kind::kArray:
      return "an array";
    case JsonValue::Kind::kObject:
      return "an object";
  }
  return "";
}

MaybeProblem Expected(std::string_view what, const JsonValue& found, std::string where = "") {
  std::string shown;
  if (found.is_number() || found.is_string()) {
    shown = found.is_number() ? found.number_text() : found.string_value();
    if (shown.size() > 40) shown = "";
  }
  return Problem{absl::StrCat("must be ", std::string(what), ", not ", std::string(KindName(found)),
                              shown.empty() ? "" : absl::StrCat(" (", shown, ")")),
                 std::move(where)};
}

std::string Step(size_t index) { return absl::StrCat("/", index); }
std::string Step(const std::string& name) { return "/" + EscapePointer(name); }

class Checker {
 public:
  explicit Checker(Draft draft) : draft_(draft) {}

  MaybeProblem Check(Shape shape, const JsonValue& value) const {
    switch (shape) {
      case Shape::kAnything:
        return std::nullopt;
      case Shape::kSchema:
        return CheckSchema(value, "");
      case Shape::kSchemaOrBoolean:
        return value.is_bool() ? std::nullopt : CheckSchema(value, "");
      case Shape::kSchemas:
        return CheckSchemas(value);
      case Shape::kSchemaOrSchemas:
        return value.is_array() ? CheckSchemas(value) : CheckSchema(value, "");
      case Shape::kSchemaMap:
        return CheckMembers(value, [this](const auto& member) { return CheckSchema(member.second, ""); });
      case Shape::kPatternMap:
        return CheckMembers(value, [this](const auto& member) {
          MaybeProblem problem = CheckPattern(member.first);
          return problem ? problem : CheckSchema(member.second, "");
        });
      case Shape::kDependencies:
        return CheckMembers(value, [this](const auto& member) {
          return member.second.is_array() ? CheckNames(member.second) : CheckSchema(member.second, "");
        });
      case Shape::kNamesMap:
        return CheckMembers(value, [this](const auto& member) { return CheckNames(member.second); });
      case Shape::kNames:
        return CheckNames(value);
      case Shape::kTypes:
        return CheckTypes(value);
      case Shape::kValues:
        return value.is_array() ? std::nullopt : Expected("an array", value);
      case Shape::kDistinctValues:
        return CheckDistinctValues(value);
      case Shape::kBooleanMap:
        return CheckMembers(value, [](const auto& member) {
          return member.second.is_bool() ? std::nullopt : Expected("a boolean", member.second);
        });
      default:
        return CheckScalar(shape, value);
    }
  }

 private:
  MaybeProblem CheckScalar(Shape shape, const JsonValue& value) const {
    switch (shape) {
      case Shape::kString:
        return value.is_string() ? std::nullopt : Expected("a string", value);
      case Shape::kIdentifier:
        return CheckIdentifier(value);
      case Shape::kAnchor:
        return CheckAnchor(value);
      case Shape::kPattern:
        return value.is_string() ? CheckPattern(value.string_value()) : Expected("a regular expression", value);
      case Shape::kNumber:
        return value.is_number() ? std::nullopt : Expected("a number", value);
      case Shape::kPositiveNumber: {
        const std::optional<Decimal> number = NumberOf(value);
        return number && *number > Decimal() ? std::nullopt : Expected("a number above 0", value);
      }
      case Shape::kCount: {
        const std::optional<Decimal> number = NumberOf(value);
        return number && number->IsWhole() && !number->is_negative()
                   ? std::nullopt
                   : Expected("a whole number that is not negative", value);
      }
      case Shape::kBoolean:
        return value.is_bool() ? std::nullopt : Expected("a boolean", value);
      default:
        return std::nullopt;
    }
  }

  MaybeProblem CheckSchema(const JsonValue& value, std::string where) const {
    if (value.is_object()) return std::nullopt;
    if (draft_ == Draft::k4) return Expected("a schema (an object; booleans are schemas since draft-06)", value, where);
    return value.is_bool() ? std::nullopt : Expected("a schema (an object or a boolean)", value, std::move(where));
  }

  MaybeProblem CheckSchemas(const JsonValue& value) const {
    if (!value.is_array()) return Expected("an array of schemas", value);
    if (value.items().empty()) return Problem{"must name at least one schema", ""};
    for (size_t i = 0; i < value.items().size(); ++i) {
      if (MaybeProblem problem = CheckSchema(value.items()[i], Step(i))) return problem;
    }
    return std::nullopt;
  }

  template <typename CheckMember>
  static MaybeProblem CheckMembers(const JsonValue& value, const CheckMember& check) {
    if (!value.is_object()) return Expected("an object", value);
    for (const JsonValue::Member& member : value.members()) {
      if (MaybeProblem problem = check(member)) {
        problem->where = Step(member.first) + problem->where;
        return problem;
      }
    }
    return std::nullopt;
  }

  // Draft-04 asks for one name at least; later drafts do not, and an empty list means the same everywhere.
  MaybeProblem CheckNames(const JsonValue& value) const {
    if (!value.is_array()) return Expected("an array of names", value);
    absl::flat_hash_set<absl::string_view> seen;
    for (size_t i = 0; i < value.items().size(); ++i) {
      const JsonValue& item = value.items()[i];
      if (!item.is_string()) return Expected("a name (a string)", item, Step(i));
      if (!seen.insert(item.string_value()).second) {
        return Problem{absl::StrCat("names \"", item.string_value().substr(0, 80), "\" twice"), Step(i)};
      }
    }
    return std::nullopt;
  }

  static MaybeProblem CheckType(const JsonValue& value, std::string where) {
    static constexpr std::string_view kTypes[] = {"array", "boolean", "integer", "null", "number", "object", "string"};
    if (value.is_string() && std::count(std::begin(kTypes), std::end(kTypes), value.string_value()) > 0) {
      return std::nullopt;
    }
    return Expected("one of array, boolean, integer, null, number, object, string", value, std::move(where));
  }

  static MaybeProblem CheckTypes(const JsonValue& value) {
    if (!value.is_array()) return CheckType(value, "");
    if (value.items().empty()) return Problem{"must name at least one type", ""};
    for (size_t i = 0; i < value.items().size(); ++i) {
      if (MaybeProblem problem = CheckType(value.items()[i], Step(i))) return problem;
      // There are only seven, so this ends soon.
      for (size_t j = 0; j < i; ++j) {
        if (value.items()[i] == value.items()[j]) return Problem{"names a type twice", Step(i)};
      }
    }
    return std::nullopt;
  }

  static MaybeProblem CheckDistinctValues(const JsonValue& value) {
    if (!value.is_array()) return Expected("an array", value);
    if (value.items().empty()) return Problem{"must have at least one value", ""};
    absl::flat_hash_set<std::string> seen;
    for (size_t i = 0; i < value.items().size(); ++i) {
      if (!seen.insert(value.items()[i].ToString()).second) return Problem{"has a value twice", Step(i)};
    }
    return std::nullopt;
  }

  static MaybeProblem CheckPattern(const std::string& pattern) {
    std::optional<std::string> problem = PatternProblem(pattern);
    if (!problem) return std::nullopt;
    return Problem{absl::StrCat("is not a regular expression: ", *problem), ""};
  }

  static MaybeProblem CheckIdentifier(const JsonValue& value) {
    if (!value.is_string()) return Expected("a string", value);
    const std::optional<std::string_view> fragment = SplitFragment(value.string_value()).fragment;
    if (fragment && !fragment->empty()) return Problem{"must not have a fragment; use $anchor", ""};
    return std::nullopt;
  }

  MaybeProblem CheckAnchor(const JsonValue& value) const {
    if (!value.is_string()) return Expected("a string", value);
    const std::string& name = value.string_value();
    const std::string_view others = draft_ == Draft::k2019 ? "-.:_" : "-._";
    const auto allowed = [&](char c) { return absl::ascii_isalnum(c) || others.find(c) != std::string_view::npos; };
    const bool good_start =
        !name.empty() && (absl::ascii_isalpha(name[0]) || (draft_ != Draft::k2019 && name[0] == '_'));
    if (good_start && std::all_of(name.begin(), name.end(), allowed)) return std::nullopt;
    return Expected("a plain name (a letter, then letters, digits, '-', '.', '_')", value);
  }

  static std::optional<Decimal> NumberOf(const JsonValue& value) {
    return value.is_number() ? Decimal::Parse(value.number_text()) : std::nullopt;
  }

  const Draft draft_;
};

}  // namespace

std::optional<KeywordProblem> CheckKeywords(const JsonValue& schema, Draft draft) {
  if (!schema.is_object()) return std::nullopt;
  const Checker checker(draft);
  const auto problem_of = [](const std::string& keyword, const Problem& problem) {
    return KeywordProblem{absl::StrCat(keyword, " ", problem.what), "/" + EscapePointer(keyword) + problem.where};
  };
  for (const JsonValue::Member& member : schema.members()) {
    const Keyword* keyword = FindKeyword(member.first, draft);
    if (keyword == nullptr) continue;
    const MaybeProblem problem = checker.Check(keyword->shape, member.second);
    if (problem) return problem_of(member.first, *problem);
  }
  if (draft != Draft::k4) return std::nullopt;
  for (const auto& [flag, bound] : {std::pair("exclusiveMaximum", "maximum"), {"exclusiveMinimum", "minimum"}}) {
    if (schema.Find(flag) != nullptr && schema.Find(bound) == nullptr) {
      return problem_of(flag, {absl::StrCat("is of no use without ", bound, " (draft-04)"), ""});
    }
  }
  return std::nullopt;
}

}  // namespace regent::json_schema
