#include "client/convert/request.h"

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "base/error_reason.h"
#include "base/utf8.h"
#include "client/convert/model.h"
#include "google/protobuf/descriptor.h"
#include "google/protobuf/message.h"

namespace regent::client {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::Reflection;

// The newest version, where the API takes a version.
constexpr int32_t kNewest = -1;

absl::Status NotUtf8(const FieldDescriptor& field, std::string_view text, size_t valid_bytes) {
  const std::string_view before = text.substr(0, valid_bytes);
  const size_t line_start = before.rfind('\n') == std::string_view::npos ? 0 : before.rfind('\n') + 1;
  const int line = 1 + static_cast<int>(std::count(before.begin(), before.end(), '\n'));
  const int column = 1 + static_cast<int>(before.size() - line_start);
  if (field.containing_type() == v1::Schema::descriptor()) {
    return errors::SchemaInvalid("the text is not UTF-8", "", line, column);
  }
  return errors::RequestInvalid(field.name(), "is not UTF-8 at byte " + std::to_string(valid_bytes));
}

// How many bytes from the start are well-formed.
size_t ValidUtf8Bytes(std::string_view text) {
  size_t at = 0;
  while (at < text.size()) {
    const size_t length = Utf8SequenceLength(text.substr(at));
    if (length == 0) break;
    at += length;
  }
  return at;
}

absl::Status CheckText(const FieldDescriptor& field, const std::string& text) {
  return IsValidUtf8(text) ? absl::OkStatus() : NotUtf8(field, text, ValidUtf8Bytes(text));
}

// All texts in a message and in those within it. Our requests nest a handful deep.
absl::Status CheckTexts(const Message& message) {
  const Reflection& reflection = *message.GetReflection();
  std::vector<const FieldDescriptor*> fields;
  reflection.ListFields(message, &fields);
  for (const FieldDescriptor* field : fields) {
    const int count = field->is_repeated() ? reflection.FieldSize(message, field) : 1;
    for (int i = 0; i < count; ++i) {
      absl::Status status;
      std::string scratch;
      if (field->type() == FieldDescriptor::TYPE_STRING) {
        status =
            CheckText(*field, field->is_repeated() ? reflection.GetRepeatedStringReference(message, field, i, &scratch)
                                                   : reflection.GetStringReference(message, field, &scratch));
      } else if (field->cpp_type() == FieldDescriptor::CPPTYPE_MESSAGE) {
        status = CheckTexts(field->is_repeated() ? reflection.GetRepeatedMessage(message, field, i)
                                                 : reflection.GetMessage(message, field));
      }
      if (!status.ok()) return status;
    }
  }
  return absl::OkStatus();
}

template <typename Proto>
absl::StatusOr<Proto> Checked(Proto proto) {
  if (absl::Status status = CheckTexts(proto); !status.ok()) return status;
  return proto;
}

// What a newer server called by a number that this client does not know has no name to be sent by.
absl::Status CheckType(const SchemaContent& content) {
  if (content.type != SchemaType::kOther || !content.other_type.empty()) return absl::OkStatus();
  return errors::RequestInvalid("schema.type", "a schema of a type without a name cannot be sent");
}

v1::DeleteKind KindOf(bool permanent) { return permanent ? v1::DELETE_KIND_PERMANENT : v1::DELETE_KIND_SOFT; }

v1::ConfigView ViewOf(bool effective) { return effective ? v1::CONFIG_VIEW_EFFECTIVE : v1::CONFIG_VIEW_OWN; }

// An id or a GUID.
template <typename Proto>
void SetKey(const std::variant<SchemaIdInContext, ContentHash>& key, Proto* proto) {
  if (const auto* by_id = std::get_if<SchemaIdInContext>(&key)) {
    proto->mutable_id_in_context()->set_id(by_id->id.value());
    proto->mutable_id_in_context()->set_context(by_id->context);
  } else {
    proto->set_guid(std::get<ContentHash>(key).ToGuid());
  }
}

constexpr std::array<std::pair<ConfigField, std::string_view>, 13> kFieldNames = {{
    {ConfigField::kLevel, "level"},
    {ConfigField::kPolicy, "policy"},
    {ConfigField::kNormalize, "normalize"},
    {ConfigField::kValidateFields, "validate_fields"},
    {ConfigField::kValidateNewSchemas, "validate_new_schemas"},
    {ConfigField::kValidateRules, "validate_rules"},
    {ConfigField::kAlias, "alias"},
    {ConfigField::kAliasForDeks, "alias_for_deks"},
    {ConfigField::kCompatibilityGroup, "compatibility_group"},
    {ConfigField::kDefaultMetadata, "default_metadata"},
    {ConfigField::kOverrideMetadata, "override_metadata"},
    {ConfigField::kDefaultRuleSet, "default_rule_set"},
    {ConfigField::kOverrideRuleSet, "override_rule_set"},
}};

// What is present in the message, and what is to be cleared.
void SetMask(const std::set<ConfigField>& clear, v1::UpdateConfigRequest* proto) {
  std::vector<const FieldDescriptor*> present;
  proto->config().GetReflection()->ListFields(proto->config(), &present);
  for (const FieldDescriptor* field : present) proto->mutable_update_mask()->add_paths(field->name());
  for (const auto& [field, name] : kFieldNames) {
    if (clear.count(field) > 0) proto->mutable_update_mask()->add_paths(std::string(name));
  }
}

}  // namespace

