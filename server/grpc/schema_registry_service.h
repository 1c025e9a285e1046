// regent.v1.SchemaRegistry over the domain's door: decode, call, encode. No rule lives here.
#pragma once

#include <vector>

#include "base/model.h"
#include "regent/v1/schema_registry.grpc.pb.h"
#include "server/grpc/calls.h"

namespace regent {

// Thread-safe. Does not own `calls`, which outlives the server.
class SchemaRegistryService
    : public v1::SchemaRegistry::WithRawCallbackMethod_RegisterSchema<
          v1::SchemaRegistry::WithRawCallbackMethod_BatchRegisterSchemas<
              v1::SchemaRegistry::WithRawCallbackMethod_LookupSchema<
                  v1::SchemaRegistry::WithRawCallbackMethod_GetSchema<
                      v1::SchemaRegistry::WithRawCallbackMethod_GetSchemaVersion<
                          v1::SchemaRegistry::WithRawCallbackMethod_FindLatestVersion<
                              v1::SchemaRegistry::WithRawCallbackMethod_CheckCompatibility<
                                  v1::SchemaRegistry::WithRawCallbackMethod_ListSubjects<
                                      v1::SchemaRegistry::WithRawCallbackMethod_ListVersions<
                                          v1::SchemaRegistry::WithRawCallbackMethod_ListSchemas<
                                              v1::SchemaRegistry::WithRawCallbackMethod_ListReferrers<
                                                  v1::SchemaRegistry::WithRawCallbackMethod_ListSchemaUses<
                                                      v1::SchemaRegistry::WithRawCallbackMethod_ListSchemaTypes<
                                                          v1::SchemaRegistry::Service>>>>>>>>>>>>> {
 public:
  // As in GrpcServer::Options.
  struct Options {
    std::vector<SchemaType> schema_types;
    int page_size_default = 500;
    int page_size_max = 1000;
  };
  SchemaRegistryService(Options options, Calls* calls);

  using Reactor = grpc::ServerUnaryReactor;
  using Context = grpc::CallbackServerContext;
  using Buffer = grpc::ByteBuffer;

  Reactor* RegisterSchema(Context* context, const Buffer* request, Buffer* response) override;
  Reactor* BatchRegisterSchemas(Context* context, const Buffer* request, Buffer* response) override;
  Reactor* LookupSchema(Context* context, const Buffer* request, Buffer* response) override;
  Reactor* GetSchema(Context* context, const Buffer* request, Buffer* response) override;
  Reactor* GetSchemaVersion(Context* context, const Buffer* request, Buffer* response) override;
  Reactor* FindLatestVersion(Context* context, const Buffer* request, Buffer* response) override;
  Reactor* CheckCompatibility(Context* context, const Buffer* request, Buffer* response) override;
  Reactor* ListSubjects(Context* context, const Buffer* request, Buffer* response) override;
  Reactor* ListVersions(Context* context, const Buffer* request, Buffer* response) override;
  Reactor* ListSchemas(Context* context, const Buffer* request, Buffer* response) override;
  Reactor* ListReferrers(Context* context, const Buffer* request, Buffer* response) override;
  Reactor* ListSchemaUses(Context* context, const Buffer* request, Buffer* response) override;
  Reactor* ListSchemaTypes(Context* context, const Buffer* request, Buffer* response) override;

 private:
  const Options options_;
  Calls* const calls_;
};

}  // namespace regent
