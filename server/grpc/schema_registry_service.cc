#include "server/grpc/schema_registry_service.h"

#include <memory>
#include <utility>
#include <variant>

#include "server/convert/compatibility.h"
#include "server/convert/requests.h"
#include "server/convert/schema.h"

namespace regent {
namespace {

absl::Status Answer(const absl::StatusOr<SchemaVersion>& version, grpc::ByteBuffer* response) {
  if (!version.ok()) return version.status();
  v1::SchemaVersion proto;
  ToProto(*version, &proto);
  Serialize(proto, response);
  return absl::OkStatus();
}

absl::StatusOr<std::shared_ptr<const StoredSchema>> Find(Registry* registry, const SchemaKey& key) {
  if (const auto* id = std::get_if<IdInContext>(&key)) return registry->GetSchemaById(id->context, id->id);
  return registry->GetSchemaByGuid(std::get<ContentHash>(key));
}

// One page of all versions, which ascend.
void CutPage(const std::vector<SchemaVersion>& versions, const VersionsQuery& query,
             const v1::ListVersionsRequest& request, v1::ListVersionsResponse* response) {
  for (const SchemaVersion& version : versions) {
    if (version.version <= query.after) continue;
    if (static_cast<size_t>(response->versions_size()) == query.page_size) {
      const int32_t last = response->versions(response->versions_size() - 1).version();
      response->set_next_page_token(NextPageToken(request, Version(last)));
      return;
    }
    ToProto(version, response->add_versions());
  }
}

}  // namespace

SchemaRegistryService::SchemaRegistryService(Calls* calls, std::vector<SchemaType> schema_types)
    : calls_(calls), schema_types_(std::move(schema_types)) {}

SchemaRegistryService::Reactor* SchemaRegistryService::RegisterSchema(Context* context, const Buffer* request,
                                                                      Buffer* response) {
  return calls_->Write<v1::RegisterSchemaRequest>(context, request, response,
                                                  [](const WriteResult& result, Buffer* buffer) {
                                                    v1::RegisterSchemaResponse proto;
                                                    ToProto(result, proto.mutable_result());
                                                    if (result.registered)
                                                      ToProto(*result.registered, proto.mutable_schema_version());
                                                    Serialize(proto, buffer);
                                                  });
}

SchemaRegistryService::Reactor* SchemaRegistryService::LookupSchema(Context* context, const Buffer* request,
                                                                    Buffer* response) {
  return calls_->SlowRead<v1::LookupSchemaRequest>(context, request, response,
                                                   [this](const v1::LookupSchemaRequest& proto, Buffer* buffer) {
                                                     const auto query = FromProto(proto);
                                                     if (!query.ok()) return query.status();
                                                     return Answer(calls_->registry()->LookupSchema(*query), buffer);
                                                   });
}

SchemaRegistryService::Reactor* SchemaRegistryService::GetSchema(Context* context, const Buffer* request,
                                                                 Buffer* response) {
  return calls_->Read<v1::GetSchemaRequest>(context, request, response,
                                            [this](const v1::GetSchemaRequest& proto, Buffer* buffer) {
                                              const auto key = FromProto(proto);
                                              if (!key.ok()) return key.status();
                                              const auto stored = Find(calls_->registry(), *key);
                                              if (stored.ok()) Serialize(*stored, buffer);
                                              return stored.status();
                                            });
}

SchemaRegistryService::Reactor* SchemaRegistryService::GetSchemaVersion(Context* context, const Buffer* request,
                                                                        Buffer* response) {
  return calls_->Read<v1::GetSchemaVersionRequest>(
      context, request, response, [this](const v1::GetSchemaVersionRequest& proto, Buffer* buffer) {
        const auto query = FromProto(proto);
        if (!query.ok()) return query.status();
        return Answer(calls_->registry()->GetSchemaVersion(*query), buffer);
      });
}

SchemaRegistryService::Reactor* SchemaRegistryService::CheckCompatibility(Context* context, const Buffer* request,
                                                                          Buffer* response) {
  return calls_->SlowRead<v1::CheckCompatibilityRequest>(
      context, request, response, [this](const v1::CheckCompatibilityRequest& proto, Buffer* buffer) {
        const auto query = FromProto(proto);
        if (!query.ok()) return query.status();
        const auto report = calls_->registry()->CheckCompatibility(*query);
        if (!report.ok()) return report.status();
        v1::CompatibilityReport out;
        ToProto(*report, &out);
        Serialize(out, buffer);
        return absl::OkStatus();
      });
}

SchemaRegistryService::Reactor* SchemaRegistryService::ListSubjects(Context* context, const Buffer* request,
                                                                    Buffer* response) {
  return calls_->Read<v1::ListSubjectsRequest>(context, request, response,
                                               [this](const v1::ListSubjectsRequest& proto, Buffer* buffer) {
                                                 const auto query = FromProto(proto);
                                                 if (!query.ok()) return query.status();
                                                 const auto page = calls_->registry()->Subjects(*query);
                                                 if (!page.ok()) return page.status();
                                                 v1::ListSubjectsResponse out;
                                                 for (const Subject& subject : page->subjects)
                                                   ToProto(subject, out.add_subjects());
                                                 out.set_next_page_token(NextPageToken(proto, page->next_after));
                                                 Serialize(out, buffer);
                                                 return absl::OkStatus();
                                               });
}

SchemaRegistryService::Reactor* SchemaRegistryService::ListVersions(Context* context, const Buffer* request,
                                                                    Buffer* response) {
  return calls_->Read<v1::ListVersionsRequest>(context, request, response,
                                               [this](const v1::ListVersionsRequest& proto, Buffer* buffer) {
                                                 const auto query = FromProto(proto);
                                                 if (!query.ok()) return query.status();
                                                 const auto versions = calls_->registry()->Versions(query->list);
                                                 if (!versions.ok()) return versions.status();
                                                 v1::ListVersionsResponse out;
                                                 CutPage(*versions, *query, proto, &out);
                                                 Serialize(out, buffer);
                                                 return absl::OkStatus();
                                               });
}

SchemaRegistryService::Reactor* SchemaRegistryService::ListSchemaTypes(Context* context, const Buffer* request,
                                                                       Buffer* response) {
  return calls_->Read<v1::ListSchemaTypesRequest>(context, request, response,
                                                  [this](const v1::ListSchemaTypesRequest&, Buffer* buffer) {
                                                    v1::ListSchemaTypesResponse out;
                                                    for (const SchemaType type : schema_types_) {
                                                      out.add_types(ToProto(type));
                                                    }
                                                    Serialize(out, buffer);
                                                    return absl::OkStatus();
                                                  });
}

}  // namespace regent
