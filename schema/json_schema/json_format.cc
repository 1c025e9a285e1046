#include "schema/json_schema/json_format.h"

#include <functional>
#include <string>
#include <utility>

#include "schema/json_schema/compare.h"
#include "schema/json_schema/parsed.h"

namespace regent {
namespace {

class JsonSchema : public Format {
 public:
  SchemaType type() const override { return SchemaType::kJson; }

  absl::StatusOr<std::shared_ptr<const ParsedSchema>> Parse(std::string_view text,
                                                            absl::Span<const NamedSchema> references,
                                                            Validation validation,
                                                            const FormatLimits& limits) const override {
    absl::StatusOr<std::shared_ptr<const json_schema::Parsed>> parsed =
        json_schema::Parsed::Parse(text, references, validation, limits);
    if (!parsed.ok()) return parsed.status();
    return std::shared_ptr<const ParsedSchema>(*std::move(parsed));
  }

  bool Equivalent(const ParsedSchema& a, const ParsedSchema& b) const override {
    return a.type() == b.type() && a.canonical() == b.canonical();
  }

  uint64_t EquivalenceKey(const ParsedSchema& schema) const override {
    return std::hash<std::string>()(schema.canonical());
  }

  absl::StatusOr<Comparison> Compare(const ParsedSchema& reader, const ParsedSchema& writer, CompatibilityPolicy policy,
                                     const FormatLimits& limits) const override {
    const absl::StatusOr<json_schema::JudgedComparison> judged = json_schema::CompareModels(
        ModelOf(writer), ModelOf(reader), policy, json_schema::Listing::kIncompatible, limits);
    if (!judged.ok()) return judged.status();
    Comparison comparison;
    for (const json_schema::JudgedDifference& each : judged->differences) {
      comparison.differences.push_back(each.difference);
    }
    comparison.truncated = judged->truncated;
    return comparison;
  }

  std::vector<std::string> TopLevelFields(const ParsedSchema& schema) const override {
    std::vector<std::string> names;
    const JsonValue& root = ModelOf(schema).root();
    const JsonValue* properties = root.Find("properties");
    if (properties == nullptr || !properties->is_object()) return names;
    for (const JsonValue::Member& member : properties->members()) names.push_back(member.first);
    return names;
  }

  absl::StatusOr<std::string> Render(const ParsedSchema& schema, std::string_view dress) const override {
    return schema.canonical();
  }

 private:
  // Only this format parses schemas of type JSON, so the cast is safe.
  static const json_schema::Model& ModelOf(const ParsedSchema& schema) {
    return static_cast<const json_schema::Parsed&>(schema).model();
  }
};

}  // namespace

const Format* JsonSchemaFormat() {
  static const JsonSchema* const format = new JsonSchema;
  return format;
}

}  // namespace regent
