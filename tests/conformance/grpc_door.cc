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
  if (!OnlyHas(request.rest, {"normalize"})) return std::nullopt;
  const Subject subject = Subject::Parse(request.segments[1]);
  const auto body = DecodeSchemaRequest(request.rest.body, subject.context);
  // What never becomes a schema is told apart by the door itself; ids and versions are for imports over REST.
  if (!body.ok() || body->id || body->version) return std::nullopt;
  const auto done = client.Register(subject, body->content, {.normalize = request.rest.Flag("normalize")});
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
  };
  static const auto* const words =
      new std::set<std::string>{"subjects", "versions", "schemas", "ids", "schema", "config", "compatibility"};
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
