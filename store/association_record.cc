#include "store/association_record.h"

#include <string>

#include "store/record_json.h"

namespace regent {
namespace {

constexpr char kTenant[] = "default";

}  // namespace

RecordKey AssociationKey(const Association& association) {
  RecordKey key;
  key.type = KeyType::kAssociation;
  ObjectWriter object(&key.text);
  object.Text("keytype", "ASSOC");
  object.Text("tenant", kTenant);
  object.TextUnlessEmpty("resourceName", association.resource_name);
  object.TextUnlessEmpty("resourceNamespace", association.resource_namespace);
  object.TextUnlessEmpty("resourceType", association.resource_type);
  object.TextUnlessEmpty("associationType", association.association_type);
  object.TextUnlessEmpty("subject", association.subject.Qualified());
  object.Number("magic", 0);
  object.Close();
  return key;
}

AssociationRecord EncodeAssociation(const Association& association) {
  AssociationRecord record;
  ObjectWriter object(&record.json);
  object.TextUnlessEmpty("guid", association.guid);
  object.Text("tenant", kTenant);
  object.TextUnlessEmpty("resourceName", association.resource_name);
  object.TextUnlessEmpty("resourceNamespace", association.resource_namespace);
  object.TextUnlessEmpty("resourceId", association.resource_id);
  object.TextUnlessEmpty("resourceType", association.resource_type);
  object.TextUnlessEmpty("associationType", association.association_type);
  object.TextUnlessEmpty("subject", association.subject.Qualified());
  object.Text("lifecycle", association.lifecycle == Lifecycle::kStrong ? "STRONG" : "WEAK");
  object.Bool("frozen", association.frozen);
  if (association.create_time_ms != 0) object.Number("createTs", association.create_time_ms);
  object.Close();
  return record;
}

std::optional<Association> ParseAssociation(const AssociationRecord& record) {
  const absl::StatusOr<JsonValue> json = ParseRecordJson(record.json, "value");
  if (!json.ok()) return std::nullopt;
  Association out;
  std::string subject;
  std::string lifecycle;
  FieldReader reader("ASSOC value");
  const auto read = [&](std::string_view name, const JsonValue& node) {
    if (name == "guid") return reader.Text(name, node, &out.guid);
    if (name == "resourceName") return reader.Text(name, node, &out.resource_name);
    if (name == "resourceNamespace") return reader.Text(name, node, &out.resource_namespace);
    if (name == "resourceId") return reader.Text(name, node, &out.resource_id);
    if (name == "resourceType") return reader.Text(name, node, &out.resource_type);
    if (name == "associationType") return reader.Text(name, node, &out.association_type);
    if (name == "subject") return reader.Text(name, node, &subject);
    if (name == "lifecycle") return reader.Text(name, node, &lifecycle);
    if (name == "frozen") return reader.Bool(name, node, &out.frozen);
    // What is no time is none.
    if (name == "createTs") out.create_time_ms = node.ToInt64().value_or(0);
  };
  for (const auto& [name, node] : json->members()) read(name, node);
  if (!reader.ok() || out.resource_name.empty() || subject.empty()) return std::nullopt;
  if (lifecycle != "STRONG" && lifecycle != "WEAK") return std::nullopt;
  out.lifecycle = lifecycle == "STRONG" ? Lifecycle::kStrong : Lifecycle::kWeak;
  out.subject = Subject::Parse(subject);
  return out;
}

}  // namespace regent
