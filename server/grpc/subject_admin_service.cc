#include "server/grpc/subject_admin_service.h"

#include "server/convert/config.h"
#include "server/convert/requests.h"
#include "server/convert/schema.h"

namespace regent {
namespace {

// What UpdateConfig and DeleteConfig answer: the result and a configuration.
template <typename Response>
void EncodeConfig(const WriteResult& result, grpc::ByteBuffer* buffer) {
  Response proto;
  ToProto(result, proto.mutable_result());
  ToProto(result.config, proto.mutable_config());
  Serialize(proto, buffer);
}

}  // namespace

SubjectAdminService::Reactor* SubjectAdminService::DeleteVersion(Context* context, const Buffer* request,
                                                                 Buffer* response) {
  return calls_->Write<v1::DeleteVersionRequest>(context, request, response,
                                                 [](const WriteResult& result, Buffer* buffer) {
                                                   v1::DeleteVersionResponse proto;
                                                   ToProto(result, proto.mutable_result());
                                                   if (!result.versions.empty())
                                                     proto.set_version(result.versions.front().value());
                                                   Serialize(proto, buffer);
                                                 });
}

SubjectAdminService::Reactor* SubjectAdminService::DeleteSubject(Context* context, const Buffer* request,
                                                                 Buffer* response) {
  return calls_->Write<v1::DeleteSubjectRequest>(context, request, response,
                                                 [](const WriteResult& result, Buffer* buffer) {
                                                   v1::DeleteSubjectResponse proto;
                                                   ToProto(result, proto.mutable_result());
                                                   for (const Version version : result.versions)
                                                     proto.add_versions(version.value());
                                                   Serialize(proto, buffer);
                                                 });
}

SubjectAdminService::Reactor* SubjectAdminService::GetConfig(Context* context, const Buffer* request,
                                                             Buffer* response) {
  return calls_->Read<v1::GetConfigRequest>(
      context, request, response, [this](const v1::GetConfigRequest& proto, Buffer* buffer) {
        const auto query = FromProto(proto);
        if (!query.ok()) return query.status();
        const auto config = calls_->registry()->GetConfig(query->target, query->view);
        if (!config.ok()) return config.status();
        v1::SubjectConfig out;
        ToProto(*config, &out);
        Serialize(out, buffer);
        return absl::OkStatus();
      });
}

SubjectAdminService::Reactor* SubjectAdminService::UpdateConfig(Context* context, const Buffer* request,
                                                                Buffer* response) {
  return calls_->Write<v1::UpdateConfigRequest>(context, request, response, EncodeConfig<v1::UpdateConfigResponse>);
}

SubjectAdminService::Reactor* SubjectAdminService::DeleteConfig(Context* context, const Buffer* request,
                                                                Buffer* response) {
  return calls_->Write<v1::DeleteConfigRequest>(context, request, response, EncodeConfig<v1::DeleteConfigResponse>);
}

}  // namespace regent
