#include "cli/dump_line.h"

#include <limits>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/error_reason.h"
#include "cli/printable.h"
#include "cli/render.h"

namespace regent::cli {
namespace {

constexpr int kDepthMax = 64;

absl::Status Wrong(std::string_view member, std::string_view what) {
  return MakeError(ErrorReason::kRequestInvalid,
                   absl::StrCat("the member '", std::string(member), "' ", std::string(what)));
}

// Reads members of one object; the first that is wrong decides.
class Reader {
 public:
  explicit Reader(const JsonValue& object) : object_(object) {}

  // Null counts as absent, as Confluent's answers have it.
  const JsonValue* Find(std::string_view name) const {
    const JsonValue* value = object_.Find(name);
    return value == nullptr || value->is_null() ? nullptr : value;
  }

  std::optional<std::string> Text(std::string_view name) {
    const JsonValue* value = Find(name);
    if (value == nullptr) return std::nullopt;
    if (!value->is_string()) return Fail(name, "is no string"), std::nullopt;
    return value->string_value();
  }
  std::string RequiredText(std::string_view name) {
    std::optional<std::string> text = Text(name);
    if (!text && status_.ok()) Fail(name, "is missing");
    return std::move(text).value_or("");
  }
  std::optional<bool> Bool(std::string_view name) {
    const JsonValue* value = Find(name);
    if (value == nullptr) return std::nullopt;
    if (!value->is_bool()) return Fail(name, "is neither true nor false"), std::nullopt;
    return value->bool_value();
  }
  int64_t Number(std::string_view name, int64_t smallest, int64_t greatest = std::numeric_limits<int32_t>::max()) {
    const JsonValue* value = Find(name);
    const std::optional<int64_t> number = value != nullptr ? value->ToInt64() : std::nullopt;
    if (!number || *number < smallest || *number > greatest) {
      Fail(name, value == nullptr ? "is missing" : "is no number in its range");
      return smallest;
    }
    return *number;
  }
  // 0 where it is absent.
  int64_t OptionalNumber(std::string_view name, int64_t greatest = std::numeric_limits<int32_t>::max()) {
    return Find(name) == nullptr ? 0 : Number(name, 0, greatest);
  }
  template <typename Visit>
  void Items(std::string_view name, Visit visit) {
    const JsonValue* value = Find(name);
    if (value == nullptr) return;
    if (!value->is_array()) return Fail(name, "is no array");
    for (const JsonValue& item : value->items()) visit(item);
  }
  template <typename Visit>
  void Members(std::string_view name, Visit visit) {
    const JsonValue* value = Find(name);
    if (value == nullptr) return;
    if (!value->is_object()) return Fail(name, "is no object");
    for (const auto& [key, member] : value->members()) visit(key, member);
  }
  std::set<std::string> Texts(std::string_view name) {
    std::set<std::string> texts;
    Items(name, [&](const JsonValue& item) {
      if (!item.is_string()) return Fail(name, "holds what is no string");
      texts.insert(item.string_value());
    });
    return texts;
  }
  std::map<std::string, std::string> TextMap(std::string_view name) {
    std::map<std::string, std::string> texts;
    Members(name, [&](const std::string& key, const JsonValue& value) {
      if (!value.is_string()) return Fail(name, "holds what is no string");
      texts[key] = value.string_value();
    });
    return texts;
  }
  template <typename Parsed>
  std::optional<Parsed> Word(std::string_view name, std::optional<Parsed> (*parse)(std::string_view)) {
    const std::optional<std::string> text = Text(name);
    if (!text) return std::nullopt;
    std::optional<Parsed> parsed = parse(*text);
    if (!parsed) Fail(name, absl::StrCat("is '", Printable(*text), "', which is not known"));
    return parsed;
  }

  void Fail(std::string_view name, std::string_view what) {
    if (status_.ok()) status_ = Wrong(name, what);
  }
  void Take(const Reader& inner) {
    if (status_.ok()) status_ = inner.status_;
  }
  const absl::Status& status() const { return status_; }

