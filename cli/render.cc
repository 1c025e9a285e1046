#include "cli/render.h"

#include <algorithm>
#include <set>
#include <string_view>
#include <utility>
#include <vector>

#include "base/error_reason.h"
#include "cli/printable.h"
#include "cli/report.h"

namespace regent::cli {
namespace {

JsonValue Text(std::string_view text) { return JsonValue::String(std::string(text)); }

// Null for a number that says "none".
JsonValue NumberOrNull(int32_t number) { return number == 0 ? JsonValue() : JsonValue::Number(int64_t{number}); }

std::string_view TypeName(const SchemaContent& content) {
  return content.type == SchemaType::kOther ? std::string_view(content.other_type) : SchemaTypeName(content.type);
}

JsonValue ToJson(const std::vector<Reference>& references) {
  std::vector<JsonValue> items;
  for (const Reference& reference : references) {
    items.push_back(JsonValue::Object({{"name", Text(reference.name)},
                                       {"subject", Text(reference.subject.Qualified())},
                                       {"version", JsonValue::Number(int64_t{reference.version.value()})}}));
  }
  return JsonValue::Array(std::move(items));
}

JsonValue ToJson(const std::set<std::string>& texts) {
  std::vector<JsonValue> items;
  for (const std::string& text : texts) items.push_back(Text(text));
  return JsonValue::Array(std::move(items));
}

JsonValue ToJson(const std::map<std::string, std::string>& texts) {
  std::vector<JsonValue::Member> members;
  for (const auto& [name, text] : texts) members.emplace_back(name, Text(text));
  return JsonValue::Object(std::move(members));
}

JsonValue ToJson(const Metadata& metadata) {
  std::vector<JsonValue::Member> members;
  if (!metadata.tags.empty()) {
    std::vector<JsonValue::Member> tags;
    for (const auto& [path, names] : metadata.tags) tags.emplace_back(path, ToJson(names));
    members.emplace_back("tags", JsonValue::Object(std::move(tags)));
  }
  if (!metadata.properties.empty()) members.emplace_back("properties", ToJson(metadata.properties));
  if (!metadata.sensitive.empty()) members.emplace_back("sensitive", ToJson(metadata.sensitive));
  return JsonValue::Object(std::move(members));
}

JsonValue ToJson(const Rule& rule) {
  std::vector<JsonValue::Member> members = {{"name", Text(rule.name)}};
  const auto add = [&members](const char* name, const std::optional<std::string>& text) {
    if (text) members.emplace_back(name, Text(*text));
  };
  add("doc", rule.doc);
  add("kind", rule.kind);
  add("mode", rule.mode);
  add("type", rule.type);
  if (!rule.tags.empty()) members.emplace_back("tags", ToJson(rule.tags));
  if (!rule.params.empty()) members.emplace_back("params", ToJson(rule.params));
  add("expr", rule.expr);
  add("onSuccess", rule.on_success);
  add("onFailure", rule.on_failure);
  members.emplace_back("disabled", JsonValue::Bool(rule.disabled));
  return JsonValue::Object(std::move(members));
}

JsonValue ToJson(const RuleSet& rules) {
  std::vector<JsonValue::Member> members;
  const auto add = [&members](const char* name, const std::vector<Rule>& list) {
    if (list.empty()) return;
    std::vector<JsonValue> items;
    for (const Rule& rule : list) items.push_back(ToJson(rule));
    members.emplace_back(name, JsonValue::Array(std::move(items)));
  };
  add("migrationRules", rules.migration_rules);
  add("domainRules", rules.domain_rules);
  add("encodingRules", rules.encoding_rules);
  if (rules.enable_at) members.emplace_back("enableAt", Text(*rules.enable_at));
  return JsonValue::Object(std::move(members));
}

std::vector<JsonValue::Member> SchemaMembers(JsonValue subject, JsonValue version, const StoredSchema& schema) {
  std::vector<JsonValue::Member> members = {{"subject", std::move(subject)},
                                            {"version", std::move(version)},
                                            {"id", NumberOrNull(schema.id.value())},
                                            {"guid", Text(schema.hash.ToGuid())},
                                            {"schemaType", Text(TypeName(schema.content))},
                                            {"schema", Text(schema.content.text)},
                                            {"references", ToJson(schema.content.references)}};
  if (schema.content.metadata) members.emplace_back("metadata", ToJson(*schema.content.metadata));
  if (schema.content.rule_set) members.emplace_back("ruleSet", ToJson(*schema.content.rule_set));
  return members;
}

}  // namespace

JsonValue SchemaToJson(const client::SchemaVersion& version) {
  std::vector<JsonValue::Member> members =
      SchemaMembers(Text(version.subject.Qualified()), NumberOrNull(version.version.value()), *version.stored);
  if (version.deleted) members.emplace_back("deleted", JsonValue::Bool(true));
  return JsonValue::Object(std::move(members));
}

JsonValue SchemaToJson(const StoredSchema& schema) {
  return JsonValue::Object(SchemaMembers(JsonValue(), JsonValue(), schema));
}

JsonValue MetadataToJson(const Metadata& metadata) { return ToJson(metadata); }

JsonValue RuleSetToJson(const RuleSet& rules) { return ToJson(rules); }

JsonValue ConfigToJson(const SubjectConfig& config) {
  std::vector<JsonValue::Member> members;
  const auto add = [&members](const char* name, const auto& value, auto to_json) {
    if (value) members.emplace_back(name, to_json(*value));
  };
  const auto text = [](const std::string& value) { return Text(value); };
  const auto json = [](const auto& value) { return ToJson(value); };
  add("compatibilityLevel", config.level, [](auto level) { return Text(CompatibilityLevelName(level)); });
  add("compatibilityPolicy", config.policy, [](auto policy) { return Text(CompatibilityPolicyName(policy)); });
  add("normalize", config.normalize, JsonValue::Bool);
  add("validateFields", config.validate_fields, JsonValue::Bool);
  add("validateNewSchemas", config.validate_new_schemas, JsonValue::Bool);
  add("validateRules", config.validate_rules, JsonValue::Bool);
  add("alias", config.alias, text);
  add("aliasForDeks", config.alias_for_deks, text);
  add("compatibilityGroup", config.compatibility_group, text);
  add("defaultMetadata", config.default_metadata, json);
  add("overrideMetadata", config.override_metadata, json);
  add("defaultRuleSet", config.default_rule_set, json);
  add("overrideRuleSet", config.override_rule_set, json);
  return JsonValue::Object(std::move(members));
}

JsonValue ErrorToJson(const absl::Status& status) {
  const ErrorDetail detail = DetailOf(status);
  std::vector<JsonValue::Member> members = {{"reason", Text(ReasonNameOf(status))},
                                            {"message", JsonValue::String(std::string(status.message()))}};
  if (detail.subject) members.emplace_back("subject", Text(detail.subject->Qualified()));
  const auto add_number = [&members](const char* name, int32_t number) {
    if (number != 0) members.emplace_back(name, JsonValue::Number(int64_t{number}));
  };
  add_number("version", detail.version.value());
  add_number("id", detail.id.value());
  if (!detail.path.empty()) members.emplace_back("path", Text(detail.path));
  add_number("line", detail.line);
  add_number("column", detail.column);
  if (!detail.referrers.empty()) {
    std::vector<JsonValue> referrers;
    for (const auto& referrer : detail.referrers) {
      referrers.push_back(JsonValue::Object(
          {{"subject", Text(referrer.subject.Qualified())}, {"version", NumberOrNull(referrer.version.value())}}));
    }
    members.emplace_back("referrers", JsonValue::Array(std::move(referrers)));
  }
  if (detail.report) members.emplace_back("report", ReportToJson(*detail.report));
  return JsonValue::Object({{"error", JsonValue::Object(std::move(members))}});
}

std::string ToText(const Subject& subject) { return Printable(subject.Qualified()); }

std::string PlaceToText(const client::SchemaVersion& version) {
  const int32_t id = version.stored->id.value();
  return ToText(version.subject) + " version " + std::to_string(version.version.value()) +
         (id == 0 ? ", with a new id" : ", id " + std::to_string(id));
}

std::string FactsToText(const StoredSchema& schema) {
  std::string out = "type " + Printable(TypeName(schema.content)) + ", guid " + schema.hash.ToGuid() + "\n";
  for (const Reference& reference : schema.content.references) {
    out += "refers to " + Printable(reference.name) + ": " + ToText(reference.subject) + " version " +
           std::to_string(reference.version.value()) + "\n";
  }
  return out;
}

std::string ConfigToText(const SubjectConfig& config) {
  std::string out;
  if (config == SubjectConfig()) return "(nothing is set)\n";
  const JsonValue document = ConfigToJson(config);
  for (const auto& [name, value] : document.members()) {
    out += name + " " + Printable(value.is_string() ? value.string_value() : value.ToString()) + "\n";
  }
  return out;
}

std::string ErrorToText(const absl::Status& status) {
  const ErrorDetail detail = DetailOf(status);
  std::string message(status.message());
  // The lines behind the first tell in prose, and cut short, what the report below tells in full.
  if (detail.report) message.resize(std::min(message.size(), message.find('\n')));
  std::string out = "regent: " + ReasonNameOf(status) + ": " + PrintableLines(message) + "\n";
  for (const auto& referrer : detail.referrers) {
    out +=
        "  referred to by " + ToText(referrer.subject) + " version " + std::to_string(referrer.version.value()) + "\n";
  }
  if (detail.report) out += VersionsToText(*detail.report);
  return out;
}

std::string ReasonNameOf(const absl::Status& status) {
  const ErrorReason reason = ReasonOf(status);
  if (reason == ErrorReason::kInternal || reason == ErrorReason::kUnspecified) {
    return absl::StatusCodeToString(status.code());
  }
  return std::string(RowOf(reason).name);
}

}  // namespace regent::cli
