// The registry of a node in a cluster: reads and known registrations are answered here, all other writes by whoever is
// primary, this node or, one hop away, another one.
#pragma once

#include <chrono>
#include <list>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/executor.h"
#include "base/mutex.h"
#include "server/forward/peers.h"
#include "server/registry/local_registry.h"
#include "server/registry/registry.h"

namespace regent {

// Thread-safe; no thread waits in it. What it is given outlives it.
class ForwardingRegistry : public Registry {
 public:
  struct Options {
    // Writes under way at once, those that wait for a primary included; more are refused as OVERLOADED.
    int max_operations = 10000;
    // For a write that brings no deadline of its own.
    std::chrono::milliseconds default_timeout{10000};
    // How long to wait before trying a primary again that could not be reached, or was none.
    std::chrono::milliseconds retry_pause{50};
  };

  // `executor` does what is due when a primary appears.
  ForwardingRegistry(Options options, LocalRegistry* local, Peers* peers, const Clock* clock, Timer* timer,
                     Executor* executor);

  // How others reach this node, as soon as that is known: it never forwards there.
  void SetOwnAddress(std::string address);

  // The log told of another primary, or this node became one: who waits for one, tries. From any thread.
  void OnLeadershipChange();

  // Answers every write that waits; later ones are refused. Answers that are under way are not waited for.
  void Stop();
  int operations() const;

  // Answered once it was read back from the log and this node has applied it, so that a client reads its own write
  // here. NO_PRIMARY where nothing was done by the deadline, OUTCOME_UNKNOWN where something may have been.
  void Write(const CallContext& context, WriteCommand command, WriteDone done) override;

  absl::StatusOr<std::shared_ptr<const StoredSchema>> GetSchemaById(const std::string& context, SchemaId id) override {
    return local_->GetSchemaById(context, id);
  }
  absl::StatusOr<std::shared_ptr<const StoredSchema>> GetSchemaByGuid(const ContentHash& guid) override {
    return local_->GetSchemaByGuid(guid);
  }
  absl::StatusOr<SchemaVersion> GetSchemaVersion(const GetVersion& query) override {
    return local_->GetSchemaVersion(query);
  }
  absl::StatusOr<SchemaVersion> LookupSchema(const Lookup& query) override { return local_->LookupSchema(query); }
  absl::StatusOr<CompatibilityReport> CheckCompatibility(const CheckSchema& query) override {
    return local_->CheckCompatibility(query);
  }
  absl::StatusOr<SubjectPage> Subjects(const ListSubjects& query) override { return local_->Subjects(query); }
  absl::StatusOr<std::vector<SchemaVersion>> Versions(const ListVersions& query) override {
    return local_->Versions(query);
  }
  absl::StatusOr<SubjectConfig> GetConfig(const ConfigTarget& target, ConfigView view) override {
    return local_->GetConfig(target, view);
  }
  absl::StatusOr<Mode> GetMode(const ConfigTarget& target, ConfigView view) override {
    return local_->GetMode(target, view);
  }
  absl::StatusOr<SchemaVersion> GetSchemaUse(const GetUse& query) override { return local_->GetSchemaUse(query); }
  absl::StatusOr<SchemaVersion> FindLatestVersion(const FindVersion& query) override {
    return local_->FindLatestVersion(query);
  }
  absl::StatusOr<SchemaPage> Schemas(const ListSchemas& query) override { return local_->Schemas(query); }
  absl::StatusOr<std::vector<SchemaVersion>> SchemaUses(const ListUses& query) override {
    return local_->SchemaUses(query);
  }
  absl::StatusOr<std::vector<SchemaVersion>> Referrers(const ListReferrers& query) override {
    return local_->Referrers(query);
  }
  absl::StatusOr<std::vector<IdInContext>> IdsOfGuid(const ContentHash& guid) override {
    return local_->IdsOfGuid(guid);
  }
  absl::StatusOr<std::vector<Association>> Associations(const ListAssociations& query) override {
    return local_->Associations(query);
  }
  absl::StatusOr<std::map<Subject, std::vector<Subject>>> Aliases() override { return local_->Aliases(); }
  absl::StatusOr<SchemaId> MaxId(const std::string& context) override { return local_->MaxId(context); }
  absl::StatusOr<std::vector<std::string>> Contexts() override { return local_->Contexts(); }
  absl::StatusOr<std::string> Render(const std::shared_ptr<const StoredSchema>& stored,
                                     std::string_view dress) override {
    return local_->Render(stored, dress);
  }
  void AwaitPosition(const CallContext& context, const Position& position, PositionDone done) override {
    local_->AwaitPosition(context, position, std::move(done));
  }
  absl::StatusOr<std::unique_ptr<ChangeSubscription>> Watch(const WatchChanges& query) override {
    return local_->Watch(query);
  }
  Position AppliedPosition() const override { return local_->AppliedPosition(); }
  absl::Status Ready() const override { return local_->Ready(); }

 private:
  // One write, until it is answered.
  struct Call {
    CallContext context;  // with a deadline
    WriteCommand command;
    bool repeatable = false;  // doing it twice is doing it once
    // Guarded by the registry's mutex:
    WriteDone done;              // empty once answered
    Timer::Id timer = 0;         // the deadline
    int attempt = 0;             // counts; an answer to an earlier one may still end the call, its failure does not
    bool waiting = false;        // for a primary
    bool waits_locally = false;  // this node has it, or waits to apply it, and minds the deadline
    Epoch forwarded_under;       // the claim the present attempt went to; 0: none
    bool unknown = false;        // an attempt may have done it, or may yet
    std::string trouble;         // of the last attempt, for people
    std::list<std::shared_ptr<Call>>::iterator place;
  };
  using CallPtr = std::shared_ptr<Call>;

  void Attempt(const CallPtr& call);
  void AttemptHere(const CallPtr& call, int attempt);
  void Forward(const CallPtr& call, int attempt, const PeerClaim& claim, const std::string& address);
  void Forwarded(const CallPtr& call, int attempt, ForwardOutcome outcome);
  // Until this node has applied what the primary did.
  void AwaitOwn(const CallPtr& call, WriteResult result);
  // Until a primary appears, or for a moment.
  void Wait(const CallPtr& call, int attempt, std::string trouble);
  void TryAgain(const CallPtr& call);
  void DeadlinePassed(const CallPtr& call);
  void Answer(const CallPtr& call, absl::StatusOr<WriteResult> answer);

  const Options options_;
  LocalRegistry* const local_;
  Peers* const peers_;
  const Clock* const clock_;
  Timer* const timer_;
  Executor* const executor_;

  mutable Mutex mutex_;
  std::string own_address_ GUARDED_BY(mutex_);
  bool stopped_ GUARDED_BY(mutex_) = false;
  std::list<CallPtr> calls_ GUARDED_BY(mutex_);
};

}  // namespace regent
