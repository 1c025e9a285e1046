#include "cli/subject_manifest.h"

#include <set>
#include <utility>

#include "base/error_reason.h"
#include "base/json_value.h"
#include "cli/printable.h"

namespace regent::cli {
namespace {

absl::Status Wrong(std::string_view message) {
  return MakeError(ErrorReason::kRequestInvalid, "the manifest " + std::string(message));
}

std::string StringAt(const JsonValue& object, std::string_view name) {
  const JsonValue* member = object.Find(name);
  return member != nullptr && member->is_string() ? member->string_value() : "";
}

std::optional<size_t> IndexOf(const Manifest& manifest, const Subject& subject) {
  for (size_t i = 0; i < manifest.size(); ++i) {
    if (manifest[i].subject == subject) return i;
  }
  return std::nullopt;
}

absl::StatusOr<ManifestSubject> ReadSubject(const JsonValue& object, const Manifest& before) {
  ManifestSubject out;
  const std::string name = StringAt(object, "subject");
  out.subject = Subject::Parse(name);
  out.file = StringAt(object, "file");
  if (out.subject.name.empty() || out.file.empty()) return Wrong("has a subject without a name or a file");
  const auto type = ParseSchemaType(StringAt(object, "type"));
  if (!type) return Wrong("gives " + Printable(name) + " a type that does not exist");
  out.type = *type;
  const std::string level = StringAt(object, "level");
  const std::string policy = StringAt(object, "policy");
  if (!level.empty()) {
    out.level = ParseCompatibilityLevel(level);
    if (!out.level)
      return Wrong("gives " + Printable(name) + " the level " + Printable(level) + ", which does not exist");
  }
  if (!policy.empty()) {
    out.policy = ParseCompatibilityPolicy(policy);
    if (!out.policy)
      return Wrong("gives " + Printable(name) + " the policy " + Printable(policy) + ", which does not exist");
  }
  const JsonValue* references = object.Find("references");
  if (references == nullptr || !references->is_array()) return out;
  for (const JsonValue& item : references->items()) {
    ManifestSubject::Use use{StringAt(item, "name"), Subject::Parse(StringAt(item, "subject"))};
    if (use.name.empty() || !IndexOf(before, use.subject)) {
      return Wrong("has a reference of " + Printable(name) + " to what does not come before it");
    }
    out.references.push_back(std::move(use));
  }
  return out;
}

void AddTexts(const Manifest& manifest, size_t index, const std::vector<std::string>& texts,
              std::set<std::string>* names, std::vector<NamedSchema>* out) {
  for (const ManifestSubject::Use& use : manifest[index].references) {
    if (!names->insert(use.name).second) continue;
    const size_t target = *IndexOf(manifest, use.subject);  // before `index`, so this ends
    AddTexts(manifest, target, texts, names, out);
    out->push_back({use.name, texts[target]});
  }
}

}  // namespace

absl::StatusOr<Manifest> ParseManifest(std::string_view text) {
  const absl::StatusOr<JsonValue> root = JsonValue::Parse(text);
  if (!root.ok()) return Wrong("is no JSON: " + std::string(root.status().message()));
  const JsonValue* subjects = root->Find("subjects");
  if (subjects == nullptr || !subjects->is_array() || subjects->items().empty()) return Wrong("has no subjects");
  Manifest manifest;
  for (const JsonValue& item : subjects->items()) {
    absl::StatusOr<ManifestSubject> subject = ReadSubject(item, manifest);
    if (!subject.ok()) return subject.status();
    manifest.push_back(*std::move(subject));
  }
  return manifest;
}

std::vector<NamedSchema> TextsUsedBy(const Manifest& manifest, size_t index, const std::vector<std::string>& texts) {
  std::set<std::string> names;
  std::vector<NamedSchema> used;
  AddTexts(manifest, index, texts, &names, &used);
  return used;
}

}  // namespace regent::cli
