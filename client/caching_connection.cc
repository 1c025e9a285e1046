#include "client/caching_connection.h"

#include <algorithm>
#include <atomic>
#include <cstdint>
#include <string>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

#include "client/bounded_cache.h"

namespace regent::client {
namespace {

// What an allocation takes beside what was asked for, and a node of a map or a set beside its value.
constexpr size_t kAllocationBytes = 24;
constexpr size_t kNodeBytes = 64;

// A string may have grown beyond what it holds.
size_t BytesOf(const std::string& text) {
  static const size_t inlined = std::string().capacity();
  return text.capacity() <= inlined ? 0 : text.capacity() + kAllocationBytes;
}

size_t BytesOf(const RuleSet& rules) {
  size_t bytes = sizeof(RuleSet);
  for (const auto* list : {&rules.migration_rules, &rules.domain_rules, &rules.encoding_rules}) {
    for (const Rule& rule : *list) {
      bytes += sizeof(Rule) + BytesOf(rule.name);
      for (const auto* text :
           {&rule.doc, &rule.kind, &rule.mode, &rule.type, &rule.expr, &rule.on_success, &rule.on_failure}) {
        if (*text) bytes += BytesOf(**text);
      }
      for (const std::string& tag : rule.tags) bytes += kNodeBytes + sizeof(tag) + BytesOf(tag);
      for (const auto& [name, value] : rule.params)
        bytes += kNodeBytes + 2 * sizeof(name) + BytesOf(name) + BytesOf(value);
    }
  }
  return bytes;
}

size_t BytesOf(const Metadata& metadata) {
  size_t bytes = sizeof(Metadata);
  for (const auto& [path, tags] : metadata.tags) {
    bytes += kNodeBytes + sizeof(path) + sizeof(tags) + BytesOf(path);
    for (const std::string& tag : tags) bytes += kNodeBytes + sizeof(tag) + BytesOf(tag);
  }
  for (const auto& [name, value] : metadata.properties)
    bytes += kNodeBytes + 2 * sizeof(name) + BytesOf(name) + BytesOf(value);
  for (const std::string& name : metadata.sensitive) bytes += kNodeBytes + sizeof(name) + BytesOf(name);
  return bytes;
}

size_t BytesOf(const StoredSchema& schema) {
  size_t bytes = sizeof(StoredSchema) + kAllocationBytes + BytesOf(schema.context) + BytesOf(schema.content.text);
  for (const Reference& reference : schema.content.references) {
    bytes += sizeof(Reference) + BytesOf(reference.name) + BytesOf(reference.subject.name);
  }
  if (schema.content.metadata) bytes += BytesOf(*schema.content.metadata);
  if (schema.content.rule_set) bytes += BytesOf(*schema.content.rule_set);
  return bytes;
}

size_t BytesOf(const SchemaVersion& version) {
  return sizeof(SchemaVersion) + BytesOf(version.subject.name) + BytesOf(*version.stored);
}

// Parts are told apart by their lengths, so that no two different rows of parts make one key.
void AppendPart(std::string_view part, std::string* key) {
  key->append(std::to_string(part.size())).push_back(':');
  key->append(part);
}

std::string KeyOf(const GetSchemaRequest& request) {
  if (const auto* guid = std::get_if<ContentHash>(&request.key)) {
    return "g" + std::string(guid->bytes().begin(), guid->bytes().end());
  }
  const auto& by_id = std::get<SchemaIdInContext>(request.key);
  return "i" + std::to_string(by_id.id.value()) + by_id.context;
}

std::string KeyOf(char kind, const Subject& subject) {
  std::string key(1, kind);
  AppendPart(subject.context, &key);
  AppendPart(subject.name, &key);
  return key;
}

std::string LatestKey(const Subject& subject) { return KeyOf('l', subject); }

std::string KeyOf(const GetSchemaVersionRequest& request) {
  if (!request.version) return LatestKey(request.subject);
  return KeyOf(request.deleted == Deleted::kExclude ? 'v' : 'V', request.subject) +
         std::to_string(request.version->value());
}

// The content by its hash, and by what the hash leaves out.
std::string KeyOf(char kind, const Subject& subject, const SchemaContent& content, bool normalize) {
  std::string key = KeyOf(kind, subject);
  AppendPart(content.other_type, &key);
  key.push_back(static_cast<char>('0' + static_cast<int>(content.type)));
  key.push_back(normalize ? 'n' : '-');
  const ContentHash hash = HashOf(content, subject.context);
  key.append(hash.bytes().begin(), hash.bytes().end());
  return key;
}

// Whether the same content means the same answer for a while. A reference to the latest version means another one after
// a registration that no key tells of.
bool IsKeyed(const SchemaContent& content) {
  return std::all_of(content.references.begin(), content.references.end(),
                     [](const Reference& reference) { return reference.version.value() > 0; });
}

class CachingConnection : public RegistryConnection {
 public:
  CachingConnection(std::shared_ptr<RegistryConnection> inner, const CachingOptions& options, const Clock* clock)
      : inner_(std::move(inner)),
        subject_expiry_(options.subject_expiry),
        clock_(clock),
        schemas_(options.schema_bytes_max, clock),
        subjects_(options.subject_bytes_max, clock) {}

