#include "server/grpc/schema_registry_service.h"

#include <algorithm>
#include <iterator>
#include <memory>
#include <string>
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

absl::StatusOr<std::shared_ptr<const StoredSchema>> Find(Registry* registry, const IdOrGuid& key) {
  if (const auto* id = std::get_if<IdInContext>(&key)) return registry->GetSchemaById(id->context, id->id);
  return registry->GetSchemaByGuid(std::get<ContentHash>(key));
}

// With the text in the dress that was asked for.
absl::Status Answer(Registry* registry, const absl::StatusOr<SchemaVersion>& version, const std::string& dress,
                    grpc::ByteBuffer* response) {
  if (!version.ok() || dress.empty()) return Answer(version, response);
  auto text = registry->Render(version->stored, dress);
  if (!text.ok()) return text.status();
  v1::SchemaVersion proto;
  ToProtoWithoutText(*version, &proto);
  proto.mutable_stored()->mutable_schema()->set_text(*std::move(text));
  Serialize(proto, response);
  return absl::OkStatus();
}

absl::StatusOr<std::vector<SchemaVersion>> FindUses(Registry* registry, const UsesQuery& query) {
  if (const auto* id = std::get_if<IdInContext>(&query.key)) {
    return registry->SchemaUses({.context = id->context, .id = id->id, .deleted = query.deleted});
  }
  const auto ids = registry->IdsOfGuid(std::get<ContentHash>(query.key));
  if (!ids.ok()) return ids.status();
  if (ids->empty()) return registry->GetSchemaByGuid(std::get<ContentHash>(query.key)).status();
  std::vector<SchemaVersion> uses;
  for (const IdInContext& id : *ids) {
    auto some = registry->SchemaUses({.context = id.context, .id = id.id, .deleted = query.deleted});
    if (!some.ok()) continue;  // removed just now
    uses.insert(uses.end(), std::make_move_iterator(some->begin()), std::make_move_iterator(some->end()));
  }
  return uses;
}

// A page ends when its texts come to this: gRPC's clients take 4 MiB unless told otherwise.
constexpr size_t kPageTextBytes = 2u << 20;

void FillPage(const SchemaPage& page, const SchemasQuery& query, const v1::ListSchemasRequest& request,
              v1::ListSchemasResponse* response) {
  size_t bytes = 0;
  for (size_t i = 0; i < page.versions.size(); ++i) {
    const SchemaVersion& version = page.versions[i];
    if (!query.full) {
      ToProtoWithoutText(version, response->add_versions());
      continue;
    }
    bytes += version.stored->content.text.size();
    if (bytes > kPageTextBytes && i > 0) {
      const SchemaVersion& last = page.versions[i - 1];
      response->set_next_page_token(NextPageToken(request, VersionKey{last.subject, last.version}));
      return;
    }
    ToProto(version, response->add_versions());
  }
  if (page.next_after) response->set_next_page_token(NextPageToken(request, *page.next_after));
}

// One page of all versions, which ascend.
void CutPage(const std::vector<SchemaVersion>& versions, const VersionsQuery& query, int page_size,
             const v1::ListVersionsRequest& request, v1::ListVersionsResponse* response) {
  for (const SchemaVersion& version : versions) {
    if (version.version <= query.after) continue;
    if (response->versions_size() == page_size) {
      const int32_t last = response->versions(response->versions_size() - 1).version();
      response->set_next_page_token(NextPageToken(request, Version(last)));
      return;
    }
    ToProto(version, response->add_versions());
  }
}

}  // namespace

SchemaRegistryService::SchemaRegistryService(Options options, Calls* calls)
    : options_(std::move(options)), calls_(calls) {}

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
                                              if (!stored.ok()) return stored.status();
                                              if (proto.format().empty()) {
                                                Serialize(*stored, buffer);
                                                return absl::OkStatus();
                                              }
                                              auto text = calls_->registry()->Render(*stored, proto.format());
                                              if (!text.ok()) return text.status();
                                              v1::StoredSchema out;
                                              ToProto(**stored, &out);
                                              out.mutable_schema()->set_text(*std::move(text));
                                              Serialize(out, buffer);
                                              return absl::OkStatus();
                                            });
}

