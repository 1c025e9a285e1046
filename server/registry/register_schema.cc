#include "server/registry/register_schema.h"

#include <algorithm>
#include <limits>
#include <utility>

#include "absl/strings/str_cat.h"
#include "base/error_reason.h"
#include "schema/compatibility.h"
#include "schema/reserved_fields.h"
#include "server/registry/compatibility_check.h"
#include "server/registry/metadata_merge.h"
#include "server/registry/rule_set_check.h"
#include "server/registry/schema_match.h"
#include "store/record_codec.h"

namespace regent {
namespace {

class RegisterOperation : public WriteOperation {
 public:
  RegisterOperation(const WriteDomain* domain, RegisterSchema request)
      : domain_(domain), request_(std::move(request)), lease_(domain->ids) {}

  std::optional<WriteAnswer> Prepare() override {
    const State& state = *domain_->state;
    result_ = WriteResult();
    if (absl::Status status = CheckSubjectName(request_.subject); !status.ok()) return status;
    if (request_.subject.name.empty()) {
      return MakeError(ErrorReason::kSubjectInvalid, "A schema is registered under a subject, which has a name.");
    }
    config_revision_ = state.config_revision();
    const OwnId own_id = request_.id ? OwnId::kYes : OwnId::kNo;
    if (absl::Status status = CheckRegistrable(state, request_.subject, own_id); !status.ok()) return status;
    if (absl::Status status = CheckNumbers(); !status.ok()) return status;
    view_ = state.FindSubject(request_.subject);
    declares_context_ = DeclaresContext();
    referenced_.clear();
    return request_.id ? PrepareImport() : PrepareOwn();
  }

  std::optional<WriteResult> FindLiveUnmerged() {
    if (request_.id || request_.version || request_.validate_only || request_.subject.name.empty()) return std::nullopt;
    if (request_.edit != SchemaEdit()) return std::nullopt;
    const State& state = *domain_->state;
    if (!CheckSubjectName(request_.subject).ok()) return std::nullopt;
    if (!CheckRegistrable(state, request_.subject, OwnId::kNo).ok()) return std::nullopt;
    view_ = state.FindSubject(request_.subject);
    const EffectiveConfig config = EffectiveConfigOf(state, domain_->defaults, request_.subject);
    if (view_ == nullptr || AddsToContent(config) || !Understand(config).ok()) return std::nullopt;
    const VersionEntry* same = FindLive();
    if (same == nullptr) return std::nullopt;
    WriteAnswer answer = Existing(*same);
    return *std::move(answer);
  }

  std::vector<HoldKey> Holds() const override {
    std::vector<HoldKey> holds = {{SubjectHold(request_.subject)},
                                  {ContentHold(request_.subject.context, content_.type, hash_)}};
    for (const Reference& reference : content_.references) {
      holds.push_back({SubjectHold(reference.subject), HoldMode::kShared});
    }
    if (declares_context_) holds.push_back({ContextHold(request_.subject.context)});
    return holds;
  }

  WriteStep Decide() override {
    const State& state = *domain_->state;
    if (state.FindSubject(request_.subject) != view_ || state.config_revision() != config_revision_) {
      return WriteStep::PrepareAgain();
    }
    for (const auto& [subject, view] : referenced_) {
      if (state.FindSubject(subject) != view) return WriteStep::PrepareAgain();
    }
    // Deleted meanwhile: whoever declares a context holds it.
    if (DeclaresContext() && !declares_context_) return WriteStep::PrepareAgain();
    const std::string& context = request_.subject.context;
    if (absl::Status status = CheckHash(); !status.ok()) return WriteStep::Answer(status);
    const auto known = state.FindByContent(context, content_.type, hash_);
    SchemaId id;
    if (KeepsOwnId()) {
      id = *request_.id;
      // Another operation gives the same id out at this moment: its outcome decides about this one. Taken before the
      // look, or the other could end in between and both would give the id a meaning.
      if (known == nullptr && !lease_.Take(context, id)) return WriteStep::PrepareAgain();
      if (absl::Status status = CheckOwnId(known.get()); !status.ok()) return WriteStep::Answer(status);
    } else {
      id = known != nullptr ? known->id : lease_.Next(context);
      if (id == SchemaId()) return WriteStep::Answer(NoIdLeft());
    }
    std::vector<Record> records;
    if (DeclaresContext()) {
      records.push_back(EncodeRecord({.type = KeyType::kContext, .text = context}, ContextRecord{}));
    }
    version_ = TargetVersion();
    records.push_back(EncodeRecord(SchemaKey(request_.subject, version_), SchemaRecord{id, content_, false, {}}));
    return WriteStep::Append(std::move(records));
  }