absl::StatusOr<v1::RegisterSchemaRequest> ToProto(const RegisterSchemaRequest& request, const std::string& request_id) {
  if (absl::Status status = CheckType(request.content); !status.ok()) return status;
  v1::RegisterSchemaRequest proto;
  ToProto(request.subject, proto.mutable_subject());
  ToProto(request.content, proto.mutable_schema());
  proto.set_normalize(request.normalize);
  proto.set_force(request.force);
  if (request.version) proto.set_version(request.version->value());
  if (request.id) proto.set_id(request.id->value());
  proto.mutable_options()->set_request_id(request_id);
  proto.mutable_options()->set_validate_only(request.validate_only);
  return Checked(std::move(proto));
}

absl::StatusOr<v1::BatchRegisterSchemasRequest> ToProto(const BatchRegisterRequest& request,
                                                        const std::string& request_id) {
  v1::BatchRegisterSchemasRequest proto;
  for (const RegisterSchemaRequest& item : request.requests) {
    if (item.validate_only) {
      return errors::RequestInvalid("requests[" + std::to_string(proto.requests_size()) + "].validate_only",
                                    "the batch's own holds for all");
    }
    absl::StatusOr<v1::RegisterSchemaRequest> converted = ToProto(item, "");
    if (!converted.ok()) return converted.status();
    converted->clear_options();
    *proto.add_requests() = *std::move(converted);
  }
  proto.mutable_options()->set_request_id(request_id);
  proto.mutable_options()->set_validate_only(request.validate_only);
  return proto;
}

absl::StatusOr<v1::LookupSchemaRequest> ToProto(const LookupSchemaRequest& request) {
  if (absl::Status status = CheckType(request.content); !status.ok()) return status;
  v1::LookupSchemaRequest proto;
  ToProto(request.subject, proto.mutable_subject());
  ToProto(request.content, proto.mutable_schema());
  proto.set_normalize(request.normalize);
  proto.set_deleted(ToProto(request.deleted));
  return Checked(std::move(proto));
}

absl::StatusOr<v1::GetSchemaRequest> ToProto(const GetSchemaRequest& request) {
  v1::GetSchemaRequest proto;
  SetKey(request.key, &proto);
  return Checked(std::move(proto));
}

absl::StatusOr<v1::GetSchemaVersionRequest> ToProto(const GetSchemaVersionRequest& request) {
  v1::GetSchemaVersionRequest proto;
  ToProto(request.subject, proto.mutable_subject());
  proto.set_version(request.version ? request.version->value() : kNewest);
  proto.set_deleted(ToProto(request.deleted));
  return Checked(std::move(proto));
}

absl::StatusOr<v1::CheckCompatibilityRequest> ToProto(const CheckCompatibilityRequest& request) {
  using Against = CheckCompatibilityRequest::Against;
  if (absl::Status status = CheckType(request.content); !status.ok()) return status;
  v1::CheckCompatibilityRequest proto;
  ToProto(request.subject, proto.mutable_subject());
  ToProto(request.content, proto.mutable_schema());
  proto.set_normalize(request.normalize);
  if (request.against == Against::kVersion) proto.set_version(request.version.value());
  if (request.against == Against::kLatest) proto.set_version(kNewest);
  if (request.level) proto.set_level(ToProto(*request.level));
  return Checked(std::move(proto));
}

absl::StatusOr<v1::ListSubjectsRequest> ToProto(const ListSubjectsRequest& request) {
  v1::ListSubjectsRequest proto;
  proto.set_context(request.context);
  proto.set_prefix(request.prefix);
  proto.set_deleted(ToProto(request.deleted));
  proto.set_page_size(request.page_size);
  proto.set_page_token(request.page_token);
  return Checked(std::move(proto));
}

