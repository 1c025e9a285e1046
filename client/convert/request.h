// From the requests of registry_types.h to those of the wire. REQUEST_INVALID, or SCHEMA_INVALID for the schema's text,
// when a text is not UTF-8: Protobuf could not carry it; REQUEST_INVALID for content of a type that requests have no
// name for.
#pragma once

#include <string>

#include "absl/status/statusor.h"
#include "client/registry_types.h"
#include "regent/v1/schema_registry.pb.h"
#include "regent/v1/subject_admin.pb.h"
#include "regent/v1/watch.pb.h"

namespace regent::client {

// Writes carry `request_id`, which may be empty.
absl::StatusOr<v1::RegisterSchemaRequest> ToProto(const RegisterSchemaRequest& request, const std::string& request_id);
absl::StatusOr<v1::LookupSchemaRequest> ToProto(const LookupSchemaRequest& request);
absl::StatusOr<v1::GetSchemaRequest> ToProto(const GetSchemaRequest& request);
absl::StatusOr<v1::GetSchemaVersionRequest> ToProto(const GetSchemaVersionRequest& request);
absl::StatusOr<v1::CheckCompatibilityRequest> ToProto(const CheckCompatibilityRequest& request);
absl::StatusOr<v1::ListSubjectsRequest> ToProto(const ListSubjectsRequest& request);
absl::StatusOr<v1::ListVersionsRequest> ToProto(const ListVersionsRequest& request);
absl::StatusOr<v1::DeleteVersionRequest> ToProto(const DeleteVersionRequest& request, const std::string& request_id);
absl::StatusOr<v1::DeleteSubjectRequest> ToProto(const DeleteSubjectRequest& request, const std::string& request_id);
absl::StatusOr<v1::GetConfigRequest> ToProto(const GetConfigRequest& request);
absl::StatusOr<v1::UpdateConfigRequest> ToProto(const UpdateConfigRequest& request, const std::string& request_id);
absl::StatusOr<v1::DeleteConfigRequest> ToProto(const DeleteConfigRequest& request, const std::string& request_id);
absl::StatusOr<v1::BatchRegisterSchemasRequest> ToProto(const BatchRegisterRequest& request,
                                                        const std::string& request_id);
absl::StatusOr<v1::FindLatestVersionRequest> ToProto(const FindLatestVersionRequest& request);
absl::StatusOr<v1::ListSchemasRequest> ToProto(const ListSchemasRequest& request);
absl::StatusOr<v1::ListReferrersRequest> ToProto(const ListReferrersRequest& request);
absl::StatusOr<v1::ListSchemaUsesRequest> ToProto(const ListSchemaUsesRequest& request);
absl::StatusOr<v1::UndeleteVersionRequest> ToProto(const UndeleteVersionRequest& request,
                                                   const std::string& request_id);
absl::StatusOr<v1::UndeleteSubjectRequest> ToProto(const UndeleteSubjectRequest& request,
                                                   const std::string& request_id);
absl::StatusOr<v1::PurgeVersionRequest> ToProto(const PurgeVersionRequest& request, const std::string& request_id);
absl::StatusOr<v1::PurgeSubjectRequest> ToProto(const PurgeSubjectRequest& request, const std::string& request_id);
absl::StatusOr<v1::GetModeRequest> ToProto(const GetModeRequest& request);
absl::StatusOr<v1::UpdateModeRequest> ToProto(const UpdateModeRequest& request, const std::string& request_id);
absl::StatusOr<v1::DeleteModeRequest> ToProto(const DeleteModeRequest& request, const std::string& request_id);
absl::StatusOr<v1::DeleteContextRequest> ToProto(const DeleteContextRequest& request, const std::string& request_id);
absl::StatusOr<v1::ListAssociationsRequest> ToProto(const ListAssociationsRequest& request);
absl::StatusOr<v1::AssociateResourceRequest> ToProto(const AssociateResourceRequest& request,
                                                     const std::string& request_id);
absl::StatusOr<v1::DissociateResourceRequest> ToProto(const DissociateResourceRequest& request,
                                                      const std::string& request_id);
absl::StatusOr<v1::WatchChangesRequest> ToProto(const WatchRequest& request);

}  // namespace regent::client
