#include "server/registry/change_feed.h"

#include <algorithm>
#include <optional>
#include <utility>
#include <variant>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/error_reason.h"
#include "server/registry/schema_match.h"
#include "server/registry/subject_scan.h"

namespace regent {
namespace {

size_t TextBytes(const decltype(WatchEvent::what)& what) {
  const auto* change = std::get_if<SchemaVersionChange>(&what);
  return change != nullptr && change->now ? change->now->stored->content.text.size() : 0;
}

// The subject an event is about; nothing for what is told to everybody.
std::optional<Subject> SubjectOf(const WatchEvent& event) {
  if (const auto* change = std::get_if<SchemaVersionChange>(&event.what)) return change->subject;
  ConfigTarget target;
  if (const auto* change = std::get_if<ConfigChange>(&event.what)) target = change->target;
  if (const auto* change = std::get_if<ModeChange>(&event.what)) target = change->target;
  if (target && target->name.empty()) return std::nullopt;
  return target;
}

absl::Status ShuttingDown() { return MakeError(ErrorReason::kShuttingDown, "This node is shutting down."); }

}  // namespace

class ChangeFeed::Subscription : public ChangeSubscription {
 public:
  Subscription(ChangeFeed* feed, WatchChanges query, Position from, int reading)
      : feed_(feed), query_(std::move(query)), log_id_(std::move(from.log_id)), reading_(reading), seen_(from.offset) {
    if (query_.from != WatchChanges::From::kSnapshot) phase_ = Phase::kCaughtUp;
  }
  ~Subscription() override { feed_->Forget(this); }

  absl::StatusOr<std::vector<EventPtr>> Next(size_t max, std::function<void()> wake) override {
    std::vector<EventPtr> events;
    while (events.size() < max && phase_ != Phase::kLive) {
      if (absl::Status status = TakeFromSnapshot(max, &events); !status.ok()) return status;
    }
    if (events.size() < max) {
      if (absl::Status status = TakeFromRing(max, &events, std::move(wake)); !status.ok()) return status;
    }
    return events;
  }

  Position position() const override { return phase_ == Phase::kLive ? Position{log_id_, seen_} : Position(); }

 private:
  enum class Phase { kVersions, kConfigs, kModes, kMeanwhile, kCaughtUp, kLive };

  bool Wants(const std::optional<Subject>& subject) const {
    if (!subject) return true;
    return (query_.context_prefix == "*" || query_.context_prefix == subject->context) &&
           subject->name.compare(0, query_.prefix.size(), query_.prefix) == 0;
  }

  template <typename What>
  void Add(What what, std::vector<EventPtr>* events) const {
    WatchEvent event{Position(), std::move(what)};
    if (Wants(SubjectOf(event))) events->push_back(std::make_shared<const WatchEvent>(std::move(event)));
  }

  // Once through the phases; may find nothing in one.
  absl::Status TakeFromSnapshot(size_t max, std::vector<EventPtr>* events) {
    const State& state = *feed_->state_;
    switch (phase_) {
      case Phase::kVersions:
        if (TakeVersions(max, events)) phase_ = Phase::kConfigs;
        break;
      case Phase::kConfigs:
        for (const ConfigTarget& target : state.ConfigTargets()) {
          if (auto config = state.FindConfig(target)) Add(ConfigChange{target, std::move(config)}, events);
        }
        phase_ = Phase::kModes;
        break;
      case Phase::kModes:
        for (const ConfigTarget& target : state.ModeTargets()) {
          if (auto mode = state.FindMode(target)) Add(ModeChange{target, mode}, events);
        }
        phase_ = Phase::kMeanwhile;
        break;
      case Phase::kMeanwhile:
        return TakeMeanwhile(max, events);
      case Phase::kCaughtUp:
        events->push_back(std::make_shared<const WatchEvent>(WatchEvent{{log_id_, seen_}, regent::CaughtUp()}));
        phase_ = Phase::kLive;
        break;
      case Phase::kLive:
        break;
    }
    return absl::OkStatus();
  }

