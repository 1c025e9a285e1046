#include "tests/conformance/grpc_door.h"

#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "base/error_reason.h"
#include "server/rest/context_path.h"
#include "server/rest/decode.h"
#include "server/rest/encode.h"
#include "server/rest/http/url.h"
#include "server/rest/parameters.h"

namespace regent::testing {
namespace {

HttpAnswer Failed(const absl::Status& status) {
  const RestError error = ToRestError(status, CompatProfile::k8);
  return {error.http_status, {}, ErrorBody(error.code, error.message)};
}

HttpAnswer Answered(std::string body) { return {200, {}, std::move(body)}; }

regent::SchemaVersion ToDomain(const client::SchemaVersion& version) {
  regent::SchemaVersion domain;
  domain.subject = version.subject;
  domain.version = version.version;
  domain.state = version.deleted ? VersionState::kDeleted : VersionState::kActive;
  domain.stored = version.stored;
  domain.create_time_ms = version.create_time_ms;
  return domain;
}

HttpAnswer ShowSchema(const absl::StatusOr<client::SchemaVersion>& version) {
  if (!version.ok()) return Failed(version.status());
  std::string body;
  AppendSchema(ToDomain(*version), {}, &body);
  return Answered(std::move(body));
}

client::Deleted ToClient(regent::Deleted deleted) {
  switch (deleted) {
    case regent::Deleted::kExclude:
      return client::Deleted::kExclude;
    case regent::Deleted::kInclude:
      return client::Deleted::kInclude;
    case regent::Deleted::kOnly:
      return client::Deleted::kOnly;
  }
  return client::Deleted::kExclude;
}

// One request, understood as far as the calls below need it.
struct Request {
  RestRequest rest;  // its query
  std::vector<std::string> segments;
  std::string key;  // "GET /subjects/*/versions": arguments as stars
};

bool OnlyHas(const RestRequest& request, std::initializer_list<std::string_view> names) {
  for (const auto& [name, value] : request.url.query) {
    if (std::find(names.begin(), names.end(), name) == names.end()) return false;
  }
  return true;
}

std::optional<HttpAnswer> Register(const client::RegistryClient& client, const Request& request) {
  if (!OnlyHas(request.rest, {"normalize", "force"})) return std::nullopt;
  const Subject subject = Subject::Parse(request.segments[1]);
  const auto body = DecodeSchemaRequest(request.rest.body, subject.context);
  // What never becomes a schema is told apart by the door itself, and tags are REST's own.
  if (!body.ok() || body->edit != SchemaEdit()) return std::nullopt;
  client::BatchRegisterRequest batch;
  batch.requests.push_back({.subject = subject,
                            .content = body->content,
                            .normalize = request.rest.Flag("normalize"),
                            .force = request.rest.Flag("force"),
                            .version = body->version,
                            .id = body->id});
  const auto all = client.RegisterBatch(batch);
  if (!all.ok()) return Failed(all.status());
  const absl::StatusOr<client::RegisterSchemaResult>& done = all->at(0);
  if (!done.ok()) return Failed(done.status());
  std::string json;
  AppendRegistered(ToDomain(done->registered), done->result.changed ? Novelty::kNew : Novelty::kKnown, {}, &json);
  return Answered(std::move(json));
}

std::optional<HttpAnswer> LookUp(const client::RegistryClient& client, const Request& request) {
  const Subject subject = Subject::Parse(request.segments[1]);
  const auto body = DecodeSchemaRequest(request.rest.body, subject.context);
  if (!body.ok() || !OnlyHas(request.rest, {"normalize", "deleted"})) return std::nullopt;
  client::LookupSchemaRequest query;
  query.subject = subject;
  query.content = body->content;
  query.normalize = request.rest.Flag("normalize");
  query.deleted = ToClient(DeletedOf(request.rest));
  return ShowSchema(client.Lookup(query));
}

std::optional<HttpAnswer> GetVersion(const client::RegistryClient& client, const Request& request) {
  const auto version = ParseVersionArgument(request.segments[3]);
  if (!version.ok() || !OnlyHas(request.rest, {"deleted"})) return std::nullopt;
  client::GetSchemaVersionRequest query;
  query.subject = Subject::Parse(request.segments[1]);
  query.version = *version;
  query.deleted = ToClient(DeletedOf(request.rest));
  return ShowSchema(client.GetVersion(query));
}

std::optional<HttpAnswer> ListVersions(const client::RegistryClient& client, const Request& request) {
  if (!OnlyHas(request.rest, {"deleted", "deletedOnly"})) return std::nullopt;
  client::ListVersionsRequest query;
  query.subject = Subject::Parse(request.segments[1]);
  query.deleted = ToClient(DeletedOf(request.rest));
  const auto versions = client.ListVersions(query);
  if (!versions.ok()) return Failed(versions.status());
  return Answered(absl::StrCat("[",
                               absl::StrJoin(*versions, ",",
                                             [](std::string* out, const client::VersionSummary& each) {
                                               absl::StrAppend(out, each.version.value());
                                             }),
                               "]"));
}

std::optional<HttpAnswer> GetText(const client::RegistryClient& client, const Request& request) {
  const auto id = ParseIdArgument(request.segments[2]);
  if (!id.ok() || !OnlyHas(request.rest, {})) return std::nullopt;
  const auto schema = client.GetSchema(*id);
  return schema.ok() ? Answered((*schema)->content.text) : Failed(schema.status());
}

std::optional<HttpAnswer> ListSubjects(const client::RegistryClient& client, const Request& request) {
  if (!OnlyHas(request.rest, {"subjectPrefix", "deleted", "deletedOnly"})) return std::nullopt;
  const SubjectPrefix prefix = ParseSubjectPrefix(request.rest.Text("subjectPrefix"));
  client::ListSubjectsRequest query;
  query.context = prefix.context;
  query.prefix = prefix.name;
  query.deleted = ToClient(DeletedOf(request.rest));
  std::vector<std::string> names;
  const absl::Status status = client.ForEachSubject(query, [&](const Subject& subject) {
    names.push_back(subject.Qualified());
    return true;
  });
  if (!status.ok()) return Failed(status);
  std::string json;
  AppendStrings(names, &json);
  return Answered(std::move(json));
}

std::optional<HttpAnswer> Check(const client::RegistryClient& client, const Request& request) {
  if (!OnlyHas(request.rest, {"normalize"})) return std::nullopt;
  client::CheckCompatibilityRequest query;
  query.subject = Subject::Parse(request.segments[2]);
  const auto body = DecodeSchemaRequest(request.rest.body, query.subject.context);
  if (!body.ok()) return std::nullopt;
  query.content = body->content;
  query.normalize = request.rest.Flag("normalize");
  if (request.segments.size() > 4) {
    const auto version = ParseVersionArgument(request.segments[4]);
    if (!version.ok()) return std::nullopt;
    query.against = *version ? client::CheckCompatibilityRequest::Against::kVersion
                             : client::CheckCompatibilityRequest::Against::kLatest;
    if (*version) query.version = **version;
  }
  const auto report = client.Check(query);
  if (!report.ok()) return Failed(report.status());
  return Answered(report->compatible ? "{\"is_compatible\":true}" : "{\"is_compatible\":false}");
}

std::optional<HttpAnswer> DeleteSubject(const client::RegistryClient& client, const Request& request) {
  const auto done = client.DeleteSubject(
      {.subject = Subject::Parse(request.segments[1]), .permanent = request.rest.Flag("permanent")});
  if (!done.ok()) return Failed(done.status());
  return Answered(
      absl::StrCat("[",
                   absl::StrJoin(done->versions, ",",
                                 [](std::string* out, Version version) { absl::StrAppend(out, version.value()); }),
                   "]"));
}

std::optional<HttpAnswer> DeleteVersion(const client::RegistryClient& client, const Request& request) {
  const auto version = ParseVersionArgument(request.segments[3]);
  if (!version.ok()) return std::nullopt;
  const auto done = client.DeleteVersion({.subject = Subject::Parse(request.segments[1]),
                                          .version = *version,
                                          .permanent = request.rest.Flag("permanent")});
  if (!done.ok()) return Failed(done.status());
  return Answered(absl::StrCat(done->versions.empty() ? 0 : done->versions.front().value()));
}

client::ConfigTarget TargetOf(const Request& request) {
  if (request.segments.size() == 1) return std::nullopt;
  return Subject::Parse(request.segments[1]);
}

HttpAnswer ShowConfig(const SubjectConfig& config, ConfigForm form) {
  std::string json;
  AppendConfig(config, form, &json);
  return Answered(std::move(json));
}

std::optional<HttpAnswer> GetConfig(const client::RegistryClient& client, const Request& request) {
  const auto config =
      client.GetConfig({.target = TargetOf(request), .effective = request.rest.Flag("defaultToGlobal")});
  return config.ok() ? ShowConfig(*config, ConfigForm::kStored) : Failed(config.status());
}

std::optional<HttpAnswer> DeleteConfig(const client::RegistryClient& client, const Request& request) {
  const auto done = client.DeleteConfig({.target = TargetOf(request)});
  return done.ok() ? ShowConfig(done->config, ConfigForm::kStored) : Failed(done.status());
}

// Sets or clears a field as `update` says.
template <typename T, typename Field>
void Take(const FieldUpdate<T>& update, client::ConfigField name, Field* field, client::UpdateConfigRequest* request) {
  if (update.action == FieldUpdate<T>::Action::kSet) *field = update.value;
  if (update.action == FieldUpdate<T>::Action::kClear) request->clear.insert(name);
}

std::optional<HttpAnswer> PutConfig(const client::RegistryClient& client, const Request& request) {
  using client::ConfigField;
  const auto update = DecodeConfigRequest(request.rest.body);
  if (!update.ok()) return std::nullopt;
  client::UpdateConfigRequest change{.target = TargetOf(request)};
  SubjectConfig& config = change.config;
  Take(update->level, ConfigField::kLevel, &config.level, &change);
  Take(update->policy, ConfigField::kPolicy, &config.policy, &change);
  Take(update->normalize, ConfigField::kNormalize, &config.normalize, &change);
  Take(update->validate_fields, ConfigField::kValidateFields, &config.validate_fields, &change);
  Take(update->validate_new_schemas, ConfigField::kValidateNewSchemas, &config.validate_new_schemas, &change);
  Take(update->validate_rules, ConfigField::kValidateRules, &config.validate_rules, &change);
  Take(update->alias, ConfigField::kAlias, &config.alias, &change);
  Take(update->alias_for_deks, ConfigField::kAliasForDeks, &config.alias_for_deks, &change);
  Take(update->compatibility_group, ConfigField::kCompatibilityGroup, &config.compatibility_group, &change);
  Take(update->default_metadata, ConfigField::kDefaultMetadata, &config.default_metadata, &change);
  Take(update->override_metadata, ConfigField::kOverrideMetadata, &config.override_metadata, &change);
  Take(update->default_rule_set, ConfigField::kDefaultRuleSet, &config.default_rule_set, &change);
  Take(update->override_rule_set, ConfigField::kOverrideRuleSet, &config.override_rule_set, &change);
  // Over gRPC that is no request.
  if (config == SubjectConfig() && change.clear.empty()) return std::nullopt;
  const auto done = client.UpdateConfig(change);
  return done.ok() ? ShowConfig(done->config, ConfigForm::kRequest) : Failed(done.status());
}

HttpAnswer ShowMode(Mode mode) { return Answered(absl::StrCat("{\"mode\":\"", std::string(ModeName(mode)), "\"}")); }

std::optional<HttpAnswer> GetMode(const client::RegistryClient& client, const Request& request) {
  const auto mode = client.GetMode({.target = TargetOf(request), .effective = request.rest.Flag("defaultToGlobal")});
  return mode.ok() ? ShowMode(*mode) : Failed(mode.status());
}

std::optional<HttpAnswer> PutMode(const client::RegistryClient& client, const Request& request) {
  const auto mode = DecodeModeRequest(request.rest.body);
  if (!mode.ok() || !*mode) return std::nullopt;
  const auto done =
      client.UpdateMode({.target = TargetOf(request), .mode = **mode, .force = request.rest.Flag("force")});
  return done.ok() ? ShowMode(**mode) : Failed(done.status());
}

std::optional<HttpAnswer> DeleteMode(const client::RegistryClient& client, const Request& request) {
  const auto done = client.DeleteMode({.target = TargetOf(request), .recursive = request.rest.Flag("recursive")});
  return done.ok() ? ShowMode(done->mode.value_or(Mode::kReadWrite)) : Failed(done.status());
}

std::optional<HttpAnswer> ListContexts(const client::RegistryClient& client, const Request& request) {
  if (!OnlyHas(request.rest, {})) return std::nullopt;
  const auto contexts = client.ListContexts();
  if (!contexts.ok()) return Failed(contexts.status());
  std::string json;
  AppendStrings(*contexts, &json);
  return Answered(std::move(json));
}

std::optional<HttpAnswer> DeleteContext(const client::RegistryClient& client, const Request& request) {
  const auto done = client.DeleteContext(request.segments[1]);
  return done.ok() ? HttpAnswer{204, {}, ""} : Failed(done.status());
}

std::optional<HttpAnswer> FindByMetadata(const client::RegistryClient& client, const Request& request) {
  const std::vector<std::string> keys = request.rest.url.Parameters("key");
  const std::vector<std::string> values = request.rest.url.Parameters("value");
  if (keys.size() != values.size() || !OnlyHas(request.rest, {"key", "value", "deleted"})) return std::nullopt;
  client::FindLatestVersionRequest query;
  query.subject = Subject::Parse(request.segments[1]);
  query.deleted = ToClient(DeletedOf(request.rest));
  for (size_t i = 0; i < keys.size(); ++i) query.properties[keys[i]] = values[i];
  return ShowSchema(client.FindLatest(query));
}

std::optional<HttpAnswer> ListReferrers(const client::RegistryClient& client, const Request& request) {
  const auto version = ParseVersionArgument(request.segments[3]);
  if (!version.ok() || !OnlyHas(request.rest, {"deleted"})) return std::nullopt;
  const auto referrers = client.ListReferrers({.subject = Subject::Parse(request.segments[1]),
                                               .version = *version,
                                               .deleted = ToClient(DeletedOf(request.rest))});
  if (!referrers.ok()) return Failed(referrers.status());
  std::set<int32_t> ids;
  for (const client::SchemaUse& referrer : *referrers) ids.insert(referrer.id.value());
  return Answered(absl::StrCat("[", absl::StrJoin(ids, ","), "]"));
}

std::optional<HttpAnswer> ListSubjectsOfId(const client::RegistryClient& client, const Request& request) {
  const auto id = ParseIdArgument(request.segments[2]);
  if (!id.ok() || !OnlyHas(request.rest, {"deleted"})) return std::nullopt;
  const auto uses = client.ListSchemaUses(
      {.key = client::SchemaIdInContext{.id = *id}, .deleted = ToClient(DeletedOf(request.rest))});
  if (!uses.ok()) return Failed(uses.status());
  std::vector<std::string> names;
  for (const client::SchemaUse& use : *uses) {
    if (names.empty() || names.back() != use.subject.Qualified()) names.push_back(use.subject.Qualified());
  }
  std::string json;
  AppendStrings(names, &json);
  return Answered(std::move(json));
}

HttpAnswer ShowAssociations(const absl::StatusOr<std::vector<Association>>& associations) {
  if (!associations.ok()) return Failed(associations.status());
  std::string json;
  AppendAssociations(*associations, &json);
  return Answered(std::move(json));
}

// What the parameters of a listing say; nothing where they say what this door does not.
std::optional<client::ListAssociationsRequest> AssociationsQueryOf(const Request& request) {
  const auto lifecycle = ParseLifecycle(request.rest.Text("lifecycle"));
  if (!lifecycle.ok() || !OnlyHas(request.rest, {"resourceType", "associationType", "lifecycle"})) return std::nullopt;
  client::ListAssociationsRequest query;
  const std::string* type = request.rest.url.Parameter("resourceType");
  query.resource_type = type == nullptr ? "topic" : *type;
  for (std::string& each : request.rest.url.Parameters("associationType")) {
    query.association_types.insert(std::move(each));
  }
  query.lifecycle = *lifecycle;
  return query;
}

std::optional<HttpAnswer> AssociationsOfSubject(const client::RegistryClient& client, const Request& request) {
  auto query = AssociationsQueryOf(request);
  if (!query) return std::nullopt;
  query->subject = Subject::Parse(request.segments[2]);
  return ShowAssociations(client.ListAssociations(*query));
}

std::optional<HttpAnswer> AssociationsOfName(const client::RegistryClient& client, const Request& request) {
  auto query = AssociationsQueryOf(request);
  if (!query) return std::nullopt;
  if (request.segments[2] != "-") query->resource_namespace = request.segments[2];
  query->resource_name = request.segments[3];
  return ShowAssociations(client.ListAssociations(*query));
}

std::optional<HttpAnswer> AssociationsOfId(const client::RegistryClient& client, const Request& request) {
  auto query = AssociationsQueryOf(request);
  if (!query) return std::nullopt;
  query->resource_id = request.segments[2];
  return ShowAssociations(client.ListAssociations(*query));
}

std::optional<HttpAnswer> Associate(const client::RegistryClient& client, const Request& request) {
  const auto resource = DecodeAssociations(request.rest.body, request.rest.Text("context"));
  // Over gRPC it is one association, of a resource with an id, and the schema is registered by its own call.
  if (!resource.ok() || resource->associations.size() != 1 || !OnlyHas(request.rest, {"dryRun", "context"})) {
    return std::nullopt;
  }
  const ResourceAssociations::Wanted& wanted = resource->associations[0];
  const bool put = request.segments.size() > 1;
  const std::string id = put ? request.segments[2] : resource->resource_id;
  const bool other_id = put && !resource->resource_id.empty() && resource->resource_id != id;
  if (wanted.schema || wanted.frozen || id.empty() || other_id || resource->resource_type.empty() ||
      wanted.association_type.empty()) {
    return std::nullopt;
  }
  const auto done = client.AssociateResource({.association = {.resource_name = resource->resource_name,
                                                              .resource_namespace = resource->resource_namespace,
                                                              .resource_id = id,
                                                              .resource_type = resource->resource_type,
                                                              .association_type = wanted.association_type,
                                                              .subject = wanted.subject.value_or(Subject()),
                                                              .lifecycle = wanted.lifecycle.value_or(Lifecycle::kWeak)},
                                              .change_existing = put,
                                              .validate_only = request.rest.Flag("dryRun")});
  if (!done.ok()) return Failed(done.status());
  std::string json;
  AppendResource({done->association}, {}, {}, &json);
  return Answered(std::move(json));
}

std::optional<HttpAnswer> Dissociate(const client::RegistryClient& client, const Request& request) {
  if (!OnlyHas(request.rest, {"resourceType", "associationType", "cascadeLifecycle", "dryRun"})) return std::nullopt;
  const std::string* type = request.rest.url.Parameter("resourceType");
  client::DissociateResourceRequest command{.resource_id = request.segments[2],
                                            .resource_type = type == nullptr ? "topic" : *type};
  for (std::string& each : request.rest.url.Parameters("associationType")) {
    command.association_types.insert(std::move(each));
  }
  command.cascade = request.rest.Flag("cascadeLifecycle");
  command.validate_only = request.rest.Flag("dryRun");
  const auto done = client.DissociateResource(command);
  return done.ok() ? HttpAnswer{204, {}, ""} : Failed(done.status());
}

}  // namespace

std::optional<HttpAnswer> CallOverGrpc(const client::RegistryClient& client, const HttpCall& call) {
  using Handler = std::optional<HttpAnswer> (*)(const client::RegistryClient&, const Request&);
  static const auto* const handlers = new std::map<std::string, Handler>{
      {"POST /subjects/*/versions", Register},
      {"POST /subjects/*", LookUp},
      {"GET /subjects/*/versions/*", GetVersion},
      {"GET /subjects/*/versions", ListVersions},
      {"GET /schemas/ids/*/schema", GetText},
      {"GET /subjects", ListSubjects},
      {"POST /compatibility/subjects/*/versions", Check},
      {"POST /compatibility/subjects/*/versions/*", Check},
      {"DELETE /subjects/*", DeleteSubject},
      {"DELETE /subjects/*/versions/*", DeleteVersion},
      {"GET /config", GetConfig},
      {"GET /config/*", GetConfig},
      {"DELETE /config", DeleteConfig},
      {"DELETE /config/*", DeleteConfig},
      {"PUT /config", PutConfig},
      {"PUT /config/*", PutConfig},
      {"GET /mode", GetMode},
      {"GET /mode/*", GetMode},
      {"PUT /mode", PutMode},
      {"PUT /mode/*", PutMode},
      {"DELETE /mode", DeleteMode},
      {"DELETE /mode/*", DeleteMode},
      {"GET /contexts", ListContexts},
      {"DELETE /contexts/*", DeleteContext},
      {"GET /subjects/*/metadata", FindByMetadata},
      {"GET /subjects/*/versions/*/referencedby", ListReferrers},
      {"GET /schemas/ids/*/subjects", ListSubjectsOfId},
      {"GET /associations/subjects/*", AssociationsOfSubject},
      {"GET /associations/resources/*/*", AssociationsOfName},
      {"GET /associations/resources/*", AssociationsOfId},
      {"POST /associations", Associate},
      {"PUT /associations/resources/*", Associate},
      {"DELETE /associations/resources/*", Dissociate},
  };
  static const auto* const words = new std::set<std::string>{
      "subjects", "versions", "schemas",  "ids",       "schema",       "config",      "compatibility",
      "mode",     "contexts", "metadata", "resources", "associations", "referencedby"};
  auto url = ParseUrl(call.path);
  // Media types and the like are HTTP's own.
  if (!url.ok() || !call.headers.empty() || !ApplyContextPrefix(&*url).ok()) return std::nullopt;
  Request request;
  request.key = call.method + " ";
  for (const std::string& segment : url->segments) {
    request.key += words->contains(segment) ? "/" + segment : "/*";
  }
  request.segments = url->segments;
  request.rest.url = *std::move(url);
  request.rest.body = call.body;
  const auto handler = handlers->find(request.key);
  return handler == handlers->end() ? std::nullopt : handler->second(client, request);
}

}  // namespace regent::testing
