#include "schema/json_schema/keywords.h"

#include <utility>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/string_view.h"
#include "schema/json_schema/uri.h"

namespace regent::json_schema {
namespace {

constexpr Draft k4 = Draft::k4;
constexpr Draft k6 = Draft::k6;
constexpr Draft k7 = Draft::k7;
constexpr Draft k2019 = Draft::k2019;
constexpr Draft k2020 = Draft::k2020;

// `definitions` and `$defs` mean the same everywhere; `dependencies` outlives its replacement in 2019-09.
constexpr Keyword kKeywords[] = {
    {"$schema", Shape::kString, k4, k2020},
    {"id", Shape::kString, k4, k4},
    {"$id", Shape::kString, k6, k7},
    {"$id", Shape::kIdentifier, k2019, k2020},
    {"$ref", Shape::kString, k4, k2020},
    {"$anchor", Shape::kAnchor, k2019, k2020},
    {"$recursiveRef", Shape::kString, k2019, k2019},
    {"$recursiveAnchor", Shape::kBoolean, k2019, k2019},
    // Dead since 2020-12, but its meta-schema still says what they look like.
    {"$recursiveRef", Shape::kString, k2020, k2020},
    {"$recursiveAnchor", Shape::kAnchor, k2020, k2020},
    {"$dynamicRef", Shape::kString, k2020, k2020},
    {"$dynamicAnchor", Shape::kAnchor, k2020, k2020},
    {"$vocabulary", Shape::kBooleanMap, k2019, k2020},
    {"$comment", Shape::kString, k7, k2020},
    {"$defs", Shape::kSchemaMap, k4, k2020},
    {"definitions", Shape::kSchemaMap, k4, k2020},
    {"title", Shape::kString, k4, k2020},
    {"description", Shape::kString, k4, k2020},
    {"default", Shape::kAnything, k4, k2020},
    {"examples", Shape::kValues, k6, k2020},
    {"deprecated", Shape::kBoolean, k2019, k2020},
    {"readOnly", Shape::kBoolean, k7, k2020},
    {"writeOnly", Shape::kBoolean, k2019, k2020},
    {"format", Shape::kString, k4, k2020},
    {"contentMediaType", Shape::kString, k7, k2020},
    {"contentEncoding", Shape::kString, k7, k2020},
    {"contentSchema", Shape::kSchema, k2019, k2020},
    {"type", Shape::kTypes, k4, k2020},
    {"enum", Shape::kDistinctValues, k4, k4},
    {"enum", Shape::kValues, k6, k2020},
    {"const", Shape::kAnything, k6, k2020},
    {"multipleOf", Shape::kPositiveNumber, k4, k2020},
    {"maximum", Shape::kNumber, k4, k2020},
    {"minimum", Shape::kNumber, k4, k2020},
    {"exclusiveMaximum", Shape::kBoolean, k4, k4},
    {"exclusiveMaximum", Shape::kNumber, k6, k2020},
    {"exclusiveMinimum", Shape::kBoolean, k4, k4},
    {"exclusiveMinimum", Shape::kNumber, k6, k2020},
    {"maxLength", Shape::kCount, k4, k2020},
    {"minLength", Shape::kCount, k4, k2020},
    {"pattern", Shape::kPattern, k4, k2020},
    {"items", Shape::kSchemaOrSchemas, k4, k2019},
    {"items", Shape::kSchema, k2020, k2020},
    {"prefixItems", Shape::kSchemas, k2020, k2020},
    {"additionalItems", Shape::kSchemaOrBoolean, k4, k2019},
    {"unevaluatedItems", Shape::kSchema, k2019, k2020},
    {"contains", Shape::kSchema, k6, k2020},
    {"maxItems", Shape::kCount, k4, k2020},
    {"minItems", Shape::kCount, k4, k2020},
    {"uniqueItems", Shape::kBoolean, k4, k2020},
    {"maxContains", Shape::kCount, k2019, k2020},
    {"minContains", Shape::kCount, k2019, k2020},
    {"properties", Shape::kSchemaMap, k4, k2020},
    {"patternProperties", Shape::kPatternMap, k4, k2020},
    {"additionalProperties", Shape::kSchemaOrBoolean, k4, k2020},
    {"unevaluatedProperties", Shape::kSchema, k2019, k2020},
    {"propertyNames", Shape::kSchema, k6, k2020},
    {"required", Shape::kNames, k4, k2020},
    {"maxProperties", Shape::kCount, k4, k2020},
    {"minProperties", Shape::kCount, k4, k2020},
    {"dependencies", Shape::kDependencies, k4, k2020},
    {"dependentRequired", Shape::kNamesMap, k2019, k2020},
    {"dependentSchemas", Shape::kSchemaMap, k2019, k2020},
    {"allOf", Shape::kSchemas, k4, k2020},
    {"anyOf", Shape::kSchemas, k4, k2020},
    {"oneOf", Shape::kSchemas, k4, k2020},
    {"not", Shape::kSchema, k4, k2020},
    {"if", Shape::kSchema, k7, k2020},
    {"then", Shape::kSchema, k7, k2020},
    {"else", Shape::kSchema, k7, k2020},
};

bool IsSchema(const JsonValue& value) { return value.is_object() || value.is_bool(); }

}  // namespace

Draft DraftOf(const JsonValue& schema, Draft otherwise) {
  const JsonValue* uri = schema.Find("$schema");
  if (uri == nullptr || !uri->is_string()) return otherwise;
  std::string_view name = SplitFragment(uri->string_value()).document;
  for (const std::string_view scheme : {"http://", "https://"}) {
    if (name.substr(0, scheme.size()) == scheme) name.remove_prefix(scheme.size());
  }
  static constexpr std::pair<std::string_view, Draft> kNames[] = {
      {"json-schema.org/draft-04/schema", Draft::k4},         {"json-schema.org/draft-06/schema", Draft::k6},
      {"json-schema.org/draft-07/schema", Draft::k7},         {"json-schema.org/draft/2019-09/schema", Draft::k2019},
      {"json-schema.org/draft/2020-12/schema", Draft::k2020},
  };
  for (const auto& [known, draft] : kNames) {
    if (name == known) return draft;
  }
  return otherwise;
}

std::string_view DraftName(Draft draft) {
  switch (draft) {
    case Draft::k4:
      return "draft-04";
    case Draft::k6:
      return "draft-06";
    case Draft::k7:
      return "draft-07";
    case Draft::k2019:
      return "2019-09";
    case Draft::k2020:
      return "2020-12";
  }
  return "";
}

std::span<const Keyword> AllKeywords() { return kKeywords; }

const Keyword* FindKeyword(std::string_view name, Draft draft) {
  using Index = absl::flat_hash_map<std::pair<absl::string_view, Draft>, const Keyword*>;
  static const Index* const index = [] {
    auto* built = new Index;
    for (const Keyword& keyword : kKeywords) {
      for (int each = static_cast<int>(keyword.since); each <= static_cast<int>(keyword.until); ++each) {
        built->emplace(
            std::make_pair(absl::string_view(keyword.name.data(), keyword.name.size()), static_cast<Draft>(each)),
            &keyword);
      }
    }
    return built;
  }();
  const auto found = index->find(std::make_pair(absl::string_view(name.data(), name.size()), draft));
  return found == index->end() ? nullptr : found->second;
}

void ForEachSubschema(const JsonValue& schema, Draft draft, const std::function<void(Subschema)>& visit) {
  if (!schema.is_object()) return;
  const auto each_member = [&](const Keyword* keyword, const JsonValue& map) {
    if (!map.is_object()) return;
    for (const JsonValue::Member& member : map.members()) {
      if (IsSchema(member.second)) visit({keyword, member.first, &member.second});
    }
  };
  for (const JsonValue::Member& member : schema.members()) {
    const Keyword* keyword = FindKeyword(member.first, draft);
    if (keyword == nullptr) continue;
    const JsonValue& value = member.second;
    switch (keyword->shape) {
      case Shape::kSchema:
      case Shape::kSchemaOrBoolean:
        if (IsSchema(value)) visit({keyword, std::nullopt, &value});
        break;
      case Shape::kSchemas:
      case Shape::kSchemaOrSchemas:
        if (value.is_array()) {
          for (size_t i = 0; i < value.items().size(); ++i) {
            if (IsSchema(value.items()[i])) visit({keyword, std::to_string(i), &value.items()[i]});
          }
        } else if (keyword->shape == Shape::kSchemaOrSchemas && IsSchema(value)) {
          visit({keyword, std::nullopt, &value});
        }
        break;
      case Shape::kSchemaMap:
      case Shape::kPatternMap:
      case Shape::kDependencies:
        each_member(keyword, value);
        break;
      default:
        break;
    }
  }
}

}  // namespace regent::json_schema