  // What was told so far is from before or after a change that came meanwhile; with all of these it is what the state
  // was at one moment.
  absl::Status TakeMeanwhile(size_t max, std::vector<EventPtr>* events) {
    MutexLock lock(&feed_->mutex_);
    if (!meanwhile_until_) meanwhile_until_ = feed_->applied_;
    std::vector<EventPtr> changes;
    if (absl::Status status = ReadRing(max - events->size(), &changes); !status.ok()) return status;
    for (const EventPtr& change : changes) {
      events->push_back(std::make_shared<const WatchEvent>(WatchEvent{Position(), change->what}));
    }
    if (seen_ >= *meanwhile_until_) phase_ = Phase::kCaughtUp;
    return absl::OkStatus();
  }

  // False while there are more.
  bool TakeVersions(size_t max, std::vector<EventPtr>* events) {
    const State& state = *feed_->state_;
    bool complete = true;
    const auto take = [&](const Subject& subject, const SubjectView& view) {
      for (const VersionEntry& entry : view.versions) {
        const VersionKey key{subject, entry.version};
        if (last_ && key <= *last_) continue;
        if (events->size() >= max) return complete = false;
        Add(SchemaVersionChange{subject, entry.version, MakeSchemaVersion(subject, entry, log_id_)}, events);
        last_ = key;
      }
      return true;
    };
    SubjectRange range{.context = query_.context_prefix, .prefix = query_.prefix, .after = std::nullopt};
    if (last_) {
      // The pages before may have ended within a subject.
      range.after = last_->subject;
      const auto view = state.FindSubject(last_->subject);
      if (view != nullptr && !take(range.after.value(), *view)) return false;
    }
    ScanSubjects(state, range, take);
    return complete;
  }

  absl::Status TakeFromRing(size_t max, std::vector<EventPtr>* events, std::function<void()> wake) {
    MutexLock lock(&feed_->mutex_);
    if (absl::Status status = ReadRing(max, events); !status.ok()) return status;
    if (events->empty()) feed_->wakes_[this] = std::move(wake);
    return absl::OkStatus();
  }

  absl::Status ReadRing(size_t max, std::vector<EventPtr>* events) REQUIRES(feed_->mutex_) {
    if (feed_->stopped_) return ShuttingDown();
    if (reading_ != feed_->reading_) {
      return MakeError(ErrorReason::kPositionTooOld, "This node read the log again. Begin with a snapshot.");
    }
    if (seen_ < feed_->complete_after_) {
      return MakeError(
          ErrorReason::kOverloaded,
          "This watch reads too slowly: changes it has not seen are no longer kept. Begin with a snapshot.");
    }
    auto it = std::upper_bound(feed_->ring_.begin(), feed_->ring_.end(), seen_,
                               [](Offset offset, const Entry& entry) { return offset < entry.offset; });
    for (; it != feed_->ring_.end(); ++it) {
      // All of one record's changes share its position: they are not separated.
      if (events->size() >= max && it->offset != seen_) return absl::OkStatus();
      if (Wants(SubjectOf(*it->event))) events->push_back(it->event);
      seen_ = it->offset;
    }
    seen_ = std::max(seen_, feed_->applied_);
    return absl::OkStatus();
  }

