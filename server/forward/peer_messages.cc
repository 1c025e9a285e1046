#include "server/forward/peer_messages.h"

#include <optional>
#include <utility>
#include <variant>

#include "base/error_reason.h"
#include "google/protobuf/field_mask.pb.h"
#include "server/convert/cluster.h"
#include "server/convert/compatibility.h"
#include "server/convert/config.h"
#include "server/convert/schema.h"
#include "server/convert/status.h"
#include "server/convert/violations.h"

namespace regent {
namespace {

namespace wire = internal::v1;

absl::Status NotUnderstood(std::string_view what) {
  return errors::RequestInvalid(what, "not understood: the node that sent it runs a newer version");
}

// --- nouns -----------------------------------------------------------------------------------------------------------

Subject SubjectOf(const v1::SubjectRef& proto) { return Subject(proto.context(), proto.subject()); }

std::optional<Version> VersionOf(bool present, int32_t version) {
  return present ? std::optional(Version(version)) : std::nullopt;
}

void ToWire(const ConfigTarget& target, wire::Target* proto) {
  if (target) ToProto(*target, proto->mutable_subject());
}

ConfigTarget TargetOf(const wire::Target& proto) {
  return proto.has_subject() ? ConfigTarget(SubjectOf(proto.subject())) : std::nullopt;
}

SchemaType TypeOf(v1::SchemaType type) {
  switch (type) {
    case v1::SCHEMA_TYPE_JSON:
      return SchemaType::kJson;
    case v1::SCHEMA_TYPE_PROTOBUF:
      return SchemaType::kProtobuf;
    case v1::SCHEMA_TYPE_OTHER:
      return SchemaType::kOther;
    default:
      return SchemaType::kAvro;
  }
}

SchemaContent ContentOf(const v1::Schema& proto) {
  SchemaContent content;
  content.type = TypeOf(proto.type());
  content.text = proto.text();
  for (const v1::Reference& reference : proto.references()) {
    content.references.push_back({reference.name(), SubjectOf(reference.subject()), Version(reference.version())});
  }
  if (proto.has_metadata()) content.metadata = FromProto(proto.metadata());
  if (proto.has_rule_set()) content.rule_set = FromProto(proto.rule_set());
  content.other_type = proto.other_type();
  return content;
}

Position PositionOf(const v1::Position& proto) { return {proto.log_id(), Offset(proto.offset())}; }

SchemaVersion VersionOf(const v1::SchemaVersion& proto) {
  SchemaVersion version;
  version.subject = SubjectOf(proto.subject());
  version.version = Version(proto.version());
  version.state = proto.state() == v1::VERSION_STATE_DELETED ? VersionState::kDeleted : VersionState::kActive;
  if (proto.has_stored()) {
    const v1::StoredSchema& stored = proto.stored();
    version.stored = std::make_shared<const StoredSchema>(
        StoredSchema{stored.context(), SchemaId(stored.id()),
                     ContentHash::ParseGuid(stored.guid()).value_or(ContentHash()), ContentOf(stored.schema())});
  }
  if (proto.has_create_time()) version.create_time_ms = MillisOf(proto.create_time());
  if (proto.has_position()) version.position = PositionOf(proto.position());
  return version;
}

wire::DeleteDepth DepthOf(DeleteKind kind) {
  switch (kind) {
    case DeleteKind::kSoft:
      return wire::DELETE_DEPTH_SOFT;
    case DeleteKind::kPermanent:
      return wire::DELETE_DEPTH_PERMANENT;
    case DeleteKind::kPurge:
      return wire::DELETE_DEPTH_PURGE;
  }
  return wire::DELETE_DEPTH_UNSPECIFIED;
}

std::optional<DeleteKind> KindOf(wire::DeleteDepth depth) {
  switch (depth) {
    case wire::DELETE_DEPTH_SOFT:
      return DeleteKind::kSoft;
    case wire::DELETE_DEPTH_PERMANENT:
      return DeleteKind::kPermanent;
    case wire::DELETE_DEPTH_PURGE:
      return DeleteKind::kPurge;
    default:
      return std::nullopt;
  }
}

// --- configurations --------------------------------------------------------------------------------------------------

// Calls `visit` with the name of each field in regent.v1.SubjectConfig, its update, and its place in a configuration.
template <typename Update, typename Config, typename Visit>
void ForEachField(Update&& update, Config&& config, const Visit& visit) {
  visit("level", update.level, config.level);
  visit("policy", update.policy, config.policy);
  visit("normalize", update.normalize, config.normalize);
  visit("validate_fields", update.validate_fields, config.validate_fields);
  visit("validate_new_schemas", update.validate_new_schemas, config.validate_new_schemas);
  visit("validate_rules", update.validate_rules, config.validate_rules);
  visit("alias", update.alias, config.alias);
  visit("alias_for_deks", update.alias_for_deks, config.alias_for_deks);
  visit("compatibility_group", update.compatibility_group, config.compatibility_group);
  visit("default_metadata", update.default_metadata, config.default_metadata);
  visit("override_metadata", update.override_metadata, config.override_metadata);
  visit("default_rule_set", update.default_rule_set, config.default_rule_set);
  visit("override_rule_set", update.override_rule_set, config.override_rule_set);
}

void ToWire(const UpdateConfig& update, wire::UpdateConfig* proto) {
  ToWire(update.target, proto->mutable_target());
  SubjectConfig config;
  ForEachField(update, config, [proto](const char* name, const auto& field, auto& value) {
    using Action = typename std::decay_t<decltype(field)>::Action;
    if (field.action == Action::kKeep) return;
    proto->mutable_update_mask()->add_paths(name);
    if (field.action == Action::kSet) value = field.value;
  });
  ToProto(config, proto->mutable_config());
}

absl::StatusOr<UpdateConfig> UpdateOf(const wire::UpdateConfig& proto) {
  UpdateConfig update;
  if (proto.update_mask().paths_size() > 0) {
    Violations violations;
    update = FromProto(proto.config(), proto.update_mask(), &violations);
    if (!violations.empty()) return violations.ToStatus();
  }
  update.target = TargetOf(proto.target());
  return update;
}

SubjectConfig ConfigOf(const v1::SubjectConfig& proto) {
  google::protobuf::FieldMask all;
  all.add_paths("*");
  Violations violations;
  const UpdateConfig update = FromProto(proto, all, &violations);
  SubjectConfig config;
  ForEachField(update, config, [](const char*, const auto& field, auto& value) {
    using Action = typename std::decay_t<decltype(field)>::Action;
    if (field.action == Action::kSet) value = field.value;
  });
  return config;
}

// --- commands --------------------------------------------------------------------------------------------------------

template <typename... Ts>
struct Overloaded : Ts... {
  using Ts::operator()...;
};
template <typename... Ts>
Overloaded(Ts...) -> Overloaded<Ts...>;

void ToWire(const std::map<std::string, std::set<std::string>>& tags,
            google::protobuf::RepeatedPtrField<wire::EntityTags>* proto) {
  for (const auto& [path, names] : tags) {
    wire::EntityTags* entity = proto->Add();
    entity->set_path(path);
    for (const std::string& name : names) entity->add_tags(name);
  }
}

std::map<std::string, std::set<std::string>> TagsOf(const google::protobuf::RepeatedPtrField<wire::EntityTags>& proto) {
  std::map<std::string, std::set<std::string>> tags;
  for (const wire::EntityTags& entity : proto) tags[entity.path()].insert(entity.tags().begin(), entity.tags().end());
  return tags;
}

void ToWire(const SchemaEdit& edit, wire::SchemaEdit* proto) {
  ToWire(edit.add_tags, proto->mutable_add_tags());
  ToWire(edit.remove_tags, proto->mutable_remove_tags());
  proto->set_keep_tags(edit.keep_tags);
  ToProto(edit.merge_rules, proto->mutable_merge_rules());
  for (const std::string& name : edit.remove_rules) proto->add_remove_rules(name);
}

SchemaEdit EditOf(const wire::SchemaEdit& proto) {
  SchemaEdit edit;
  edit.add_tags = TagsOf(proto.add_tags());
  edit.remove_tags = TagsOf(proto.remove_tags());
  edit.keep_tags = proto.keep_tags();
  edit.merge_rules = FromProto(proto.merge_rules());
  edit.remove_rules.insert(proto.remove_rules().begin(), proto.remove_rules().end());
  return edit;
}

void ToWire(const RegisterSchema& command, wire::RegisterSchema* proto) {
  ToProto(command.subject, proto->mutable_subject());
  ToProto(command.content, proto->mutable_schema());
  proto->set_normalize(command.normalize);
  proto->set_validate_only(command.validate_only);
  proto->set_force(command.force);
  if (command.version) proto->set_version(command.version->value());
  if (command.id) proto->set_id(command.id->value());
  if (command.base) proto->set_base(command.base->value());
  if (command.edit != SchemaEdit()) ToWire(command.edit, proto->mutable_edit());
}

RegisterSchema RegisterOf(const wire::RegisterSchema& proto) {
  RegisterSchema command;
  command.subject = SubjectOf(proto.subject());
  command.content = ContentOf(proto.schema());
  command.normalize = proto.normalize();
  command.validate_only = proto.validate_only();
  command.force = proto.force();
  command.version = VersionOf(proto.has_version(), proto.version());
  if (proto.has_id()) command.id = SchemaId(proto.id());
  command.base = VersionOf(proto.has_base(), proto.base());
  if (proto.has_edit()) command.edit = EditOf(proto.edit());
  return command;
}

wire::AssociationLifecycle ToWire(std::optional<Lifecycle> lifecycle) {
  if (!lifecycle) return wire::ASSOCIATION_LIFECYCLE_UNSPECIFIED;
  return *lifecycle == Lifecycle::kStrong ? wire::ASSOCIATION_LIFECYCLE_STRONG : wire::ASSOCIATION_LIFECYCLE_WEAK;
}

std::optional<Lifecycle> LifecycleOf(wire::AssociationLifecycle lifecycle) {
  switch (lifecycle) {
    case wire::ASSOCIATION_LIFECYCLE_STRONG:
      return Lifecycle::kStrong;
    case wire::ASSOCIATION_LIFECYCLE_WEAK:
      return Lifecycle::kWeak;
    default:
      return std::nullopt;
  }
}

void ToWire(const AssociateResources& command, wire::AssociateResources* proto) {
  proto->set_change_existing(command.existing == AssociateResources::Existing::kChange);
  proto->set_validate_only(command.validate_only);
  proto->set_outcomes_apart(command.outcomes_apart);
  for (const ResourceAssociations& resource : command.resources) {
    wire::ResourceAssociations* out = proto->add_resources();
    out->set_resource_name(resource.resource_name);
    out->set_resource_namespace(resource.resource_namespace);
    out->set_resource_id(resource.resource_id);
    out->set_resource_type(resource.resource_type);
    for (const ResourceAssociations::Wanted& wanted : resource.associations) {
      wire::ResourceAssociations::Association* association = out->add_associations();
      if (wanted.subject) ToProto(*wanted.subject, association->mutable_subject());
      association->set_association_type(wanted.association_type);
      association->set_lifecycle(ToWire(wanted.lifecycle));
      if (wanted.frozen) association->set_frozen(*wanted.frozen);
      if (wanted.schema) ToProto(*wanted.schema, association->mutable_schema());
      association->set_normalize(wanted.normalize);
      association->set_guid(wanted.guid);
      association->set_create_time_ms(wanted.create_time_ms);
    }
  }
}

AssociateResources AssociateOf(const wire::AssociateResources& proto) {
  AssociateResources command;
  if (proto.change_existing()) command.existing = AssociateResources::Existing::kChange;
  command.validate_only = proto.validate_only();
  command.outcomes_apart = proto.outcomes_apart();
  for (const wire::ResourceAssociations& resource : proto.resources()) {
    ResourceAssociations& out = command.resources.emplace_back();
    out.resource_name = resource.resource_name();
    out.resource_namespace = resource.resource_namespace();
    out.resource_id = resource.resource_id();
    out.resource_type = resource.resource_type();
    for (const wire::ResourceAssociations::Association& association : resource.associations()) {
      ResourceAssociations::Wanted& wanted = out.associations.emplace_back();
      if (association.has_subject()) wanted.subject = SubjectOf(association.subject());
      wanted.association_type = association.association_type();
      wanted.lifecycle = LifecycleOf(association.lifecycle());
      if (association.has_frozen()) wanted.frozen = association.frozen();
      if (association.has_schema()) wanted.schema = ContentOf(association.schema());
      wanted.normalize = association.normalize();
      wanted.guid = association.guid();
      wanted.create_time_ms = association.create_time_ms();
    }
  }
  return command;
}

DissociateResource DissociateOf(const wire::DissociateResource& proto) {
  DissociateResource command;
  command.resource_id = proto.resource_id();
  command.resource_type = proto.resource_type();
  command.association_types.insert(proto.association_types().begin(), proto.association_types().end());
  command.cascade = proto.cascade();
  command.validate_only = proto.validate_only();
  return command;
}

absl::StatusOr<WriteCommand> DeleteOf(const wire::DeleteVersion& proto) {
  const auto kind = KindOf(proto.depth());
  if (!kind) return NotUnderstood("delete_version.depth");
  return DeleteVersion{SubjectOf(proto.subject()), VersionOf(proto.has_version(), proto.version()), *kind};
}

absl::StatusOr<WriteCommand> DeleteOf(const wire::DeleteSubject& proto) {
  const auto kind = KindOf(proto.depth());
  if (!kind) return NotUnderstood("delete_subject.depth");
  return DeleteSubject{SubjectOf(proto.subject()), *kind};
}

absl::StatusOr<WriteCommand> UpdateOf(const wire::UpdateMode& proto) {
  UpdateMode command{.target = TargetOf(proto.target()), .mode = {}, .force = proto.force()};
  if (proto.has_mode()) {
    command.mode = ParseMode(proto.mode());
    if (!command.mode) return NotUnderstood("update_mode.mode");
  }
  return command;
}

// --- answers ---------------------------------------------------------------------------------------------------------

void ToWire(const absl::Status& status, wire::Error* proto);
absl::Status StatusOf(const wire::Error& proto);

void ToWire(const AssociationOutcome& outcome, wire::AssociationOutcome* proto) {
  if (!outcome.status.ok()) ToWire(outcome.status, proto->mutable_error());
  wire::ResourceAssociations* resource = proto->mutable_resource();
  for (const Association& association : outcome.associations) {
    resource->set_resource_name(association.resource_name);
    resource->set_resource_namespace(association.resource_namespace);
    resource->set_resource_id(association.resource_id);
    resource->set_resource_type(association.resource_type);
    wire::ResourceAssociations::Association* out = resource->add_associations();
    ToProto(association.subject, out->mutable_subject());
    out->set_association_type(association.association_type);
    out->set_lifecycle(ToWire(association.lifecycle));
    out->set_frozen(association.frozen);
    out->set_guid(association.guid);
    out->set_create_time_ms(association.create_time_ms);
  }
}

AssociationOutcome OutcomeOf(const wire::AssociationOutcome& proto) {
  AssociationOutcome outcome;
  if (proto.has_error()) outcome.status = StatusOf(proto.error());
  const wire::ResourceAssociations& resource = proto.resource();
  for (const wire::ResourceAssociations::Association& association : resource.associations()) {
    outcome.associations.push_back({association.guid(), resource.resource_name(), resource.resource_namespace(),
                                    resource.resource_id(), resource.resource_type(), association.association_type(),
                                    SubjectOf(association.subject()),
                                    LifecycleOf(association.lifecycle()).value_or(Lifecycle::kWeak),
                                    association.frozen(), association.create_time_ms()});
  }
  return outcome;
}

void ToWire(const WriteResult& result, wire::Result* proto) {
  ToProto(result.position, proto->mutable_position());
  proto->set_changed(result.changed);
  if (result.registered) ToProto(*result.registered, proto->mutable_registered());
  for (const Version version : result.versions) proto->add_versions(version.value());
  ToProto(result.config, proto->mutable_config());
  if (result.mode) proto->set_mode(std::string(ModeName(*result.mode)));
  for (const AssociationOutcome& outcome : result.associated) ToWire(outcome, proto->add_associated());
}

WriteResult ResultOf(const wire::Result& proto) {
  WriteResult result;
  result.position = PositionOf(proto.position());
  result.changed = proto.changed();
  if (proto.has_registered()) result.registered = VersionOf(proto.registered());
  for (const int32_t version : proto.versions()) result.versions.push_back(Version(version));
  result.config = ConfigOf(proto.config());
  if (proto.has_mode()) result.mode = ParseMode(proto.mode());
  for (const wire::AssociationOutcome& outcome : proto.associated()) result.associated.push_back(OutcomeOf(outcome));
  return result;
}

void ToWire(const absl::Status& status, wire::Error* proto) {
  proto->set_reason(ToProto(ReasonOf(status)));
  proto->set_message(status.message().data(), status.message().size());
  const ErrorDetail detail = DetailOf(status);
  if (detail.subject) ToProto(*detail.subject, proto->mutable_subject());
  proto->set_version(detail.version.value());
  proto->set_id(detail.id.value());
  for (const ErrorDetail::Referrer& referrer : detail.referrers) {
    v1::SchemaVersionRef* out = proto->add_referrers();
    ToProto(referrer.subject, out->mutable_subject());
    out->set_version(referrer.version.value());
  }
  proto->set_line(detail.line);
  proto->set_column(detail.column);
  proto->set_path(detail.path);
  if (detail.report) ToProto(*detail.report, proto->mutable_report());
}

CompatibilityReport ReportOf(const v1::CompatibilityReport& proto) {
  CompatibilityReport report;
  Violations ignored;
  report.level = FromProto(proto.level(), "level", &ignored).value_or(CompatibilityLevel::kBackward);
  report.compatible = proto.compatible();
  for (const v1::VersionReport& version : proto.versions()) {
    VersionReport& out = report.versions.emplace_back();
    out.version = Version(version.version());
    out.truncated = version.truncated();
    for (const v1::Difference& difference : version.differences()) {
      out.differences.push_back({difference.type(), difference.path(), difference.detail(), difference.message(),
                                 difference.fix(),
                                 difference.breaks() == v1::BREAKS_OLD_READER ? Difference::Breaks::kOldReader
                                                                              : Difference::Breaks::kNewReader,
                                 difference.old_snippet(), difference.new_snippet()});
    }
  }
  return report;
}

absl::Status StatusOf(const wire::Error& proto) {
  ErrorDetail detail;
  if (proto.has_subject()) detail.subject = SubjectOf(proto.subject());
  detail.version = Version(proto.version());
  detail.id = SchemaId(proto.id());
  for (const v1::SchemaVersionRef& referrer : proto.referrers()) {
    detail.referrers.push_back({SubjectOf(referrer.subject()), Version(referrer.version())});
  }
  detail.line = proto.line();
  detail.column = proto.column();
  detail.path = proto.path();
  if (proto.has_report()) detail.report = ReportOf(proto.report());
  return MakeError(static_cast<ErrorReason>(proto.reason()), proto.message(), detail);
}

// --- nodes -----------------------------------------------------------------------------------------------------------

NodeState StateOf(v1::NodeState state) {
  for (const NodeState known : {NodeState::kReplaying, NodeState::kFollower, NodeState::kClaiming, NodeState::kPrimary,
                                NodeState::kStale, NodeState::kStopped, NodeState::kLost}) {
    if (ToProto(known) == state) return known;
  }
  return NodeState::kStopped;
}

NodeStatus NodeOf(const v1::NodeStatus& proto) {
  NodeStatus status;
  status.info = {proto.info().node(),         proto.info().incarnation(), proto.info().grpc_address(),
                 proto.info().rest_address(), proto.info().eligible(),    proto.info().version()};
  status.position = PositionOf(proto.position());
  status.lag = proto.lag();
  status.state = StateOf(proto.state());
  status.last_seen_ms = MillisOf(proto.last_seen());
  status.reason = proto.reason();
  status.diverged = proto.diverged();
  return status;
}

}  // namespace

void ToProto(const PeerClaim& claim, wire::Claim* proto) {
  proto->set_log_id(claim.log_id);
  proto->set_epoch(claim.epoch.value());
  proto->set_token(claim.token);
}

PeerClaim FromProto(const wire::Claim& proto) { return {proto.log_id(), Epoch(proto.epoch()), proto.token()}; }

void ToProto(const WriteCommand& command, wire::ForwardRequest* proto) {
  std::visit(
      Overloaded{
          [proto](const RegisterSchema& in) { ToWire(in, proto->mutable_register_schema()); },
          [proto](const DeleteVersion& in) {
            wire::DeleteVersion* out = proto->mutable_delete_version();
            ToProto(in.subject, out->mutable_subject());
            if (in.version) out->set_version(in.version->value());
            out->set_depth(DepthOf(in.kind));
          },
          [proto](const DeleteSubject& in) {
            wire::DeleteSubject* out = proto->mutable_delete_subject();
            ToProto(in.subject, out->mutable_subject());
            out->set_depth(DepthOf(in.kind));
          },
          [proto](const UndeleteVersion& in) {
            wire::UndeleteVersion* out = proto->mutable_undelete_version();
            ToProto(in.subject, out->mutable_subject());
            out->set_version(in.version.value());
          },
          [proto](const UndeleteSubject& in) {
            ToProto(in.subject, proto->mutable_undelete_subject()->mutable_subject());
          },
          [proto](const UpdateConfig& in) { ToWire(in, proto->mutable_update_config()); },
          [proto](const DeleteConfig& in) { ToWire(in.target, proto->mutable_delete_config()->mutable_target()); },
          [proto](const UpdateMode& in) {
            wire::UpdateMode* out = proto->mutable_update_mode();
            ToWire(in.target, out->mutable_target());
            if (in.mode) out->set_mode(std::string(ModeName(*in.mode)));
            out->set_force(in.force);
          },
          [proto](const DeleteMode& in) {
            ToWire(in.target, proto->mutable_delete_mode()->mutable_target());
            proto->mutable_delete_mode()->set_recursive(in.recursive);
          },
          [proto](const DeleteContext& in) { proto->mutable_delete_context()->set_context(in.context); },
          [proto](const AssociateResources& in) { ToWire(in, proto->mutable_associate_resources()); },
          [proto](const DissociateResource& in) {
            wire::DissociateResource* out = proto->mutable_dissociate_resource();
            out->set_resource_id(in.resource_id);
            out->set_resource_type(in.resource_type);
            for (const std::string& type : in.association_types) out->add_association_types(type);
            out->set_cascade(in.cascade);
            out->set_validate_only(in.validate_only);
          },
          [proto](const ReadBarrier&) { proto->mutable_read_barrier(); },
      },
      command);
}

absl::StatusOr<WriteCommand> FromProto(const wire::ForwardRequest& proto) {
  switch (proto.command_case()) {
    case wire::ForwardRequest::kRegisterSchema:
      return RegisterOf(proto.register_schema());
    case wire::ForwardRequest::kDeleteVersion:
      return DeleteOf(proto.delete_version());
    case wire::ForwardRequest::kDeleteSubject:
      return DeleteOf(proto.delete_subject());
    case wire::ForwardRequest::kUndeleteVersion:
      return UndeleteVersion{SubjectOf(proto.undelete_version().subject()),
                             Version(proto.undelete_version().version())};
    case wire::ForwardRequest::kUndeleteSubject:
      return UndeleteSubject{SubjectOf(proto.undelete_subject().subject())};
    case wire::ForwardRequest::kUpdateConfig:
      return UpdateOf(proto.update_config());
    case wire::ForwardRequest::kDeleteConfig:
      return DeleteConfig{TargetOf(proto.delete_config().target())};
    case wire::ForwardRequest::kUpdateMode:
      return UpdateOf(proto.update_mode());
    case wire::ForwardRequest::kDeleteMode:
      return DeleteMode{TargetOf(proto.delete_mode().target()), proto.delete_mode().recursive()};
    case wire::ForwardRequest::kDeleteContext:
      return DeleteContext{proto.delete_context().context()};
    case wire::ForwardRequest::kAssociateResources:
      return AssociateOf(proto.associate_resources());
    case wire::ForwardRequest::kDissociateResource:
      return DissociateOf(proto.dissociate_resource());
    case wire::ForwardRequest::kReadBarrier:
      return ReadBarrier();
    case wire::ForwardRequest::COMMAND_NOT_SET:
      break;
  }
  return NotUnderstood("command");
}

void ToProto(const absl::StatusOr<WriteResult>& answer, wire::ForwardResponse* proto) {
  if (answer.ok()) {
    ToWire(*answer, proto->mutable_result());
  } else {
    ToWire(answer.status(), proto->mutable_error());
  }
}

absl::StatusOr<WriteResult> FromProto(const wire::ForwardResponse& proto) {
  switch (proto.outcome_case()) {
    case wire::ForwardResponse::kResult:
      return ResultOf(proto.result());
    case wire::ForwardResponse::kError:
      return StatusOf(proto.error());
    case wire::ForwardResponse::OUTCOME_NOT_SET:
      break;
  }
  return MakeError(ErrorReason::kOutcomeUnknown, "The primary answered what this node does not understand.");
}

void ToProto(const absl::Status& status, wire::ResumeResponse* proto) {
  if (!status.ok()) ToWire(status, proto->mutable_error());
}

absl::Status FromProto(const wire::ResumeResponse& proto) {
  return proto.has_error() ? StatusOf(proto.error()) : absl::OkStatus();
}

void ToProto(const absl::StatusOr<Epoch>& epoch, wire::TransferResponse* proto) {
  if (epoch.ok()) {
    proto->set_epoch(epoch->value());
  } else {
    ToWire(epoch.status(), proto->mutable_error());
  }
}

absl::StatusOr<Epoch> FromProto(const wire::TransferResponse& proto) {
  if (proto.has_error()) return StatusOf(proto.error());
  return Epoch(proto.epoch());
}

void ToProto(const absl::Status& status, wire::StandAsideResponse* proto) {
  if (!status.ok()) ToWire(status, proto->mutable_error());
}

absl::Status FromProto(const wire::StandAsideResponse& proto) {
  return proto.has_error() ? StatusOf(proto.error()) : absl::OkStatus();
}

void ToProto(const PeerReport& report, wire::ReportRequest* proto) {
  ToProto(report.status, proto->mutable_node());
  proto->set_state_hash(report.state_hash);
}

PeerReport FromProto(const wire::ReportRequest& proto) { return {NodeOf(proto.node()), proto.state_hash()}; }

void ToProto(const PeerView& view, wire::ReportResponse* proto) {
  for (const NodeStatus& node : view.nodes) ToProto(node, proto->add_nodes());
  proto->set_write_state(ToProto(view.write_state));
  proto->set_reason(view.reason);
  proto->set_duplicate_node(view.duplicate_node);
}

PeerView FromProto(const wire::ReportResponse& proto) {
  PeerView view;
  for (const v1::NodeStatus& node : proto.nodes()) view.nodes.push_back(NodeOf(node));
  view.write_state = FromProto(proto.write_state()).value_or(WriteState::kElecting);
  view.reason = proto.reason();
  view.duplicate_node = proto.duplicate_node();
  return view;
}

}  // namespace regent
