#include "server/convert/requests.h"

#include <algorithm>
#include <cctype>
#include <charconv>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "server/convert/association.h"
#include "server/convert/compatibility.h"
#include "server/convert/config.h"
#include "server/convert/page_token.h"
#include "server/convert/schema.h"
#include "server/convert/violations.h"

namespace regent {
namespace {

constexpr int kMaxBatch = 1000;
// In requests; unset in reads means the same.
constexpr int32_t kLatest = -1;

Deleted FromProto(v1::DeletedFilter filter, Violations* violations) {
  switch (filter) {
    case v1::DELETED_FILTER_UNSPECIFIED:
    case v1::DELETED_FILTER_EXCLUDE:
      return Deleted::kExclude;
    case v1::DELETED_FILTER_INCLUDE:
      return Deleted::kInclude;
    case v1::DELETED_FILTER_ONLY:
      return Deleted::kOnly;
    default:
      violations->Add("deleted", absl::StrCat(static_cast<int>(filter), " is no DeletedFilter"));
      return Deleted::kExclude;
  }
}

DeleteKind FromProto(v1::DeleteKind kind, Violations* violations) {
  switch (kind) {
    case v1::DELETE_KIND_UNSPECIFIED:
    case v1::DELETE_KIND_SOFT:
      return DeleteKind::kSoft;
    case v1::DELETE_KIND_PERMANENT:
      return DeleteKind::kPermanent;
    default:
      violations->Add("kind", absl::StrCat(static_cast<int>(kind), " is no DeleteKind"));
      return DeleteKind::kSoft;
  }
}

bool IsUuid(std::string_view text) {
  if (text.size() != 36) return false;
  for (size_t i = 0; i < text.size(); ++i) {
    const bool dash = i == 8 || i == 13 || i == 18 || i == 23;
    if (dash ? text[i] != '-' : !std::isxdigit(static_cast<unsigned char>(text[i]))) return false;
  }
  return true;
}

enum class ValidateOnly { kOffered, kNotOffered };

std::string RequestId(const v1::WriteOptions& options, ValidateOnly validate_only, Violations* violations) {
  if (!options.request_id().empty() && !IsUuid(options.request_id())) {
    violations->Add("options.request_id", "a UUID, e.g. 7d0f1a52-94f6-4e8f-a6a4-0f0e9a3f5c11");
  }
  // Doing what was only to be tried would be worse than refusing.
  if (options.validate_only() && validate_only == ValidateOnly::kNotOffered) {
    violations->Add("options.validate_only", "not offered by this method");
  }
  return options.request_id();
}

int PageSize(int32_t requested, Violations* violations) {
  if (requested < 0) violations->Add("page_size", "not negative");
  return std::max(requested, 0);
}

std::string PageKey(const std::vector<std::string_view>& filter, const std::string& token, Violations* violations) {
  if (token.empty()) return "";
  std::optional<std::string> key = ReadPageToken(filter, token);
  if (!key || key->empty()) {
    violations->Add("page_token", "not a token that an equal request was answered with");
    return "";
  }
  return *std::move(key);
}

std::string_view DeletedName(v1::DeletedFilter filter) {
  switch (filter) {
    case v1::DELETED_FILTER_INCLUDE:
      return "include";
    case v1::DELETED_FILTER_ONLY:
      return "only";
    default:
      return "exclude";
  }
}

// A context that is left out and the default one, spelled, are one filter.
std::string_view ContextName(const std::string& context) {
  return context.empty() ? kDefaultContext : std::string_view(context);
}

std::vector<std::string_view> FilterOf(const v1::ListSubjectsRequest& proto) {
  return {"ListSubjects", ContextName(proto.context()), proto.prefix(), DeletedName(proto.deleted())};
}

std::vector<std::string_view> FilterOf(const v1::ListSchemasRequest& proto) {
  return {"ListSchemas", ContextName(proto.context()), proto.prefix(), DeletedName(proto.deleted()),
          proto.latest_only() ? "latest" : "all"};
}

std::vector<std::string_view> FilterOf(const v1::ListVersionsRequest& proto) {
  return {"ListVersions", ContextName(proto.subject().context()), proto.subject().subject(),
          DeletedName(proto.deleted())};
}

// The last key of a page of ListSchemas: "VERSION QUALIFIED-SUBJECT".
std::optional<VersionKey> ParseVersionKey(const std::string& key, Violations* violations) {
  if (key.empty()) return std::nullopt;
  int32_t version = 0;
  const char* const end = key.data() + key.size();
  const auto [stop, error] = std::from_chars(key.data(), end, version);
  if (error != std::errc() || stop == end || *stop != ' ' || version < 1) {
    violations->Add("page_token", "not a token that an equal request was answered with");
    return std::nullopt;
  }
  return VersionKey{Subject::Parse(std::string_view(stop + 1, static_cast<size_t>(end - stop - 1))), Version(version)};
}

template <typename Request>
IdOrGuid KeyFromProto(const Request& proto, Violations* violations) {
  IdOrGuid key;
  switch (proto.key_case()) {
    case Request::kIdInContext: {
      const v1::SchemaIdInContext& id = proto.id_in_context();
      if (id.id() < 1) violations->Add("id_in_context.id", "required: 1 or above");
      key = IdInContext{ContextFromProto(id.context(), "id_in_context.context", violations), SchemaId(id.id())};
      break;
    }
    case Request::kGuid: {
      const std::optional<ContentHash> hash = ContentHash::ParseGuid(proto.guid());
      if (!hash) violations->Add("guid", "a UUID: 32 hexadecimal digits, with or without dashes");
      key = hash.value_or(ContentHash());
      break;
    }
    case Request::KEY_NOT_SET:
      violations->Add("key", "required: id_in_context or guid");
  }
  return key;
}

RegisterSchema Registration(const v1::RegisterSchemaRequest& proto, const std::string& path, Violations* violations) {
  RegisterSchema command;
  command.subject = FromProto(proto.subject(), path + "subject", violations);
  if (!proto.has_schema()) violations->Add(path + "schema", "required");
  command.content = FromProto(proto.schema(), command.subject.context, path + "schema", violations);
  command.normalize = proto.normalize();
  command.force = proto.force();
  if (proto.version() < kLatest) violations->Add(path + "version", "1 or above, -1 for the next one, or 0");
  if (proto.version() != 0) command.version = Version(proto.version());
  if (proto.id() < 0) violations->Add(path + "id", "1 or above, or 0 for none");
  if (proto.id() > 0) command.id = SchemaId(proto.id());
  return command;
}

// `value` unless something is wrong.
template <typename T>
absl::StatusOr<T> Checked(const Violations& violations, T value) {
  if (!violations.empty()) return violations.ToStatus();
  return value;
}

}  // namespace

absl::StatusOr<WriteRequest> FromProto(const v1::RegisterSchemaRequest& proto) {
  Violations violations;
  RegisterSchema command = Registration(proto, "", &violations);
  command.validate_only = proto.options().validate_only();
  std::string request_id = RequestId(proto.options(), ValidateOnly::kOffered, &violations);
  return Checked(violations, WriteRequest{std::move(command), std::move(request_id)});
}

absl::StatusOr<WriteRequest> FromProto(const v1::DeleteVersionRequest& proto) {
  Violations violations;
  DeleteVersion command;
  command.subject = FromProto(proto.subject(), "subject", &violations);
  if (proto.version() < 1 && proto.version() != kLatest) {
    violations.Add("version", "required: 1 or above, or -1 for the newest");
  }
  if (proto.version() != kLatest) command.version = Version(proto.version());
  command.kind = FromProto(proto.kind(), &violations);
  std::string request_id = RequestId(proto.options(), ValidateOnly::kNotOffered, &violations);
  return Checked(violations, WriteRequest{std::move(command), std::move(request_id)});
}

absl::StatusOr<WriteRequest> FromProto(const v1::DeleteSubjectRequest& proto) {
  Violations violations;
  DeleteSubject command;
  command.subject = FromProto(proto.subject(), "subject", &violations);
  command.kind = FromProto(proto.kind(), &violations);
  std::string request_id = RequestId(proto.options(), ValidateOnly::kNotOffered, &violations);
  return Checked(violations, WriteRequest{std::move(command), std::move(request_id)});
}

absl::StatusOr<WriteRequest> FromProto(const v1::UndeleteVersionRequest& proto) {
  Violations violations;
  UndeleteVersion command;
  command.subject = FromProto(proto.subject(), "subject", &violations);
  if (proto.version() < 1) violations.Add("version", "required: 1 or above");
  command.version = Version(proto.version());
  std::string request_id = RequestId(proto.options(), ValidateOnly::kNotOffered, &violations);
  return Checked(violations, WriteRequest{std::move(command), std::move(request_id)});
}

absl::StatusOr<WriteRequest> FromProto(const v1::UndeleteSubjectRequest& proto) {
  Violations violations;
  UndeleteSubject command;
  command.subject = FromProto(proto.subject(), "subject", &violations);
  std::string request_id = RequestId(proto.options(), ValidateOnly::kNotOffered, &violations);
  return Checked(violations, WriteRequest{std::move(command), std::move(request_id)});
}

absl::StatusOr<WriteRequest> FromProto(const v1::PurgeVersionRequest& proto) {
  Violations violations;
  DeleteVersion command;
  command.subject = FromProto(proto.subject(), "subject", &violations);
  if (proto.version() < 1 && proto.version() != kLatest) {
    violations.Add("version", "required: 1 or above, or -1 for the newest");
  }
  if (proto.version() != kLatest) command.version = Version(proto.version());
  command.kind = proto.allow_active() ? DeleteKind::kPurge : DeleteKind::kPermanent;
  std::string request_id = RequestId(proto.options(), ValidateOnly::kNotOffered, &violations);
  return Checked(violations, WriteRequest{std::move(command), std::move(request_id)});
}

absl::StatusOr<WriteRequest> FromProto(const v1::PurgeSubjectRequest& proto) {
  Violations violations;
  DeleteSubject command;
  command.subject = FromProto(proto.subject(), "subject", &violations);
  command.kind = proto.allow_active() ? DeleteKind::kPurge : DeleteKind::kPermanent;
  std::string request_id = RequestId(proto.options(), ValidateOnly::kNotOffered, &violations);
  return Checked(violations, WriteRequest{std::move(command), std::move(request_id)});
}

absl::StatusOr<WriteRequest> FromProto(const v1::UpdateModeRequest& proto) {
  Violations violations;
  UpdateMode command;
  command.target = FromProto(proto.target(), "target", &violations);
  command.mode = FromProto(proto.mode(), "mode", &violations);
  command.force = proto.force();
  std::string request_id = RequestId(proto.options(), ValidateOnly::kNotOffered, &violations);
  return Checked(violations, WriteRequest{std::move(command), std::move(request_id)});
}

absl::StatusOr<WriteRequest> FromProto(const v1::DeleteModeRequest& proto) {
  Violations violations;
  DeleteMode command;
  command.target = FromProto(proto.target(), "target", &violations);
  command.recursive = proto.recursive();
  std::string request_id = RequestId(proto.options(), ValidateOnly::kNotOffered, &violations);
  return Checked(violations, WriteRequest{std::move(command), std::move(request_id)});
}

absl::StatusOr<WriteRequest> FromProto(const v1::DeleteContextRequest& proto) {
  Violations violations;
  DeleteContext command;
  if (proto.context().empty()) violations.Add("context", "required");
  command.context = ContextFromProto(proto.context(), "context", &violations);
  std::string request_id = RequestId(proto.options(), ValidateOnly::kNotOffered, &violations);
  return Checked(violations, WriteRequest{std::move(command), std::move(request_id)});
}

absl::StatusOr<WriteRequest> FromProto(const v1::AssociateResourceRequest& proto) {
  Violations violations;
  AssociateResources command;
  if (!proto.has_association()) violations.Add("association", "required");
  command.resources.push_back(FromProto(proto.association(), "association", &violations));
  if (proto.change_existing()) command.existing = AssociateResources::Existing::kChange;
  std::string request_id = RequestId(proto.options(), ValidateOnly::kOffered, &violations);
  command.validate_only = proto.options().validate_only();
  return Checked(violations, WriteRequest{std::move(command), std::move(request_id)});
}

absl::StatusOr<WriteRequest> FromProto(const v1::DissociateResourceRequest& proto) {
  Violations violations;
  DissociateResource command;
  if (proto.resource_id().empty()) violations.Add("resource_id", "required");
  command.resource_id = proto.resource_id();
  command.resource_type = proto.resource_type().empty() ? kTopic : proto.resource_type();
  command.association_types = {proto.association_types().begin(), proto.association_types().end()};
  command.cascade = proto.cascade();
  std::string request_id = RequestId(proto.options(), ValidateOnly::kOffered, &violations);
  command.validate_only = proto.options().validate_only();
  return Checked(violations, WriteRequest{std::move(command), std::move(request_id)});
}

absl::StatusOr<ListAssociations> FromProto(const v1::ListAssociationsRequest& proto) {
  Violations violations;
  ListAssociations query;
  if (proto.has_subject()) query.subject = FromProto(proto.subject(), "subject", &violations);
  query.resource_id = proto.resource_id();
  query.resource_name = proto.resource_name();
  query.resource_namespace = proto.resource_namespace();
  query.resource_type = proto.resource_type();
  query.association_types = {proto.association_types().begin(), proto.association_types().end()};
  query.lifecycle = FromProto(proto.lifecycle(), "lifecycle", &violations);
  return Checked(violations, std::move(query));
}

absl::StatusOr<BatchRequest> FromProto(const v1::BatchRegisterSchemasRequest& proto) {
  Violations violations;
  BatchRequest batch;
  if (proto.requests().empty() || proto.requests_size() > kMaxBatch) {
    violations.Add("requests", absl::StrCat("1 to ", kMaxBatch, " of them, not ", proto.requests_size()));
    return violations.ToStatus();
  }
  for (int i = 0; i < proto.requests_size(); ++i) {
    const std::string path = absl::StrCat("requests[", i, "].");
    if (proto.requests(i).has_options()) violations.Add(path + "options", "those of the batch hold for all");
    batch.commands.push_back(Registration(proto.requests(i), path, &violations));
    batch.commands.back().validate_only = proto.options().validate_only();
  }
  batch.request_id = RequestId(proto.options(), ValidateOnly::kOffered, &violations);
  return Checked(violations, std::move(batch));
}

absl::StatusOr<WriteRequest> FromProto(const v1::UpdateConfigRequest& proto) {
  Violations violations;
  UpdateConfig command = FromProto(proto.config(), proto.update_mask(), &violations);
  command.target = FromProto(proto.target(), "target", &violations);
  std::string request_id = RequestId(proto.options(), ValidateOnly::kNotOffered, &violations);
  return Checked(violations, WriteRequest{std::move(command), std::move(request_id)});
}

absl::StatusOr<WriteRequest> FromProto(const v1::DeleteConfigRequest& proto) {
  Violations violations;
  DeleteConfig command;
  command.target = FromProto(proto.target(), "target", &violations);
  std::string request_id = RequestId(proto.options(), ValidateOnly::kNotOffered, &violations);
  return Checked(violations, WriteRequest{std::move(command), std::move(request_id)});
}

absl::StatusOr<Lookup> FromProto(const v1::LookupSchemaRequest& proto) {
  Violations violations;
  Lookup query;
  query.subject = FromProto(proto.subject(), "subject", &violations);
  if (!proto.has_schema()) violations.Add("schema", "required");
  query.content = FromProto(proto.schema(), query.subject.context, "schema", &violations);
  query.normalize = proto.normalize();
  query.deleted = FromProto(proto.deleted(), &violations);
  return Checked(violations, std::move(query));
}

absl::StatusOr<GetVersion> FromProto(const v1::GetSchemaVersionRequest& proto) {
  Violations violations;
  GetVersion query;
  query.subject = FromProto(proto.subject(), "subject", &violations);
  if (proto.version() < kLatest) violations.Add("version", "1 or above, or 0 or -1 for the newest");
  if (proto.version() > 0) query.version = Version(proto.version());
  query.deleted = FromProto(proto.deleted(), &violations);
  return Checked(violations, std::move(query));
}

absl::StatusOr<CheckSchema> FromProto(const v1::CheckCompatibilityRequest& proto) {
  Violations violations;
  CheckSchema query;
  query.subject = FromProto(proto.subject(), "subject", &violations);
  if (!proto.has_schema()) violations.Add("schema", "required");
  query.content = FromProto(proto.schema(), query.subject.context, "schema", &violations);
  query.normalize = proto.normalize();
  query.level = FromProto(proto.level(), "level", &violations);
  if (proto.version() > 0) {
    query.against = CheckSchema::Against::kVersion;
    query.version = Version(proto.version());
  } else if (proto.version() == kLatest) {
    query.against = CheckSchema::Against::kLatest;
  } else if (proto.version() < kLatest) {
    violations.Add("version", "1 or above, -1 for the newest, or 0 for all that the level asks for");
  }
  return Checked(violations, std::move(query));
}

absl::StatusOr<IdOrGuid> FromProto(const v1::GetSchemaRequest& proto) {
  Violations violations;
  IdOrGuid key = KeyFromProto(proto, &violations);
  return Checked(violations, std::move(key));
}

absl::StatusOr<UsesQuery> FromProto(const v1::ListSchemaUsesRequest& proto) {
  Violations violations;
  UsesQuery query;
  query.key = KeyFromProto(proto, &violations);
  query.deleted = FromProto(proto.deleted(), &violations);
  return Checked(violations, std::move(query));
}

absl::StatusOr<FindVersion> FromProto(const v1::FindLatestVersionRequest& proto) {
  Violations violations;
  FindVersion query;
  query.subject = FromProto(proto.subject(), "subject", &violations);
  query.properties.insert(proto.properties().begin(), proto.properties().end());
  query.deleted = FromProto(proto.deleted(), &violations);
  return Checked(violations, std::move(query));
}

absl::StatusOr<ListReferrers> FromProto(const v1::ListReferrersRequest& proto) {
  Violations violations;
  ListReferrers query;
  query.subject = FromProto(proto.subject(), "subject", &violations);
  if (proto.version() < kLatest) violations.Add("version", "1 or above, or 0 or -1 for the newest");
  if (proto.version() > 0) query.version = Version(proto.version());
  query.deleted = FromProto(proto.deleted(), &violations);
  return Checked(violations, std::move(query));
}

absl::StatusOr<ReadOptions> FromProto(const v1::ReadOptions& proto) {
  Violations violations;
  ReadOptions options;
  switch (proto.consistency()) {
    case v1::CONSISTENCY_UNSPECIFIED:
    case v1::CONSISTENCY_LOCAL:
      break;
    case v1::CONSISTENCY_LINEARIZABLE:
      options.consistency = Consistency::kLinearizable;
      break;
    default:
      violations.Add("read_options.consistency",
                     absl::StrCat(static_cast<int>(proto.consistency()), " is no Consistency"));
  }
  if (proto.has_min_position()) {
    options.min_position = {proto.min_position().log_id(), Offset(proto.min_position().offset())};
    if (options.min_position.log_id.empty()) violations.Add("read_options.min_position.log_id", "required");
  }
  return Checked(violations, std::move(options));
}

absl::StatusOr<SchemasQuery> FromProto(const v1::ListSchemasRequest& proto) {
  Violations violations;
  SchemasQuery query;
  query.list.context_prefix = proto.context() == "*" ? "*" : ContextFromProto(proto.context(), "context", &violations);
  query.list.prefix = proto.prefix();
  query.list.deleted = FromProto(proto.deleted(), &violations);
  if (proto.latest_only()) query.list.versions = ListSchemas::Versions::kLatest;
  query.list.page_size = PageSize(proto.page_size(), &violations);
  query.list.after = ParseVersionKey(PageKey(FilterOf(proto), proto.page_token(), &violations), &violations);
  switch (proto.view()) {
    case v1::SCHEMA_VIEW_UNSPECIFIED:
    case v1::SCHEMA_VIEW_BASIC:
      break;
    case v1::SCHEMA_VIEW_FULL:
      query.full = true;
      break;
    default:
      violations.Add("view", absl::StrCat(static_cast<int>(proto.view()), " is no SchemaView"));
  }
  return Checked(violations, std::move(query));
}

std::string NextPageToken(const v1::ListSchemasRequest& proto, const VersionKey& last) {
  return MakePageToken(FilterOf(proto), absl::StrCat(last.version.value(), " ", last.subject.Qualified()));
}

absl::StatusOr<ConfigQuery> FromProto(const v1::GetConfigRequest& proto) {
  Violations violations;
  ConfigQuery query;
  query.target = FromProto(proto.target(), "target", &violations);
  query.view = FromProto(proto.view(), "view", &violations);
  return Checked(violations, std::move(query));
}

absl::StatusOr<ConfigQuery> FromProto(const v1::GetModeRequest& proto) {
  Violations violations;
  ConfigQuery query;
  query.target = FromProto(proto.target(), "target", &violations);
  query.view = FromProto(proto.view(), "view", &violations);
  return Checked(violations, std::move(query));
}

absl::StatusOr<ListSubjects> FromProto(const v1::ListSubjectsRequest& proto) {
  Violations violations;
  ListSubjects query;
  query.context_prefix = proto.context() == "*" ? "*" : ContextFromProto(proto.context(), "context", &violations);
  query.prefix = proto.prefix();
  query.deleted = FromProto(proto.deleted(), &violations);
  query.page_size = PageSize(proto.page_size(), &violations);
  query.after = PageKey(FilterOf(proto), proto.page_token(), &violations);
  return Checked(violations, std::move(query));
}

std::string NextPageToken(const v1::ListSubjectsRequest& proto, const std::string& last_name) {
  return last_name.empty() ? "" : MakePageToken(FilterOf(proto), last_name);
}

absl::StatusOr<VersionsQuery> FromProto(const v1::ListVersionsRequest& proto) {
  Violations violations;
  VersionsQuery query;
  query.list.subject = FromProto(proto.subject(), "subject", &violations);
  query.list.deleted = FromProto(proto.deleted(), &violations);
  query.page_size = PageSize(proto.page_size(), &violations);
  const std::string key = PageKey(FilterOf(proto), proto.page_token(), &violations);
  int32_t after = 0;
  const auto [end, error] = std::from_chars(key.data(), key.data() + key.size(), after);
  if (!key.empty() && (error != std::errc() || end != key.data() + key.size() || after < 1)) {
    violations.Add("page_token", "not a token that an equal request was answered with");
  }
  query.after = Version(after);
  return Checked(violations, std::move(query));
}

std::string NextPageToken(const v1::ListVersionsRequest& proto, Version last) {
  return MakePageToken(FilterOf(proto), std::to_string(last.value()));
}

}  // namespace regent
