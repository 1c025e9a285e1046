#include "store/content_json.h"

#include "base/json_value.h"

namespace regent {
namespace {

void ReadTextMap(std::string_view name, const JsonValue& node, FieldReader* fields,
                 std::map<std::string, std::string>* out) {
  out->clear();
  fields->Object(name, node, [&](std::string_view key, const JsonValue& value) {
    if (!value.is_null()) fields->Text(key, value, &(*out)[std::string(key)]);
  });
}

Rule ReadRule(const JsonValue& node, FieldReader* fields) {
  Rule rule;
  fields->Object("rule", node, [&](std::string_view name, const JsonValue& value) {
    if (name == "name") return fields->Text(name, value, &rule.name);
    if (name == "doc") return fields->Text(name, value, &rule.doc);
    if (name == "kind") return fields->Text(name, value, &rule.kind);
    if (name == "mode") return fields->Text(name, value, &rule.mode);
    if (name == "type") return fields->Text(name, value, &rule.type);
    if (name == "tags") return fields->TextSet(name, value, &rule.tags);
    if (name == "params") return ReadTextMap(name, value, fields, &rule.params);
    if (name == "expr") return fields->Text(name, value, &rule.expr);
    if (name == "onSuccess") return fields->Text(name, value, &rule.on_success);
    if (name == "onFailure") return fields->Text(name, value, &rule.on_failure);
    if (name == "disabled") return fields->Bool(name, value, &rule.disabled);
  });
  return rule;
}

void ReadRules(std::string_view name, const JsonValue& node, FieldReader* fields, std::vector<Rule>* out) {
  out->clear();
  fields->Array(name, node, [&](const JsonValue& item) { out->push_back(ReadRule(item, fields)); });
}

void WriteTextArray(const std::set<std::string>& texts, std::string* out) {
  WriteArray(texts, out, [&](const std::string& text) { AppendJsonString(text, out); });
}

// Writes `{"k":...}` for names that are not ours and may need escapes.
template <typename Map, typename WriteValue>
void WriteMap(const Map& map, std::string* out, WriteValue write_value) {
  out->push_back('{');
  bool first = true;
  for (const auto& [key, value] : map) {
    if (!std::exchange(first, false)) out->push_back(',');
    AppendJsonString(key, out);
    out->push_back(':');
    write_value(value);
  }
  out->push_back('}');
}

void WriteTextMap(const std::map<std::string, std::string>& map, std::string* out) {
  WriteMap(map, out, [&](const std::string& value) { AppendJsonString(value, out); });
}

void WriteRule(const Rule& rule, std::string* out) {
  ObjectWriter object(out);
  object.TextUnlessEmpty("name", rule.name);
  object.TextIfAny("doc", rule.doc);
  object.TextIfAny("kind", rule.kind);
  object.TextIfAny("mode", rule.mode);
  object.TextIfAny("type", rule.type);
  if (!rule.tags.empty()) WriteTextArray(rule.tags, object.Begin("tags"));
  if (!rule.params.empty()) WriteTextMap(rule.params, object.Begin("params"));
  object.TextIfAny("expr", rule.expr);
  object.TextIfAny("onSuccess", rule.on_success);
  object.TextIfAny("onFailure", rule.on_failure);
  object.Bool("disabled", rule.disabled);
  object.Close();
}

void WriteRules(std::string_view name, const std::vector<Rule>& rules, ObjectWriter* object) {
  if (rules.empty()) return;
  std::string* const out = object->Begin(name);
  WriteArray(rules, out, [&](const Rule& rule) { WriteRule(rule, out); });
}

}  // namespace

void ReadMetadata(std::string_view name, const JsonValue& node, FieldReader* fields, Boxed<Metadata>* out) {
  out->reset();
  if (node.is_null()) return;
  Metadata& metadata = out->emplace();
  fields->Object(name, node, [&](std::string_view field, const JsonValue& value) {
    if (field == "properties") return ReadTextMap(field, value, fields, &metadata.properties);
    if (field == "sensitive") return fields->TextSet(field, value, &metadata.sensitive);
    if (field != "tags") return;
    metadata.tags.clear();
    fields->Object(field, value, [&](std::string_view path, const JsonValue& tags) {
      fields->TextSet(path, tags, &metadata.tags[std::string(path)]);
    });
  });
}

void ReadRuleSet(std::string_view name, const JsonValue& node, FieldReader* fields, Boxed<RuleSet>* out) {
  out->reset();
  if (node.is_null()) return;
  RuleSet& rules = out->emplace();
  fields->Object(name, node, [&](std::string_view field, const JsonValue& value) {
    if (field == "migrationRules") return ReadRules(field, value, fields, &rules.migration_rules);
    if (field == "domainRules") return ReadRules(field, value, fields, &rules.domain_rules);
    if (field == "encodingRules") return ReadRules(field, value, fields, &rules.encoding_rules);
    if (field == "enableAt") return fields->Text(field, value, &rules.enable_at);
  });
}

void WriteMetadata(const Metadata& metadata, std::string* out) {
  ObjectWriter object(out);
  if (!metadata.tags.empty()) {
    WriteMap(metadata.tags, object.Begin("tags"),
             [&](const std::set<std::string>& tags) { WriteTextArray(tags, out); });
  }
  if (!metadata.properties.empty()) WriteTextMap(metadata.properties, object.Begin("properties"));
  if (!metadata.sensitive.empty()) WriteTextArray(metadata.sensitive, object.Begin("sensitive"));
  object.Close();
}

void WriteRuleSet(const RuleSet& rule_set, std::string* out) {
  ObjectWriter object(out);
  WriteRules("migrationRules", rule_set.migration_rules, &object);
  WriteRules("domainRules", rule_set.domain_rules, &object);
  WriteRules("encodingRules", rule_set.encoding_rules, &object);
  object.TextIfAny("enableAt", rule_set.enable_at);
  object.Close();
}

}  // namespace regent