  ChangeFeed* const feed_;
  const WatchChanges query_;
  const std::string log_id_;
  const int reading_;
  Phase phase_ = Phase::kVersions;
  std::optional<VersionKey> last_;         // of the snapshot
  std::optional<Offset> meanwhile_until_;  // nothing before its end
  Offset seen_;
};

void ChangeFeed::OnApplied(const Applied& applied) {
  {
    MutexLock lock(&mutex_);
    applied_ = applied.offset;
    if (!begun_) {
      complete_after_ = applied.offset;
      return;
    }
    if (!applied.understood || !Counts(applied.verdict)) return;
    const RecordKey& key = applied.key;
    switch (key.type) {
      case KeyType::kSchema: {
        SchemaVersionChange change{*key.subject, key.version, std::nullopt};
        const auto view = state_->FindSubject(*key.subject);
        const VersionEntry* entry = view ? view->Find(key.version) : nullptr;
        if (entry != nullptr) change.now = MakeSchemaVersion(*key.subject, *entry, log_id_);
        Push(applied.offset, std::move(change));
        break;
      }
      case KeyType::kConfig:
        Push(applied.offset, ConfigChange{key.subject, state_->FindConfig(key.subject)});
        break;
      case KeyType::kMode:
        Push(applied.offset, ModeChange{key.subject, state_->FindMode(key.subject)});
        break;
      case KeyType::kDeleteSubject: {
        // Another registry's: it hides several versions at once.
        const auto view = state_->FindSubject(*key.subject);
        if (view == nullptr) break;
        for (const VersionEntry& entry : view->versions) {
          Push(applied.offset,
               SchemaVersionChange{*key.subject, entry.version, MakeSchemaVersion(*key.subject, entry, log_id_)});
        }
        break;
      }
      case KeyType::kClearSubject:
        // Another registry's: what it removed is not known any more. All begin anew.
        ring_.clear();
        ring_bytes_ = 0;
        complete_after_ = applied.offset;
        break;
      case KeyType::kContext:
      case KeyType::kAssociation:
      case KeyType::kNoop:
      case KeyType::kClaim:
        return;
    }
  }
  WakeAll();
}

void ChangeFeed::Push(Offset offset, decltype(WatchEvent::what) what) {
  const size_t bytes = TextBytes(what);
  ring_.push_back({offset, std::make_shared<const WatchEvent>(WatchEvent{{log_id_, offset}, std::move(what)}), bytes});
  ring_bytes_ += bytes;
  while (ring_.size() > options_.max_changes || (ring_bytes_ > options_.max_bytes && ring_.size() > 1)) {
    complete_after_ = ring_.front().offset;
    ring_bytes_ -= ring_.front().bytes;
    ring_.pop_front();
  }
}

void ChangeFeed::Begin() {
  MutexLock lock(&mutex_);
  begun_ = true;
}

void ChangeFeed::BeginAgain() {
  {
    MutexLock lock(&mutex_);
    begun_ = true;
    ++reading_;
    ring_.clear();
    ring_bytes_ = 0;
    const Position position = state_->position();
    log_id_ = position.log_id;
    applied_ = position.offset;
    complete_after_ = applied_;
  }
  WakeAll();
}

absl::StatusOr<std::unique_ptr<ChangeSubscription>> ChangeFeed::Watch(const WatchChanges& query) {
  MutexLock lock(&mutex_);
  if (stopped_) return ShuttingDown();
  Offset from = applied_;
  if (query.from == WatchChanges::From::kPosition) {
    if (query.position.log_id != log_id_) {
      return MakeError(
          ErrorReason::kPositionOfAnotherLog,
          absl::StrCat("The position belongs to log ", query.position.log_id, "; this node reads log ", log_id_, "."));
    }
    if (query.position.offset < complete_after_) {
      return MakeError(ErrorReason::kPositionTooOld,
                       absl::StrCat("Changes are kept from offset ", complete_after_.value(), " on; offset ",
                                    query.position.offset.value(), " is older. Begin with a snapshot."));
    }
    from = query.position.offset;
  }
  if (watchers_ >= options_.max_watchers) {
    return MakeError(ErrorReason::kOverloaded,
                     absl::StrCat("Too many watch this node already (", watchers_, "); try another one."));
  }
  ++watchers_;
  return std::make_unique<Subscription>(this, query, Position{log_id_, from}, reading_);
}

void ChangeFeed::Forget(const Subscription* subscription) {
  std::function<void()> dropped;  // destroyed after the lock
  MutexLock lock(&mutex_);
  --watchers_;
  const auto it = wakes_.find(subscription);
  if (it == wakes_.end()) return;
  dropped = std::move(it->second);
  wakes_.erase(it);
}

void ChangeFeed::WakeAll() {
  std::map<const Subscription*, std::function<void()>> wakes;
  {
    MutexLock lock(&mutex_);
    wakes.swap(wakes_);
  }
  if (wakes.empty()) return;
  // Not on the thread that applies the log: there may be thousands.
  executor_->Post([wakes = std::move(wakes)] {
    for (const auto& [subscription, wake] : wakes) wake();
  });
}

void ChangeFeed::Stop() {
  {
    MutexLock lock(&mutex_);
    stopped_ = true;
  }
  WakeAll();
}

}  // namespace regent
