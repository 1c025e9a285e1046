// regent.v1.SubjectAdmin over the domain's door: decode, call, encode. No rule lives here.
#pragma once

#include "regent/v1/subject_admin.grpc.pb.h"
#include "server/grpc/calls.h"

namespace regent {

// Thread-safe. Does not own `calls`, which outlives the server.
class SubjectAdminService
    : public v1::SubjectAdmin::WithRawCallbackMethod_DeleteVersion<
          v1::SubjectAdmin::WithRawCallbackMethod_DeleteSubject<v1::SubjectAdmin::WithRawCallbackMethod_UndeleteVersion<
              v1::SubjectAdmin::WithRawCallbackMethod_UndeleteSubject<
                  v1::SubjectAdmin::WithRawCallbackMethod_PurgeVersion<
                      v1::SubjectAdmin::WithRawCallbackMethod_PurgeSubject<
                          v1::SubjectAdmin::WithRawCallbackMethod_GetConfig<
                              v1::SubjectAdmin::WithRawCallbackMethod_UpdateConfig<
                                  v1::SubjectAdmin::WithRawCallbackMethod_DeleteConfig<
                                      v1::SubjectAdmin::WithRawCallbackMethod_GetMode<
                                          v1::SubjectAdmin::WithRawCallbackMethod_UpdateMode<
                                              v1::SubjectAdmin::WithRawCallbackMethod_DeleteMode<
                                                  v1::SubjectAdmin::WithRawCallbackMethod_ListContexts<
                                                      v1::SubjectAdmin::WithRawCallbackMethod_DeleteContext<
                                                          v1::SubjectAdmin::WithRawCallbackMethod_ListAssociations<
                                                              v1::SubjectAdmin::WithRawCallbackMethod_AssociateResource<
                                                                  v1::SubjectAdmin::
                                                                      WithRawCallbackMethod_DissociateResource<
                                                                          v1::SubjectAdmin::Service>>>>>>>>>>>>>>>>> {
 public:
  explicit SubjectAdminService(Calls* calls) : calls_(calls) {}

  using Reactor = grpc::ServerUnaryReactor;
  using Context = grpc::CallbackServerContext;
  using Buffer = grpc::ByteBuffer;

  Reactor* DeleteVersion(Context* context, const Buffer* request, Buffer* response) override;
  Reactor* DeleteSubject(Context* context, const Buffer* request, Buffer* response) override;
  Reactor* UndeleteVersion(Context* context, const Buffer* request, Buffer* response) override;
  Reactor* UndeleteSubject(Context* context, const Buffer* request, Buffer* response) override;
  Reactor* PurgeVersion(Context* context, const Buffer* request, Buffer* response) override;
  Reactor* PurgeSubject(Context* context, const Buffer* request, Buffer* response) override;
  Reactor* GetConfig(Context* context, const Buffer* request, Buffer* response) override;
  Reactor* UpdateConfig(Context* context, const Buffer* request, Buffer* response) override;
  Reactor* DeleteConfig(Context* context, const Buffer* request, Buffer* response) override;
  Reactor* GetMode(Context* context, const Buffer* request, Buffer* response) override;
  Reactor* UpdateMode(Context* context, const Buffer* request, Buffer* response) override;
  Reactor* DeleteMode(Context* context, const Buffer* request, Buffer* response) override;
  Reactor* ListContexts(Context* context, const Buffer* request, Buffer* response) override;
  Reactor* DeleteContext(Context* context, const Buffer* request, Buffer* response) override;
  Reactor* ListAssociations(Context* context, const Buffer* request, Buffer* response) override;
  Reactor* AssociateResource(Context* context, const Buffer* request, Buffer* response) override;
  Reactor* DissociateResource(Context* context, const Buffer* request, Buffer* response) override;

 private:
  Calls* const calls_;
};

}  // namespace regent