  absl::StatusOr<RegisterSchemaResult> RegisterSchema(const CallOptions& options,
                                                      const RegisterSchemaRequest& request) override {
    if (request.validate_only) return inner_->RegisterSchema(options, request);
    // A version or an id of its own is asked for where the content may stand under another one.
    const bool keyed = !request.version && !request.id && IsKeyed(request.content);
    const std::string key = keyed ? KeyOf('r', request.subject, request.content, request.normalize) : "";
    if (std::optional<SchemaVersion> known = keyed ? subjects_.Get(key) : std::nullopt) {
      const Position position = known->position;
      return RegisterSchemaResult{{position, /*changed=*/false}, *std::move(known)};
    }
    uint64_t generation = generation_;
    absl::StatusOr<RegisterSchemaResult> result = inner_->RegisterSchema(options, request);
    // Also after an error: it may have been done.
    if (!result.ok() || result->result.changed) {
      ++generation_;
      ++generation;  // this write is in the answer; another one beside it is not
      subjects_.Erase(LatestKey(request.subject));
      if (result.ok()) subjects_.Erase(LatestKey(result->registered.subject));
    }
    if (result.ok() && keyed) Remember(key, result->registered, generation);
    return result;
  }

  absl::StatusOr<SchemaVersion> LookupSchema(const CallOptions& options, const LookupSchemaRequest& request) override {
    if (!IsKeyed(request.content)) return inner_->LookupSchema(options, request);
    const char kind = request.deleted == Deleted::kExclude ? 'f' : request.deleted == Deleted::kInclude ? 'F' : 'o';
    const std::string key = KeyOf(kind, request.subject, request.content, request.normalize);
    return Version(options, key, [&] { return inner_->LookupSchema(options, request); });
  }

  absl::StatusOr<StoredSchemaPtr> GetSchema(const CallOptions& options, const GetSchemaRequest& request) override {
    std::string key = KeyOf(request);
    if (std::optional<StoredSchemaPtr> known = schemas_.Get(key)) return *std::move(known);
    absl::StatusOr<StoredSchemaPtr> schema = inner_->GetSchema(options, request);
    if (schema.ok()) schemas_.Put(std::move(key), *schema, BytesOf(**schema));
    return schema;
  }

  absl::StatusOr<SchemaVersion> GetSchemaVersion(const CallOptions& options,
                                                 const GetSchemaVersionRequest& request) override {
    const std::string key = KeyOf(request);
    absl::StatusOr<SchemaVersion> version =
        Version(options, key, [&] { return inner_->GetSchemaVersion(options, request); });
    // The latest one of another subject, found by an alias or in another context: a registration there, which this
    // connection is to see at once, says nothing of this name.
    if (!request.version && version.ok() && version->subject != request.subject) subjects_.Erase(key);
    return version;
  }

  absl::StatusOr<CompatibilityReport> CheckCompatibility(const CallOptions& options,
                                                         const CheckCompatibilityRequest& request) override {
    return inner_->CheckCompatibility(options, request);
  }
  absl::StatusOr<SubjectPage> ListSubjects(const CallOptions& options, const ListSubjectsRequest& request) override {
    return inner_->ListSubjects(options, request);
  }
  absl::StatusOr<VersionPage> ListVersions(const CallOptions& options, const ListVersionsRequest& request) override {
    return inner_->ListVersions(options, request);
  }