absl::StatusOr<v1::ListVersionsRequest> ToProto(const ListVersionsRequest& request) {
  v1::ListVersionsRequest proto;
  ToProto(request.subject, proto.mutable_subject());
  proto.set_deleted(ToProto(request.deleted));
  proto.set_page_size(request.page_size);
  proto.set_page_token(request.page_token);
  return Checked(std::move(proto));
}

absl::StatusOr<v1::FindLatestVersionRequest> ToProto(const FindLatestVersionRequest& request) {
  v1::FindLatestVersionRequest proto;
  ToProto(request.subject, proto.mutable_subject());
  proto.mutable_properties()->insert(request.properties.begin(), request.properties.end());
  proto.set_deleted(ToProto(request.deleted));
  return Checked(std::move(proto));
}

absl::StatusOr<v1::ListSchemasRequest> ToProto(const ListSchemasRequest& request) {
  v1::ListSchemasRequest proto;
  proto.set_context(request.context);
  proto.set_prefix(request.prefix);
  proto.set_deleted(ToProto(request.deleted));
  proto.set_latest_only(request.latest_only);
  proto.set_view(request.with_text ? v1::SCHEMA_VIEW_FULL : v1::SCHEMA_VIEW_BASIC);
  proto.set_page_size(request.page_size);
  proto.set_page_token(request.page_token);
  return Checked(std::move(proto));
}

absl::StatusOr<v1::ListReferrersRequest> ToProto(const ListReferrersRequest& request) {
  v1::ListReferrersRequest proto;
  ToProto(request.subject, proto.mutable_subject());
  proto.set_version(request.version ? request.version->value() : kNewest);
  proto.set_deleted(ToProto(request.deleted));
  return Checked(std::move(proto));
}

absl::StatusOr<v1::ListSchemaUsesRequest> ToProto(const ListSchemaUsesRequest& request) {
  v1::ListSchemaUsesRequest proto;
  SetKey(request.key, &proto);
  proto.set_deleted(ToProto(request.deleted));
  return Checked(std::move(proto));
}

absl::StatusOr<v1::UndeleteVersionRequest> ToProto(const UndeleteVersionRequest& request,
                                                   const std::string& request_id) {
  v1::UndeleteVersionRequest proto;
  ToProto(request.subject, proto.mutable_subject());
  proto.set_version(request.version.value());
  proto.mutable_options()->set_request_id(request_id);
  return Checked(std::move(proto));
}

absl::StatusOr<v1::UndeleteSubjectRequest> ToProto(const UndeleteSubjectRequest& request,
                                                   const std::string& request_id) {
  v1::UndeleteSubjectRequest proto;
  ToProto(request.subject, proto.mutable_subject());
  proto.mutable_options()->set_request_id(request_id);
  return Checked(std::move(proto));
}

absl::StatusOr<v1::PurgeVersionRequest> ToProto(const PurgeVersionRequest& request, const std::string& request_id) {
  v1::PurgeVersionRequest proto;
  ToProto(request.subject, proto.mutable_subject());
  proto.set_version(request.version ? request.version->value() : kNewest);
  proto.set_allow_active(request.allow_active);
  proto.mutable_options()->set_request_id(request_id);
  return Checked(std::move(proto));
}

absl::StatusOr<v1::PurgeSubjectRequest> ToProto(const PurgeSubjectRequest& request, const std::string& request_id) {
  v1::PurgeSubjectRequest proto;
  ToProto(request.subject, proto.mutable_subject());
  proto.set_allow_active(request.allow_active);
  proto.mutable_options()->set_request_id(request_id);
  return Checked(std::move(proto));
}

absl::StatusOr<v1::GetModeRequest> ToProto(const GetModeRequest& request) {
  v1::GetModeRequest proto;
  ToProto(request.target, proto.mutable_target());
  proto.set_view(ViewOf(request.effective));
  return Checked(std::move(proto));
}

absl::StatusOr<v1::UpdateModeRequest> ToProto(const UpdateModeRequest& request, const std::string& request_id) {
  v1::UpdateModeRequest proto;
  ToProto(request.target, proto.mutable_target());
  proto.set_mode(ToProto(request.mode));
  proto.set_force(request.force);
  proto.mutable_options()->set_request_id(request_id);
  return Checked(std::move(proto));
}

absl::StatusOr<v1::DeleteModeRequest> ToProto(const DeleteModeRequest& request, const std::string& request_id) {
  v1::DeleteModeRequest proto;
  ToProto(request.target, proto.mutable_target());
  proto.set_recursive(request.recursive);
  proto.mutable_options()->set_request_id(request_id);
  return Checked(std::move(proto));
}

