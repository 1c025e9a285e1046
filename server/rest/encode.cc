#include "server/rest/encode.h"

#include <algorithm>
#include <cctype>

#include "absl/strings/str_cat.h"
#include "base/content_hash.h"
#include "base/json_value.h"
#include "base/utf8.h"

namespace regent {
namespace {

absl::string_view View(std::string_view text) { return {text.data(), text.size()}; }

// Members of one object, with commas between.
class Members {
 public:
  explicit Members(std::string* out) : out_(out) { out_->push_back('{'); }
  void End() { out_->push_back('}'); }

  // The name, and where to write the value.
  std::string* Name(std::string_view name) {
    if (!first_) out_->push_back(',');
    first_ = false;
    absl::StrAppend(out_, "\"", View(name), "\":");
    return out_;
  }
  void Text(std::string_view name, std::string_view text) { AppendJsonString(text, Name(name)); }
  void OptionalText(std::string_view name, const std::optional<std::string>& text) {
    if (text && !text->empty()) Text(name, *text);
  }
  void Number(std::string_view name, int64_t number) { absl::StrAppend(Name(name), number); }
  void Bool(std::string_view name, bool value) { Name(name)->append(value ? "true" : "false"); }
  void OptionalBool(std::string_view name, const std::optional<bool>& value) {
    if (value) Bool(name, *value);
  }

 private:
  std::string* const out_;
  bool first_ = true;
};

template <typename Items, typename Append>
void AppendList(const Items& items, std::string* out, const Append& append) {
  out->push_back('[');
  bool first = true;
  for (const auto& item : items) {
    if (!first) out->push_back(',');
    first = false;
    append(item);
  }
  out->push_back(']');
}

template <typename Texts>
void AppendTexts(const Texts& texts, std::string* out) {
  AppendList(texts, out, [out](const std::string& text) { AppendJsonString(text, out); });
}

void AppendProperties(const std::map<std::string, std::string>& properties, std::string* out) {
  Members members(out);
  for (const auto& [name, value] : properties) members.Text(name, value);
  members.End();
}

void AppendMetadata(const Metadata& metadata, std::string* out) {
  Members members(out);
  if (!metadata.tags.empty()) {
    Members tags(members.Name("tags"));
    for (const auto& [path, names] : metadata.tags) AppendTexts(names, tags.Name(path));
    tags.End();
  }
  if (!metadata.properties.empty()) AppendProperties(metadata.properties, members.Name("properties"));
  if (!metadata.sensitive.empty()) AppendTexts(metadata.sensitive, members.Name("sensitive"));
  members.End();
}

void AppendRule(const Rule& rule, std::string* out) {
  Members members(out);
  members.Text("name", rule.name);
  members.OptionalText("doc", rule.doc);
  members.OptionalText("kind", rule.kind);
  members.OptionalText("mode", rule.mode);
  members.OptionalText("type", rule.type);
  if (!rule.tags.empty()) AppendTexts(rule.tags, members.Name("tags"));
  if (!rule.params.empty()) AppendProperties(rule.params, members.Name("params"));
  members.OptionalText("expr", rule.expr);
  members.OptionalText("onSuccess", rule.on_success);
  members.OptionalText("onFailure", rule.on_failure);
  members.Bool("disabled", rule.disabled);
  members.End();
}

void AppendRuleSet(const RuleSet& rule_set, std::string* out) {
  Members members(out);
  const auto rules = [&](std::string_view name, const std::vector<Rule>& list) {
    if (list.empty()) return;
    std::string* to = members.Name(name);
    AppendList(list, to, [to](const Rule& rule) { AppendRule(rule, to); });
  };
  rules("migrationRules", rule_set.migration_rules);
  rules("domainRules", rule_set.domain_rules);
  rules("encodingRules", rule_set.encoding_rules);
  members.OptionalText("enableAt", rule_set.enable_at);
  members.End();
}

std::string_view TypeName(const SchemaContent& content) {
  return content.type == SchemaType::kOther ? std::string_view(content.other_type) : SchemaTypeName(content.type);
}

// Parts of a schema that its several JSON forms put in different orders.
class SchemaMembers : public Members {
 public:
  SchemaMembers(const SchemaVersion& version, const SchemaDress& dress, std::string* out)
      : Members(out), version_(version), content_(version.stored->content), dress_(dress) {}

