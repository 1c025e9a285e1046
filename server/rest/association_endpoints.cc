#include "server/rest/association_endpoints.h"

#include <map>
#include <string>
#include <utility>

#include "base/error_reason.h"
#include "server/rest/decode.h"
#include "server/rest/encode.h"
#include "server/rest/parameters.h"
#include "server/rest/rest_error.h"

namespace regent {
namespace {

// What the parameters of a listing say; a resource is a topic unless they do.
absl::StatusOr<ListAssociations> QueryOf(const RestRequest& request) {
  ListAssociations query;
  const std::string* type = request.url.Parameter("resourceType");
  query.resource_type = type == nullptr ? "topic" : *type;
  for (std::string& each : request.url.Parameters("associationType")) query.association_types.insert(std::move(each));
  auto lifecycle = ParseLifecycle(request.Text("lifecycle"));
  if (!lifecycle.ok()) return lifecycle.status();
  query.lifecycle = *lifecycle;
  return query;
}

absl::StatusOr<RestAnswer> List(const RestEnvironment& environment, const RestRequest& request,
                                const ListAssociations& query) {
  const auto slice = SliceOf(request);
  if (!slice.ok()) return slice.status();
  auto associations = environment.registry->Associations(query);
  if (!associations.ok()) return associations.status();
  Cut(*slice, &*associations);
  std::string json;
  AppendAssociations(*associations, &json);
  return JsonAnswer(std::move(json));
}

absl::StatusOr<RestAnswer> ListOfSubject(const RestEnvironment& environment, const RestRequest& request) {
  auto query = QueryOf(request);
  if (!query.ok()) return query.status();
  query->subject = Subject::Parse(request.argument(0));
  return List(environment, request, *query);
}

absl::StatusOr<RestAnswer> ListOfResource(const RestEnvironment& environment, const RestRequest& request) {
  auto query = QueryOf(request);
  if (!query.ok()) return query.status();
  if (request.argument(0) != "-") query->resource_namespace = request.argument(0);
  query->resource_name = request.argument(1);
  return List(environment, request, *query);
}

absl::StatusOr<RestAnswer> ListOfResourceId(const RestEnvironment& environment, const RestRequest& request) {
  auto query = QueryOf(request);
  if (!query.ok()) return query.status();
  query->resource_id = request.argument(0);
  return List(environment, request, *query);
}

RestAnswer ShowResource(const RestEnvironment& environment, const std::vector<Association>& associations) {
  std::string json;
  AppendResource(associations, {}, {.profile = environment.profile}, &json);
  return JsonAnswer(std::move(json));
}

absl::StatusOr<RestWrite> Associate(const RestEnvironment& environment, const RestRequest& request,
                                    AssociateResources::Existing existing, const std::string& resource_id) {
  auto resource = DecodeAssociations(request.body, request.Text("context"));
  if (!resource.ok()) return resource.status();
  if (!resource_id.empty() && !resource->resource_id.empty() && resource->resource_id != resource_id) {
    return MakeError(ErrorReason::kAssociationInvalid, "The resourceId of the body is not that of the path.");
  }
  if (!resource_id.empty()) resource->resource_id = resource_id;
  RestWrite write;
  write.command = AssociateResources{
      .resources = {*std::move(resource)}, .existing = existing, .validate_only = request.Flag("dryRun")};
  write.encode = [environment](const WriteResult& result) {
    return ShowResource(environment, result.associated.front().associations);
  };
  return write;
}

absl::StatusOr<RestWrite> Create(const RestEnvironment& environment, const RestRequest& request) {
  return Associate(environment, request, AssociateResources::Existing::kRefuse, "");
}

absl::StatusOr<RestWrite> CreateOrChange(const RestEnvironment& environment, const RestRequest& request) {
  return Associate(environment, request, AssociateResources::Existing::kChange, request.argument(0));
}

absl::StatusOr<RestWrite> Remove(const RestEnvironment&, const RestRequest& request) {
  const auto query = QueryOf(request);
  if (!query.ok()) return query.status();
  RestWrite write;
  write.command = DissociateResource{.resource_id = request.argument(0),
                                     .resource_type = query->resource_type,
                                     .association_types = query->association_types,
                                     .cascade = request.Flag("cascadeLifecycle"),
                                     .validate_only = request.Flag("dryRun")};
  write.encode = [](const WriteResult&) { return RestAnswer{.status = 204}; };
  return write;
}

absl::StatusOr<RestAnswer> GetBatch(const RestEnvironment& environment, const RestRequest& request) {
  const auto queries = DecodeAssociationQueries(request.body);
  if (!queries.ok()) return queries.status();
  const bool with_schemas = request.Flag("includeSchemas");
  std::string json = "{\"results\":[";
  for (const ListAssociations& query : *queries) {
    const auto associations = environment.registry->Associations(query);
    if (!associations.ok()) return associations.status();
    std::map<Subject, SchemaVersion> schemas;
    for (const Association& each : *associations) {
      if (!with_schemas) break;
      auto latest = environment.registry->GetSchemaVersion({.subject = each.subject});
      if (latest.ok()) schemas.emplace(each.subject, *std::move(latest));
    }
    if (json.back() != '[') json.push_back(',');
    json += "{\"result\":";
    AppendResource(*associations, schemas, {.profile = environment.profile}, &json);
    json.push_back('}');
  }
  json += "]}";
  return JsonAnswer(std::move(json));
}

absl::StatusOr<RestWrite> ChangeBatch(const RestEnvironment& environment, const RestRequest& request) {
  auto resources = DecodeAssociationBatch(request.body, request.Text("context"));
  if (!resources.ok()) return resources.status();
  RestWrite write;
  write.command = AssociateResources{.resources = *std::move(resources),
                                     .existing = AssociateResources::Existing::kChange,
                                     .validate_only = request.Flag("dryRun"),
                                     .outcomes_apart = true};
  write.encode = [environment](const WriteResult& result) {
    std::string json = "{\"results\":[";
    for (const AssociationOutcome& outcome : result.associated) {
      if (json.back() != '[') json.push_back(',');
      if (outcome.status.ok()) {
        json += "{\"result\":";
        AppendResource(outcome.associations, {}, {.profile = environment.profile}, &json);
      } else {
        const RestError error = ToRestError(outcome.status, environment.profile);
        json += "{\"error\":" + ErrorBody(error.code, error.message);
      }
      json.push_back('}');
    }
    json += "]}";
    RestAnswer answer = JsonAnswer(std::move(json));
    answer.status = 207;
    return answer;
  };
  return write;
}

}  // namespace

std::vector<Route> AssociationRoutes() {
  constexpr auto kPost = HttpMethod::kPost;
  return {
      {.method = kPost, .pattern = "/associations", .write = Create},
      {.method = kPost, .pattern = "/associations:batchGet", .read = GetBatch, .slow = true},
      {.method = kPost, .pattern = "/associations:batchMutate", .write = ChangeBatch},
      {.pattern = "/associations/subjects/{}", .read = ListOfSubject},
      {.pattern = "/associations/resources/{}/{}", .read = ListOfResource},
      {.pattern = "/associations/resources/{}", .read = ListOfResourceId},
      {.method = HttpMethod::kPut, .pattern = "/associations/resources/{}", .write = CreateOrChange},
      {.method = HttpMethod::kDelete, .pattern = "/associations/resources/{}", .write = Remove},
  };
}

}  // namespace regent