absl::StatusOr<v1::DeleteContextRequest> ToProto(const DeleteContextRequest& request, const std::string& request_id) {
  v1::DeleteContextRequest proto;
  proto.set_context(request.context);
  proto.mutable_options()->set_request_id(request_id);
  return Checked(std::move(proto));
}

absl::StatusOr<v1::ListAssociationsRequest> ToProto(const ListAssociationsRequest& request) {
  v1::ListAssociationsRequest proto;
  if (request.subject) ToProto(*request.subject, proto.mutable_subject());
  proto.set_resource_id(request.resource_id);
  proto.set_resource_name(request.resource_name);
  proto.set_resource_namespace(request.resource_namespace);
  proto.set_resource_type(request.resource_type);
  for (const std::string& type : request.association_types) proto.add_association_types(type);
  if (request.lifecycle) proto.set_lifecycle(ToProto(*request.lifecycle));
  return Checked(std::move(proto));
}

absl::StatusOr<v1::AssociateResourceRequest> ToProto(const AssociateResourceRequest& request,
                                                     const std::string& request_id) {
  v1::AssociateResourceRequest proto;
  ToProto(request.association, proto.mutable_association());
  proto.set_change_existing(request.change_existing);
  proto.mutable_options()->set_request_id(request_id);
  proto.mutable_options()->set_validate_only(request.validate_only);
  return Checked(std::move(proto));
}

absl::StatusOr<v1::DissociateResourceRequest> ToProto(const DissociateResourceRequest& request,
                                                      const std::string& request_id) {
  v1::DissociateResourceRequest proto;
  proto.set_resource_id(request.resource_id);
  proto.set_resource_type(request.resource_type);
  for (const std::string& type : request.association_types) proto.add_association_types(type);
  proto.set_cascade(request.cascade);
  proto.mutable_options()->set_request_id(request_id);
  proto.mutable_options()->set_validate_only(request.validate_only);
  return Checked(std::move(proto));
}

absl::StatusOr<v1::WatchChangesRequest> ToProto(const WatchRequest& request) {
  v1::WatchChangesRequest proto;
  switch (request.from) {
    case WatchRequest::From::kNow:
      proto.mutable_now();
      break;
    case WatchRequest::From::kSnapshot:
      proto.mutable_snapshot();
      break;
    case WatchRequest::From::kPosition:
      ToProto(request.position, proto.mutable_position());
      break;
  }
  proto.set_context(request.context);
  proto.set_prefix(request.prefix);
  return Checked(std::move(proto));
}

absl::StatusOr<v1::DeleteVersionRequest> ToProto(const DeleteVersionRequest& request, const std::string& request_id) {
  v1::DeleteVersionRequest proto;
  ToProto(request.subject, proto.mutable_subject());
  proto.set_version(request.version ? request.version->value() : kNewest);
  proto.set_kind(KindOf(request.permanent));
  proto.mutable_options()->set_request_id(request_id);
  return Checked(std::move(proto));
}

absl::StatusOr<v1::DeleteSubjectRequest> ToProto(const DeleteSubjectRequest& request, const std::string& request_id) {
  v1::DeleteSubjectRequest proto;
  ToProto(request.subject, proto.mutable_subject());
  proto.set_kind(KindOf(request.permanent));
  proto.mutable_options()->set_request_id(request_id);
  return Checked(std::move(proto));
}

absl::StatusOr<v1::GetConfigRequest> ToProto(const GetConfigRequest& request) {
  v1::GetConfigRequest proto;
  ToProto(request.target, proto.mutable_target());
  proto.set_view(ViewOf(request.effective));
  return Checked(std::move(proto));
}

absl::StatusOr<v1::UpdateConfigRequest> ToProto(const UpdateConfigRequest& request, const std::string& request_id) {
  v1::UpdateConfigRequest proto;
  ToProto(request.target, proto.mutable_target());
  ToProto(request.config, proto.mutable_config());
  SetMask(request.clear, &proto);
  proto.mutable_options()->set_request_id(request_id);
  return Checked(std::move(proto));
}

absl::StatusOr<v1::DeleteConfigRequest> ToProto(const DeleteConfigRequest& request, const std::string& request_id) {
  v1::DeleteConfigRequest proto;
  ToProto(request.target, proto.mutable_target());
  proto.mutable_options()->set_request_id(request_id);
  return Checked(std::move(proto));
}

}  // namespace regent::client