  void SubjectAndVersion() {
    Text("subject", version_.subject.Qualified());
    Number("version", version_.version.value());
  }
  void Id() { Number("id", version_.stored->id.value()); }
  void Guid() {
    if (dress_.profile == CompatProfile::k8) Text("guid", version_.stored->hash.ToGuid());
  }
  void Type() {
    if (dress_.profile == CompatProfile::k8 || content_.type != SchemaType::kAvro)
      Text("schemaType", TypeName(content_));
  }
  void References() {
    if (content_.references.empty()) return;
    std::string* to = Name("references");
    AppendList(content_.references, to, [&](const Reference& reference) {
      Members members(to);
      members.Text("name", reference.name);
      members.Text("subject", SpellReferenceSubject(reference.subject, version_.stored->context));
      members.Number("version", reference.version.value());
      members.End();
    });
  }
  void WriteMetadata() {
    if (content_.metadata) AppendMetadata(*content_.metadata, Name("metadata"));
  }
  void WriteRuleSet() {
    if (content_.rule_set) AppendRuleSet(*content_.rule_set, Name("ruleSet"));
  }
  void Schema() { Text("schema", dress_.text != nullptr ? *dress_.text : content_.text); }
  void SchemaTags() {
    if (dress_.find_tags.empty() || !content_.metadata) return;
    const auto found = [&](const std::set<std::string>& tags) {
      if (dress_.find_tags.contains("*")) return !tags.empty();
      return std::any_of(tags.begin(), tags.end(),
                         [&](const std::string& tag) { return dress_.find_tags.contains(tag); });
    };
    std::map<std::string, std::set<std::string>> entities;
    for (const auto& [path, tags] : content_.metadata->tags) {
      if (found(tags)) entities[path] = tags;
    }
    if (entities.empty()) return;
    std::string* to = Name("schemaTags");
    AppendList(entities, to, [&](const auto& entity) {
      Members members(to);
      Members path(members.Name("schemaEntity"));
      path.Text("entityPath", entity.first);
      path.End();
      AppendTexts(entity.second, members.Name("tags"));
      members.End();
    });
  }
  void TimeAndDeleted() {
    if (dress_.profile != CompatProfile::k8) return;
    if (version_.create_time_ms != 0) Number("ts", version_.create_time_ms);
    Bool("deleted", version_.state == VersionState::kDeleted);
  }

 private:
  const SchemaVersion& version_;
  const SchemaContent& content_;
  const SchemaDress& dress_;
};

// At most `max_bytes` of it, whole characters.
std::string_view Cut(std::string_view text, size_t max_bytes) {
  if (text.size() <= max_bytes) return text;
  size_t end = max_bytes;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xc0) == 0x80) --end;
  return text.substr(0, end);
}

std::string Entry(const Difference& difference) {
  std::string entry = absl::StrCat("{errorType:'", difference.type, "', description:'", difference.message);
  if (!difference.path.empty() && difference.message.find(difference.path) == std::string::npos) {
    absl::StrAppend(&entry, " (path '", difference.path, "')");
  }
  absl::StrAppend(&entry, "', additionalInfo:'", difference.detail, "'}");
  return entry;
}

void AppendResourceName(const Association& association, Members* members) {
  members->Text("resourceName", association.resource_name);
  members->Text("resourceNamespace", association.resource_namespace);
  members->Text("resourceId", association.resource_id);
  members->Text("resourceType", association.resource_type);
}

void AppendKind(const Association& association, Members* members) {
  members->Text("associationType", association.association_type);
  members->Text("lifecycle", association.lifecycle == Lifecycle::kStrong ? "STRONG" : "WEAK");
  members->Bool("frozen", association.frozen);
}

}  // namespace

void AppendSchema(const SchemaVersion& version, const SchemaDress& dress, std::string* out) {
  AppendSchema(version, dress, {}, out);
}

void AppendSchema(const SchemaVersion& version, const SchemaDress& dress, const SchemaCompany& company,
                  std::string* out) {
  SchemaMembers members(version, dress, out);
  members.SubjectAndVersion();
  members.Id();
  members.Guid();
  members.Type();
  members.References();
  members.WriteMetadata();
  members.Schema();
  members.SchemaTags();
  members.TimeAndDeleted();
  members.WriteRuleSet();
  if (!company.aliases.empty()) {
    std::string* to = members.Name("aliases");
    AppendList(company.aliases, to, [to](const Subject& alias) { AppendJsonString(alias.Qualified(), to); });
  }
  if (!company.associations.empty()) AppendAssociations(company.associations, members.Name("associations"));
  members.End();
}

