#include "server/rest/decode.h"

#include <limits>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "base/error_reason.h"
#include "server/rest/rest_error.h"

namespace regent {
namespace {

// A value takes more memory than the two bytes that it may be written in. No request needs as many.
constexpr size_t kMaxValues = 200000;

// Whether there are more values in the text than `most`, going by what stands between them.
bool HasMoreValues(std::string_view json, size_t most) {
  if (json.size() / 2 < most) return false;
  size_t between = 0;
  bool in_string = false;
  for (size_t i = 0; i < json.size(); ++i) {
    const char c = json[i];
    if (c == '"') in_string = !in_string;
    if (in_string) {
      i += c == '\\';
    } else {
      between += c == ',' || c == '[' || c == '{';
    }
  }
  return between > most;
}

absl::string_view View(std::string_view text) { return {text.data(), text.size()}; }

// Members of one object, by type. Null and absent are the same here. Remembers the first thing that is wrong.
class Fields {
 public:
  Fields(const JsonValue* object, std::string path, absl::Status* status)
      : object_(object), path_(std::move(path)), status_(status) {
    if (object_ != nullptr && !object_->is_object()) {
      Fail("", "is no JSON object");
      object_ = nullptr;
    }
  }

  const JsonValue* Get(std::string_view name) const {
    const JsonValue* value = object_ == nullptr ? nullptr : object_->Find(name);
    return value == nullptr || value->is_null() ? nullptr : value;
  }
  bool HasNull(std::string_view name) const {
    const JsonValue* value = object_ == nullptr ? nullptr : object_->Find(name);
    return value != nullptr && value->is_null();
  }

  std::optional<std::string> Text(std::string_view name) {
    const JsonValue* value = Get(name);
    if (value == nullptr) return std::nullopt;
    if (!value->is_string()) return Fail<std::string>(name, "is no string");
    return value->string_value();
  }
  std::optional<bool> Bool(std::string_view name) {
    const JsonValue* value = Get(name);
    if (value == nullptr) return std::nullopt;
    if (value->is_bool()) return value->bool_value();
    if (value->is_string() && value->string_value() == "true") return true;
    if (value->is_string() && value->string_value() == "false") return false;
    return Fail<bool>(name, "is neither true nor false");
  }
  std::optional<int32_t> Number(std::string_view name) {
    const JsonValue* value = Get(name);
    if (value == nullptr) return std::nullopt;
    std::optional<int64_t> number = value->ToInt64();
    int64_t spelled = 0;
    // As other registries do, "1" is taken for 1.
    if (value->is_string() && absl::SimpleAtoi(value->string_value(), &spelled)) number = spelled;
    if (!number || *number < std::numeric_limits<int32_t>::min() || *number > std::numeric_limits<int32_t>::max()) {
      return Fail<int32_t>(name, "is no whole number of 32 bits");
    }
    return static_cast<int32_t>(*number);
  }
  // Runs `take` with each element's value and path.
  template <typename Take>
  void Each(std::string_view name, const Take& take) {
    if (const JsonValue* value = Get(name)) EachOf(*value, name, take);
  }
  // Of the member `name`, whose value was found already: finding one takes as long as there are members.
  template <typename Take>
  void EachOf(const JsonValue& array, std::string_view name, const Take& take) {
    const JsonValue* value = &array;
    if (!value->is_array()) {
      Fail(name, "is no array");
      return;
    }
    for (size_t i = 0; i < value->items().size(); ++i) take(value->items()[i], absl::StrCat(PathOf(name), "[", i, "]"));
  }
  void Texts(std::string_view name, std::set<std::string>* into) {
    if (const JsonValue* value = Get(name)) TextsOf(*value, name, into);
  }
  void TextsOf(const JsonValue& array, std::string_view name, std::set<std::string>* into) {
    EachOf(array, name, [&](const JsonValue& item, const std::string& path) {
      if (item.is_string()) {
        into->insert(item.string_value());
      } else {
        FailAt(path, "is no string");
      }
    });
  }
  Fields Object(std::string_view name) { return Fields(Get(name), PathOf(name), status_); }
  const JsonValue* object() const { return object_; }

