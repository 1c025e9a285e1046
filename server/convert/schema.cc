#include "server/convert/schema.h"

#include <optional>
#include <set>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"

namespace regent {
namespace {

SchemaType TypeFromProto(v1::SchemaType type, std::string_view field, Violations* violations) {
  switch (type) {
    case v1::SCHEMA_TYPE_UNSPECIFIED:
    case v1::SCHEMA_TYPE_AVRO:
      return SchemaType::kAvro;
    case v1::SCHEMA_TYPE_JSON:
      return SchemaType::kJson;
    case v1::SCHEMA_TYPE_PROTOBUF:
      return SchemaType::kProtobuf;
    case v1::SCHEMA_TYPE_OTHER:
      return SchemaType::kOther;
    default:
      violations->Add(field, absl::StrCat("AVRO, JSON or PROTOBUF, not ", static_cast<int>(type)));
      return SchemaType::kAvro;
  }
}

Reference FromProto(const v1::Reference& proto, std::string_view context, const std::string& field,
                    Violations* violations) {
  if (proto.name().empty()) violations->Add(absl::StrCat(field, ".name"), "required");
  if (proto.version() < 1 && proto.version() != -1) {
    violations->Add(absl::StrCat(field, ".version"), "1 or above, or -1 for the newest");
  }
  return {proto.name(), FromProto(proto.subject(), absl::StrCat(field, ".subject"), violations, context),
          Version(proto.version())};
}

template <typename Repeated>
std::set<std::string> ToSet(const Repeated& repeated) {
  return {repeated.begin(), repeated.end()};
}

Rule FromProto(const v1::Rule& proto) {
  Rule rule;
  rule.name = proto.name();
  if (proto.has_doc()) rule.doc = proto.doc();
  if (proto.has_kind()) rule.kind = proto.kind();
  if (proto.has_mode()) rule.mode = proto.mode();
  if (proto.has_type()) rule.type = proto.type();
  rule.tags = ToSet(proto.tags());
  rule.params = {proto.params().begin(), proto.params().end()};
  if (proto.has_expr()) rule.expr = proto.expr();
  if (proto.has_on_success()) rule.on_success = proto.on_success();
  if (proto.has_on_failure()) rule.on_failure = proto.on_failure();
  rule.disabled = proto.disabled();
  return rule;
}

void ToProto(const Rule& rule, v1::Rule* proto) {
  proto->set_name(rule.name);
  if (rule.doc) proto->set_doc(*rule.doc);
  if (rule.kind) proto->set_kind(*rule.kind);
  if (rule.mode) proto->set_mode(*rule.mode);
  if (rule.type) proto->set_type(*rule.type);
  for (const std::string& tag : rule.tags) proto->add_tags(tag);
  proto->mutable_params()->insert(rule.params.begin(), rule.params.end());
  if (rule.expr) proto->set_expr(*rule.expr);
  if (rule.on_success) proto->set_on_success(*rule.on_success);
  if (rule.on_failure) proto->set_on_failure(*rule.on_failure);
  proto->set_disabled(rule.disabled);
}

v1::VersionState ToProto(VersionState state) {
  return state == VersionState::kActive ? v1::VERSION_STATE_ACTIVE : v1::VERSION_STATE_DELETED;
}

}  // namespace

void SetTime(int64_t millis, google::protobuf::Timestamp* time) {
  int64_t seconds = millis / 1000;
  int64_t rest = millis % 1000;
  if (rest < 0) {
    rest += 1000;
    --seconds;
  }
  time->set_seconds(seconds);
  time->set_nanos(static_cast<int32_t>(rest) * 1000000);
}

int64_t MillisOf(const google::protobuf::Timestamp& time) { return time.seconds() * 1000 + time.nanos() / 1000000; }

std::string ContextFromProto(const std::string& context, std::string_view field, Violations* violations,
                             std::string_view default_context) {
  if (context.empty()) return std::string(default_context);
  // What a record key could not tell from another subject, or not hold.
  if (context.front() != '.') violations->Add(field, "begins with a dot");
  for (const char c : context) {
    if (c == ':' || static_cast<unsigned char>(c) < 0x20 || c == 0x7f) {
      violations->Add(field, "holds no colon and no control character");
      break;
    }
  }
  return context;
}

Subject FromProto(const v1::SubjectRef& proto, std::string_view field, Violations* violations,
                  std::string_view default_context) {
  const std::string path(field);
  if (proto.subject().empty()) {
    violations->Add(absl::StrCat(path, ".subject"), "required");
  } else if (proto.subject().rfind(":.", 0) == 0) {
    violations->Add(absl::StrCat(path, ".subject"), "begins with ':.': name the context in the field `context`");
  }
  return Subject(ContextFromProto(proto.context(), absl::StrCat(path, ".context"), violations, default_context),
                 proto.subject());
}

Metadata FromProto(const v1::Metadata& proto) {
  Metadata metadata;
  for (const auto& [path, tags] : proto.tags()) metadata.tags[path] = ToSet(tags.tags());
  metadata.properties = {proto.properties().begin(), proto.properties().end()};
  metadata.sensitive = ToSet(proto.sensitive());
  return metadata;
}

RuleSet FromProto(const v1::RuleSet& proto) {
  RuleSet rule_set;
  for (const v1::Rule& rule : proto.migration_rules()) rule_set.migration_rules.push_back(FromProto(rule));
  for (const v1::Rule& rule : proto.domain_rules()) rule_set.domain_rules.push_back(FromProto(rule));
  for (const v1::Rule& rule : proto.encoding_rules()) rule_set.encoding_rules.push_back(FromProto(rule));
  if (proto.has_enable_at()) rule_set.enable_at = proto.enable_at();
  return rule_set;
}

SchemaContent FromProto(const v1::Schema& proto, std::string_view context, std::string_view field,
                        Violations* violations) {
  const std::string path(field);
  SchemaContent content;
  content.type = TypeFromProto(proto.type(), absl::StrCat(path, ".type"), violations);
  content.text = proto.text();
  content.other_type = proto.other_type();
  const bool named = !proto.other_type().empty();
  if (content.type == SchemaType::kOther ? !named || ParseSchemaType(proto.other_type()) : named) {
    violations->Add(absl::StrCat(path, ".other_type"), "goes with the type OTHER, and names none of the others");
  }
  content.references.reserve(proto.references_size());
  for (int i = 0; i < proto.references_size(); ++i) {
    content.references.push_back(
        FromProto(proto.references(i), context, absl::StrCat(path, ".references[", i, "]"), violations));
  }
  if (proto.has_metadata()) content.metadata = FromProto(proto.metadata());
  if (proto.has_rule_set()) content.rule_set = FromProto(proto.rule_set());
  return content;
}

v1::SchemaType ToProto(SchemaType type) {
  switch (type) {
    case SchemaType::kAvro:
      return v1::SCHEMA_TYPE_AVRO;
    case SchemaType::kJson:
      return v1::SCHEMA_TYPE_JSON;
    case SchemaType::kProtobuf:
      return v1::SCHEMA_TYPE_PROTOBUF;
    case SchemaType::kOther:
      return v1::SCHEMA_TYPE_OTHER;
  }
  return v1::SCHEMA_TYPE_UNSPECIFIED;
}

void ToProto(const Subject& subject, v1::SubjectRef* proto) {
  proto->set_context(subject.context);
  proto->set_subject(subject.name);
}

void ToProto(const Metadata& metadata, v1::Metadata* proto) {
  for (const auto& [path, tags] : metadata.tags) {
    v1::TagList& list = (*proto->mutable_tags())[path];
    for (const std::string& tag : tags) list.add_tags(tag);
  }
  proto->mutable_properties()->insert(metadata.properties.begin(), metadata.properties.end());
  for (const std::string& name : metadata.sensitive) proto->add_sensitive(name);
}

void ToProto(const RuleSet& rule_set, v1::RuleSet* proto) {
  for (const Rule& rule : rule_set.migration_rules) ToProto(rule, proto->add_migration_rules());
  for (const Rule& rule : rule_set.domain_rules) ToProto(rule, proto->add_domain_rules());
  for (const Rule& rule : rule_set.encoding_rules) ToProto(rule, proto->add_encoding_rules());
  if (rule_set.enable_at) proto->set_enable_at(*rule_set.enable_at);
}

void ToProto(const SchemaContent& content, v1::Schema* proto) {
  proto->set_text(content.text);
  ToProtoWithoutText(content, proto);
}

void ToProtoWithoutText(const SchemaContent& content, v1::Schema* proto) {
  proto->set_type(ToProto(content.type));
  for (const Reference& reference : content.references) {
    v1::Reference* out = proto->add_references();
    out->set_name(reference.name);
    ToProto(reference.subject, out->mutable_subject());
    out->set_version(reference.version.value());
  }
  if (content.metadata) ToProto(*content.metadata, proto->mutable_metadata());
  if (content.rule_set) ToProto(*content.rule_set, proto->mutable_rule_set());
  proto->set_other_type(content.other_type);
}

void ToProto(const StoredSchema& stored, v1::StoredSchema* proto) {
  proto->set_context(stored.context);
  proto->set_id(stored.id.value());
  proto->set_guid(stored.hash.ToGuid());
  ToProto(stored.content, proto->mutable_schema());
}

void ToProto(const SchemaVersion& version, v1::SchemaVersion* proto) {
  ToProtoWithoutText(version, proto);
  if (version.stored != nullptr) proto->mutable_stored()->mutable_schema()->set_text(version.stored->content.text);
}

void ToProtoWithoutText(const SchemaVersion& version, v1::SchemaVersion* proto) {
  ToProto(version.subject, proto->mutable_subject());
  proto->set_version(version.version.value());
  proto->set_state(ToProto(version.state));
  if (version.stored != nullptr) {
    v1::StoredSchema* stored = proto->mutable_stored();
    stored->set_context(version.stored->context);
    stored->set_id(version.stored->id.value());
    stored->set_guid(version.stored->hash.ToGuid());
    ToProtoWithoutText(version.stored->content, stored->mutable_schema());
  }
  if (version.create_time_ms != 0) SetTime(version.create_time_ms, proto->mutable_create_time());
  if (!version.position.log_id.empty()) ToProto(version.position, proto->mutable_position());
}

void ToProto(const SchemaVersion& version, v1::VersionSummary* proto) {
  proto->set_version(version.version.value());
  proto->set_state(ToProto(version.state));
  if (version.stored != nullptr) {
    proto->set_id(version.stored->id.value());
    proto->set_guid(version.stored->hash.ToGuid());
    proto->set_type(ToProto(version.stored->content.type));
  }
  if (version.create_time_ms != 0) SetTime(version.create_time_ms, proto->mutable_create_time());
}

void ToProto(const SchemaVersion& version, v1::SchemaUse* proto) {
  ToProto(version.subject, proto->mutable_subject());
  proto->set_version(version.version.value());
  proto->set_state(ToProto(version.state));
  if (version.stored != nullptr) proto->set_id(version.stored->id.value());
}

void ToProto(const Position& position, v1::Position* proto) {
  proto->set_log_id(position.log_id);
  proto->set_offset(position.offset.value());
}

void ToProto(const WriteResult& result, v1::WriteResult* proto) {
  ToProto(result.position, proto->mutable_position());
  proto->set_changed(result.changed);
}

}  // namespace regent