void AppendSchemaString(const SchemaVersion& version, ShowSubject show, SchemaId max_id, const SchemaDress& dress,
                        std::string* out) {
  SchemaMembers members(version, dress, out);
  if (show == ShowSubject::kShow && version.version.value() != 0 && dress.profile == CompatProfile::k8) {
    members.SubjectAndVersion();
  }
  members.Guid();
  members.Type();
  members.Schema();
  members.References();
  members.WriteMetadata();
  members.WriteRuleSet();
  members.SchemaTags();
  if (max_id.value() != 0) members.Number("maxId", max_id.value());
  members.TimeAndDeleted();
  members.End();
}

void AppendRegistered(const SchemaVersion& version, Novelty novelty, const SchemaDress& dress, std::string* out) {
  SchemaMembers members(version, dress, out);
  members.Id();
  if (dress.profile == CompatProfile::k8) {
    members.Number("version", version.version.value());
    members.Guid();
    members.Type();
    members.References();
    members.WriteMetadata();
    members.WriteRuleSet();
    members.Schema();
    if (novelty == Novelty::kKnown) members.TimeAndDeleted();
  }
  members.End();
}

void AppendConfig(const SubjectConfig& config, ConfigForm form, std::string* out) {
  Members members(out);
  members.OptionalText("alias", config.alias);
  members.OptionalText("aliasForDeks", config.alias_for_deks);
  members.OptionalBool("normalize", config.normalize);
  members.OptionalBool("validateFields", config.validate_fields);
  members.OptionalBool("validateNewSchemas", config.validate_new_schemas);
  members.OptionalBool("validateRules", config.validate_rules);
  if (config.level) {
    members.Text(form == ConfigForm::kStored ? "compatibilityLevel" : "compatibility",
                 CompatibilityLevelName(*config.level));
  }
  if (config.policy) members.Text("compatibilityPolicy", CompatibilityPolicyName(*config.policy));
  members.OptionalText("compatibilityGroup", config.compatibility_group);
  if (config.default_metadata) AppendMetadata(*config.default_metadata, members.Name("defaultMetadata"));
  if (config.override_metadata) AppendMetadata(*config.override_metadata, members.Name("overrideMetadata"));
  if (config.default_rule_set) AppendRuleSet(*config.default_rule_set, members.Name("defaultRuleSet"));
  if (config.override_rule_set) AppendRuleSet(*config.override_rule_set, members.Name("overrideRuleSet"));
  members.End();
}

void AppendAssociations(const std::vector<Association>& associations, std::string* out) {
  AppendList(associations, out, [out](const Association& association) {
    Members members(out);
    members.Text("subject", association.subject.Qualified());
    members.Text("guid", association.guid);
    AppendResourceName(association, &members);
    AppendKind(association, &members);
    members.End();
  });
}

void AppendResource(const std::vector<Association>& associations, const std::map<Subject, SchemaVersion>& schemas,
                    const SchemaDress& dress, std::string* out) {
  Members members(out);
  if (!associations.empty()) AppendResourceName(associations.front(), &members);
  std::string* to = members.Name("associations");
  AppendList(associations, to, [&](const Association& association) {
    Members item(to);
    item.Text("subject", association.subject.Qualified());
    AppendKind(association, &item);
    const auto schema = schemas.find(association.subject);
    if (schema != schemas.end()) AppendSchema(schema->second, dress, item.Name("schema"));
    item.End();
  });
  members.End();
}

void AppendStrings(const std::vector<std::string>& texts, std::string* out) { AppendTexts(texts, out); }

std::vector<std::string> ReportMessages(const CompatibilityReport& report,
                                        const std::map<Version, std::string>& old_texts, bool validate_fields) {
  constexpr size_t kMaxOldText = 10240;
  std::vector<std::string> messages;
  for (const VersionReport& version : report.versions) {
    if (version.differences.empty()) continue;
    for (const Difference& difference : version.differences) messages.push_back(Entry(difference));
    if (version.truncated) messages.push_back("{there are more differences than are listed}");
    messages.push_back(absl::StrCat("{oldSchemaVersion: ", version.version.value(), "}"));
    const auto text = old_texts.find(version.version);
    if (text != old_texts.end()) {
      messages.push_back(absl::StrCat("{oldSchema: '", View(Cut(text->second, kMaxOldText)), "'}"));
    }
  }
  if (!messages.empty()) {
    messages.push_back(absl::StrCat("{validateFields: '", validate_fields ? "true" : "false", "', compatibility: '",
                                    View(CompatibilityLevelName(report.level)), "'}"));
  }
  return messages;
}

}  // namespace regent