  WriteStep AfterReadBack(const Position& position) override {
    const auto view = domain_->state->FindSubject(request_.subject);
    const VersionEntry* entry = view ? view->Find(version_) : nullptr;
    if (entry == nullptr) return WriteStep::PrepareAgain();
    if (!result_.registered) {
      result_.position = position;
      result_.changed = true;
      result_.registered = MakeSchemaVersion(request_.subject, *entry, domain_->log_id);
    }
    // Only now: were these sent together and the new version lost, the old ones would be gone for nothing.
    std::vector<Record> records = TombstonesOfOlderCopies(*view, *entry);
    if (records.empty()) return WriteStep::Answer(result_);
    return WriteStep::Append(std::move(records), /*removes_schema=*/true);
  }

 private:
  // A registration of one's own: understood, merged with the configuration, looked up, compared.
  std::optional<WriteAnswer> PrepareOwn() {
    const EffectiveConfig config = EffectiveConfigOf(*domain_->state, domain_->defaults, request_.subject);
    if (absl::Status status = Understand(config); !status.ok()) return status;
    const VersionEntry* previous = Base();
    // As it was sent, where nothing is to be added to it.
    if (!request_.version && !AddsToContent(config) && request_.edit == SchemaEdit()) {
      if (const VersionEntry* same = FindLive()) return Existing(*same);
    }
    MergeFromConfig(config, previous ? &previous->stored->content : nullptr, &content_);
    ApplyEdit(request_.edit, previous ? &previous->stored->content : nullptr, &content_);
    if (absl::Status status = CheckRules(); !status.ok()) return status;
    const bool numbered = content_.metadata && content_.metadata->properties.contains(kVersionProperty);
    if (request_.version || numbered) {
      const bool next = !request_.version || request_.version->value() == -1;
      const Version version = next ? NextVersion() : *request_.version;
      if (!content_.metadata) content_.metadata.emplace();
      content_.metadata->properties[kVersionProperty] = std::to_string(version.value());
    }
    hash_ = HashOf(content_, request_.subject.context);
    if (absl::Status status = CheckHash(); !status.ok()) return status;
    if (const VersionEntry* same = FindLive()) {
      // A version that was asked for by number is there already: a repeated request.
      if (!request_.version || same->version == *request_.version) return Existing(*same);
    }
    if (request_.version && request_.version->value() != -1 && *request_.version != NextVersion()) {
      return errors::SchemaInvalid(
          absl::StrCat("Version is not one more than previous version: ", request_.version->value(), " was asked for, ",
                       NextVersion().value(), " would be next."));
    }
    if (!request_.force) {
      if (absl::Status status = CheckFits(config); !status.ok()) return status;
    }
    if (absl::Status status = CheckTarget(); !status.ok()) return status;
    if (request_.validate_only) return WhatWouldBe();
    return std::nullopt;
  }