  // Deletes and configurations are rare, and may change what any entry of a subject, or of an alias, says. They are
  // forgotten even when the call fails: it may have been done.
  absl::StatusOr<DeleteResult> DeleteVersion(const CallOptions& options, const DeleteVersionRequest& request) override {
    return Forgetting([&] { return inner_->DeleteVersion(options, request); });
  }
  absl::StatusOr<DeleteResult> DeleteSubject(const CallOptions& options, const DeleteSubjectRequest& request) override {
    return Forgetting([&] { return inner_->DeleteSubject(options, request); });
  }
  absl::StatusOr<SubjectConfig> GetConfig(const CallOptions& options, const GetConfigRequest& request) override {
    return inner_->GetConfig(options, request);
  }
  absl::StatusOr<ConfigResult> UpdateConfig(const CallOptions& options, const UpdateConfigRequest& request) override {
    return Forgetting([&] { return inner_->UpdateConfig(options, request); });
  }
  absl::StatusOr<ConfigResult> DeleteConfig(const CallOptions& options, const DeleteConfigRequest& request) override {
    return Forgetting([&] { return inner_->DeleteConfig(options, request); });
  }
  absl::StatusOr<BatchRegisterResult> BatchRegisterSchemas(const CallOptions& options,
                                                           const BatchRegisterRequest& request) override {
    return Forgetting([&] { return inner_->BatchRegisterSchemas(options, request); });
  }
  absl::StatusOr<SchemaVersion> FindLatestVersion(const CallOptions& options,
                                                  const FindLatestVersionRequest& request) override {
    return inner_->FindLatestVersion(options, request);
  }
  absl::StatusOr<SchemaPage> ListSchemas(const CallOptions& options, const ListSchemasRequest& request) override {
    return inner_->ListSchemas(options, request);
  }
  absl::StatusOr<std::vector<SchemaUse>> ListReferrers(const CallOptions& options,
                                                       const ListReferrersRequest& request) override {
    return inner_->ListReferrers(options, request);
  }
  absl::StatusOr<std::vector<SchemaUse>> ListSchemaUses(const CallOptions& options,
                                                        const ListSchemaUsesRequest& request) override {
    return inner_->ListSchemaUses(options, request);
  }
  absl::StatusOr<DeleteResult> UndeleteVersion(const CallOptions& options,
                                               const UndeleteVersionRequest& request) override {
    return Forgetting([&] { return inner_->UndeleteVersion(options, request); });
  }
  absl::StatusOr<DeleteResult> UndeleteSubject(const CallOptions& options,
                                               const UndeleteSubjectRequest& request) override {
    return Forgetting([&] { return inner_->UndeleteSubject(options, request); });
  }
  absl::StatusOr<DeleteResult> PurgeVersion(const CallOptions& options, const PurgeVersionRequest& request) override {
    return Forgetting([&] { return inner_->PurgeVersion(options, request); });
  }
  absl::StatusOr<DeleteResult> PurgeSubject(const CallOptions& options, const PurgeSubjectRequest& request) override {
    return Forgetting([&] { return inner_->PurgeSubject(options, request); });
  }
  absl::StatusOr<Mode> GetMode(const CallOptions& options, const GetModeRequest& request) override {
    return inner_->GetMode(options, request);
  }
  absl::StatusOr<ModeResult> UpdateMode(const CallOptions& options, const UpdateModeRequest& request) override {
    return Forgetting([&] { return inner_->UpdateMode(options, request); });
  }
  absl::StatusOr<ModeResult> DeleteMode(const CallOptions& options, const DeleteModeRequest& request) override {
    return Forgetting([&] { return inner_->DeleteMode(options, request); });
  }
  absl::StatusOr<WriteResult> DeleteContext(const CallOptions& options, const DeleteContextRequest& request) override {
    return Forgetting([&] { return inner_->DeleteContext(options, request); });
  }
  absl::StatusOr<std::unique_ptr<ChangeStream>> Watch(const CallOptions& options,
                                                      const WatchRequest& request) override {
    return inner_->Watch(options, request);
  }
  absl::StatusOr<ContextList> ListContexts(const CallOptions& options) override {
    return inner_->ListContexts(options);
  }
  absl::StatusOr<std::vector<Association>> ListAssociations(const CallOptions& options,
                                                            const ListAssociationsRequest& request) override {
    return inner_->ListAssociations(options, request);
  }
  absl::StatusOr<AssociateResourceResult> AssociateResource(const CallOptions& options,
                                                            const AssociateResourceRequest& request) override {
    return inner_->AssociateResource(options, request);
  }
  // It may delete subjects.
  absl::StatusOr<WriteResult> DissociateResource(const CallOptions& options,
                                                 const DissociateResourceRequest& request) override {
    return Forgetting([&] { return inner_->DissociateResource(options, request); });
  }

 private:
  template <typename Ask>
  absl::StatusOr<SchemaVersion> Version(const CallOptions& options, const std::string& key, Ask ask) {
    // Who asks for what is new wants no answer from before.
    const bool any = !options.min_position && !options.linearizable;
    if (std::optional<SchemaVersion> known = any ? subjects_.Get(key) : std::nullopt) return *std::move(known);
    const uint64_t generation = generation_;
    absl::StatusOr<SchemaVersion> version = ask();
    if (version.ok()) Remember(key, *version, generation);
    return version;
  }

  template <typename Ask>
  std::invoke_result_t<Ask> Forgetting(Ask ask) {
    std::invoke_result_t<Ask> result = ask();
    ++generation_;
    subjects_.Clear();
    return result;
  }

  // An answer that was asked for before a write of ours, and came after it, may be from before it: it is not kept.
  void Remember(const std::string& key, const SchemaVersion& version, uint64_t generation) {
    if (subject_expiry_.count() <= 0) return;
    subjects_.Put(key, version, BytesOf(version), clock_->Now() + subject_expiry_);
    if (generation_ != generation) subjects_.Erase(key);
  }

  const std::shared_ptr<RegistryConnection> inner_;
  const std::chrono::milliseconds subject_expiry_;
  const Clock* const clock_;
  BoundedCache<StoredSchemaPtr> schemas_;
  BoundedCache<SchemaVersion> subjects_;
  std::atomic<uint64_t> generation_{0};  // rises with every write of ours
};

}  // namespace

std::shared_ptr<RegistryConnection> MakeCachingConnection(std::shared_ptr<RegistryConnection> inner,
                                                          CachingOptions options, const Clock* clock) {
  return std::make_shared<CachingConnection>(std::move(inner), options, clock);
}

}  // namespace regent::client
