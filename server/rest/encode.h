// Domain structs as Confluent's JSON: fields in their order, what is empty left out.
#pragma once

#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "server/registry/registry.h"
#include "server/rest/rest_error.h"

namespace regent {

// How schemas are shown. Profile 7 leaves out guid, ts, deleted, and schemaType where it is AVRO.
struct SchemaDress {
  CompatProfile profile = CompatProfile::k8;
  // In place of the stored text; null: as it is stored.
  const std::string* text = nullptr;
  // Entities with one of these tags, or any where "*" is among them, are shown as `schemaTags`; none: nothing is.
  std::set<std::string> find_tags;
};

// `{subject,version,id,guid,schemaType,references,metadata,schema,ts,deleted,ruleSet}`
void AppendSchema(const SchemaVersion& version, const SchemaDress& dress, std::string* out);
// As one of all schemas, which tells who else is meant by the subject, and what is described by it, where asked for.
struct SchemaCompany {
  std::vector<Subject> aliases;
  std::vector<Association> associations;
};
void AppendSchema(const SchemaVersion& version, const SchemaDress& dress, const SchemaCompany& company,
                  std::string* out);
// `{subject?,version?,guid,schemaType,schema,references,metadata,ruleSet,maxId?,ts,deleted}`. Subject and version stand
// there with kShow and a version; `max_id` when it is not 0.
enum class ShowSubject { kHide, kShow };
void AppendSchemaString(const SchemaVersion& version, ShowSubject show, SchemaId max_id, const SchemaDress& dress,
                        std::string* out);
// `{id,version,guid,schemaType,references,metadata,ruleSet,schema,ts,deleted}`; a new one has no ts and deleted yet.
// Profile 7: `{id}`.
enum class Novelty { kNew, kKnown };
void AppendRegistered(const SchemaVersion& version, Novelty novelty, const SchemaDress& dress, std::string* out);

// As GET shows it ("compatibilityLevel"), and as PUT takes and echoes it ("compatibility").
enum class ConfigForm { kStored, kRequest };
void AppendConfig(const SubjectConfig& config, ConfigForm form, std::string* out);

// `[{subject,guid,resourceName,resourceNamespace,resourceId,resourceType,associationType,lifecycle,frozen}]`
void AppendAssociations(const std::vector<Association>& associations, std::string* out);
// `{resourceName,resourceNamespace,resourceId,resourceType,associations:[{subject,associationType,lifecycle,frozen}]}`:
// all are of one resource. With `schemas` each has its subject's, where there is one.
void AppendResource(const std::vector<Association>& associations, const std::map<Subject, SchemaVersion>& schemas,
                    const SchemaDress& dress, std::string* out);

void AppendStrings(const std::vector<std::string>& texts, std::string* out);

// The entries of a report in Confluent's form, as in `messages` and after "details:". `old_texts` are those of the
// versions compared, where they are known.
std::vector<std::string> ReportMessages(const CompatibilityReport& report,
                                        const std::map<Version, std::string>& old_texts, bool validate_fields);

}  // namespace regent