  // What was registered elsewhere before: taken as it is, with its id (mode IMPORT) or without it (FORWARD).
  std::optional<WriteAnswer> PrepareImport() {
    content_ = request_.content;
    if (absl::Status status = domain_->catalog->PinReferences(&content_.references, ReferenceScope::kAny);
        !status.ok()) {
      return status;
    }
    NoteReferences();
    // Types of other registries are kept unread.
    if (content_.type != SchemaType::kOther) {
      auto parsed = domain_->catalog->ParseNew(content_, Validation::kLenient, ReferenceScope::kAny);
      if (!parsed.ok()) return parsed.status();
      content_.text = (*parsed)->canonical();
    }
    if (absl::Status status = CheckRules(); !status.ok()) return status;
    hash_ = HashOf(content_, request_.subject.context);
    if (absl::Status status = CheckHash(); !status.ok()) return status;
    const auto known = domain_->state->FindByContent(request_.subject.context, content_.type, hash_);
    if (KeepsOwnId()) {
      if (absl::Status status = CheckOwnId(known.get()); !status.ok()) return status;
    }
    const bool any_version = !request_.version || request_.version->value() == -1;
    if (view_ != nullptr && any_version) {
      const VersionEntry* same = FindByHash(*domain_->catalog, *view_, content_.type, hash_, Deleted::kExclude);
      if (same != nullptr && (!KeepsOwnId() || same->stored->id == *request_.id)) return Existing(*same);
    }
    const VersionEntry* there = view_ != nullptr && !any_version ? view_->Find(*request_.version) : nullptr;
    if (there != nullptr) {
      const bool same = there->stored->hash == hash_ && there->stored->content.type == content_.type;
      if (!same) {
        return MakeError(ErrorReason::kModeForbids,
                         absl::StrCat("Overwrite version ", there->version.value(), " of subject '",
                                      request_.subject.Qualified(), "' with another schema is not permitted."),
                         {.subject = request_.subject, .version = there->version});
      }
      if (!there->deleted) return Existing(*there);
    }
    if (absl::Status status = CheckTarget(); !status.ok()) return status;
    if (request_.validate_only) return WhatWouldBe();
    return std::nullopt;
  }

  bool KeepsOwnId() const { return request_.id && EffectiveMode(*domain_->state, request_.subject) == Mode::kImport; }

  // An id never changes its meaning, and a content has one id within a context.
  absl::Status CheckOwnId(const StoredSchema* known) const {
    const std::string& context = request_.subject.context;
    if (known != nullptr && known->id != *request_.id) {
      return MakeError(ErrorReason::kIdMismatch,
                       absl::StrCat("The schema has id ", known->id.value(), " in context ", context, ", not ",
                                    request_.id->value(), "."),
                       {.subject = request_.subject, .id = known->id});
    }
    if (known == nullptr && domain_->state->FindById(context, *request_.id) != nullptr) {
      return MakeError(ErrorReason::kModeForbids,
                       absl::StrCat("Overwrite new schema with id ", request_.id->value(), " in context ", context,
                                    " is not permitted."),
                       {.subject = request_.subject, .id = *request_.id});
    }
    return absl::OkStatus();
  }

  // What no record can say must not be written: nobody could read it back.
  absl::Status CheckNumbers() const {
    if (request_.id && request_.id->value() < 1) return errors::RequestInvalid("id", "must be 1 or above");
    if (!request_.version || request_.version->value() == -1 || request_.version->value() >= 1) return absl::OkStatus();
    return MakeError(ErrorReason::kVersionInvalid,
                     absl::StrCat("The specified version ", request_.version->value(),
                                  " is not a valid version: 1 or above, or -1 for the next one."),
                     {.subject = request_.subject});
  }

  // Ids and GUIDs go by the MD5 of a content, and two texts with one MD5 can be made: the second one would get the id
  // of the first, which then had two meanings.
  absl::Status CheckHash() const {
    const auto known = domain_->state->FindByContent(request_.subject.context, content_.type, hash_);
    if (known == nullptr || known->content.text == content_.text) return absl::OkStatus();
    return MakeError(
        ErrorReason::kSchemaInvalid,
        absl::StrCat("The MD5 of this schema is that of another one, which has id ", known->id.value(), " in context ",
                     request_.subject.context, ": change its text, if only a comment or a description."),
        {.subject = request_.subject, .id = known->id});
  }

