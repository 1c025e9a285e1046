#include "server/rest/schema_endpoints.h"

#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "base/error_reason.h"
#include "base/json_value.h"
#include "server/rest/encode.h"
#include "server/rest/parameters.h"
#include "server/rest/rendered.h"

namespace regent {
namespace {

// The schema of an id as the parameter `subject` knows it, or as any subject of its context does.
absl::StatusOr<SchemaVersion> FindUse(const RestEnvironment& environment, const RestRequest& request) {
  const auto id = ParseIdArgument(request.argument(0));
  if (!id.ok()) return id.status();
  GetUse query;
  query.id = *id;
  query.subject = Subject::Parse(request.Text("subject"));
  if (!query.subject.name.empty()) query.search = ContextSearch::kAll;
  return environment.registry->GetSchemaUse(query);
}

absl::StatusOr<RestAnswer> GetById(const RestEnvironment& environment, const RestRequest& request) {
  const auto use = FindUse(environment, request);
  if (!use.ok()) return use.status();
  SchemaId max_id;
  if (request.Flag("fetchMaxId")) {
    const auto highest = environment.registry->MaxId(use->stored->context);
    if (!highest.ok()) return highest.status();
    max_id = *highest;
  }
  const auto dress = RenderedDress::Of(environment, request, *use);
  if (!dress.ok()) return dress.status();
  const bool named = !Subject::Parse(request.Text("subject")).name.empty();
  std::string json;
  AppendSchemaString(*use, named ? ShowSubject::kShow : ShowSubject::kHide, max_id, dress->dress(), &json);
  return JsonAnswer(std::move(json));
}

absl::StatusOr<RestAnswer> GetTextById(const RestEnvironment& environment, const RestRequest& request) {
  const auto use = FindUse(environment, request);
  if (!use.ok()) return use.status();
  const auto dress = RenderedDress::Of(environment, request, *use);
  if (!dress.ok()) return dress.status();
  return JsonAnswer(dress->text());
}

// Who has the id: in the context of the parameter `subject`, and by that name only where it has one.
absl::StatusOr<std::vector<SchemaVersion>> UsesOf(const RestEnvironment& environment, const RestRequest& request) {
  const auto id = ParseIdArgument(request.argument(0));
  if (!id.ok()) return id.status();
  const Subject subject = Subject::Parse(request.Text("subject"));
  ListUses query;
  query.id = *id;
  query.context = subject.context;
  query.deleted = DeletedOf(request);
  auto uses = environment.registry->SchemaUses(query);
  if (uses.ok() && !subject.name.empty()) {
    std::erase_if(*uses, [&](const SchemaVersion& use) { return use.subject != subject; });
  }
  return uses;
}

absl::StatusOr<RestAnswer> ListSubjectsOfId(const RestEnvironment& environment, const RestRequest& request) {
  const auto uses = UsesOf(environment, request);
  if (!uses.ok()) return uses.status();
  const auto slice = SliceOf(request);
  if (!slice.ok()) return slice.status();
  std::vector<std::string> subjects;
  for (const SchemaVersion& use : *uses) {
    std::string name = use.subject.Qualified();
    if (subjects.empty() || subjects.back() != name) subjects.push_back(std::move(name));
  }
  Cut(*slice, &subjects);
  std::string json;
  AppendStrings(subjects, &json);
  return JsonAnswer(std::move(json));
}

absl::StatusOr<RestAnswer> ListVersionsOfId(const RestEnvironment& environment, const RestRequest& request) {
  auto uses = UsesOf(environment, request);
  if (!uses.ok()) return uses.status();
  const auto slice = SliceOf(request);
  if (!slice.ok()) return slice.status();
  // The last version of each subject only, as clients know it from Confluent's.
  std::vector<SchemaVersion> last;
  for (SchemaVersion& use : *uses) {
    if (!last.empty() && last.back().subject == use.subject) last.pop_back();
    last.push_back(std::move(use));
  }
  Cut(*slice, &last);
  std::string json = "[";
  for (const SchemaVersion& use : last) {
    if (json.size() > 1) json.push_back(',');
    json += "{\"subject\":";
    AppendJsonString(use.subject.Qualified(), &json);
    absl::StrAppend(&json, ",\"version\":", use.version.value(), "}");
  }
  json.push_back(']');
  return JsonAnswer(std::move(json));
}

absl::StatusOr<ContentHash> ParseGuidArgument(const std::string& text) {
  const auto guid = ContentHash::ParseGuid(text);
  if (!guid) {
    return MakeError(ErrorReason::kSchemaNotFound, "Schema " + text.substr(0, 100) + " not found");
  }
  return *guid;
}

absl::StatusOr<RestAnswer> GetByGuid(const RestEnvironment& environment, const RestRequest& request) {
  const auto guid = ParseGuidArgument(request.argument(0));
  if (!guid.ok()) return guid.status();
  const auto stored = environment.registry->GetSchemaByGuid(*guid);
  if (!stored.ok()) {
    if (ReasonOf(stored.status()) != ErrorReason::kSchemaNotFound) return stored.status();
    return MakeError(ErrorReason::kSchemaNotFound, "Schema " + request.argument(0) + " not found");
  }
  const auto use =
      environment.registry->GetSchemaUse({.id = (*stored)->id, .subject = Subject((*stored)->context, "")});
  if (!use.ok()) return use.status();
  const auto dress = RenderedDress::Of(environment, request, *use);
  if (!dress.ok()) return dress.status();
  std::string json;
  AppendSchemaString(*use, ShowSubject::kHide, SchemaId(), dress->dress(), &json);
  return JsonAnswer(std::move(json));
}

absl::StatusOr<RestAnswer> ListIdsOfGuid(const RestEnvironment& environment, const RestRequest& request) {
  const auto guid = ParseGuidArgument(request.argument(0));
  if (!guid.ok()) return guid.status();
  const auto ids = environment.registry->IdsOfGuid(*guid);
  if (!ids.ok()) return ids.status();
  std::string json = "[";
  for (const IdInContext& place : *ids) {
    if (json.size() > 1) json.push_back(',');
    json += "{\"context\":";
    AppendJsonString(place.context, &json);
    absl::StrAppend(&json, ",\"id\":", place.id.value(), "}");
  }
  json.push_back(']');
  return JsonAnswer(std::move(json));
}

absl::StatusOr<RestAnswer> ListTypes(const RestEnvironment& environment, const RestRequest&) {
  std::vector<std::string> names;
  for (const SchemaType type : {SchemaType::kJson, SchemaType::kProtobuf, SchemaType::kAvro}) {
    for (const SchemaType known : environment.schema_types) {
      if (known == type) names.emplace_back(SchemaTypeName(type));
    }
  }
  std::string json;
  AppendStrings(names, &json);
  return JsonAnswer(std::move(json));
}

// Whether a rule of the schema is of a kind that `rule_type` names: "migration", "domain" or "encoding".
bool HasRules(const SchemaVersion& version, const std::string& rule_type) {
  if (rule_type.empty()) return true;
  const auto& rules = version.stored->content.rule_set;
  if (!rules) return false;
  for (const auto* list : {&rules->migration_rules, &rules->domain_rules, &rules->encoding_rules}) {
    for (const Rule& rule : *list) {
      if (rule.type && EqualsIgnoreCase(*rule.type, rule_type)) return true;
    }
  }
  return false;
}

// Which associations the subject of a schema must have, or must not have, to be listed.
struct AssociationConditions {
  bool any = false;  // nothing was asked for: every subject is listed, and none of its associations
  std::string resource_type;
  std::set<std::string> types;
  std::set<std::string> lifecycles;  // NONE too

