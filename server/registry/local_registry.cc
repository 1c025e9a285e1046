#include "server/registry/local_registry.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "base/error_reason.h"
#include "server/registry/change_config.h"
#include "server/registry/compatibility_check.h"
#include "server/registry/delete_schema.h"
#include "server/registry/metadata_merge.h"
#include "server/registry/register_schema.h"
#include "server/registry/schema_match.h"
#include "server/registry/undelete_schema.h"

namespace regent {
namespace {

bool Allowed(bool deleted, Deleted wanted) {
  return wanted == Deleted::kInclude || deleted == (wanted == Deleted::kOnly);
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
      log_(log),
      election_(election),
      state_(log->Id()),
      catalog_(std::move(formats), &state_, options_.schemas),
      ids_(&state_),
      domain_{&state_, &catalog_, &ids_, options_.defaults, log->Id()},
      gate_(options_.leadership, log, &state_, clock, timer, this),
      pipeline_(options_.writes, log, &state_, &gate_, clock, timer, executor),
      settler_(options_.settling, &domain_, &pipeline_, &gate_, clock, timer, executor),
      replayer_(options_.retention, &state_, clock, this) {}

LocalRegistry::~LocalRegistry() { Stop(); }

absl::Status LocalRegistry::Start(NodeIdentity identity) {
  gate_.SetIdentity(std::move(identity));
  if (absl::Status status = log_->StartReading(Offset(0), &replayer_); !status.ok()) return status;
  return election_->Start(&gate_);
}

void LocalRegistry::Stop() {
  settler_.Stop();
  pipeline_.Stop();
  gate_.Stop();
  election_->Leave();
  log_->Close();
}

void LocalRegistry::Write(const CallContext& context, WriteCommand command, WriteDone done) {
  pipeline_.Submit(MakeOperation(std::move(command)), context, std::move(done));
}

std::unique_ptr<WriteOperation> LocalRegistry::MakeOperation(WriteCommand command) {
  return std::visit(
      Overloaded{
          [this](RegisterSchema&& request) { return NewRegisterOperation(&domain_, std::move(request)); },
          [this](DeleteVersion&& request) { return NewDeleteVersionOperation(&domain_, std::move(request)); },
          [this](DeleteSubject&& request) { return NewDeleteSubjectOperation(&domain_, std::move(request)); },
          [this](UndeleteVersion&& request) { return NewUndeleteVersionOperation(&domain_, std::move(request)); },
          [this](UndeleteSubject&& request) { return NewUndeleteSubjectOperation(&domain_, std::move(request)); },
          [this](UpdateConfig&& request) { return NewUpdateConfigOperation(&domain_, std::move(request)); },
          [this](DeleteConfig&& request) { return NewDeleteConfigOperation(&domain_, std::move(request)); },
      },
      std::move(command));
}

absl::StatusOr<std::shared_ptr<const StoredSchema>> LocalRegistry::GetSchemaById(const std::string& context,
                                                                                 SchemaId id) {
  // Asked before the look: only what is absent after everything was read is absent.
  const absl::Status ready = Ready();
  if (auto stored = state_.FindById(context, id)) return stored;
  if (!ready.ok()) return ready;
  return errors::SchemaNotFound(id);
}

absl::StatusOr<std::shared_ptr<const StoredSchema>> LocalRegistry::GetSchemaByGuid(const ContentHash& guid) {
  const absl::Status ready = Ready();
  if (auto stored = state_.FindByGuid(guid)) return stored;
  if (!ready.ok()) return ready;
  return MakeError(ErrorReason::kSchemaNotFound, "Schema " + guid.ToGuid() + " not found");
}

absl::StatusOr<SchemaVersion> LocalRegistry::GetSchemaVersion(const GetVersion& query) {
  if (absl::Status ready = Ready(); !ready.ok()) return ready;
  const auto view = state_.FindSubject(query.subject);
  if (view == nullptr) return errors::SubjectNotFound(query.subject);
  const VersionEntry* entry = query.version ? view->Find(*query.version) : view->LatestLive();
  if (entry == nullptr || (query.version && !Allowed(entry->deleted, query.deleted))) {
    // A subject whose versions are all deleted is not there for who does not ask for deleted ones.
    if (query.deleted == Deleted::kExclude && !view->AnyLive()) return errors::SubjectNotFound(query.subject);
    return errors::VersionNotFound(query.subject, query.version.value_or(Version(-1)));
  }
  return MakeSchemaVersion(query.subject, *entry, domain_.log_id);
}

absl::StatusOr<SchemaVersion> LocalRegistry::LookupSchema(const Lookup& query) {
  if (absl::Status ready = Ready(); !ready.ok()) return ready;
  const auto view = state_.FindSubject(query.subject);
  if (view == nullptr || (query.deleted == Deleted::kExclude && !view->AnyLive())) {
    return errors::SubjectNotFound(query.subject);
  }
  const EffectiveConfig config = EffectiveConfigOf(state_, options_.defaults, query.subject);
  SchemaContent content = query.content;
  if (absl::Status status = catalog_.PinReferences(&content.references); !status.ok()) return status;
  const auto parsed = catalog_.ParseNew(content, Validation::kLenient);
  if (!parsed.ok()) return parsed.status();
  content.text = query.normalize || config.normalize ? (*parsed)->normalized() : (*parsed)->canonical();

  const auto find = [&]() -> const VersionEntry* {
    const ContentHash hash = HashOf(content, query.subject.context);
    if (const VersionEntry* entry = FindByHash(*view, content.type, hash, query.deleted)) return entry;
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
  return MakeSchemaVersion(query.subject, *entry, domain_.log_id);
}

absl::StatusOr<CompatibilityReport> LocalRegistry::CheckCompatibility(const CheckSchema& query) {
  if (absl::Status ready = Ready(); !ready.ok()) return ready;
  const auto view = state_.FindSubject(query.subject);
  const EffectiveConfig config = EffectiveConfigOf(state_, options_.defaults, query.subject);
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
  if (view == nullptr) return errors::SubjectNotFound(query.subject);
  const VersionEntry* entry = view->Find(query.version);
  if (entry == nullptr || entry->deleted) return errors::VersionNotFound(query.subject, query.version);
  return CheckAgainstOne(catalog_, level, config, *entry, content, **parsed);
}

absl::StatusOr<SubjectPage> LocalRegistry::Subjects(const ListSubjects& query) {
  if (absl::Status ready = Ready(); !ready.ok()) return ready;
  const size_t limit =
      std::min(query.page_size > 0 ? query.page_size : options_.page_size_default, options_.page_size_max);
  SubjectPage page;
  std::optional<Subject> after;
  if (!query.after.empty()) after = Subject::Parse(query.after);
  constexpr size_t kBatch = 1024;
  while (true) {
    const auto batch = state_.SubjectsAfter(after, kBatch);
    for (const auto& [subject, view] : batch) {
      after = subject;
      if (query.context_prefix != "*" && subject.context != query.context_prefix) continue;
      if (subject.name.compare(0, query.prefix.size(), query.prefix) != 0) continue;
      if (!Allowed(!view->AnyLive(), query.deleted)) continue;
      if (page.subjects.size() == limit) {
        page.next_after = page.subjects.back().Qualified();
        return page;
      }
      page.subjects.push_back(subject);
    }
    if (batch.size() < kBatch) return page;
  }
}

absl::StatusOr<std::vector<SchemaVersion>> LocalRegistry::Versions(const ListVersions& query) {
  if (absl::Status ready = Ready(); !ready.ok()) return ready;
  const auto view = state_.FindSubject(query.subject);
  if (view == nullptr) return errors::SubjectNotFound(query.subject);
  std::vector<SchemaVersion> versions;
  for (const VersionEntry& entry : view->versions) {
    if (Allowed(entry.deleted, query.deleted)) {
      versions.push_back(MakeSchemaVersion(query.subject, entry, domain_.log_id));
    }
  }
  if (versions.empty()) return errors::SubjectNotFound(query.subject);
  return versions;
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

Position LocalRegistry::AppliedPosition() const { return {domain_.log_id, state_.applied()}; }

absl::Status LocalRegistry::Ready() const {
  if (replayer_.caught_up()) {
    if (!state_.AnyUntrusted()) return absl::OkStatus();
    return MakeError(ErrorReason::kNotReady, GetWriteStatus().reason);
  }
  return MakeError(ErrorReason::kNotReady,
                   "This node is still reading the log; ask another one, or again in a moment.");
}

void LocalRegistry::OnApplied(const Applied& applied) {
  gate_.OnApplied(applied);
  pipeline_.OnApplied(applied);
  settler_.OnApplied(applied);
  TellWhenReady();
}

void LocalRegistry::OnCaughtUp() {
  gate_.OnCaughtUp();
  TellWhenReady();
}

void LocalRegistry::TellWhenReady() {
  if (told_ready_.load(std::memory_order_acquire) || !replayer_.caught_up() || state_.AnyUntrusted()) return;
  if (!told_ready_.exchange(true) && ready_callback_) ready_callback_();
}

void LocalRegistry::OnReplaced(const absl::Status& what) { gate_.OnReplaced(what); }
void LocalRegistry::OnPrimary() {
  pipeline_.OnPrimary();
  settler_.Advance();
}
void LocalRegistry::OnClaimCounted(const std::string& token) {
  pipeline_.OnClaimCounted(token);
  TellResumed(absl::OkStatus());
}

// --- what an operator sees and does ----------------------------------------------------------------------------------

WriteStatus LocalRegistry::GetWriteStatus() const {
  WriteStatus status;
  const absl::Status trouble = gate_.WhyNotPrimary();
  const ErrorReason reason = ReasonOf(trouble);
  if (reason == ErrorReason::kLogReplaced) {
    status = {WriteState::kLogReplaced,
              absl::StrCat("The log is not the one this node read: ", trouble.message(),
                           " This node keeps what it knows and serves it, stale. Write it back with: regent cluster "
                           "restore. Or give it up with: regent cluster resume --accept-log"),
              {}};
  } else if (state_.AnyUntrusted()) {
    constexpr size_t kNamed = 100;
    status.state = WriteState::kUntrustedKeys;
    for (const auto& [raw, key] : state_.unsettled()) {
      if (!key.trusted && status.raw_keys.size() < kNamed) status.raw_keys.push_back(raw);
    }
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
  return {.position = AppliedPosition(),
          .epoch = state_.current_claim().epoch,
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
  const WriteStatus now = GetWriteStatus();
  if (now.state != request.reason) {
    return done(errors::RequestInvalid("reason", now.reason.empty() ? "writes are not stopped" : now.reason));
  }
  if (request.reason == WriteState::kUntrustedKeys) {
    state_.TrustAll();
    gate_.OnTrusted();
    TellWhenReady();
    return done(absl::OkStatus());
  }
  {
    MutexLock lock(&resume_mutex_);
    resuming_.push_back(std::move(done));
  }
  absl::Status accepted = gate_.AcceptForeignWriter();
  if (!accepted.ok()) TellResumed(accepted);
}

void LocalRegistry::TellResumed(const absl::Status& status) {
  if (status.ok() && state_.ForeignWriter()) return;
  std::vector<RegistryAdmin::Done> resumed;
  {
    MutexLock lock(&resume_mutex_);
    resumed.swap(resuming_);
  }
  for (const RegistryAdmin::Done& done : resumed) done(status);
}

}  // namespace regent
