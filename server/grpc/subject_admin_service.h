// regent.v1.SubjectAdmin over the domain's door: decode, call, encode. No rule lives here.
#pragma once

#include "regent/v1/subject_admin.grpc.pb.h"
#include "server/grpc/calls.h"

namespace regent {

// Thread-safe. Does not own `calls`, which outlives the server.
class SubjectAdminService
    : public v1::SubjectAdmin::WithRawCallbackMethod_DeleteVersion<
          v1::SubjectAdmin::WithRawCallbackMethod_DeleteSubject<
              v1::SubjectAdmin::WithRawCallbackMethod_GetConfig<v1::SubjectAdmin::WithRawCallbackMethod_UpdateConfig<
                  v1::SubjectAdmin::WithRawCallbackMethod_DeleteConfig<v1::SubjectAdmin::Service>>>>> {
 public:
  explicit SubjectAdminService(Calls* calls) : calls_(calls) {}

  using Reactor = grpc::ServerUnaryReactor;
  using Context = grpc::CallbackServerContext;
  using Buffer = grpc::ByteBuffer;

  Reactor* DeleteVersion(Context* context, const Buffer* request, Buffer* response) override;
  Reactor* DeleteSubject(Context* context, const Buffer* request, Buffer* response) override;
  Reactor* GetConfig(Context* context, const Buffer* request, Buffer* response) override;
  Reactor* UpdateConfig(Context* context, const Buffer* request, Buffer* response) override;
  Reactor* DeleteConfig(Context* context, const Buffer* request, Buffer* response) override;

 private:
  Calls* const calls_;
};

}  // namespace regent
