#include "client/convert/model.h"

#include <set>
#include <string>
#include <utility>

#include "base/error_reason.h"

namespace regent::client {
namespace {

// So that the overloads here do not hide those of the header.
using client::FromProto;
using client::ToProto;

absl::Status Incomplete(std::string_view what) {
  return MakeError(ErrorReason::kInternal, "the server's answer lacks " + std::string(what));
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

SchemaType FromProto(v1::SchemaType type) {
  switch (type) {
    case v1::SCHEMA_TYPE_AVRO:
      return SchemaType::kAvro;
    case v1::SCHEMA_TYPE_JSON:
      return SchemaType::kJson;
    case v1::SCHEMA_TYPE_PROTOBUF:
      return SchemaType::kProtobuf;
    default:  // of a server newer than this client, or of another registry
      return SchemaType::kOther;
  }
}

CompatibilityLevel FromProto(v1::CompatibilityLevel level) {
  switch (level) {
    case v1::COMPATIBILITY_LEVEL_NONE:
      return CompatibilityLevel::kNone;
    case v1::COMPATIBILITY_LEVEL_BACKWARD_TRANSITIVE:
      return CompatibilityLevel::kBackwardTransitive;
    case v1::COMPATIBILITY_LEVEL_FORWARD:
      return CompatibilityLevel::kForward;
    case v1::COMPATIBILITY_LEVEL_FORWARD_TRANSITIVE:
      return CompatibilityLevel::kForwardTransitive;
    case v1::COMPATIBILITY_LEVEL_FULL:
      return CompatibilityLevel::kFull;
    case v1::COMPATIBILITY_LEVEL_FULL_TRANSITIVE:
      return CompatibilityLevel::kFullTransitive;
    default:
      return CompatibilityLevel::kBackward;
  }
}

v1::CompatibilityPolicy ToProto(CompatibilityPolicy policy) {
  switch (policy) {
    case CompatibilityPolicy::kStrict:
      return v1::COMPATIBILITY_POLICY_STRICT;
    case CompatibilityPolicy::kLenient:
      return v1::COMPATIBILITY_POLICY_LENIENT;
    case CompatibilityPolicy::kLogical:
      return v1::COMPATIBILITY_POLICY_LOGICAL;
  }
  return v1::COMPATIBILITY_POLICY_UNSPECIFIED;
}

CompatibilityPolicy FromProto(v1::CompatibilityPolicy policy) {
  switch (policy) {
    case v1::COMPATIBILITY_POLICY_LENIENT:
      return CompatibilityPolicy::kLenient;
    case v1::COMPATIBILITY_POLICY_LOGICAL:
      return CompatibilityPolicy::kLogical;
    default:
      return CompatibilityPolicy::kStrict;
  }
}

template <typename Repeated>
std::set<std::string> ToSet(const Repeated& repeated) {
  return {repeated.begin(), repeated.end()};
}

void ToProto(const Metadata& metadata, v1::Metadata* proto) {
  for (const auto& [path, tags] : metadata.tags) {
    v1::TagList& list = (*proto->mutable_tags())[path];
    for (const std::string& tag : tags) list.add_tags(tag);
  }
  proto->mutable_properties()->insert(metadata.properties.begin(), metadata.properties.end());
  for (const std::string& name : metadata.sensitive) proto->add_sensitive(name);
}

Metadata FromProto(const v1::Metadata& proto) {
  Metadata metadata;
  for (const auto& [path, tags] : proto.tags()) metadata.tags[path] = ToSet(tags.tags());
  metadata.properties = {proto.properties().begin(), proto.properties().end()};
  metadata.sensitive = ToSet(proto.sensitive());
  return metadata;
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

void ToProto(const RuleSet& rules, v1::RuleSet* proto) {
  for (const Rule& rule : rules.migration_rules) ToProto(rule, proto->add_migration_rules());
  for (const Rule& rule : rules.domain_rules) ToProto(rule, proto->add_domain_rules());
  for (const Rule& rule : rules.encoding_rules) ToProto(rule, proto->add_encoding_rules());
  if (rules.enable_at) proto->set_enable_at(*rules.enable_at);
}

RuleSet FromProto(const v1::RuleSet& proto) {
  RuleSet rules;
  for (const v1::Rule& rule : proto.migration_rules()) rules.migration_rules.push_back(FromProto(rule));
  for (const v1::Rule& rule : proto.domain_rules()) rules.domain_rules.push_back(FromProto(rule));
  for (const v1::Rule& rule : proto.encoding_rules()) rules.encoding_rules.push_back(FromProto(rule));
  if (proto.has_enable_at()) rules.enable_at = proto.enable_at();
  return rules;
}

SchemaContent FromProto(const v1::Schema& proto) {
  SchemaContent content;
  content.type = FromProto(proto.type());
  content.text = proto.text();
  content.other_type = proto.other_type();
  for (const v1::Reference& reference : proto.references()) {
    content.references.push_back({reference.name(), FromProto(reference.subject()), Version(reference.version())});
  }
  if (proto.has_metadata()) content.metadata = FromProto(proto.metadata());
  if (proto.has_rule_set()) content.rule_set = FromProto(proto.rule_set());
  return content;
}

int64_t ToMillis(const google::protobuf::Timestamp& time) { return time.seconds() * 1000 + time.nanos() / 1000000; }

Difference FromProto(const v1::Difference& proto) {
  return {.type = proto.type(),
          .path = proto.path(),
          .detail = proto.detail(),
          .message = proto.message(),
          .fix = proto.fix(),
          .breaks =
              proto.breaks() == v1::BREAKS_OLD_READER ? Difference::Breaks::kOldReader : Difference::Breaks::kNewReader,
          .old_snippet = proto.old_snippet(),
          .new_snippet = proto.new_snippet()};
}

}  // namespace

void ToProto(const Subject& subject, v1::SubjectRef* proto) {
  proto->set_context(subject.context);
  proto->set_subject(subject.name);
}

void ToProto(const SchemaContent& content, v1::Schema* proto) {
  proto->set_type(ToProto(content.type));
  proto->set_text(content.text);
  for (const Reference& reference : content.references) {
    v1::Reference* to = proto->add_references();
    to->set_name(reference.name);
    ToProto(reference.subject, to->mutable_subject());
    to->set_version(reference.version.value());
  }
  if (content.metadata) ToProto(*content.metadata, proto->mutable_metadata());
  if (content.rule_set) ToProto(*content.rule_set, proto->mutable_rule_set());
  proto->set_other_type(content.other_type);
}

void ToProto(const ConfigTarget& target, v1::ConfigTarget* proto) {
  if (!target) {
    proto->mutable_global();
  } else if (target->name.empty()) {
    proto->set_context(target->context);
  } else {
    ToProto(*target, proto->mutable_subject());
  }
}

void ToProto(const SubjectConfig& config, v1::SubjectConfig* proto) {
  if (config.level) proto->set_level(ToProto(*config.level));
  if (config.policy) proto->set_policy(ToProto(*config.policy));
  if (config.normalize) proto->set_normalize(*config.normalize);
  if (config.validate_fields) proto->set_validate_fields(*config.validate_fields);
  if (config.validate_new_schemas) proto->set_validate_new_schemas(*config.validate_new_schemas);
  if (config.validate_rules) proto->set_validate_rules(*config.validate_rules);
  if (config.alias) proto->set_alias(*config.alias);
  if (config.alias_for_deks) proto->set_alias_for_deks(*config.alias_for_deks);
  if (config.compatibility_group) proto->set_compatibility_group(*config.compatibility_group);
  if (config.default_metadata) ToProto(*config.default_metadata, proto->mutable_default_metadata());
  if (config.override_metadata) ToProto(*config.override_metadata, proto->mutable_override_metadata());
  if (config.default_rule_set) ToProto(*config.default_rule_set, proto->mutable_default_rule_set());
  if (config.override_rule_set) ToProto(*config.override_rule_set, proto->mutable_override_rule_set());
}

void ToProto(const Position& position, v1::Position* proto) {
  proto->set_log_id(position.log_id);
  proto->set_offset(position.offset.value());
}

v1::Mode ToProto(Mode mode) {
  switch (mode) {
    case Mode::kReadWrite:
      return v1::MODE_READWRITE;
    case Mode::kReadOnly:
      return v1::MODE_READONLY;
    case Mode::kReadOnlyOverride:
      return v1::MODE_READONLY_OVERRIDE;
    case Mode::kImport:
      return v1::MODE_IMPORT;
    case Mode::kForward:
      return v1::MODE_FORWARD;
  }
  return v1::MODE_UNSPECIFIED;
}

v1::AssociationLifecycle ToProto(Lifecycle lifecycle) {
  return lifecycle == Lifecycle::kStrong ? v1::ASSOCIATION_LIFECYCLE_STRONG : v1::ASSOCIATION_LIFECYCLE_WEAK;
}

void ToProto(const Association& association, v1::Association* proto) {
  proto->set_guid(association.guid);
  proto->set_resource_name(association.resource_name);
  proto->set_resource_namespace(association.resource_namespace);
  proto->set_resource_id(association.resource_id);
  proto->set_resource_type(association.resource_type);
  proto->set_association_type(association.association_type);
  if (!association.subject.name.empty()) ToProto(association.subject, proto->mutable_subject());
  proto->set_lifecycle(ToProto(association.lifecycle));
  if (association.create_time_ms == 0) return;
  proto->mutable_create_time()->set_seconds(association.create_time_ms / 1000);
  proto->mutable_create_time()->set_nanos(static_cast<int32_t>(association.create_time_ms % 1000) * 1000000);
}

v1::DeletedFilter ToProto(Deleted deleted) {
  switch (deleted) {
    case Deleted::kExclude:
      return v1::DELETED_FILTER_EXCLUDE;
    case Deleted::kInclude:
      return v1::DELETED_FILTER_INCLUDE;
    case Deleted::kOnly:
      return v1::DELETED_FILTER_ONLY;
  }
  return v1::DELETED_FILTER_UNSPECIFIED;
}

v1::CompatibilityLevel ToProto(CompatibilityLevel level) {
  switch (level) {
    case CompatibilityLevel::kNone:
      return v1::COMPATIBILITY_LEVEL_NONE;
    case CompatibilityLevel::kBackward:
      return v1::COMPATIBILITY_LEVEL_BACKWARD;
    case CompatibilityLevel::kBackwardTransitive:
      return v1::COMPATIBILITY_LEVEL_BACKWARD_TRANSITIVE;
    case CompatibilityLevel::kForward:
      return v1::COMPATIBILITY_LEVEL_FORWARD;
    case CompatibilityLevel::kForwardTransitive:
      return v1::COMPATIBILITY_LEVEL_FORWARD_TRANSITIVE;
    case CompatibilityLevel::kFull:
      return v1::COMPATIBILITY_LEVEL_FULL;
    case CompatibilityLevel::kFullTransitive:
      return v1::COMPATIBILITY_LEVEL_FULL_TRANSITIVE;
  }
  return v1::COMPATIBILITY_LEVEL_UNSPECIFIED;
}

Subject FromProto(const v1::SubjectRef& proto) {
  return Subject(proto.context().empty() ? std::string(kDefaultContext) : proto.context(), proto.subject());
}

Position FromProto(const v1::Position& proto) { return {proto.log_id(), Offset(proto.offset())}; }

WriteResult FromProto(const v1::WriteResult& proto) { return {FromProto(proto.position()), proto.changed()}; }

CompatibilityReport FromProto(const v1::CompatibilityReport& proto) {
  CompatibilityReport report;
  report.compatible = proto.compatible();
  report.level = FromProto(proto.level());
  for (const v1::VersionReport& version : proto.versions()) {
    VersionReport& to = report.versions.emplace_back();
    to.version = Version(version.version());
    to.truncated = version.truncated();
    for (const v1::Difference& difference : version.differences()) to.differences.push_back(FromProto(difference));
  }
  return report;
}

SubjectConfig FromProto(const v1::SubjectConfig& proto) {
  SubjectConfig config;
  if (proto.has_level()) config.level = FromProto(proto.level());
  if (proto.has_policy()) config.policy = FromProto(proto.policy());
  if (proto.has_normalize()) config.normalize = proto.normalize();
  if (proto.has_validate_fields()) config.validate_fields = proto.validate_fields();
  if (proto.has_validate_new_schemas()) config.validate_new_schemas = proto.validate_new_schemas();
  if (proto.has_validate_rules()) config.validate_rules = proto.validate_rules();
  if (proto.has_alias()) config.alias = proto.alias();
  if (proto.has_alias_for_deks()) config.alias_for_deks = proto.alias_for_deks();
  if (proto.has_compatibility_group()) config.compatibility_group = proto.compatibility_group();
  if (proto.has_default_metadata()) config.default_metadata = FromProto(proto.default_metadata());
  if (proto.has_override_metadata()) config.override_metadata = FromProto(proto.override_metadata());
  if (proto.has_default_rule_set()) config.default_rule_set = FromProto(proto.default_rule_set());
  if (proto.has_override_rule_set()) config.override_rule_set = FromProto(proto.override_rule_set());
  return config;
}

ConfigTarget FromProto(const v1::ConfigTarget& proto) {
  switch (proto.target_case()) {
    case v1::ConfigTarget::kSubject:
      return FromProto(proto.subject());
    case v1::ConfigTarget::kContext:
      return Subject(proto.context(), "");
    default:
      return std::nullopt;
  }
}

std::optional<Mode> FromProto(v1::Mode mode) {
  switch (mode) {
    case v1::MODE_READWRITE:
      return Mode::kReadWrite;
    case v1::MODE_READONLY:
      return Mode::kReadOnly;
    case v1::MODE_READONLY_OVERRIDE:
      return Mode::kReadOnlyOverride;
    case v1::MODE_IMPORT:
      return Mode::kImport;
    case v1::MODE_FORWARD:
      return Mode::kForward;
    default:
      return std::nullopt;
  }
}

SchemaUse FromProto(const v1::SchemaUse& proto) {
  return {FromProto(proto.subject()), Version(proto.version()), proto.state() == v1::VERSION_STATE_DELETED,
          SchemaId(proto.id())};
}

Association FromProto(const v1::Association& proto) {
  return {.guid = proto.guid(),
          .resource_name = proto.resource_name(),
          .resource_namespace = proto.resource_namespace(),
          .resource_id = proto.resource_id(),
          .resource_type = proto.resource_type(),
          .association_type = proto.association_type(),
          .subject = FromProto(proto.subject()),
          .lifecycle = proto.lifecycle() == v1::ASSOCIATION_LIFECYCLE_STRONG ? Lifecycle::kStrong : Lifecycle::kWeak,
          .frozen = proto.frozen(),
          .create_time_ms = ToMillis(proto.create_time())};
}

absl::StatusOr<StoredSchemaPtr> FromProto(const v1::StoredSchema& proto) {
  if (!proto.has_schema()) return Incomplete("the field schema");
  auto stored = std::make_shared<StoredSchema>();
  const auto hash = ContentHash::ParseGuid(proto.guid());
  if (!hash) return Incomplete("a well-formed guid");
  stored->context = proto.context().empty() ? std::string(kDefaultContext) : proto.context();
  stored->id = SchemaId(proto.id());
  stored->hash = *hash;
  stored->content = FromProto(proto.schema());
  return StoredSchemaPtr(std::move(stored));
}

absl::StatusOr<SchemaVersion> FromProto(const v1::SchemaVersion& proto) {
  if (!proto.has_subject()) return Incomplete("the field subject");
  if (!proto.has_stored()) return Incomplete("the field stored");
  absl::StatusOr<StoredSchemaPtr> stored = FromProto(proto.stored());
  if (!stored.ok()) return stored.status();
  SchemaVersion version;
  version.subject = FromProto(proto.subject());
  version.version = Version(proto.version());
  version.deleted = proto.state() == v1::VERSION_STATE_DELETED;
  version.stored = *std::move(stored);
  if (proto.has_create_time()) version.create_time_ms = ToMillis(proto.create_time());
  version.position = FromProto(proto.position());
  return version;
}

absl::StatusOr<VersionSummary> FromProto(const v1::VersionSummary& proto) {
  const auto hash = ContentHash::ParseGuid(proto.guid());
  if (!hash) return Incomplete("a well-formed guid");
  VersionSummary summary;
  summary.version = Version(proto.version());
  summary.deleted = proto.state() == v1::VERSION_STATE_DELETED;
  summary.id = SchemaId(proto.id());
  summary.hash = *hash;
  summary.type = FromProto(proto.type());
  if (proto.has_create_time()) summary.create_time_ms = ToMillis(proto.create_time());
  return summary;
}

absl::StatusOr<std::optional<WatchEvent>> FromProto(const v1::WatchEvent& proto) {
  WatchEvent event;
  if (proto.has_position()) event.position = FromProto(proto.position());
  switch (proto.event_case()) {
    case v1::WatchEvent::kSchemaVersion: {
      const v1::SchemaVersionChange& from = proto.schema_version();
      SchemaVersionChange change{FromProto(from.subject()), Version(from.version()), std::nullopt};
      if (from.has_now()) {
        absl::StatusOr<SchemaVersion> now = FromProto(from.now());
        if (!now.ok()) return now.status();
        change.now = *std::move(now);
      }
      event.what = std::move(change);
      break;
    }
    case v1::WatchEvent::kConfig: {
      ConfigChange change{FromProto(proto.config().target()), std::nullopt};
      if (proto.config().has_now()) change.now = FromProto(proto.config().now());
      event.what = std::move(change);
      break;
    }
    case v1::WatchEvent::kMode:
      event.what = ModeChange{FromProto(proto.mode().target()), FromProto(proto.mode().now())};
      break;
    case v1::WatchEvent::kCaughtUp:
      event.what = CaughtUp();
      break;
    case v1::WatchEvent::kHeartbeat:
      event.what = Heartbeat();
      break;
    default:
      return std::optional<WatchEvent>();
  }
  return std::optional<WatchEvent>(std::move(event));
}

}  // namespace regent::client
