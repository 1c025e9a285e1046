#include "server/grpc/subject_admin_service.h"

#include "server/convert/association.h"
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

// What deletes and undeletes of one version answer.
template <typename Response>
void EncodeVersion(const WriteResult& result, grpc::ByteBuffer* buffer) {
  Response proto;
  ToProto(result, proto.mutable_result());
  if (!result.versions.empty()) proto.set_version(result.versions.front().value());
  Serialize(proto, buffer);
}

// The same of whole subjects.
template <typename Response>
void EncodeVersions(const WriteResult& result, grpc::ByteBuffer* buffer) {
  Response proto;
  ToProto(result, proto.mutable_result());
  for (const Version version : result.versions) proto.add_versions(version.value());
  Serialize(proto, buffer);
}

template <typename Response>
void EncodeMode(const WriteResult& result, grpc::ByteBuffer* buffer) {
  Response proto;
  ToProto(result, proto.mutable_result());
  proto.set_mode(ToProto(result.mode));
  Serialize(proto, buffer);
}

}  // namespace

SubjectAdminService::Reactor* SubjectAdminService::DeleteVersion(Context* context, const Buffer* request,
                                                                 Buffer* response) {
  return calls_->Write<v1::DeleteVersionRequest>(context, request, response, EncodeVersion<v1::DeleteVersionResponse>);
}

SubjectAdminService::Reactor* SubjectAdminService::DeleteSubject(Context* context, const Buffer* request,
                                                                 Buffer* response) {
  return calls_->Write<v1::DeleteSubjectRequest>(context, request, response, EncodeVersions<v1::DeleteSubjectResponse>);
}

SubjectAdminService::Reactor* SubjectAdminService::UndeleteVersion(Context* context, const Buffer* request,
                                                                   Buffer* response) {
  return calls_->Write<v1::UndeleteVersionRequest>(context, request, response,
                                                   EncodeVersion<v1::UndeleteVersionResponse>);
}

SubjectAdminService::Reactor* SubjectAdminService::UndeleteSubject(Context* context, const Buffer* request,
                                                                   Buffer* response) {
  return calls_->Write<v1::UndeleteSubjectRequest>(context, request, response,
                                                   EncodeVersions<v1::UndeleteSubjectResponse>);
}

SubjectAdminService::Reactor* SubjectAdminService::PurgeVersion(Context* context, const Buffer* request,
                                                                Buffer* response) {
  return calls_->Write<v1::PurgeVersionRequest>(context, request, response, EncodeVersion<v1::PurgeVersionResponse>);
}

SubjectAdminService::Reactor* SubjectAdminService::PurgeSubject(Context* context, const Buffer* request,
                                                                Buffer* response) {
  return calls_->Write<v1::PurgeSubjectRequest>(context, request, response, EncodeVersions<v1::PurgeSubjectResponse>);
}

SubjectAdminService::Reactor* SubjectAdminService::UpdateMode(Context* context, const Buffer* request,
                                                              Buffer* response) {
  return calls_->Write<v1::UpdateModeRequest>(context, request, response, EncodeMode<v1::UpdateModeResponse>);
}

SubjectAdminService::Reactor* SubjectAdminService::DeleteMode(Context* context, const Buffer* request,
                                                              Buffer* response) {
  return calls_->Write<v1::DeleteModeRequest>(context, request, response, EncodeMode<v1::DeleteModeResponse>);
}

SubjectAdminService::Reactor* SubjectAdminService::DeleteContext(Context* context, const Buffer* request,
                                                                 Buffer* response) {
  return calls_->Write<v1::DeleteContextRequest>(context, request, response,
                                                 [](const WriteResult& result, Buffer* buffer) {
                                                   v1::DeleteContextResponse proto;
                                                   ToProto(result, proto.mutable_result());
                                                   Serialize(proto, buffer);
                                                 });
}

SubjectAdminService::Reactor* SubjectAdminService::GetMode(Context* context, const Buffer* request, Buffer* response) {
  return calls_->Read<v1::GetModeRequest>(context, request, response,
                                          [this](const v1::GetModeRequest& proto, Buffer* buffer) {
                                            const auto query = FromProto(proto);
                                            if (!query.ok()) return query.status();
                                            const auto mode = calls_->registry()->GetMode(query->target, query->view);
                                            if (!mode.ok()) return mode.status();
                                            v1::GetModeResponse out;
                                            out.set_mode(ToProto(*mode));
                                            Serialize(out, buffer);
                                            return absl::OkStatus();
                                          });
}

SubjectAdminService::Reactor* SubjectAdminService::ListContexts(Context* context, const Buffer* request,
                                                                Buffer* response) {
  return calls_->Read<v1::ListContextsRequest>(context, request, response,
                                               [this](const v1::ListContextsRequest&, Buffer* buffer) {
                                                 const auto contexts = calls_->registry()->Contexts();
                                                 if (!contexts.ok()) return contexts.status();
                                                 v1::ListContextsResponse out;
                                                 for (const std::string& name : *contexts) {
                                                   const auto highest = calls_->registry()->MaxId(name);
                                                   if (!highest.ok()) return highest.status();
                                                   out.add_contexts(name);
                                                   if (highest->value() == 0) continue;
                                                   (*out.mutable_highest_ids())[name] = highest->value();
                                                 }
                                                 Serialize(out, buffer);
                                                 return absl::OkStatus();
                                               });
}

SubjectAdminService::Reactor* SubjectAdminService::ListAssociations(Context* context, const Buffer* request,
                                                                    Buffer* response) {
  return calls_->Read<v1::ListAssociationsRequest>(context, request, response,
                                                   [this](const v1::ListAssociationsRequest& proto, Buffer* buffer) {
                                                     const auto query = FromProto(proto);
                                                     if (!query.ok()) return query.status();
                                                     const auto associations = calls_->registry()->Associations(*query);
                                                     if (!associations.ok()) return associations.status();
                                                     v1::ListAssociationsResponse out;
                                                     for (const Association& each : *associations)
                                                       ToProto(each, out.add_associations());
                                                     Serialize(out, buffer);
                                                     return absl::OkStatus();
                                                   });
}

SubjectAdminService::Reactor* SubjectAdminService::AssociateResource(Context* context, const Buffer* request,
                                                                     Buffer* response) {
  return calls_->Write<v1::AssociateResourceRequest>(context, request, response,
                                                     [](const WriteResult& result, Buffer* buffer) {
                                                       v1::AssociateResourceResponse proto;
                                                       ToProto(result, proto.mutable_result());
                                                       for (const AssociationOutcome& outcome : result.associated) {
                                                         for (const Association& each : outcome.associations)
                                                           ToProto(each, proto.mutable_association());
                                                       }
                                                       Serialize(proto, buffer);
                                                     });
}

SubjectAdminService::Reactor* SubjectAdminService::DissociateResource(Context* context, const Buffer* request,
                                                                      Buffer* response) {
  return calls_->Write<v1::DissociateResourceRequest>(context, request, response,
                                                      [](const WriteResult& result, Buffer* buffer) {
                                                        v1::DissociateResourceResponse proto;
                                                        ToProto(result, proto.mutable_result());
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
