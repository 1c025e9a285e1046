// Requests of regent.v1 as what the domain's door takes. Each function answers the whole, or REQUEST_INVALID with a
// google.rpc.BadRequest that names every field in the way; it judges form only. What a subject or a schema may be is
// the registry's matter, so that every door gives the same answer.
#pragma once

#include <string>
#include <variant>
#include <vector>

#include "absl/status/statusor.h"
#include "regent/v1/schema_registry.pb.h"
#include "regent/v1/subject_admin.pb.h"
#include "server/registry/await_read.h"
#include "server/registry/registry.h"

namespace regent {

struct WriteRequest {
  WriteCommand command;
  std::string request_id;  // for the CallContext
};

absl::StatusOr<WriteRequest> FromProto(const v1::RegisterSchemaRequest& proto);
absl::StatusOr<WriteRequest> FromProto(const v1::DeleteVersionRequest& proto);
absl::StatusOr<WriteRequest> FromProto(const v1::DeleteSubjectRequest& proto);
absl::StatusOr<WriteRequest> FromProto(const v1::UndeleteVersionRequest& proto);
absl::StatusOr<WriteRequest> FromProto(const v1::UndeleteSubjectRequest& proto);
absl::StatusOr<WriteRequest> FromProto(const v1::PurgeVersionRequest& proto);
absl::StatusOr<WriteRequest> FromProto(const v1::PurgeSubjectRequest& proto);
absl::StatusOr<WriteRequest> FromProto(const v1::UpdateConfigRequest& proto);
absl::StatusOr<WriteRequest> FromProto(const v1::DeleteConfigRequest& proto);

absl::StatusOr<WriteRequest> FromProto(const v1::UpdateModeRequest& proto);
absl::StatusOr<WriteRequest> FromProto(const v1::DeleteModeRequest& proto);
absl::StatusOr<WriteRequest> FromProto(const v1::DeleteContextRequest& proto);
absl::StatusOr<WriteRequest> FromProto(const v1::AssociateResourceRequest& proto);
absl::StatusOr<WriteRequest> FromProto(const v1::DissociateResourceRequest& proto);
absl::StatusOr<ListAssociations> FromProto(const v1::ListAssociationsRequest& proto);

struct BatchRequest {
  std::vector<RegisterSchema> commands;
  std::string request_id;
};
absl::StatusOr<BatchRequest> FromProto(const v1::BatchRegisterSchemasRequest& proto);

absl::StatusOr<ReadOptions> FromProto(const v1::ReadOptions& proto);

absl::StatusOr<Lookup> FromProto(const v1::LookupSchemaRequest& proto);
absl::StatusOr<GetVersion> FromProto(const v1::GetSchemaVersionRequest& proto);
absl::StatusOr<CheckSchema> FromProto(const v1::CheckCompatibilityRequest& proto);
absl::StatusOr<FindVersion> FromProto(const v1::FindLatestVersionRequest& proto);
absl::StatusOr<ListReferrers> FromProto(const v1::ListReferrersRequest& proto);

using IdOrGuid = std::variant<IdInContext, ContentHash>;
absl::StatusOr<IdOrGuid> FromProto(const v1::GetSchemaRequest& proto);

struct UsesQuery {
  IdOrGuid key;
  Deleted deleted = Deleted::kExclude;
};
absl::StatusOr<UsesQuery> FromProto(const v1::ListSchemaUsesRequest& proto);

struct ConfigQuery {
  ConfigTarget target;
  ConfigView view = ConfigView::kOwn;
};
absl::StatusOr<ConfigQuery> FromProto(const v1::GetConfigRequest& proto);
absl::StatusOr<ConfigQuery> FromProto(const v1::GetModeRequest& proto);

// A `page_size` of 0 is left to the registry, which also cuts one that is too large.
absl::StatusOr<ListSubjects> FromProto(const v1::ListSubjectsRequest& proto);
std::string NextPageToken(const v1::ListSubjectsRequest& proto, const std::string& last_name);

// The same.
struct SchemasQuery {
  ListSchemas list;
  bool full = false;  // with texts
};
absl::StatusOr<SchemasQuery> FromProto(const v1::ListSchemasRequest& proto);
std::string NextPageToken(const v1::ListSchemasRequest& proto, const VersionKey& last);

// The registry lists all versions; the door cuts pages.
struct VersionsQuery {
  ListVersions list;
  Version after;      // the last version of the page before; 0: the first page
  int page_size = 0;  // 0: the caller did not say
};
absl::StatusOr<VersionsQuery> FromProto(const v1::ListVersionsRequest& proto);
std::string NextPageToken(const v1::ListVersionsRequest& proto, Version last);

}  // namespace regent