  bool Fits(const Association& association) const {
    const char* const lifecycle = association.lifecycle == Lifecycle::kStrong ? "STRONG" : "WEAK";
    return (resource_type.empty() || resource_type == association.resource_type) &&
           (types.empty() || types.contains(association.association_type)) &&
           (lifecycles.empty() || lifecycles.contains(lifecycle));
  }
};

absl::StatusOr<AssociationConditions> ConditionsOf(const RestRequest& request) {
  AssociationConditions conditions;
  conditions.resource_type = request.Text("resourceType");
  for (std::string& type : request.url.Parameters("associationType")) conditions.types.insert(std::move(type));
  for (const std::string& name : request.url.Parameters("lifecycle")) {
    const std::string upper = absl::AsciiStrToUpper(name);
    if (upper != "STRONG" && upper != "WEAK" && upper != "NONE") {
      return MakeError(ErrorReason::kAssociationInvalid,
                       "Invalid lifecycle '" + name.substr(0, 100) + "': it is STRONG, WEAK or NONE.");
    }
    conditions.lifecycles.insert(upper);
  }
  conditions.any = conditions.resource_type.empty() && conditions.types.empty() && conditions.lifecycles.empty();
  return conditions;
}

// Who else is meant by a subject and what it describes, as far as that is asked for.
class Companies {
 public:
  static absl::StatusOr<Companies> Of(const RestEnvironment& environment, const RestRequest& request) {
    Companies companies;
    auto conditions = ConditionsOf(request);
    if (!conditions.ok()) return conditions.status();
    companies.conditions_ = *std::move(conditions);
    if (request.Flag("aliases")) {
      auto aliases = environment.registry->Aliases();
      if (!aliases.ok()) return aliases.status();
      companies.aliases_ = *std::move(aliases);
    }
    if (companies.conditions_.any) return companies;
    auto associations = environment.registry->Associations({});
    if (!associations.ok()) return associations.status();
    for (Association& each : *associations) companies.associations_[each.subject].push_back(std::move(each));
    return companies;
  }