  std::string PathOf(std::string_view name) const {
    return path_.empty() || name.empty() ? absl::StrCat(path_, View(name)) : absl::StrCat(path_, ".", View(name));
  }
  void FailAt(std::string_view path, std::string_view what) {
    if (status_->ok()) *status_ = errors::RequestInvalid(path.empty() ? "body" : path, what);
  }
  void Fail(std::string_view name, std::string_view what) { FailAt(PathOf(name), what); }
  absl::Status* status() { return status_; }

 private:
  template <typename T>
  std::optional<T> Fail(std::string_view name, std::string_view what) {
    Fail(name, what);
    return std::nullopt;
  }

  const JsonValue* object_;
  std::string path_;
  absl::Status* const status_;
};

void DecodeProperties(Fields fields, std::map<std::string, std::string>* into) {
  if (fields.object() == nullptr) return;
  for (const auto& [name, value] : fields.object()->members()) {
    if (value.is_null()) continue;
    if (value.is_string()) {
      into->insert_or_assign(name, value.string_value());
    } else {
      fields.Fail(name, "is no string");
    }
  }
}

std::optional<Metadata> DecodeMetadata(Fields fields) {
  if (fields.object() == nullptr) return std::nullopt;
  Metadata metadata;
  Fields tags = fields.Object("tags");
  if (tags.object() != nullptr) {
    for (const auto& [path, names] : tags.object()->members()) {
      std::set<std::string>& of_path = metadata.tags[path];
      if (!names.is_null()) tags.TextsOf(names, path, &of_path);
    }
  }
  DecodeProperties(fields.Object("properties"), &metadata.properties);
  fields.Texts("sensitive", &metadata.sensitive);
  return metadata;
}

Rule DecodeRule(Fields fields) {
  Rule rule;
  rule.name = fields.Text("name").value_or("");
  rule.doc = fields.Text("doc");
  rule.kind = fields.Text("kind");
  rule.mode = fields.Text("mode");
  rule.type = fields.Text("type");
  fields.Texts("tags", &rule.tags);
  DecodeProperties(fields.Object("params"), &rule.params);
  rule.expr = fields.Text("expr");
  rule.on_success = fields.Text("onSuccess");
  rule.on_failure = fields.Text("onFailure");
  rule.disabled = fields.Bool("disabled").value_or(false);
  return rule;
}

std::optional<RuleSet> DecodeRuleSet(Fields fields) {
  if (fields.object() == nullptr) return std::nullopt;
  RuleSet rule_set;
  const auto rules = [&](std::string_view name, std::vector<Rule>* into) {
    fields.Each(name, [&](const JsonValue& item, const std::string& path) {
      into->push_back(DecodeRule(Fields(&item, path, fields.status())));
    });
  };
  rules("migrationRules", &rule_set.migration_rules);
  rules("domainRules", &rule_set.domain_rules);
  rules("encodingRules", &rule_set.encoding_rules);
  rule_set.enable_at = fields.Text("enableAt");
  return rule_set;
}

Reference DecodeReference(Fields fields, std::string_view context) {
  Reference reference;
  const auto name = fields.Text("name");
  const auto subject = fields.Text("subject");
  const auto version = fields.Number("version");
  // Which one is missing is the schema's fault, not the request's: other registries say 42201 here.
  const auto missing = [&](std::string_view what) {
    if (fields.status()->ok()) {
      *fields.status() =
          errors::SchemaInvalid(absl::StrCat("Invalid reference: it has no ", View(what)), fields.PathOf(""));
    }
  };
  if (!name || name->empty()) missing("name");
  if (!subject || subject->empty()) missing("subject");
  if (!version) missing("version");
  if (version && *version <= 0 && *version != -1) {
    if (fields.status()->ok()) {
      *fields.status() = errors::SchemaInvalid(
          absl::StrCat("Invalid reference: version ", *version, " is neither -1, the latest, nor above 0"),
          fields.PathOf("version"));
    }
  }
  reference.name = name.value_or("");
  reference.subject = Subject::Parse(subject.value_or(""), context);
  reference.version = Version(version.value_or(0));
  return reference;
}

// `[{"schemaEntity":{"entityPath":...},"tags":[...]}]`
void DecodeTags(Fields* fields, std::string_view name, std::map<std::string, std::set<std::string>>* into) {
  fields->Each(name, [&](const JsonValue& item, const std::string& path) {
    Fields entry(&item, path, fields->status());
    Fields entity = entry.Object("schemaEntity");
    const auto entity_path = entity.Text("entityPath");
    if (!entity_path || entity_path->empty()) return entity.FailAt(path + ".schemaEntity.entityPath", "is missing");
    entry.Texts("tags", &(*into)[*entity_path]);
  });
}

SchemaType TypeOf(Fields* fields) {
  const std::string type = fields->Text("schemaType").value_or("");
  const auto known = ParseSchemaType(type);
  if (!known && fields->status()->ok()) {
    *fields->status() =
        errors::SchemaInvalid(absl::StrCat("Invalid schema type ", type, ": it is AVRO, JSON or PROTOBUF"));
  }
  return known.value_or(SchemaType::kOther);
}

SchemaContent DecodeContent(Fields* fields, std::string_view context) {
  SchemaContent content;
  content.text = fields->Text("schema").value_or("");
  content.type = TypeOf(fields);
  fields->Each("references", [&](const JsonValue& item, const std::string& path) {
    content.references.push_back(DecodeReference(Fields(&item, path, fields->status()), context));
  });
  content.metadata = DecodeMetadata(fields->Object("metadata"));
  content.rule_set = DecodeRuleSet(fields->Object("ruleSet"));
  return content;
}

ResourceAssociations::Wanted DecodeWanted(Fields fields, std::string_view context) {
  ResourceAssociations::Wanted wanted;
  const std::string_view home = context.empty() ? kDefaultContext : context;
  if (const auto subject = fields.Text("subject"); subject && !subject->empty()) {
    wanted.subject = Subject::Parse(*subject, home);
  }
  wanted.association_type = fields.Text("associationType").value_or("value");
  const auto lifecycle = ParseLifecycle(fields.Text("lifecycle").value_or(""));
  if (lifecycle.ok()) {
    wanted.lifecycle = *lifecycle;
  } else if (fields.status()->ok()) {
    *fields.status() = lifecycle.status();
  }
  wanted.frozen = fields.Bool("frozen");
  wanted.normalize = fields.Bool("normalize").value_or(false);
  Fields schema = fields.Object("schema");
  if (schema.object() != nullptr) {
    wanted.schema = DecodeContent(&schema, wanted.subject ? std::string_view(wanted.subject->context) : home);
  }
  return wanted;
}

ResourceAssociations DecodeResource(Fields fields, std::string_view context) {
  ResourceAssociations resource;
  resource.resource_name = fields.Text("resourceName").value_or("");
  resource.resource_namespace = fields.Text("resourceNamespace").value_or("");
  resource.resource_id = fields.Text("resourceId").value_or("");
  resource.resource_type = fields.Text("resourceType").value_or("topic");
  fields.Each("associations", [&](const JsonValue& item, const std::string& path) {
    resource.associations.push_back(DecodeWanted(Fields(&item, path, fields.status()), context));
  });
  return resource;
}

// Calls `take` with each request of a batch, of which there are some, but not too many.
template <typename Take>
absl::Status DecodeBatch(std::string_view body, const Take& take) {
  constexpr size_t kMaxRequests = 1000;
  const auto json = ParseBody(body);
  if (!json.ok()) return json.status();
  absl::Status status;
  Fields fields(&*json, "", &status);
  const JsonValue* requests = fields.Get("requests");
  if (requests != nullptr && requests->is_array() && requests->items().size() > kMaxRequests) {
    return errors::RequestInvalid("requests", absl::StrCat("has more than ", kMaxRequests, " of them"));
  }
  fields.Each("requests", [&](const JsonValue& item, const std::string& path) { take(Fields(&item, path, &status)); });
  if (requests == nullptr) fields.Fail("requests", "is missing");
  return status;
}

template <typename T>
void Take(Fields* fields, std::string_view name, std::optional<T> value, FieldUpdate<T>* into) {
  if (fields->HasNull(name)) {
    into->action = FieldUpdate<T>::Action::kClear;
  } else if (value) {
    into->action = FieldUpdate<T>::Action::kSet;
    into->value = *std::move(value);
  }
}

}  // namespace

absl::StatusOr<JsonValue> ParseBody(std::string_view body) {
  if (HasMoreValues(body, kMaxValues)) {
    return errors::RequestInvalid("body", absl::StrCat("holds more than ", kMaxValues, " values"));
  }
  if (body.find_first_not_of(" \t\r\n") == std::string_view::npos) {
    return HttpError(422, "The request has no body; a JSON object is expected.");
  }
  JsonLimits limits;
  limits.max_bytes = std::numeric_limits<size_t>::max();  // the server bounds bodies
  limits.max_depth = 64;
  auto value = JsonValue::Parse(body, limits);
  if (!value.ok()) return errors::RequestInvalid("body", std::string(value.status().message()));
  if (value->is_null()) return HttpError(422, "The request's body is null; a JSON object is expected.");
  if (!value->is_object()) return errors::RequestInvalid("body", "is no JSON object");
  return value;
}

absl::StatusOr<SchemaRequest> DecodeSchemaRequest(std::string_view body, std::string_view context) {
  const auto json = ParseBody(body);
  if (!json.ok()) return json.status();
  absl::Status status;
  Fields fields(&*json, "", &status);
  SchemaRequest request;
  request.content = DecodeContent(&fields, context);
  DecodeTags(&fields, "schemaTagsToAdd", &request.edit.add_tags);
  DecodeTags(&fields, "schemaTagsToRemove", &request.edit.remove_tags);
  request.edit.keep_tags = fields.Bool("propagateSchemaTags").value_or(false);
  if (const auto version = fields.Number("version"); version && *version != 0) request.version = Version(*version);
  if (const auto id = fields.Number("id"); id && *id > 0) request.id = SchemaId(*id);
  if (!status.ok()) return status;
  return request;
}

absl::StatusOr<RegisterSchema> DecodeTagsRequest(std::string_view body) {
  const auto json = ParseBody(body);
  if (!json.ok()) return json.status();
  absl::Status status;
  Fields fields(&*json, "", &status);
  RegisterSchema command;
  if (const auto version = fields.Number("newVersion"); version && *version != 0) command.version = Version(*version);
  command.content.metadata = DecodeMetadata(fields.Object("metadata"));
  command.content.rule_set = DecodeRuleSet(fields.Object("ruleSet"));
  DecodeTags(&fields, "tagsToAdd", &command.edit.add_tags);
  DecodeTags(&fields, "tagsToRemove", &command.edit.remove_tags);
  command.edit.merge_rules = DecodeRuleSet(fields.Object("rulesToMerge")).value_or(RuleSet());
  fields.Texts("rulesToRemove", &command.edit.remove_rules);
  if (!status.ok()) return status;
  const bool edits_rules = command.edit.merge_rules != RuleSet() || !command.edit.remove_rules.empty();
  if (command.content.rule_set && edits_rules) {
    return MakeError(ErrorReason::kRuleSetInvalid,
                     "A request has either a ruleSet, or rulesToMerge and rulesToRemove, not both.");
  }
  return command;
}

absl::StatusOr<std::optional<Lifecycle>> ParseLifecycle(std::string_view name) {
  if (name.empty()) return std::optional<Lifecycle>();
  if (absl::EqualsIgnoreCase(View(name), "STRONG")) return std::optional(Lifecycle::kStrong);
  if (absl::EqualsIgnoreCase(View(name), "WEAK")) return std::optional(Lifecycle::kWeak);
  return MakeError(ErrorReason::kAssociationInvalid,
                   absl::StrCat("Invalid lifecycle '", View(name.substr(0, 100)), "': it is STRONG or WEAK."));
}

absl::StatusOr<ResourceAssociations> DecodeAssociations(std::string_view body, std::string_view context) {
  const auto json = ParseBody(body);
  if (!json.ok()) return json.status();
  absl::Status status;
  ResourceAssociations resource = DecodeResource(Fields(&*json, "", &status), context);
  if (!status.ok()) return status;
  return resource;
}

absl::StatusOr<std::vector<ResourceAssociations>> DecodeAssociationBatch(std::string_view body,
                                                                         std::string_view context) {
  std::vector<ResourceAssociations> resources;
  const absl::Status status =
      DecodeBatch(body, [&](Fields fields) { resources.push_back(DecodeResource(std::move(fields), context)); });
  if (!status.ok()) return status;
  return resources;
}

absl::StatusOr<std::vector<ListAssociations>> DecodeAssociationQueries(std::string_view body) {
  std::vector<ListAssociations> queries;
  const absl::Status status = DecodeBatch(body, [&](Fields fields) {
    ListAssociations& query = queries.emplace_back();
    query.resource_name = fields.Text("resourceName").value_or("");
    query.resource_namespace = fields.Text("resourceNamespace").value_or("");
    query.resource_id = fields.Text("resourceId").value_or("");
    query.resource_type = fields.Text("resourceType").value_or("topic");
    fields.Texts("associationTypes", &query.association_types);
    if (query.resource_namespace == "-") query.resource_namespace.clear();
    if (query.resource_name.empty() && query.resource_id.empty()) {
      fields.Fail("resourceId", "is missing, and resourceName too");
    }
  });
  if (!status.ok()) return status;
  return queries;
}

absl::StatusOr<UpdateConfig> DecodeConfigRequest(std::string_view body) {
  const auto json = ParseBody(body);
  if (!json.ok()) return json.status();
  absl::Status status;
  Fields fields(&*json, "", &status);
  UpdateConfig update;
  std::optional<CompatibilityLevel> level;
  if (const auto name = fields.Text("compatibility")) {
    level = ParseCompatibilityLevel(*name);
    if (!level && status.ok()) {
      status = MakeError(ErrorReason::kConfigInvalid,
                         "Invalid compatibility level. Valid values are none, backward, forward, full, "
                         "backward_transitive, forward_transitive, and full_transitive");
    }
  }
  std::optional<CompatibilityPolicy> policy;
  if (const auto name = fields.Text("compatibilityPolicy")) {
    policy = ParseCompatibilityPolicy(*name);
    if (!policy && status.ok()) {
      status = MakeError(ErrorReason::kConfigInvalid,
                         "Invalid compatibility policy. Valid values are STRICT, LENIENT and LOGICAL");
    }
  }
  Take(&fields, "alias", fields.Text("alias"), &update.alias);
  Take(&fields, "aliasForDeks", fields.Text("aliasForDeks"), &update.alias_for_deks);
  Take(&fields, "normalize", fields.Bool("normalize"), &update.normalize);
  Take(&fields, "validateFields", fields.Bool("validateFields"), &update.validate_fields);
  Take(&fields, "validateNewSchemas", fields.Bool("validateNewSchemas"), &update.validate_new_schemas);
  Take(&fields, "validateRules", fields.Bool("validateRules"), &update.validate_rules);
  Take(&fields, "compatibility", level, &update.level);
  Take(&fields, "compatibilityPolicy", policy, &update.policy);
  Take(&fields, "compatibilityGroup", fields.Text("compatibilityGroup"), &update.compatibility_group);
  Take(&fields, "defaultMetadata", DecodeMetadata(fields.Object("defaultMetadata")), &update.default_metadata);
  Take(&fields, "overrideMetadata", DecodeMetadata(fields.Object("overrideMetadata")), &update.override_metadata);
  Take(&fields, "defaultRuleSet", DecodeRuleSet(fields.Object("defaultRuleSet")), &update.default_rule_set);
  Take(&fields, "overrideRuleSet", DecodeRuleSet(fields.Object("overrideRuleSet")), &update.override_rule_set);
  if (!status.ok()) return status;
  return update;
}

absl::StatusOr<std::optional<Mode>> DecodeModeRequest(std::string_view body) {
  const auto json = ParseBody(body);
  if (!json.ok()) return json.status();
  absl::Status status;
  Fields fields(&*json, "", &status);
  const auto name = fields.Text("mode");
  if (!status.ok()) return status;
  if (!name && fields.HasNull("mode")) return std::optional<Mode>();
  const auto mode = ParseMode(name.value_or(""));
  if (!mode) {
    return MakeError(ErrorReason::kModeInvalid,
                     "Invalid mode. Valid values are READWRITE, READONLY, IMPORT and FORWARD.");
  }
  return std::optional<Mode>(*mode);
}

}  // namespace regent
