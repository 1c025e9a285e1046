#include "schema/json_schema/meta_schemas.h"

#include "absl/container/flat_hash_map.h"
#include "base/json_value.h"
#include "base/logging.h"
#include "schema/json_schema/uri.h"

namespace regent::json_schema {

// Written by the build from meta_schemas/*.json; ends with a null.
extern const char* const kMetaSchemaTexts[];

namespace {

std::string_view WithoutScheme(std::string_view uri) {
  uri = SplitFragment(uri).document;
  for (const std::string_view scheme : {"http://", "https://"}) {
    if (uri.substr(0, scheme.size()) == scheme) return uri.substr(scheme.size());
  }
  return {};
}

absl::flat_hash_map<std::string, std::string_view>* Load() {
  auto* index = new absl::flat_hash_map<std::string, std::string_view>;
  for (const char* const* text = kMetaSchemaTexts; *text != nullptr; ++text) {
    const absl::StatusOr<JsonValue> schema = JsonValue::Parse(*text);
    CHECK(schema.ok()) << schema.status();
    const JsonValue* id = schema->Find("$id") != nullptr ? schema->Find("$id") : schema->Find("id");
    CHECK(id != nullptr);
    index->emplace(WithoutScheme(id->string_value()), *text);
  }
  return index;
}

}  // namespace

std::string_view FindMetaSchema(std::string_view uri) {
  static const auto* const index = Load();
  const auto found = index->find(std::string(WithoutScheme(uri)));
  return found == index->end() ? std::string_view() : found->second;
}

}  // namespace regent::json_schema
