#include "server/registry/local_registry.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/strip.h"
#include "base/error_reason.h"
#include "base/logging.h"
#include "server/registry/associate.h"
#include "server/registry/change_config.h"
#include "server/registry/change_mode.h"
#include "server/registry/compatibility_check.h"
#include "server/registry/delete_schema.h"
#include "server/registry/metadata_merge.h"
#include "server/registry/register_schema.h"
#include "server/registry/schema_match.h"
#include "server/registry/subject_scan.h"
#include "server/registry/undelete_schema.h"

namespace regent {
namespace {

bool Allowed(bool deleted, Deleted wanted) {
  return wanted == Deleted::kInclude || deleted == (wanted == Deleted::kOnly);
}

// `find` in the subject, its alias followed; then, where that was asked for and the subject names no context, in the
// subjects of that name elsewhere.
template <typename Find>
absl::StatusOr<SchemaVersion> SearchContexts(const State& state, const Subject& subject, ContextSearch search,
                                             const Find& find) {
  absl::StatusOr<SchemaVersion> first = find(FollowAlias(state, subject));
  if (search == ContextSearch::kOne || subject.context != kDefaultContext || !absl::IsNotFound(first.status())) {
    return first;
  }
  for (const std::string& context : state.Contexts()) {
    if (context == kDefaultContext) continue;
    auto found = find(FollowAlias(state, Subject(context, subject.name)));
    if (!absl::IsNotFound(found.status())) return found;
  }
  return first;
}

template <typename... Ts>
struct Overloaded : Ts... {
  using Ts::operator()...;
};
template <typename... Ts>
Overloaded(Ts...) -> Overloaded<Ts...>;

}  // namespace

LocalRegistry::LocalRegistry(Options options, std::vector<const Format*> formats, Log* log, Election* election,
                             const Clock* clock, Timer* timer, Executor* executor)
    : options_(std::move(options)),
      log_(log, options_.open_log),
      election_(election),
      state_(log_.Id()),
      catalog_(std::move(formats), &state_, options_.schemas),
      ids_(&state_),
      unfinished_deletes_(&state_),
      domain_{&state_, &catalog_, &ids_, options_.defaults, CurrentLogId(&state_), &unfinished_deletes_, clock},
      gate_(options_.leadership, &log_, &state_, election, clock, timer, this),
      pipeline_(options_.writes, &log_, &state_, &gate_, clock, timer, executor),
      barriers_(options_.barriers, clock, timer,
                [this](SteadyTime deadline, WriteDone done) {
                  pipeline_.Submit(NewBarrierOperation(), {.deadline = deadline}, std::move(done));
                }),
      position_waiters_(options_.position_waiters, &state_, clock, timer),
      requests_(options_.requests, &state_),
      changes_(options_.changes, &state_, executor),
      settler_(options_.settling, &domain_, &pipeline_, &gate_, clock, timer, executor),
      replayer_(options_.retention, &state_, clock, this),
      recovery_({.open_log = options_.open_log,
                 .new_token = options_.leadership.new_token,
                 .restore_patience = options_.restore_patience,
                 .trouble = options_.log_trouble},
                &log_, &state_, &replayer_, &gate_, &pipeline_, clock, timer, executor) {}

LocalRegistry::~LocalRegistry() { Stop(); }

absl::Status LocalRegistry::Start(NodeIdentity identity) {
  const std::string node = identity.node;
  gate_.SetIdentity(std::move(identity));
  if (absl::Status status = recovery_.Start(node); !status.ok()) return status;
  return election_->Start(node, &gate_);
}

void LocalRegistry::HandOver() {
  recovery_.Stop();
  gate_.ShouldResign();
  pipeline_.AwaitReadBack(std::chrono::steady_clock::now() + std::chrono::seconds(1));
  election_->Leave();
}

void LocalRegistry::StandAside(std::chrono::milliseconds pause) {
  gate_.ShouldResign();
  pipeline_.AwaitReadBack(std::chrono::steady_clock::now() + std::chrono::seconds(1));
  gate_.StandAside(pause);
}

void LocalRegistry::Stop() {
  recovery_.Stop();
  settler_.Stop();
  pipeline_.Stop();
  position_waiters_.Stop();
  changes_.Stop();
  gate_.Stop();
  election_->Leave();
  log_.Close();
}

void LocalRegistry::Write(const CallContext& context, WriteCommand command, WriteDone done) {
  if (std::holds_alternative<ReadBarrier>(command)) return barriers_.Ask(context.deadline, std::move(done));
  const size_t kind = command.index();
  const auto* registration = std::get_if<RegisterSchema>(&command);
  // Associations are written in several steps.
  const bool stepwise =
      std::holds_alternative<AssociateResources>(command) || std::holds_alternative<DissociateResource>(command);
  if (stepwise && !context.request_id.empty()) {
    // Their records tell of steps, not of the whole: only the node that answered first remembers.
    if (auto known = requests_.Find(context.request_id, kind)) return done(*std::move(known));
    CallContext without_id = context;
    without_id.request_id.clear();
    const auto remember = [this, id = context.request_id, kind, done = std::move(done)](auto result) {
      if (result.ok() && result->changed) requests_.Remember(id, kind, *result);
      done(std::move(result));
    };
    return Write(without_id, std::move(command), remember);
  }
  const bool once = !context.request_id.empty() && !(registration != nullptr && registration->validate_only);
  auto operation = MakeOperation(std::move(command));
  if (once) {
    operation = OncePerRequest(std::move(operation), &requests_, context.request_id, kind);
    done = [this, id = context.request_id, kind, done = std::move(done)](absl::StatusOr<WriteResult> result) {
      if (result.ok()) requests_.Remember(id, kind, *result);
      done(std::move(result));
    };
  }
  pipeline_.Submit(std::move(operation), context, std::move(done));
}

std::unique_ptr<WriteOperation> LocalRegistry::MakeOperation(WriteCommand command) {
  const auto aliased = [this](auto request) {
    request.subject = FollowAlias(state_, request.subject);
    return request;
  };
  return std::visit(
      Overloaded{
          [&](RegisterSchema&& r) { return NewRegisterOperation(&domain_, aliased(std::move(r))); },
          [&](DeleteVersion&& r) { return NewDeleteVersionOperation(&domain_, aliased(std::move(r))); },
          [&](DeleteSubject&& r) { return NewDeleteSubjectOperation(&domain_, aliased(std::move(r))); },
          [&](UndeleteVersion&& r) { return NewUndeleteVersionOperation(&domain_, aliased(std::move(r))); },
          [&](UndeleteSubject&& r) { return NewUndeleteSubjectOperation(&domain_, aliased(std::move(r))); },
          [&](UpdateConfig&& r) { return NewUpdateConfigOperation(&domain_, std::move(r)); },
          [&](DeleteConfig&& r) { return NewDeleteConfigOperation(&domain_, std::move(r)); },
          [&](UpdateMode&& r) { return NewUpdateModeOperation(&domain_, std::move(r)); },
          [&](DeleteMode&& r) { return NewDeleteModeOperation(&domain_, std::move(r)); },
          [&](DeleteContext&& r) { return NewDeleteContextOperation(&domain_, std::move(r)); },
          [&](AssociateResources&& r) { return NewAssociateOperation(&domain_, std::move(r)); },
          [&](DissociateResource&& r) { return NewDissociateOperation(&domain_, std::move(r)); },
          [](ReadBarrier&&) { return NewBarrierOperation(); },
      },
      std::move(command));
}

absl::StatusOr<std::shared_ptr<const StoredSchema>> LocalRegistry::GetSchemaById(const std::string& context,
                                                                                 SchemaId id) {
  // Asked before the look: only what is absent after everything was read is absent.
  const absl::Status ready = Whole();
  if (auto stored = state_.FindById(context, id)) return stored;
  if (!ready.ok()) return ready;
  return errors::SchemaNotFound(id);
}

absl::StatusOr<std::shared_ptr<const StoredSchema>> LocalRegistry::GetSchemaByGuid(const ContentHash& guid) {
  const absl::Status ready = Whole();
  if (auto stored = state_.FindByGuid(guid)) return stored;
  if (!ready.ok()) return ready;
  return MakeError(ErrorReason::kSchemaNotFound, "Schema " + guid.ToGuid() + " not found");
}

absl::StatusOr<SchemaVersion> LocalRegistry::GetSchemaVersion(const GetVersion& query) {
  if (absl::Status ready = Ready(); !ready.ok()) return ready;
  return SearchContexts(state_, query.subject, query.search,
                        [&](const Subject& subject) { return GetVersionIn(subject, query); });
}

absl::StatusOr<SchemaVersion> LocalRegistry::GetVersionIn(const Subject& subject, const GetVersion& query) const {
  const auto view = state_.FindSubject(subject);
  if (view == nullptr) return errors::SubjectNotFound(subject);
  const VersionEntry* entry = query.version ? view->Find(*query.version) : view->LatestLive();
  if (entry == nullptr || (query.version && !Allowed(entry->deleted, query.deleted))) {
    // A subject whose versions are all deleted is not there for who does not ask for deleted ones.
    if (query.deleted == Deleted::kExclude && !view->AnyLive()) return errors::SubjectNotFound(subject);
    return errors::VersionNotFound(subject, query.version.value_or(Version(-1)));
  }
  return MakeSchemaVersion(subject, *entry, domain_.log_id);
}

absl::StatusOr<SchemaVersion> LocalRegistry::LookupSchema(const Lookup& query) {
  if (absl::Status ready = Ready(); !ready.ok()) return ready;
  return SearchContexts(state_, query.subject, query.search,
                        [&](const Subject& subject) { return LookupIn(subject, query); });
}

absl::StatusOr<SchemaVersion> LocalRegistry::LookupIn(const Subject& subject, const Lookup& query) const {
  const auto view = state_.FindSubject(subject);
  if (view == nullptr || (query.deleted == Deleted::kExclude && !view->AnyLive())) {
    return errors::SubjectNotFound(subject);
  }
  const EffectiveConfig config = EffectiveConfigOf(state_, options_.defaults, subject);
  SchemaContent content = query.content;
  if (absl::Status status = catalog_.PinReferences(&content.references); !status.ok()) return status;
  const auto parsed = catalog_.ParseNew(content, Validation::kLenient);
  if (!parsed.ok()) return parsed.status();
  content.text = query.normalize || config.normalize ? (*parsed)->normalized() : (*parsed)->canonical();

  const auto find = [&]() -> const VersionEntry* {
    const ContentHash hash = HashOf(content, subject.context);
    if (const VersionEntry* entry = FindByHash(catalog_, *view, content.type, hash, query.deleted)) return entry;
    return FindEquivalent(catalog_, *view, content, **parsed, query.deleted);
  };
  const VersionEntry* entry = find();
  if (entry == nullptr) {
    // As registering it would have stored it.
    const VersionEntry* latest = view->LatestLive();
    MergeFromConfig(config, latest ? &latest->stored->content : nullptr, &content);
    entry = find();
  }
  if (entry == nullptr) return errors::SchemaNotFound();
  return MakeSchemaVersion(subject, *entry, domain_.log_id);
}

absl::StatusOr<CompatibilityReport> LocalRegistry::CheckCompatibility(const CheckSchema& query) {
  if (absl::Status ready = Ready(); !ready.ok()) return ready;
  const Subject target = FollowAlias(state_, query.subject);
  const auto view = state_.FindSubject(target);
  const EffectiveConfig config = EffectiveConfigOf(state_, options_.defaults, target);
  const CompatibilityLevel level = query.level.value_or(config.level);
  SchemaContent content = query.content;
  if (absl::Status status = catalog_.PinReferences(&content.references); !status.ok()) return status;
  const auto parsed =
      catalog_.ParseNew(content, config.validate_new_schemas ? Validation::kStrict : Validation::kLenient);
  if (!parsed.ok()) return parsed.status();
  switch (query.against) {
    case CheckSchema::Against::kConfigured:
      return CheckAgainstLive(catalog_, level, config, view.get(), content, **parsed);
    case CheckSchema::Against::kLatest: {
      const VersionEntry* latest = view ? view->LatestLive() : nullptr;
      if (latest == nullptr) return CompatibilityReport{.level = level};
      return CheckAgainstOne(catalog_, level, config, *latest, content, **parsed);
    }
    case CheckSchema::Against::kVersion:
      break;
  }
  if (view == nullptr) return errors::SubjectNotFound(target);
  const VersionEntry* entry = view->Find(query.version);
  if (entry == nullptr || entry->deleted) return errors::VersionNotFound(target, query.version);
  return CheckAgainstOne(catalog_, level, config, *entry, content, **parsed);
}

int LocalRegistry::PageSize(int requested) const {
  return std::min(requested > 0 ? requested : options_.page_size_default, options_.page_size_max);
}

absl::StatusOr<SubjectPage> LocalRegistry::Subjects(const ListSubjects& query) {
  if (absl::Status ready = Ready(); !ready.ok()) return ready;
  const auto limit = static_cast<size_t>(PageSize(query.page_size));
  SubjectRange range{.context = query.context_prefix, .prefix = query.prefix, .after = std::nullopt};
  if (!query.after.empty()) range.after = Subject::Parse(query.after);
  SubjectPage page;
  ScanSubjects(state_, range, [&](const Subject& subject, const SubjectView& view) {
    if (!Allowed(!view.AnyLive(), query.deleted)) return true;
    if (page.subjects.size() == limit) {
      page.next_after = page.subjects.back().Qualified();
      return false;
    }
    page.subjects.push_back(subject);
    return true;
  });
  return page;
}

absl::StatusOr<std::vector<SchemaVersion>> LocalRegistry::Versions(const ListVersions& query) {
  if (absl::Status ready = Ready(); !ready.ok()) return ready;
  const Subject subject = FollowAlias(state_, query.subject);
  const auto view = state_.FindSubject(subject);
  if (view == nullptr) return errors::SubjectNotFound(subject);
  std::vector<SchemaVersion> versions;
  for (const VersionEntry& entry : view->versions) {
    if (Allowed(entry.deleted, query.deleted)) versions.push_back(MakeSchemaVersion(subject, entry, domain_.log_id));
  }
  if (versions.empty()) return errors::SubjectNotFound(subject);
  return versions;
}

absl::StatusOr<SchemaPage> LocalRegistry::Schemas(const ListSchemas& query) {
  if (absl::Status ready = Ready(); !ready.ok()) return ready;
  const auto limit = static_cast<size_t>(PageSize(query.page_size));
  SchemaPage page;
  const auto add = [&](const Subject& subject, const SubjectView& view) {
    const bool latest = query.versions == ListSchemas::Versions::kLatest;
    const VersionEntry* last = nullptr;
    for (const VersionEntry& entry : view.versions) {
      if (Allowed(entry.deleted, query.deleted)) last = &entry;
    }
    for (const VersionEntry& entry : view.versions) {
      if (!Allowed(entry.deleted, query.deleted) || (latest && &entry != last)) continue;
      if (query.after && VersionKey{subject, entry.version} <= *query.after) continue;
      if (page.versions.size() == limit) {
        page.next_after = VersionKey{page.versions.back().subject, page.versions.back().version};
        return false;
      }
      page.versions.push_back(MakeSchemaVersion(subject, entry, domain_.log_id));
    }
    return true;
  };
  SubjectRange range{.context = query.context_prefix, .prefix = query.prefix, .after = std::nullopt};
  if (query.after) {
    // The page before may have ended within a subject.
    range.after = query.after->subject;
    const auto view = state_.FindSubject(query.after->subject);
    if (view != nullptr && !add(query.after->subject, *view)) return page;
  }
  ScanSubjects(state_, range, add);
  return page;
}

absl::StatusOr<std::vector<SchemaVersion>> LocalRegistry::SchemaUses(const ListUses& query) {
  if (absl::Status ready = Ready(); !ready.ok()) return ready;
  if (state_.FindById(query.context, query.id) == nullptr) return errors::SchemaNotFound(query.id);
  std::vector<SchemaVersion> uses;
  for (const auto& [subject, version] : state_.UsesOf(query.context, query.id)) {
    const auto view = state_.FindSubject(subject);
    const VersionEntry* entry = view ? view->Find(version) : nullptr;
    if (entry == nullptr || entry->stored->id != query.id || !Allowed(entry->deleted, query.deleted)) continue;
    uses.push_back(MakeSchemaVersion(subject, *entry, domain_.log_id));
  }
  return uses;
}

absl::StatusOr<std::vector<SchemaVersion>> LocalRegistry::Referrers(const ListReferrers& query) {
  const auto target =
      GetSchemaVersion({.subject = query.subject, .version = query.version, .deleted = Deleted::kInclude});
  if (!target.ok()) return target.status();
  std::vector<SchemaVersion> referrers;
  for (const auto& [subject, version] : state_.ReferrersOf(target->subject, target->version)) {
    const auto view = state_.FindSubject(subject);
    const VersionEntry* entry = view ? view->Find(version) : nullptr;
    if (entry == nullptr || !Allowed(entry->deleted, query.deleted)) continue;
    referrers.push_back(MakeSchemaVersion(subject, *entry, domain_.log_id));
  }
  return referrers;
}

absl::StatusOr<SchemaVersion> LocalRegistry::GetSchemaUse(const GetUse& query) {
  if (absl::Status ready = Ready(); !ready.ok()) return ready;
  return SearchContexts(state_, query.subject, query.search,
                        [&](const Subject& subject) { return GetUseIn(subject, query.id); });
}

absl::StatusOr<SchemaVersion> LocalRegistry::GetUseIn(const Subject& subject, SchemaId id) const {
  auto stored = state_.FindById(subject.context, id);
  if (stored == nullptr) return errors::SchemaNotFound(id);
  if (subject.name.empty()) {
    if (const auto first = state_.FirstUseOf(subject.context, id)) {
      const auto view = state_.FindSubject(first->first);
      const VersionEntry* entry = view ? view->Find(first->second) : nullptr;
      if (entry != nullptr && entry->stored->id == id) return MakeSchemaVersion(first->first, *entry, domain_.log_id);
    }
  } else if (const auto view = state_.FindSubject(subject)) {
    const std::vector<Version> versions = state_.UsesIn(subject, id);
    for (auto version = versions.rbegin(); version != versions.rend(); ++version) {
      const VersionEntry* entry = view->Find(*version);
      if (entry != nullptr && entry->stored->id == id) return MakeSchemaVersion(subject, *entry, domain_.log_id);
    }
  }
  SchemaVersion unused;
  unused.subject = subject;
  unused.stored = std::move(stored);
  return unused;
}

absl::StatusOr<SchemaVersion> LocalRegistry::FindLatestVersion(const FindVersion& query) {
  if (absl::Status ready = Ready(); !ready.ok()) return ready;
  const Subject subject = FollowAlias(state_, query.subject);
  const auto view = state_.FindSubject(subject);
  if (view == nullptr || (query.deleted == Deleted::kExclude && !view->AnyLive())) {
    return errors::SubjectNotFound(subject);
  }
  for (auto it = view->versions.rbegin(); it != view->versions.rend(); ++it) {
    if (!Allowed(it->deleted, query.deleted)) continue;
    const Boxed<Metadata>& metadata = it->stored->content.metadata;
    const bool has_all = std::all_of(query.properties.begin(), query.properties.end(), [&](const auto& wanted) {
      if (!metadata) return false;
      const auto found = metadata->properties.find(wanted.first);
      return found != metadata->properties.end() && found->second == wanted.second;
    });
    if (has_all) return MakeSchemaVersion(subject, *it, domain_.log_id);
  }
  return errors::SchemaNotFound();
}

absl::StatusOr<std::vector<IdInContext>> LocalRegistry::IdsOfGuid(const ContentHash& guid) {
  if (absl::Status ready = Ready(); !ready.ok()) return ready;
  std::vector<IdInContext> ids;
  for (const std::string& context : state_.Contexts()) {
    for (const SchemaType type : {SchemaType::kAvro, SchemaType::kJson, SchemaType::kProtobuf, SchemaType::kOther}) {
      if (const auto stored = state_.FindByContent(context, type, guid)) ids.push_back({context, stored->id});
    }
  }
  return ids;
}

absl::StatusOr<std::vector<Association>> LocalRegistry::Associations(const ListAssociations& query) {
  if (absl::Status ready = Ready(); !ready.ok()) return ready;
  std::vector<Association> associations;
  for (const auto& association :
       state_.Associations({query.resource_id, query.resource_name, query.resource_namespace, query.resource_type,
                            query.subject ? std::optional(FollowAlias(state_, *query.subject)) : std::nullopt})) {
    if (query.lifecycle && association->lifecycle != *query.lifecycle) continue;
    if (query.association_types.empty() || query.association_types.contains(association->association_type)) {
      associations.push_back(*association);
    }
  }
  return associations;
}

absl::StatusOr<std::map<Subject, std::vector<Subject>>> LocalRegistry::Aliases() {
  if (absl::Status ready = Ready(); !ready.ok()) return ready;
  std::map<Subject, std::vector<Subject>> aliases;
  for (const ConfigTarget& target : state_.ConfigTargets()) {
    if (!target || target->name.empty()) continue;
    const Subject stands_for = FollowAlias(state_, *target);
    if (stands_for != *target) aliases[stands_for].push_back(*target);
  }
  return aliases;
}

absl::StatusOr<SchemaId> LocalRegistry::MaxId(const std::string& context) {
  if (absl::Status ready = Ready(); !ready.ok()) return ready;
  return state_.HighId(context);
}

absl::StatusOr<std::vector<std::string>> LocalRegistry::Contexts() {
  if (absl::Status ready = Ready(); !ready.ok()) return ready;
  return state_.Contexts();
}

absl::StatusOr<std::string> LocalRegistry::Render(const std::shared_ptr<const StoredSchema>& stored,
                                                  std::string_view dress) {
  if (dress.empty() || stored->content.type == SchemaType::kOther) return stored->content.text;
  const auto format = catalog_.FormatOf(stored->content.type);
  if (!format.ok()) return format.status();
  const auto parsed = catalog_.ParseStored(stored);
  if (!parsed.ok()) return parsed.status();
  return (*format)->Render(**parsed, dress);
}

absl::StatusOr<Mode> LocalRegistry::GetMode(const ConfigTarget& target, ConfigView view) {
  if (absl::Status ready = Ready(); !ready.ok()) return ready;
  if (view == ConfigView::kEffective || !target) return EffectiveMode(state_, target);
  if (const auto own = state_.FindMode(target)) return *own;
  return MakeError(ErrorReason::kModeNotFound,
                   "Subject '" + target->Qualified() + "' does not have subject-level mode configured",
                   {.subject = *target});
}

absl::StatusOr<std::unique_ptr<ChangeSubscription>> LocalRegistry::Watch(const WatchChanges& query) {
  if (absl::Status ready = Ready(); !ready.ok()) return ready;
  return changes_.Watch(query);
}

void LocalRegistry::AwaitPosition(const CallContext& context, const Position& position, PositionDone done) {
  position_waiters_.Await(context.deadline, position, std::move(done));
}

absl::StatusOr<SubjectConfig> LocalRegistry::GetConfig(const ConfigTarget& target, ConfigView view) {
  if (absl::Status ready = Ready(); !ready.ok()) return ready;
  if (view == ConfigView::kEffective) return EffectiveConfigRecord(state_, options_.defaults, target);
  const auto own = state_.FindConfig(target);
  if (own == nullptr && target) {
    return MakeError(ErrorReason::kConfigNotFound,
                     "Subject '" + target->Qualified() + "' does not have subject-level compatibility configured",
                     {.subject = *target});
  }
  SubjectConfig config = own ? *own : SubjectConfig();
  if (!target && !config.level) config.level = options_.defaults.level;
  return config;
}

Position LocalRegistry::AppliedPosition() const { return state_.position(); }

absl::Status LocalRegistry::Ready() const {
  // An old answer is better than none; what it lacks, it says to lack: see Whole().
  if (replayer_.copy_serves()) return absl::OkStatus();
  if (replayer_.caught_up()) {
    if (!state_.AnyUntrusted()) return absl::OkStatus();
    return MakeError(ErrorReason::kNotReady, GetWriteStatus().reason);
  }
  if (const absl::Status trouble = LogHealth(); !trouble.ok()) {
    return MakeError(ErrorReason::kNotReady,
                     absl::StrCat("This node waits for its log; ask another one. ", trouble.message()));
  }
  return MakeError(ErrorReason::kNotReady,
                   "This node is still reading the log; ask another one, or again in a moment.");
}

void LocalRegistry::OnApplied(const Applied& applied) {
  recovery_.OnApplied(applied);
  gate_.OnApplied(applied);
  // Before the write is answered: a retry may come at once, and a watch sees what was acknowledged.
  requests_.OnApplied(applied);
  unfinished_deletes_.OnApplied(applied);
  changes_.OnApplied(applied);
  pipeline_.OnApplied(applied);
  settler_.OnApplied(applied);
  position_waiters_.OnApplied();
  TellWhenReady();
}

void LocalRegistry::OnCaughtUp() {
  if (recovery_.reading_again()) return;  // from the handle that is about to be closed
  changes_.Begin();
  gate_.OnCaughtUp();
  TellWhenReady();
}

void LocalRegistry::OnReadAgain() {
  recovery_.OnReadAgain();
  gate_.OnTrusted();
  gate_.OnCaughtUp();
  changes_.BeginAgain();
  position_waiters_.OnReadAgain();
  recovery_.OnClaimCounted();
  if (leadership_callback_) leadership_callback_();
  TellWhenReady();
}

bool LocalRegistry::OnFellBehind() {
  return recovery_.BeginAgain("it was not read for so long that deletes may have been missed");
}

absl::Status LocalRegistry::Whole() const {
  if (!replayer_.copy_serves()) return Ready();
  return MakeError(ErrorReason::kNotReady,
                   "This node cannot read the log at the moment and answers from its copy of it, which does not have "
                   "this; ask another one, or again in a moment.");
}

void LocalRegistry::OnCopyServes() {
  LOG(WARNING) << "The log cannot be read: this node answers reads from its local copy, up to offset "
               << state_.applied() << ", until it can.";
  TellWhenReady();
}

void LocalRegistry::TellWhenReady() {
  if (told_ready_.load(std::memory_order_acquire) || !Ready().ok()) return;
  if (!told_ready_.exchange(true) && ready_callback_) ready_callback_();
}

void LocalRegistry::OnReplaced(const absl::Status& what) { gate_.OnReplaced(what); }
void LocalRegistry::OnPrimary() {
  pipeline_.OnPrimary();
  settler_.BeginAnew();
  if (leadership_callback_) leadership_callback_();
}
void LocalRegistry::OnClaimCounted(const std::string& token) {
  pipeline_.OnClaimCounted(token);
  recovery_.OnClaimCounted();
  if (leadership_callback_) leadership_callback_();
}

absl::Status LocalRegistry::LogHealth() const {
  absl::Status trouble = recovery_.trouble();
  return trouble.ok() ? replayer_.health() : trouble;
}

void LocalRegistry::SetRetention(const LogRetention& retention) {
  replayer_.SetRetention(retention);
  recovery_.OnRetention();
}

PrimaryClaim LocalRegistry::primary_claim() const {
  const CurrentClaim claim = state_.current_claim();
  return {claim.epoch, claim.token, claim.claim.grpc_address};
}

std::optional<WriteResult> LocalRegistry::FindRegistered(const RegisterSchema& request) const {
  if (!Ready().ok()) return std::nullopt;
  const Subject subject = FollowAlias(state_, request.subject);
  if (subject == request.subject) return FindLiveRegistration(&domain_, request);
  RegisterSchema aliased = request;
  aliased.subject = subject;
  return FindLiveRegistration(&domain_, aliased);
}

// --- what an operator sees and does ----------------------------------------------------------------------------------

WriteStatus LocalRegistry::GetWriteStatus() const {
  WriteStatus status;
  const absl::Status trouble = gate_.WhyNotPrimary();
  const ErrorReason reason = ReasonOf(trouble);
  if (reason == ErrorReason::kLogReplaced) {
    status = {WriteState::kLogReplaced,
              absl::StrCat("The log is not the one this node read: ", absl::StripSuffix(trouble.message(), "."),
                           ". This node keeps what it knows and serves it, stale. Write it back with: regent cluster "
                           "restore. Or give it up with: regent cluster resume --accept-log"),
              {}};
  } else if (state_.AnyUntrusted()) {
    constexpr size_t kNamed = 100;
    status.state = WriteState::kUntrustedKeys;
    status.raw_keys = state_.UntrustedKeys(kNamed);
    status.reason = absl::StrCat(
        "The last record of ", state_.counters().untrusted,
        " keys does not count, and this node read it too late to know what it hid: ",
        absl::StrJoin(status.raw_keys, ", "),
        ". A node that knows settles them when it leads. If there is none, check these keys, then run: regent cluster "
        "resume");
  } else if (absl::Status stopped = pipeline_.WhyStopped(); !stopped.ok()) {
    status = {WriteState::kForeignWriter, std::string(stopped.message()), {}};
  } else if (trouble.ok() || (gate_.role() == Role::kFollower && state_.current_claim().epoch > Epoch(0))) {
    status.state = WriteState::kAccepting;
  } else {
    status = {reason == ErrorReason::kLogUnavailable ? WriteState::kLogUnavailable : WriteState::kElecting,
              std::string(trouble.message()),
              {}};
  }
  return status;
}

LogFacts LocalRegistry::GetLogFacts() const {
  const StateCounters counters = state_.counters();
  auto [position, digest] = state_.Digest();
  return {.position = std::move(position),
          .epoch = state_.current_claim().epoch,
          .state_hash = Ready().ok() ? digest : "",
          .fenced = counters.fenced,
          .foreign = counters.foreign,
          .foreign_markers = counters.foreign_markers,
          .unreadable = counters.unreadable,
          .claims_refused = counters.claims_refused,
          .unsettled = counters.unsettled,
          .untrusted = counters.untrusted,
          .settled = settler_.settled()};
}

void LocalRegistry::Resume(const ResumeWrites& request, RegistryAdmin::Done done) {
  recovery_.Resume(GetWriteStatus(), request, std::move(done));
  TellWhenReady();
}

void LocalRegistry::RestoreLog(RegistryAdmin::Done done) { recovery_.Restore(GetWriteStatus(), std::move(done)); }

}  // namespace regent