  absl::Status CheckTarget() const {
    if (TargetVersion() != Version()) return absl::OkStatus();
    return MakeError(ErrorReason::kVersionInvalid,
                     absl::StrCat("Subject '", request_.subject.Qualified(), "' has version ", view_->Highest().value(),
                                  ", which is the last one that there can be."),
                     {.subject = request_.subject, .version = view_->Highest()});
  }

  absl::Status NoIdLeft() const {
    return MakeError(ErrorReason::kInternal,
                     absl::StrCat("Context ", request_.subject.context,
                                  " has no id left for a new schema: the last one that there can be was seen."),
                     {.subject = request_.subject});
  }

  absl::Status CheckRules() const { return content_.rule_set ? ValidateRuleSet(*content_.rule_set) : absl::OkStatus(); }

  const VersionEntry* FindLive() const {
    if (view_ == nullptr) return nullptr;
    if (const VersionEntry* same = FindByHash(*domain_->catalog, *view_, content_.type, hash_, Deleted::kExclude))
      return same;
    return FindEquivalent(*domain_->catalog, *view_, content_, *parsed_, Deleted::kExclude);
  }

  void NoteReferences() {
    for (const Reference& reference : content_.references) {
      referenced_.emplace_back(reference.subject, domain_->state->FindSubject(reference.subject));
    }
  }

  // From the request to content that could be stored: text canonical, references pinned.
  absl::Status Understand(const EffectiveConfig& config) {
    content_ = request_.content;
    if (content_.text.empty()) {
      // New metadata or rules for the text that is there.
      const VersionEntry* base = Base();
      if (base == nullptr && request_.base) {
        if (view_ == nullptr) return errors::SubjectNotFound(request_.subject);
        return errors::VersionNotFound(request_.subject, *request_.base);
      }
      if (base == nullptr) return errors::SchemaInvalid("Empty schema");
      content_.type = base->stored->content.type;
      content_.text = base->stored->content.text;
      if (content_.references.empty()) content_.references = base->stored->content.references;
    }
    if (absl::Status status = domain_->catalog->PinReferences(&content_.references); !status.ok()) return status;
    NoteReferences();
    const bool normalize = request_.normalize || config.normalize;
    auto parsed =
        domain_->catalog->ParseNew(content_, config.validate_new_schemas ? Validation::kStrict : Validation::kLenient);
    if (!parsed.ok()) return parsed.status();
    parsed_ = *std::move(parsed);
    if (config.validate_fields) {
      const auto format = domain_->catalog->FormatOf(content_.type);
      if (!format.ok()) return format.status();
      if (absl::Status status = CheckFieldNames(**format, *parsed_); !status.ok()) return status;
    }
    content_.text = normalize ? parsed_->normalized() : parsed_->canonical();
    if (normalize) SortReferences(&content_.references);
    hash_ = HashOf(content_, request_.subject.context);
    return CheckHash();
  }

  // Whose metadata and rules hold on, and whose text does where the request has none; null: nobody's.
  const VersionEntry* Base() const {
    if (view_ == nullptr) return nullptr;
    if (!request_.base) return view_->LatestLive();
    const VersionEntry* base = view_->Find(*request_.base);
    return base != nullptr && !base->deleted ? base : nullptr;
  }

  absl::Status CheckFits(const EffectiveConfig& config) const {
    auto report = CheckAgainstLive(*domain_->catalog, config.level, config, view_.get(), content_, *parsed_);
    if (!report.ok()) return report.status();
    if (report->compatible) return absl::OkStatus();
    return MakeError(ErrorReason::kSchemaIncompatible,
                     absl::StrCat("Schema being registered is incompatible with an earlier schema for subject \"",
                                  request_.subject.Qualified(), "\" (compatibility level ",
                                  std::string(CompatibilityLevelName(config.level)), "):\n", DescribeReport(*report)),
                     {.subject = request_.subject, .report = *report});
  }

