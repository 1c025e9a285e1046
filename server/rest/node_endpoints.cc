#include "server/rest/node_endpoints.h"

#include <string>
#include <utility>

#include "base/json_value.h"

namespace regent {
namespace {

absl::StatusOr<RestAnswer> GetRoot(const RestEnvironment&, const RestRequest&) { return JsonAnswer("{}"); }

absl::StatusOr<RestAnswer> GetClusterId(const RestEnvironment& environment, const RestRequest&) {
  const std::string cluster =
      environment.cluster_id.empty() ? environment.registry->AppliedPosition().log_id : environment.cluster_id;
  std::string json = "{\"scope\":{\"path\":[],\"clusters\":{\"kafka-cluster\":";
  AppendJsonString(cluster, &json);
  json += ",\"schema-registry-cluster\":";
  AppendJsonString(environment.group_id, &json);
  json += "}}}";
  return JsonAnswer(std::move(json));
}

absl::StatusOr<RestAnswer> GetServerVersion(const RestEnvironment& environment, const RestRequest&) {
  std::string json = "{\"version\":";
  AppendJsonString(environment.version, &json);
  json += ",\"commitId\":\"regent\"}";
  return JsonAnswer(std::move(json));
}

absl::StatusOr<RestAnswer> GetDeployment(const RestEnvironment&, const RestRequest&) {
  return JsonAnswer("{\"attributes\":[]}");
}

RestAnswer PlainAnswer(int status, std::string text) {
  RestAnswer answer = JsonAnswer(std::move(text));
  answer.status = status;
  answer.content_type = "text/plain";
  return answer;
}

absl::StatusOr<RestAnswer> GetHealth(const RestEnvironment&, const RestRequest&) { return PlainAnswer(200, "ok\n"); }

absl::StatusOr<RestAnswer> GetReadiness(const RestEnvironment& environment, const RestRequest&) {
  const absl::Status ready = environment.registry->Ready();
  return ready.ok() ? PlainAnswer(200, "ready\n") : PlainAnswer(503, std::string(ready.message()) + "\n");
}

}  // namespace

std::vector<Route> NodeRoutes() {
  return {
      {.pattern = "/", .read = GetRoot},
      {.method = HttpMethod::kPost, .pattern = "/", .read = GetRoot},
      {.pattern = "/v1/metadata/id", .read = GetClusterId},
      {.pattern = "/v1/metadata/version", .read = GetServerVersion},
      {.pattern = "/v1/metadata/deployment", .read = GetDeployment},
      {.pattern = "/healthz", .read = GetHealth},
      {.pattern = "/readyz", .read = GetReadiness},
  };
}

}  // namespace regent
