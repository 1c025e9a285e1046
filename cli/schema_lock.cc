#include "cli/schema_lock.h"

#include <algorithm>
#include <set>
#include <tuple>
#include <utility>

#include "base/error_reason.h"
#include "base/json_value.h"
#include "cli/printable.h"

namespace regent::cli {
namespace {

constexpr int kLockVersion = 1;
constexpr size_t kLockBytesMax = 256u << 20;

absl::Status Wrong(std::string_view message) {
  return MakeError(ErrorReason::kRequestInvalid, "the lock file " + std::string(message));
}

JsonValue Text(std::string_view text) { return JsonValue::String(std::string(text)); }

const std::string* StringAt(const JsonValue& object, std::string_view name) {
  const JsonValue* member = object.Find(name);
  return member != nullptr && member->is_string() ? &member->string_value() : nullptr;
}

std::optional<int32_t> PositiveAt(const JsonValue& object, std::string_view name) {
  const JsonValue* member = object.Find(name);
  const std::optional<int64_t> number = member == nullptr ? std::nullopt : member->ToInt64();
  if (!number || *number < 1 || *number > INT32_MAX) return std::nullopt;
  return static_cast<int32_t>(*number);
}

absl::StatusOr<LockedSubject> ReadSubject(const JsonValue& object) {
  LockedSubject out;
  const std::string* subject = StringAt(object, "subject");
  const std::string* level = StringAt(object, "level");
  const std::string* policy = StringAt(object, "policy");
  if (subject == nullptr || level == nullptr) return Wrong("has a subject without a name or a level");
  out.subject = Subject::Parse(*subject);
  const auto known_level = ParseCompatibilityLevel(*level);
  const auto known_policy = ParseCompatibilityPolicy(policy == nullptr ? "STRICT" : *policy);
  if (!known_level || !known_policy) {
    return Wrong("gives " + Printable(*subject) + " a level or a policy that does not exist");
  }
  out.level = *known_level;
  out.policy = *known_policy;
  return out;
}

absl::StatusOr<LockedSchema> ReadSchema(const JsonValue& object) {
  LockedSchema out;
  const std::string* subject = StringAt(object, "subject");
  const std::string* type = StringAt(object, "schemaType");
  const std::string* text = StringAt(object, "schema");
  const std::optional<int32_t> version = PositiveAt(object, "version");
  if (subject == nullptr || text == nullptr || !version) return Wrong("has a schema without subject, version or text");
  const std::string where = Printable(*subject) + " version " + std::to_string(*version);
  const auto known_type = ParseSchemaType(type == nullptr ? "" : *type);
  if (!known_type) return Wrong("gives " + where + " a schemaType that does not exist");
  out.subject = Subject::Parse(*subject);
  out.version = Version(*version);
  out.id = SchemaId(PositiveAt(object, "id").value_or(0));
  out.content.type = *known_type;
  out.content.text = *text;
  const JsonValue* references = object.Find("references");
  if (references == nullptr) return out;
  if (!references->is_array()) return Wrong("has references of " + where + " that are no list");
  for (const JsonValue& item : references->items()) {
    const std::string* name = StringAt(item, "name");
    const std::string* target = StringAt(item, "subject");
    const std::optional<int32_t> number = PositiveAt(item, "version");
    if (name == nullptr || target == nullptr || !number) {
      return Wrong("has a reference of " + where + " without name, subject or version");
    }
    out.content.references.push_back({*name, Subject::Parse(*target), Version(*number)});
  }
  return out;
}

JsonValue ToJson(const LockedSubject& subject) {
  return JsonValue::Object({{"subject", Text(subject.subject.Qualified())},
                            {"level", Text(CompatibilityLevelName(subject.level))},
                            {"policy", Text(CompatibilityPolicyName(subject.policy))}});
}

JsonValue ToJson(const LockedSchema& schema) {
  std::vector<JsonValue::Member> members = {{"subject", Text(schema.subject.Qualified())},
                                            {"version", JsonValue::Number(int64_t{schema.version.value()})},
                                            {"id", JsonValue::Number(int64_t{schema.id.value()})},
                                            {"schemaType", Text(SchemaTypeName(schema.content.type))}};
  if (!schema.content.references.empty()) {
    std::vector<JsonValue> references;
    for (const Reference& reference : schema.content.references) {
      references.push_back(JsonValue::Object({{"name", Text(reference.name)},
                                              {"subject", Text(reference.subject.Qualified())},
                                              {"version", JsonValue::Number(int64_t{reference.version.value()})}}));
    }
    members.emplace_back("references", JsonValue::Array(std::move(references)));
  }
  members.emplace_back("schema", Text(schema.content.text));
  return JsonValue::Object(std::move(members));
}

template <typename Item, typename Read>
absl::Status ReadList(const JsonValue& root, std::string_view name, Read read, std::vector<Item>* out) {
  const JsonValue* list = root.Find(name);
  if (list == nullptr || !list->is_array()) return Wrong("has no list of " + std::string(name));
  for (const JsonValue& item : list->items()) {
    auto read_item = read(item);
    if (!read_item.ok()) return read_item.status();
    out->push_back(*std::move(read_item));
  }
  return absl::OkStatus();
}

}  // namespace

const LockedSubject* SchemaLock::FindSubject(const Subject& subject) const {
  const auto found = std::find_if(subjects.begin(), subjects.end(),
                                  [&](const LockedSubject& locked) { return locked.subject == subject; });
  return found == subjects.end() ? nullptr : &*found;
}

const LockedSchema* SchemaLock::Find(const Subject& subject, Version version) const {
  const auto found = std::find_if(schemas.begin(), schemas.end(), [&](const LockedSchema& schema) {
    return schema.version == version && schema.subject == subject;
  });
  return found == schemas.end() ? nullptr : &*found;
}

std::vector<const LockedSchema*> SchemaLock::VersionsOf(const Subject& subject) const {
  std::vector<const LockedSchema*> versions;
  for (const LockedSchema& schema : schemas) {
    if (schema.subject == subject) versions.push_back(&schema);
  }
  std::sort(versions.begin(), versions.end(),
            [](const LockedSchema* a, const LockedSchema* b) { return a->version < b->version; });
  return versions;
}

absl::StatusOr<std::vector<NamedSchema>> SchemaLock::Resolve(const std::vector<Reference>& references) const {
  struct Level {
    const LockedSchema* owner;  // null for the schema asked about
    const std::vector<Reference>* references;
    size_t next = 0;
    std::string name;
  };
  std::vector<NamedSchema> resolved;
  std::set<std::string> begun;
  std::vector<Level> stack = {{nullptr, &references, 0, ""}};
  while (!stack.empty()) {
    Level& level = stack.back();
    if (level.next == level.references->size()) {
      if (level.owner != nullptr) resolved.push_back({level.name, level.owner->content.text});
      stack.pop_back();
      continue;
    }
    const Reference& reference = (*level.references)[level.next++];
    if (!begun.insert(reference.name).second) continue;
    const LockedSchema* target = Find(reference.subject, reference.version);
    if (target == nullptr) {
      return Wrong("lacks " + Printable(reference.subject.Qualified()) + " version " +
                   std::to_string(reference.version.value()) + ", which a schema in it refers to; refresh it");
    }
    stack.push_back({target, &target->content.references, 0, reference.name});
  }
  return resolved;
}

absl::StatusOr<SchemaLock> ParseLock(std::string_view text) {
  JsonLimits limits;
  limits.max_bytes = kLockBytesMax;
  const absl::StatusOr<JsonValue> root = JsonValue::Parse(text, limits);
  if (!root.ok()) return Wrong("is no JSON: " + std::string(root.status().message()));
  if (PositiveAt(*root, "lockVersion") != kLockVersion) {
    return Wrong("has a lockVersion that this build does not know; it writes and reads 1");
  }
  SchemaLock lock;
  if (absl::Status read = ReadList(*root, "subjects", ReadSubject, &lock.subjects); !read.ok()) return read;
  if (absl::Status read = ReadList(*root, "schemas", ReadSchema, &lock.schemas); !read.ok()) return read;
  return lock;
}

std::string LockToText(SchemaLock lock) {
  std::sort(lock.subjects.begin(), lock.subjects.end(), [](const LockedSubject& a, const LockedSubject& b) {
    return a.subject.Qualified() < b.subject.Qualified();
  });
  std::sort(lock.schemas.begin(), lock.schemas.end(), [](const LockedSchema& a, const LockedSchema& b) {
    return std::pair(a.subject.Qualified(), a.version) < std::pair(b.subject.Qualified(), b.version);
  });
  std::vector<JsonValue> subjects;
  for (const LockedSubject& subject : lock.subjects) subjects.push_back(ToJson(subject));
  std::vector<JsonValue> schemas;
  for (const LockedSchema& schema : lock.schemas) schemas.push_back(ToJson(schema));
  return JsonValue::Object({{"lockVersion", JsonValue::Number(int64_t{kLockVersion})},
                            {"subjects", JsonValue::Array(std::move(subjects))},
                            {"schemas", JsonValue::Array(std::move(schemas))}})
             .ToPrettyString() +
         "\n";
}

}  // namespace regent::cli