 private:
  const JsonValue& object_;
  absl::Status status_;
};

Metadata ReadMetadata(const JsonValue& object, Reader* outer) {
  Reader reader(object);
  Metadata metadata;
  reader.Members("tags", [&](const std::string& path, const JsonValue&) {
    Reader tags(*object.Find("tags"));
    metadata.tags[path] = tags.Texts(path);
    reader.Take(tags);
  });
  metadata.properties = reader.TextMap("properties");
  metadata.sensitive = reader.Texts("sensitive");
  outer->Take(reader);
  return metadata;
}

Rule ReadRule(const JsonValue& object, Reader* outer) {
  Reader reader(object);
  Rule rule;
  rule.name = reader.RequiredText("name");
  rule.doc = reader.Text("doc");
  rule.kind = reader.Text("kind");
  rule.mode = reader.Text("mode");
  rule.type = reader.Text("type");
  rule.tags = reader.Texts("tags");
  rule.params = reader.TextMap("params");
  rule.expr = reader.Text("expr");
  rule.on_success = reader.Text("onSuccess");
  rule.on_failure = reader.Text("onFailure");
  rule.disabled = reader.Bool("disabled").value_or(false);
  outer->Take(reader);
  return rule;
}

RuleSet ReadRuleSet(const JsonValue& object, Reader* outer) {
  Reader reader(object);
  RuleSet rules;
  const auto read = [&](const char* name, std::vector<Rule>* list) {
    reader.Items(name, [&](const JsonValue& item) { list->push_back(ReadRule(item, &reader)); });
  };
  read("migrationRules", &rules.migration_rules);
  read("domainRules", &rules.domain_rules);
  read("encodingRules", &rules.encoding_rules);
  rules.enable_at = reader.Text("enableAt");
  outer->Take(reader);
  return rules;
}

template <typename T, typename Field>
void ReadObject(std::string_view name, Reader* reader, T (*read)(const JsonValue&, Reader*), Field* out) {
  const JsonValue* value = reader->Find(name);
  if (value == nullptr) return;
  if (!value->is_object()) return reader->Fail(name, "is no object");
  *out = read(*value, reader);
}

// As records have it: bare within the context of the one that refers.
Subject ResolveReference(const std::string& name, const std::string& context) {
  return name.rfind(":.", 0) == 0 ? Subject::Parse(name) : Subject(context, name);
}

void AddTarget(const client::ConfigTarget& target, std::vector<JsonValue::Member>* members) {
  if (target) members->emplace_back("subject", JsonValue::String(target->Qualified()));
}

client::ConfigTarget ReadTarget(Reader* reader) {
  const std::optional<std::string> subject = reader->Text("subject");
  if (!subject) return std::nullopt;
  return Subject::Parse(*subject);
}

JsonValue Number(int64_t number) { return JsonValue::Number(number); }

std::vector<JsonValue::Member> MembersOf(const DumpHeader& header) {
  return {{"kind", JsonValue::String("dump")}, {"format", Number(header.format)}};
}

std::vector<JsonValue::Member> MembersOf(const DumpSchema& schema) {
  std::vector<JsonValue::Member> members = {{"kind", JsonValue::String("schema")},
                                            {"subject", JsonValue::String(schema.subject.Qualified())},
                                            {"version", Number(schema.version.value())},
                                            {"id", Number(schema.id.value())}};
  if (schema.guid) members.emplace_back("guid", JsonValue::String(schema.guid->ToGuid()));
  if (schema.deleted) members.emplace_back("deleted", JsonValue::Bool(true));
  const SchemaContent& content = schema.content;
  members.emplace_back("schemaType", JsonValue::String(std::string(content.type == SchemaType::kOther
                                                                       ? std::string_view(content.other_type)
                                                                       : SchemaTypeName(content.type))));
  if (!content.references.empty()) {
    std::vector<JsonValue> references;
    for (const Reference& reference : content.references) {
      references.push_back(JsonValue::Object(
          {{"name", JsonValue::String(reference.name)},
           {"subject", JsonValue::String(SpellReferenceSubject(reference.subject, schema.subject.context))},
           {"version", Number(reference.version.value())}}));
    }
    members.emplace_back("references", JsonValue::Array(std::move(references)));
  }
  if (content.metadata) members.emplace_back("metadata", MetadataToJson(*content.metadata));
  if (content.rule_set) members.emplace_back("ruleSet", RuleSetToJson(*content.rule_set));
  members.emplace_back("schema", JsonValue::String(content.text));
  return members;
}

std::vector<JsonValue::Member> MembersOf(const DumpConfig& config) {
  std::vector<JsonValue::Member> members = {{"kind", JsonValue::String("config")}};
  AddTarget(config.target, &members);
  members.emplace_back("config", ConfigToJson(config.config));
  return members;
}

std::vector<JsonValue::Member> MembersOf(const DumpMode& mode) {
  std::vector<JsonValue::Member> members = {{"kind", JsonValue::String("mode")}};
  AddTarget(mode.target, &members);
  members.emplace_back("mode", JsonValue::String(std::string(ModeName(mode.mode))));
  return members;
}

std::vector<JsonValue::Member> MembersOf(const DumpContext& context) {
  std::vector<JsonValue::Member> members = {{"kind", JsonValue::String("context")},
                                            {"context", JsonValue::String(context.context)}};
  if (context.highest_id.value() != 0) members.emplace_back("highestId", Number(context.highest_id.value()));
  return members;
}

std::vector<JsonValue::Member> MembersOf(const DumpAssociation& entry) {
  const Association& association = entry.association;
  std::vector<JsonValue::Member> members = {
      {"kind", JsonValue::String("association")},
      {"subject", JsonValue::String(association.subject.Qualified())},
      {"guid", JsonValue::String(association.guid)},
      {"resourceName", JsonValue::String(association.resource_name)},
      {"resourceNamespace", JsonValue::String(association.resource_namespace)},
      {"resourceId", JsonValue::String(association.resource_id)},
      {"resourceType", JsonValue::String(association.resource_type)},
      {"associationType", JsonValue::String(association.association_type)},
      {"lifecycle", JsonValue::String(association.lifecycle == Lifecycle::kStrong ? "STRONG" : "WEAK")}};
  if (association.create_time_ms != 0) members.emplace_back("createTs", Number(association.create_time_ms));
  return members;
}

std::vector<JsonValue::Member> MembersOf(const DumpEnd& end) {
  return {{"kind", JsonValue::String("end")}, {"schemas", Number(end.schemas)},
          {"configs", Number(end.configs)},   {"modes", Number(end.modes)},
          {"contexts", Number(end.contexts)}, {"associations", Number(end.associations)}};
}

std::optional<Lifecycle> LifecycleOf(std::string_view word) {
  if (word == "STRONG") return Lifecycle::kStrong;
  if (word == "WEAK") return Lifecycle::kWeak;
  return std::nullopt;
}

absl::StatusOr<DumpEntry> ParseAssociationLine(const JsonValue& object) {
  auto association = ParseAssociationObject(object);
  if (!association.ok()) return association.status();
  return DumpEntry(DumpAssociation{*std::move(association)});
}

absl::StatusOr<DumpEntry> ParseConfigLine(const JsonValue& object) {
  Reader reader(object);
  DumpConfig entry{ReadTarget(&reader), {}};
  const JsonValue* config = reader.Find("config");
  if (config == nullptr || !config->is_object()) reader.Fail("config", "is no object");
  if (!reader.status().ok()) return reader.status();
  auto parsed = ParseConfigObject(*config);
  if (!parsed.ok()) return parsed.status();
  entry.config = *std::move(parsed);
  return DumpEntry(std::move(entry));
}

}  // namespace

std::string DumpLineOf(const DumpEntry& entry) {
  return JsonValue::Object(std::visit([](const auto& what) { return MembersOf(what); }, entry)).ToString();
}

absl::StatusOr<DumpSchema> ParseSchemaObject(const JsonValue& object) {
  Reader reader(object);
  DumpSchema schema;
  schema.subject = Subject::Parse(reader.RequiredText("subject"));
  schema.version = Version(static_cast<int32_t>(reader.Number("version", 1)));
  schema.id = SchemaId(static_cast<int32_t>(reader.Number("id", 1)));
  if (const auto guid = reader.Text("guid")) {
    schema.guid = ContentHash::ParseGuid(*guid);
    if (!schema.guid) reader.Fail("guid", "is no UUID");
  }
  const std::string type = reader.Text("schemaType").value_or("");
  schema.content.type = ParseSchemaType(type).value_or(SchemaType::kOther);
  if (schema.content.type == SchemaType::kOther) schema.content.other_type = type;
  schema.content.text = reader.RequiredText("schema");
  reader.Items("references", [&](const JsonValue& item) {
    Reader reference(item);
    schema.content.references.push_back({reference.RequiredText("name"),
                                         ResolveReference(reference.RequiredText("subject"), schema.subject.context),
                                         Version(static_cast<int32_t>(reference.Number("version", 1)))});
    reader.Take(reference);
  });
  ReadObject("metadata", &reader, ReadMetadata, &schema.content.metadata);
  ReadObject("ruleSet", &reader, ReadRuleSet, &schema.content.rule_set);
  if (!reader.status().ok()) return reader.status();
  return schema;
}

absl::StatusOr<SubjectConfig> ParseConfigObject(const JsonValue& object) {
  Reader reader(object);
  SubjectConfig config;
  config.level = reader.Word<CompatibilityLevel>("compatibilityLevel", ParseCompatibilityLevel);
  config.policy = reader.Word<CompatibilityPolicy>("compatibilityPolicy", ParseCompatibilityPolicy);
  config.normalize = reader.Bool("normalize");
  config.validate_fields = reader.Bool("validateFields");
  config.validate_new_schemas = reader.Bool("validateNewSchemas");
  config.validate_rules = reader.Bool("validateRules");
  config.alias = reader.Text("alias");
  config.alias_for_deks = reader.Text("aliasForDeks");
  config.compatibility_group = reader.Text("compatibilityGroup");
  ReadObject("defaultMetadata", &reader, ReadMetadata, &config.default_metadata);
  ReadObject("overrideMetadata", &reader, ReadMetadata, &config.override_metadata);
  ReadObject("defaultRuleSet", &reader, ReadRuleSet, &config.default_rule_set);
  ReadObject("overrideRuleSet", &reader, ReadRuleSet, &config.override_rule_set);
  if (!reader.status().ok()) return reader.status();
  return config;
}

absl::StatusOr<Association> ParseAssociationObject(const JsonValue& object) {
  Reader reader(object);
  Association association;
  association.subject = Subject::Parse(reader.RequiredText("subject"));
  association.guid = reader.Text("guid").value_or("");
  association.resource_name = reader.RequiredText("resourceName");
  association.resource_namespace = reader.RequiredText("resourceNamespace");
  association.resource_id = reader.RequiredText("resourceId");
  association.resource_type = reader.RequiredText("resourceType");
  association.association_type = reader.RequiredText("associationType");
  const auto lifecycle = reader.Word<Lifecycle>("lifecycle", LifecycleOf);
  if (!lifecycle) reader.Fail("lifecycle", "is missing");
  association.lifecycle = lifecycle.value_or(Lifecycle::kWeak);
  association.frozen = association.lifecycle == Lifecycle::kStrong;
  association.create_time_ms = reader.OptionalNumber("createTs", std::numeric_limits<int64_t>::max());
  if (!reader.status().ok()) return reader.status();
  return association;
}

absl::StatusOr<DumpEntry> ParseDumpLine(std::string_view line) {
  auto object = JsonValue::Parse(line, {.max_bytes = kDumpLineBytesMax, .max_depth = kDepthMax});
  if (!object.ok()) return MakeError(ErrorReason::kRequestInvalid, std::string(object.status().message()));
  if (!object->is_object()) return MakeError(ErrorReason::kRequestInvalid, "no JSON object");
  Reader reader(*object);
  const std::string kind = reader.RequiredText("kind");
  if (kind == "schema") {
    auto schema = ParseSchemaObject(*object);
    if (!schema.ok()) return schema.status();
    schema->deleted = reader.Bool("deleted").value_or(false);
    if (!reader.status().ok()) return reader.status();
    return DumpEntry(*std::move(schema));
  }
  if (kind == "config") return ParseConfigLine(*object);
  if (kind == "association") return ParseAssociationLine(*object);
  DumpEntry entry;
  if (kind == "dump") {
    entry = DumpHeader{reader.Number("format", 1)};
  } else if (kind == "mode") {
    DumpMode mode{ReadTarget(&reader)};
    const auto word = reader.Word<Mode>("mode", ParseMode);
    if (!word) reader.Fail("mode", "is missing");
    mode.mode = word.value_or(Mode::kReadWrite);
    entry = std::move(mode);
  } else if (kind == "end") {
    entry = DumpEnd{reader.Number("schemas", 0), reader.Number("configs", 0), reader.Number("modes", 0),
                    reader.OptionalNumber("contexts"), reader.OptionalNumber("associations")};
  } else if (kind == "context") {
    entry =
        DumpContext{reader.RequiredText("context"), SchemaId(static_cast<int32_t>(reader.OptionalNumber("highestId")))};
  } else {
    reader.Fail("kind", absl::StrCat("is '", Printable(kind), "', which is not known"));
  }
  if (!reader.status().ok()) return reader.status();
  return entry;
}

}  // namespace regent::cli