SchemaRegistryService::Reactor* SchemaRegistryService::GetSchemaVersion(Context* context, const Buffer* request,
                                                                        Buffer* response) {
  return calls_->Read<v1::GetSchemaVersionRequest>(
      context, request, response, [this](const v1::GetSchemaVersionRequest& proto, Buffer* buffer) {
        const auto query = FromProto(proto);
        if (!query.ok()) return query.status();
        return Answer(calls_->registry(), calls_->registry()->GetSchemaVersion(*query), proto.format(), buffer);
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
  return calls_->SlowRead<v1::ListSubjectsRequest>(context, request, response,
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
  return calls_->Read<v1::ListVersionsRequest>(
      context, request, response, [this](const v1::ListVersionsRequest& proto, Buffer* buffer) {
        const auto query = FromProto(proto);
        if (!query.ok()) return query.status();
        const auto versions = calls_->registry()->Versions(query->list);
        if (!versions.ok()) return versions.status();
        const int asked = query->page_size > 0 ? query->page_size : options_.page_size_default;
        v1::ListVersionsResponse out;
        CutPage(*versions, *query, std::min(asked, options_.page_size_max), proto, &out);
        Serialize(out, buffer);
        return absl::OkStatus();
      });
}

SchemaRegistryService::Reactor* SchemaRegistryService::BatchRegisterSchemas(Context* context, const Buffer* request,
                                                                            Buffer* response) {
  return calls_->WriteBatch(context, request, response);
}

SchemaRegistryService::Reactor* SchemaRegistryService::FindLatestVersion(Context* context, const Buffer* request,
                                                                         Buffer* response) {
  return calls_->Read<v1::FindLatestVersionRequest>(
      context, request, response, [this](const v1::FindLatestVersionRequest& proto, Buffer* buffer) {
        const auto query = FromProto(proto);
        if (!query.ok()) return query.status();
        return Answer(calls_->registry()->FindLatestVersion(*query), buffer);
      });
}

SchemaRegistryService::Reactor* SchemaRegistryService::ListSchemas(Context* context, const Buffer* request,
                                                                   Buffer* response) {
  return calls_->SlowRead<v1::ListSchemasRequest>(context, request, response,
                                                  [this](const v1::ListSchemasRequest& proto, Buffer* buffer) {
                                                    const auto query = FromProto(proto);
                                                    if (!query.ok()) return query.status();
                                                    const auto page = calls_->registry()->Schemas(query->list);
                                                    if (!page.ok()) return page.status();
                                                    v1::ListSchemasResponse out;
                                                    FillPage(*page, *query, proto, &out);
                                                    Serialize(out, buffer);
                                                    return absl::OkStatus();
                                                  });
}

SchemaRegistryService::Reactor* SchemaRegistryService::ListReferrers(Context* context, const Buffer* request,
                                                                     Buffer* response) {
  return calls_->Read<v1::ListReferrersRequest>(context, request, response,
                                                [this](const v1::ListReferrersRequest& proto, Buffer* buffer) {
                                                  const auto query = FromProto(proto);
                                                  if (!query.ok()) return query.status();
                                                  const auto referrers = calls_->registry()->Referrers(*query);
                                                  if (!referrers.ok()) return referrers.status();
                                                  v1::ListReferrersResponse out;
                                                  for (const SchemaVersion& referrer : *referrers)
                                                    ToProto(referrer, out.add_referrers());
                                                  Serialize(out, buffer);
                                                  return absl::OkStatus();
                                                });
}

SchemaRegistryService::Reactor* SchemaRegistryService::ListSchemaUses(Context* context, const Buffer* request,
                                                                      Buffer* response) {
  return calls_->SlowRead<v1::ListSchemaUsesRequest>(context, request, response,
                                                     [this](const v1::ListSchemaUsesRequest& proto, Buffer* buffer) {
                                                       const auto query = FromProto(proto);
                                                       if (!query.ok()) return query.status();
                                                       const auto uses = FindUses(calls_->registry(), *query);
                                                       if (!uses.ok()) return uses.status();
                                                       v1::ListSchemaUsesResponse out;
                                                       for (const SchemaVersion& use : *uses)
                                                         ToProto(use, out.add_uses());
                                                       Serialize(out, buffer);
                                                       return absl::OkStatus();
                                                     });
}

SchemaRegistryService::Reactor* SchemaRegistryService::ListSchemaTypes(Context* context, const Buffer* request,
                                                                       Buffer* response) {
  return calls_->Read<v1::ListSchemaTypesRequest>(context, request, response,
                                                  [this](const v1::ListSchemaTypesRequest&, Buffer* buffer) {
                                                    v1::ListSchemaTypesResponse out;
                                                    for (const SchemaType type : options_.schema_types) {
                                                      out.add_types(ToProto(type));
                                                    }
                                                    Serialize(out, buffer);
                                                    return absl::OkStatus();
                                                  });
}

}  // namespace regent
