#include "server/rest/subject_endpoints.h"

#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "base/error_reason.h"
#include "server/rest/decode.h"
#include "server/rest/encode.h"
#include "server/rest/incompatibility.h"
#include "server/rest/parameters.h"
#include "server/rest/rendered.h"

namespace regent {
namespace {

Subject SubjectOf(const RestRequest& request) { return Subject::Parse(request.argument(0)); }

RestAnswer NumbersAnswer(const std::vector<int32_t>& numbers) {
  return JsonAnswer(absl::StrCat("[", absl::StrJoin(numbers, ","), "]"));
}

absl::StatusOr<RestAnswer> ShowVersion(const RestEnvironment& environment, const RestRequest& request,
                                       const absl::StatusOr<SchemaVersion>& version) {
  if (!version.ok()) return version.status();
  const auto dress = RenderedDress::Of(environment, request, *version);
  if (!dress.ok()) return dress.status();
  std::string json;
  AppendSchema(*version, dress->dress(), &json);
  return JsonAnswer(std::move(json));
}

absl::StatusOr<RestAnswer> ListAllSubjects(const RestEnvironment& environment, const RestRequest& request) {
  const auto slice = SliceOf(request);
  if (!slice.ok()) return slice.status();
  const std::string* given = request.url.Parameter("subjectPrefix");
  const SubjectPrefix prefix = ParseSubjectPrefix(given == nullptr ? ":*:" : *given);
  ListSubjects query;
  query.context_prefix = prefix.context;
  query.prefix = prefix.name;
  query.deleted = DeletedOf(request);
  query.page_size = 10000;
  std::vector<std::string> names;
  const size_t enough = slice->limit > SIZE_MAX - slice->offset ? SIZE_MAX : slice->offset + slice->limit;
  while (names.size() < enough) {
    auto page = environment.registry->Subjects(query);
    if (!page.ok()) return page.status();
    for (const Subject& subject : page->subjects) names.push_back(subject.Qualified());
    if (page->next_after.empty()) break;
    query.after = std::move(page->next_after);
  }
  Cut(*slice, &names);
  std::string json;
  AppendStrings(names, &json);
  return JsonAnswer(std::move(json));
}

absl::StatusOr<RestAnswer> ListVersionNumbers(const RestEnvironment& environment, const RestRequest& request) {
  const auto slice = SliceOf(request);
  if (!slice.ok()) return slice.status();
  const auto versions = environment.registry->Versions({.subject = SubjectOf(request), .deleted = DeletedOf(request)});
  if (!versions.ok()) return versions.status();
  const bool negative = request.Flag("deletedAsNegative");
  std::vector<int32_t> numbers;
  for (const SchemaVersion& version : *versions) {
    const bool deleted = version.state == VersionState::kDeleted;
    numbers.push_back(deleted && negative ? -version.version.value() : version.version.value());
  }
  Cut(*slice, &numbers);
  return NumbersAnswer(numbers);
}

absl::StatusOr<SchemaVersion> FindVersionOf(const RestEnvironment& environment, const RestRequest& request) {
  const auto version = ParseVersionArgument(request.argument(1));
  if (!version.ok()) return version.status();
  return environment.registry->GetSchemaVersion({.subject = SubjectOf(request),
                                                 .version = *version,
                                                 .deleted = DeletedOf(request),
                                                 .search = ContextSearch::kAll});
}

absl::StatusOr<RestAnswer> GetOneVersion(const RestEnvironment& environment, const RestRequest& request) {
  return ShowVersion(environment, request, FindVersionOf(environment, request));
}

absl::StatusOr<RestAnswer> GetVersionText(const RestEnvironment& environment, const RestRequest& request) {
  const auto version = FindVersionOf(environment, request);
  if (!version.ok()) return version.status();
  const auto dress = RenderedDress::Of(environment, request, *version);
  if (!dress.ok()) return dress.status();
  return JsonAnswer(dress->text());
}

absl::StatusOr<RestAnswer> ListReferrerIds(const RestEnvironment& environment, const RestRequest& request) {
  const auto version = ParseVersionArgument(request.argument(1));
  if (!version.ok()) return version.status();
  const auto slice = SliceOf(request);
  if (!slice.ok()) return slice.status();
  const auto referrers = environment.registry->Referrers(
      {.subject = SubjectOf(request), .version = *version, .deleted = DeletedOf(request)});
  if (!referrers.ok()) return referrers.status();
  std::set<int32_t> ids;
  for (const SchemaVersion& referrer : *referrers) ids.insert(referrer.stored->id.value());
  std::vector<int32_t> list(ids.begin(), ids.end());
  Cut(*slice, &list);
  return NumbersAnswer(list);
}

absl::StatusOr<RestAnswer> LookUp(const RestEnvironment& environment, const RestRequest& request) {
  Lookup query;
  query.subject = SubjectOf(request);
  auto body = DecodeSchemaRequest(request.body, query.subject.context);
  if (!body.ok()) return body.status();
  query.content = std::move(body->content);
  query.normalize = request.Flag("normalize");
  query.deleted = DeletedOf(request);
  query.search = ContextSearch::kAll;
  return ShowVersion(environment, request, environment.registry->LookupSchema(query));
}

absl::StatusOr<RestAnswer> FindByMetadata(const RestEnvironment& environment, const RestRequest& request) {
  const std::vector<std::string> keys = request.url.Parameters("key");
  const std::vector<std::string> values = request.url.Parameters("value");
  if (keys.size() != values.size()) {
    return errors::RequestInvalid("value", "there is one value for each key, in the same order");
  }
  FindVersion query;
  query.subject = SubjectOf(request);
  query.deleted = DeletedOf(request);
  for (size_t i = 0; i < keys.size(); ++i) query.properties[keys[i]] = values[i];
  return ShowVersion(environment, request, environment.registry->FindLatestVersion(query));
}

RestWrite Registration(const RestEnvironment& environment, const RestRequest& request, RegisterSchema command) {
  RestWrite write;
  write.explain = [registry = environment.registry, subject = command.subject](const absl::Status& status) {
    return ExplainIncompatible(registry, subject, status);
  };
  write.encode = [environment, format = request.Text("format")](const WriteResult& result) {
    SchemaDress dress{.profile = environment.profile};
    std::string json;
    if (!result.registered) return JsonAnswer("{}");
    absl::StatusOr<std::string> text = std::string();
    if (!format.empty()) text = environment.registry->Render(result.registered->stored, format);
    if (!format.empty() && text.ok()) dress.text = &*text;
    AppendRegistered(*result.registered, result.changed ? Novelty::kNew : Novelty::kKnown, dress, &json);
    return JsonAnswer(std::move(json));
  };
  write.command = std::move(command);
  return write;
}

absl::StatusOr<RestWrite> Register(const RestEnvironment& environment, const RestRequest& request) {
  RegisterSchema command;
  command.subject = SubjectOf(request);
  auto body = DecodeSchemaRequest(request.body, command.subject.context);
  if (!body.ok()) return body.status();
  command.content = std::move(body->content);
  command.version = body->version;
  command.id = body->id;
  command.edit = std::move(body->edit);
  command.normalize = request.Flag("normalize");
  command.force = request.Flag("force");
  return Registration(environment, request, std::move(command));
}

// "latest" is the version that it is when the registry decides.
absl::StatusOr<RestWrite> ChangeTags(const RestEnvironment& environment, const RestRequest& request) {
  const auto version = ParseVersionArgument(request.argument(1));
  if (!version.ok()) return version.status();
  auto command = DecodeTagsRequest(request.body);
  if (!command.ok()) return command.status();
  command->subject = SubjectOf(request);
  command->base = *version;
  return Registration(environment, request, *std::move(command));
}

DeleteKind KindOf(const RestRequest& request) {
  return request.Flag("permanent") ? DeleteKind::kPermanent : DeleteKind::kSoft;
}

std::vector<int32_t> Numbers(const std::vector<Version>& versions) {
  std::vector<int32_t> numbers;
  for (const Version version : versions) numbers.push_back(version.value());
  return numbers;
}

absl::StatusOr<RestWrite> DeleteOneVersion(const RestEnvironment&, const RestRequest& request) {
  const auto version = ParseVersionArgument(request.argument(1));
  if (!version.ok()) return version.status();
  RestWrite write;
  write.command = DeleteVersion{.subject = SubjectOf(request), .version = *version, .kind = KindOf(request)};
  write.encode = [](const WriteResult& result) {
    return JsonAnswer(result.versions.empty() ? "" : absl::StrCat(result.versions.front().value()));
  };
  return write;
}

absl::StatusOr<RestWrite> DeleteAllVersions(const RestEnvironment&, const RestRequest& request) {
  RestWrite write;
  write.command = DeleteSubject{.subject = SubjectOf(request), .kind = KindOf(request)};
  write.encode = [](const WriteResult& result) { return NumbersAnswer(Numbers(result.versions)); };
  return write;
}

RestAnswer ShowVerdict(bool compatible, const std::vector<std::string>& messages) {
  std::string json = absl::StrCat("{\"is_compatible\":", compatible ? "true" : "false");
  if (!messages.empty()) {
    json += ",\"messages\":";
    AppendStrings(messages, &json);
  }
  json.push_back('}');
  return JsonAnswer(std::move(json));
}

absl::StatusOr<RestAnswer> Check(const RestEnvironment& environment, const RestRequest& request, CheckSchema query) {
  query.subject = SubjectOf(request);
  auto body = DecodeSchemaRequest(request.body, query.subject.context);
  if (!body.ok()) return body.status();
  query.content = std::move(body->content);
  query.normalize = request.Flag("normalize");
  const bool verbose = request.Flag("verbose");
  const auto report = environment.registry->CheckCompatibility(query);
  if (!report.ok()) {
    const bool about_schema =
        RowOf(ReasonOf(report.status())).rest_code == RowOf(ErrorReason::kSchemaInvalid).rest_code;
    if (verbose && about_schema) return ShowVerdict(false, {std::string(report.status().message())});
    return report.status();
  }
  std::vector<std::string> messages;
  if (verbose) messages = DescribeReport(environment.registry, query.subject, *report);
  return ShowVerdict(report->compatible, messages);
}

absl::StatusOr<RestAnswer> CheckAgainstVersion(const RestEnvironment& environment, const RestRequest& request) {
  const auto version = ParseVersionArgument(request.argument(1));
  if (!version.ok()) return version.status();
  CheckSchema query;
  query.against = *version ? CheckSchema::Against::kVersion : CheckSchema::Against::kLatest;
  if (*version) query.version = **version;
  return Check(environment, request, std::move(query));
}

absl::StatusOr<RestAnswer> CheckAgainstAll(const RestEnvironment& environment, const RestRequest& request) {
  return Check(environment, request, {});
}

}  // namespace

std::vector<Route> SubjectRoutes() {
  constexpr auto kPost = HttpMethod::kPost;
  constexpr auto kDelete = HttpMethod::kDelete;
  return {
      {.pattern = "/subjects", .read = ListAllSubjects, .slow = true},
      {.method = kPost, .pattern = "/subjects/{}", .read = LookUp, .slow = true},
      {.method = kDelete, .pattern = "/subjects/{}", .write = DeleteAllVersions},
      {.pattern = "/subjects/{}/metadata", .read = FindByMetadata},
      {.pattern = "/subjects/{}/versions", .read = ListVersionNumbers},
      {.method = kPost, .pattern = "/subjects/{}/versions", .write = Register},
      {.pattern = "/subjects/{}/versions/{}", .read = GetOneVersion},
      {.method = kDelete, .pattern = "/subjects/{}/versions/{}", .write = DeleteOneVersion},
      {.method = kPost, .pattern = "/subjects/{}/versions/{}/tags", .write = ChangeTags},
      {.pattern = "/subjects/{}/versions/{}/schema", .read = GetVersionText},
      {.pattern = "/subjects/{}/versions/{}/referencedby", .read = ListReferrerIds},
      {.method = kPost, .pattern = "/compatibility/subjects/{}/versions", .read = CheckAgainstAll, .slow = true},
      {.method = kPost, .pattern = "/compatibility/subjects/{}/versions/{}", .read = CheckAgainstVersion, .slow = true},
  };
}

}  // namespace regent
