#include "cli/offline_check.h"

#include <memory>
#include <optional>
#include <utility>

#include "base/error_reason.h"
#include "cli/local_file.h"
#include "cli/printable.h"
#include "cli/schema_lock.h"
#include "cli/subject_manifest.h"
#include "schema/all_formats.h"
#include "schema/compatibility.h"

namespace regent::cli {
namespace {

absl::Status Wrong(std::string_view message) { return MakeError(ErrorReason::kRequestInvalid, message); }

struct Rules {
  CompatibilityLevel level = CompatibilityLevel::kBackward;
  CompatibilityPolicy policy = CompatibilityPolicy::kStrict;
};

// What --level and --policy say in place of `rules`.
absl::StatusOr<Rules> Overruled(const Arguments& arguments, Rules rules) {
  if (const auto word = arguments.Value("level")) {
    const auto level = ParseCompatibilityLevel(*word);
    if (!level)
      return Wrong("--level is NONE, BACKWARD, FORWARD or FULL, or one of them with _TRANSITIVE, not '" +
                   Printable(*word) + "'");
    rules.level = *level;
  }
  if (const auto word = arguments.Value("policy")) {
    const auto policy = ParseCompatibilityPolicy(*word);
    if (!policy) return Wrong("--policy is STRICT, LENIENT or LOGICAL, not '" + Printable(*word) + "'");
    rules.policy = *policy;
  }
  return rules;
}

absl::StatusOr<std::vector<NamedSchema>> ReadReferences(const Arguments& arguments, std::string_view flag,
                                                        std::istream& in) {
  std::vector<NamedSchema> references;
  for (const std::string& word : arguments.Values(flag)) {
    const size_t equals = word.rfind('=');
    if (equals == std::string::npos || equals == 0 || equals + 1 == word.size()) {
      return Wrong("--" + std::string(flag) + " is NAME=FILE here, not '" + Printable(word) + "'");
    }
    absl::StatusOr<std::string> text = ReadWholeFile(word.substr(equals + 1), in);
    if (!text.ok()) return text.status();
    references.push_back({word.substr(0, equals), *std::move(text)});
  }
  return references;
}

// The same error, saying first which file it is about.
absl::Status InFile(const absl::Status& status, std::string_view file) {
  return MakeError(ReasonOf(status), Printable(file) + ": " + std::string(status.message()), DetailOf(status));
}

using ParsedPtr = std::shared_ptr<const ParsedSchema>;

}  // namespace

const std::vector<Flag>& AgainstFlags() {
  static const auto* const flags = new std::vector<Flag>{
      {"against", "FILE", "an earlier version; more of them from the oldest to the newest", /*repeated=*/true},
      {"level", "LEVEL", "judge by this level (default: BACKWARD)"},
      {"policy", "STRICT|LENIENT|LOGICAL",
       "how strictly JSON Schema is judged, and whether as tables, too (default: STRICT)"},
      {"type", "AVRO|JSON|PROTOBUF", "else told by FILE's ending (.avsc .json .proto), else AVRO"},
      {"reference", "NAME=FILE", "what the schemas refer to", /*repeated=*/true},
      {"old-reference", "NAME=FILE", "what the earlier versions refer to, if that is something else",
       /*repeated=*/true},
  };
  return *flags;
}

const std::vector<Flag>& LockFlags() {
  static const auto* const flags = new std::vector<Flag>{
      {"manifest", "FILE", "the subject, as a build describes it"},
      {"lock", "FILE", "the lock file that `regent lock` wrote"},
  };
  return *flags;
}

absl::StatusOr<OfflineVerdict> CheckAgainstFiles(const Arguments& arguments, const std::string& file,
                                                 std::istream& in) {
  const absl::StatusOr<Rules> rules = Overruled(arguments, {});
  if (!rules.ok()) return rules.status();
  const absl::StatusOr<SchemaType> type = SchemaTypeOf(arguments.Value("type"), file);
  if (!type.ok()) return type.status();
  const Format* const format = FindFormat(*type);
  absl::StatusOr<std::vector<NamedSchema>> references = ReadReferences(arguments, "reference", in);
  if (!references.ok()) return references.status();
  absl::StatusOr<std::vector<NamedSchema>> old_references = ReadReferences(arguments, "old-reference", in);
  if (!old_references.ok()) return old_references.status();
  // Of one name the first counts.
  old_references->insert(old_references->end(), references->begin(), references->end());

  const absl::StatusOr<std::string> text = ReadWholeFile(file, in);
  if (!text.ok()) return text.status();
  const absl::StatusOr<ParsedPtr> candidate = format->Parse(*text, *references, Validation::kStrict, FormatLimits());
  if (!candidate.ok()) return InFile(candidate.status(), file);

  OfflineVerdict verdict;
  std::vector<RegisteredVersion> versions;
  for (const std::string& old_file : arguments.Values("against")) {
    verdict.what += (verdict.what.empty() ? "" : ", ") + Printable(old_file);
    const absl::StatusOr<std::string> old_text = ReadWholeFile(old_file, in);
    if (!old_text.ok()) return old_text.status();
    absl::StatusOr<ParsedPtr> parsed = format->Parse(*old_text, *old_references, Validation::kLenient, FormatLimits());
    if (!parsed.ok()) return InFile(parsed.status(), old_file);
    versions.push_back({Version(static_cast<int32_t>(versions.size()) + 1), *type,
                        [parsed = *std::move(parsed)]() -> absl::StatusOr<ParsedPtr> { return parsed; }});
  }
  absl::StatusOr<CompatibilityReport> report =
      CheckCompatibility(rules->level, rules->policy, *format, **candidate, versions, FormatLimits());
  if (!report.ok()) return report.status();
  verdict.report = *std::move(report);
  return verdict;
}

absl::StatusOr<OfflineVerdict> CheckAgainstLock(const Arguments& arguments, std::istream& in) {
  const auto manifest_file = arguments.Value("manifest");
  const auto lock_file = arguments.Value("lock");
  if (!manifest_file || !lock_file) return Wrong("--manifest and --lock belong together");
  const absl::StatusOr<std::string> manifest_text = ReadWholeFile(*manifest_file, in);
  if (!manifest_text.ok()) return manifest_text.status();
  const absl::StatusOr<Manifest> manifest = ParseManifest(*manifest_text);
  if (!manifest.ok()) return InFile(manifest.status(), *manifest_file);
  const absl::StatusOr<std::string> lock_text = ReadWholeFile(*lock_file, in);
  if (!lock_text.ok()) return lock_text.status();
  const absl::StatusOr<SchemaLock> lock = ParseLock(*lock_text);
  if (!lock.ok()) return InFile(lock.status(), *lock_file);

  // Each as it would be registered, so that it can be found in the lock again.
  const ManifestSubject& subject = manifest->back();
  std::vector<std::string> texts;
  ParsedPtr candidate;
  for (size_t i = 0; i < manifest->size(); ++i) {
    const ManifestSubject& each = (*manifest)[i];
    const absl::StatusOr<std::string> text = ReadWholeFile(each.file, in);
    if (!text.ok()) return text.status();
    absl::StatusOr<ParsedPtr> parsed =
        FindFormat(each.type)->Parse(*text, TextsUsedBy(*manifest, i, texts), Validation::kStrict, FormatLimits());
    if (!parsed.ok()) return InFile(parsed.status(), each.file);
    candidate = *std::move(parsed);
    texts.push_back(candidate->canonical());
  }
  const Format* const format = FindFormat(subject.type);
  const std::vector<NamedSchema> references = TextsUsedBy(*manifest, manifest->size() - 1, texts);

  const LockedSubject* const locked = lock->FindSubject(subject.subject);
  Rules rules;
  if (locked != nullptr) rules = {locked->level, locked->policy};
  rules.level = subject.level.value_or(rules.level);
  rules.policy = subject.policy.value_or(rules.policy);
  const absl::StatusOr<Rules> overruled = Overruled(arguments, rules);
  if (!overruled.ok()) return overruled.status();

  std::vector<RegisteredVersion> versions;
  for (const LockedSchema* version : lock->VersionsOf(subject.subject)) {
    versions.push_back({version->version, version->content.type, [&lock, version]() -> absl::StatusOr<ParsedPtr> {
                          const auto used = lock->Resolve(version->content.references);
                          if (!used.ok()) return used.status();
                          return FindFormat(version->content.type)
                              ->Parse(version->content.text, *used, Validation::kLenient, FormatLimits());
                        }});
  }
  OfflineVerdict verdict;
  verdict.what = Printable(subject.subject.Qualified());
  if (versions.empty()) verdict.what += ", of which " + Printable(*lock_file) + " holds no version,";
  // What is registered already is no change, whatever later versions say.
  for (const RegisteredVersion& version : versions) {
    const LockedSchema* const same = lock->Find(subject.subject, version.version);
    if (same->content.type != subject.type || same->content.text != candidate->canonical()) continue;
    const auto used = lock->Resolve(same->content.references);
    if (!used.ok() || *used != references) continue;
    verdict.report.level = overruled->level;
    verdict.what += " (it is version " + std::to_string(version.version.value()) + ")";
    return verdict;
  }
  absl::StatusOr<CompatibilityReport> report =
      CheckCompatibility(overruled->level, overruled->policy, *format, *candidate, versions, FormatLimits());
  if (!report.ok()) return report.status();
  verdict.report = *std::move(report);
  return verdict;
}

}  // namespace regent::cli