  // Nothing for a subject that is not to be listed.
  std::optional<SchemaCompany> Find(const Subject& subject) const {
    SchemaCompany company;
    if (const auto it = aliases_.find(subject); it != aliases_.end()) company.aliases = it->second;
    if (conditions_.any) return company;
    const auto it = associations_.find(subject);
    if (it == associations_.end()) {
      if (conditions_.lifecycles.contains("NONE")) return company;
      return std::nullopt;
    }
    for (const Association& each : it->second) {
      if (conditions_.Fits(each)) company.associations.push_back(each);
    }
    if (company.associations.empty()) return std::nullopt;
    return company;
  }

 private:
  AssociationConditions conditions_;
  std::map<Subject, std::vector<Subject>> aliases_;
  std::map<Subject, std::vector<Association>> associations_;
};

absl::StatusOr<RestAnswer> ListAllSchemas(const RestEnvironment& environment, const RestRequest& request) {
  const auto slice = SliceOf(request, environment.schemas_default, environment.schemas_max);
  if (!slice.ok()) return slice.status();
  const SubjectPrefix prefix = ParseSubjectPrefix(request.Text("subjectPrefix"));
  const std::string rule_type = request.Text("ruleType");
  const auto companies = Companies::Of(environment, request);
  if (!companies.ok()) return companies.status();
  ListSchemas query;
  query.context_prefix = prefix.context;
  query.prefix = prefix.name;
  query.deleted = DeletedOf(request);
  if (request.Flag("latestOnly")) query.versions = ListSchemas::Versions::kLatest;
  query.page_size = 1000;
  std::string json = "[";
  size_t seen = 0;
  for (size_t shown = 0; shown < slice->limit;) {
    const auto page = environment.registry->Schemas(query);
    if (!page.ok()) return page.status();
    for (const SchemaVersion& version : page->versions) {
      if (!HasRules(version, rule_type)) continue;
      const auto company = companies->Find(version.subject);
      if (!company || seen++ < slice->offset || shown == slice->limit) continue;
      if (shown++ > 0) json.push_back(',');
      AppendSchema(version, {.profile = environment.profile}, *company, &json);
    }
    if (!page->next_after) break;
    query.after = page->next_after;
  }
  json.push_back(']');
  return JsonAnswer(std::move(json));
}

}  // namespace

std::vector<Route> SchemaRoutes() {
  return {
      {.pattern = "/schemas", .read = ListAllSchemas, .slow = true},
      {.pattern = "/schemas/types", .read = ListTypes},
      {.pattern = "/schemas/ids/{}", .read = GetById},
      {.pattern = "/schemas/ids/{}/schema", .read = GetTextById},
      {.pattern = "/schemas/ids/{}/subjects", .read = ListSubjectsOfId},
      {.pattern = "/schemas/ids/{}/versions", .read = ListVersionsOfId},
      {.pattern = "/schemas/guids/{}", .read = GetByGuid},
      {.pattern = "/schemas/guids/{}/ids", .read = ListIdsOfGuid},
  };
}

}  // namespace regent