  WriteAnswer Existing(const VersionEntry& entry) const {
    WriteResult result;
    result.position = domain_->state->position();
    result.registered = MakeSchemaVersion(request_.subject, entry, domain_->log_id);
    return result;
  }

  // The id is 0 when it would be a new one: ids are handed out only with a write. Not so an imported one.
  WriteAnswer WhatWouldBe() const {
    const std::string& context = request_.subject.context;
    const auto known = domain_->state->FindByContent(context, content_.type, hash_);
    VersionEntry entry;
    entry.version = TargetVersion();
    entry.stored = known ? known
                         : std::make_shared<const StoredSchema>(
                               StoredSchema{context, KeepsOwnId() ? *request_.id : SchemaId(), hash_, content_});
    WriteResult result;
    result.position = domain_->state->position();
    result.changed = true;
    result.registered = MakeSchemaVersion(request_.subject, entry, domain_->log_id);
    return result;
  }

  std::vector<Record> TombstonesOfOlderCopies(const SubjectView& view, const VersionEntry& newest) const {
    std::vector<Record> records;
    for (const Version version : domain_->state->UsesIn(request_.subject, newest.stored->id)) {
      const VersionEntry* entry = version < newest.version ? view.Find(version) : nullptr;
      if (entry == nullptr || !entry->deleted || entry->stored->id != newest.stored->id) continue;
      if (!domain_->state->ReferrersOf(request_.subject, version).empty()) continue;
      AppendTombstones(*domain_->state, SchemaKey(request_.subject, version), &records);
    }
    return records;
  }

  // 0 when there is none.
  Version NextVersion() const {
    if (view_ == nullptr) return Version(1);
    const bool last = view_->Highest().value() == std::numeric_limits<int32_t>::max();
    return last ? Version() : view_->Highest().Next();
  }

  Version TargetVersion() const {
    const bool imported = request_.id && request_.version && request_.version->value() != -1;
    return imported ? *request_.version : NextVersion();
  }

  bool DeclaresContext() const {
    const std::string& context = request_.subject.context;
    if (context == kDefaultContext) return false;
    return std::holds_alternative<Tombstone>(domain_->state->ValueOf({.type = KeyType::kContext, .text = context}));
  }

  static void SortReferences(std::vector<Reference>* references) {
    std::stable_sort(references->begin(), references->end(), [](const Reference& a, const Reference& b) {
      return std::pair(a.subject.Qualified(), a.version) < std::pair(b.subject.Qualified(), b.version);
    });
    references->erase(std::unique(references->begin(), references->end()), references->end());
  }

  const WriteDomain* const domain_;
  const RegisterSchema request_;
  // What Prepare() saw and made of it.
  uint64_t config_revision_ = 0;
  std::shared_ptr<const SubjectView> view_;
  bool declares_context_ = false;
  std::vector<std::pair<Subject, std::shared_ptr<const SubjectView>>> referenced_;
  SchemaContent content_;
  std::shared_ptr<const ParsedSchema> parsed_;
  ContentHash hash_;
  // What was decided.
  IdAllocator::Lease lease_;
  Version version_;
  WriteResult result_;
};

}  // namespace

std::unique_ptr<WriteOperation> NewRegisterOperation(const WriteDomain* domain, RegisterSchema request) {
  return std::make_unique<RegisterOperation>(domain, std::move(request));
}

std::optional<WriteResult> FindLiveRegistration(const WriteDomain* domain, const RegisterSchema& request) {
  return RegisterOperation(domain, request).FindLiveUnmerged();
}

}  // namespace regent
