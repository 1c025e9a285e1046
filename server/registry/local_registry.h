// The registry of this node: reads from its state, writes through its log while it is the primary.
#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "server/registry/change_feed.h"
#include "server/registry/effective_config.h"
#include "server/registry/leadership_gate.h"
#include "server/registry/log_recovery.h"
#include "server/registry/position_waiters.h"
#include "server/registry/read_barrier.h"
#include "server/registry/registry.h"
#include "server/registry/registry_admin.h"
#include "server/registry/request_memory.h"
#include "server/registry/schema_catalog.h"
#include "server/registry/settler.h"
#include "server/registry/write_domain.h"
#include "server/registry/write_pipeline.h"
#include "store/reopening_log.h"
#include "store/replayer.h"

namespace regent {

// Who the log says is primary: what followers go by. Empty where there was none yet.
struct PrimaryClaim {
  Epoch epoch;
  std::string token;
  std::string grpc_address;
};

// Owns the state and everything that follows it; the log, the election, time and threads belong to the node and outlive
// it. Thread-safe.
class LocalRegistry : public Registry, public RegistryAdmin, private ApplyListener, private LeadershipListener {
 public:
  struct Options {
    LeadershipGate::Options leadership;
    WritePipeline::Options writes;
    Settler::Options settling;
    // What the log's cleaner may remove, and when. Nothing for a log without one.
    LogRetention retention;
    // Opens another handle on the log that is there now: to read it again from the start, and to restore it or accept
    // it once it was replaced. Without it only a restart does that.
    ReopeningLog::Open open_log;
    // Why there is no log yet, where there is none.
    absl::Status log_trouble;
    std::chrono::seconds restore_patience{60};
    SchemaCatalog::Options schemas;
    PositionWaiters::Options position_waiters;
    ReadBarriers::Options barriers;
    ChangeFeed::Options changes;
    RequestMemory::Options requests;
    RegistryDefaults defaults;
    int page_size_default = 1000;
    int page_size_max = 10000;
  };

  // `log` may be null where it could not be opened yet: Start() begins to open it, again and again.
  LocalRegistry(Options options, std::vector<const Format*> formats, Log* log, Election* election, const Clock* clock,
                Timer* timer, Executor* executor);
  ~LocalRegistry() override;

  // Reads the log and joins the election, as whom the claims will say. Returns at once; Ready() tells when reads are
  // answered.
  absl::Status Start(NodeIdentity identity);
  // Gives the office back, if this node has it: appends nothing more, waits for what was appended to be read back, and
  // leaves the election; a restore under way and calls that wait for writes to resume end. Reads go on, and so do
  // writes elsewhere. Blocks, a second at most, and for as long as Election::Leave() does.
  void HandOver();
  // The same for another node's sake: this one stays, and takes no part in the election for so long, or until another
  // node has claimed.
  void StandAside(std::chrono::milliseconds pause);
  // Ends that before its time. False where it had ended.
  bool ComeBack() { return gate_.ComeBack(); }
  // Answers what waits, resigns and closes the log. Writes that were appended before may be confirmed until then.
  // Idempotent; blocks until no callback runs.
  void Stop();

  // Runs `ready` once this node answers reads, or at once if it does. Set before Start().
  void OnReady(std::function<void()> ready) { ready_callback_ = std::move(ready); }

  // Runs `changed` when another claim counts, and when this node begins to accept writes; on the thread that applies
  // the log, so it must not block. Set before Start().
  void OnLeadershipChange(std::function<void()> changed) { leadership_callback_ = std::move(changed); }

  PrimaryClaim primary_claim() const;

  // What registering would answer without writing anything: the live version that holds this very schema. Any node that
  // is ready can tell, primary or no primary. Nothing where only the primary can: also where the configuration adds to
  // schemas, because it may have changed.
  std::optional<WriteResult> FindRegistered(const RegisterSchema& request) const;

  // While the log is read again from the start: what is answered meanwhile may be stale.
  bool ReadingAgain() const { return recovery_.reading_again(); }

  // What the log keeps, where that was not known or changed. From any thread.
  void SetRetention(const LogRetention& retention);

  // Whether reads are answered from a copy of the log that may be old, because the log cannot be read.
  bool stale() const { return replayer_.copy_serves(); }
  // The reader's present trouble; OK when the log can be read.
  absl::Status LogHealth() const;
  LogDescription DescribeLog() const { return log_.Describe(); }

  const State& state() const { return state_; }
  const LeadershipGate& gate() const { return gate_; }
  const WritePipeline& pipeline() const { return pipeline_; }
  const Settler& settler() const { return settler_; }

  WriteStatus GetWriteStatus() const override;
  LogFacts GetLogFacts() const override;
  void Resume(const ResumeWrites& request, RegistryAdmin::Done done) override;
  // Blocks a thread of the executor while it writes.
  void RestoreLog(RegistryAdmin::Done done) override;

  void Write(const CallContext& context, WriteCommand command, WriteDone done) override;
  absl::StatusOr<std::shared_ptr<const StoredSchema>> GetSchemaById(const std::string& context, SchemaId id) override;
  absl::StatusOr<std::shared_ptr<const StoredSchema>> GetSchemaByGuid(const ContentHash& guid) override;
  absl::StatusOr<SchemaVersion> GetSchemaVersion(const GetVersion& query) override;
  absl::StatusOr<SchemaVersion> LookupSchema(const Lookup& query) override;
  absl::StatusOr<CompatibilityReport> CheckCompatibility(const CheckSchema& query) override;
  absl::StatusOr<SubjectPage> Subjects(const ListSubjects& query) override;
  absl::StatusOr<std::vector<SchemaVersion>> Versions(const ListVersions& query) override;
  absl::StatusOr<SubjectConfig> GetConfig(const ConfigTarget& target, ConfigView view) override;
  absl::StatusOr<Mode> GetMode(const ConfigTarget& target, ConfigView view) override;
  absl::StatusOr<SchemaVersion> GetSchemaUse(const GetUse& query) override;
  absl::StatusOr<SchemaVersion> FindLatestVersion(const FindVersion& query) override;
  absl::StatusOr<SchemaPage> Schemas(const ListSchemas& query) override;
  absl::StatusOr<std::vector<SchemaVersion>> SchemaUses(const ListUses& query) override;
  absl::StatusOr<std::vector<SchemaVersion>> Referrers(const ListReferrers& query) override;
  absl::StatusOr<std::vector<IdInContext>> IdsOfGuid(const ContentHash& guid) override;
  absl::StatusOr<std::vector<Association>> Associations(const ListAssociations& query) override;
  absl::StatusOr<std::map<Subject, std::vector<Subject>>> Aliases() override;
  absl::StatusOr<SchemaId> MaxId(const std::string& context) override;
  absl::StatusOr<std::vector<std::string>> Contexts() override;
  absl::StatusOr<std::string> Render(const std::shared_ptr<const StoredSchema>& stored,
                                     std::string_view dress) override;
  void AwaitPosition(const CallContext& context, const Position& position, PositionDone done) override;
  absl::StatusOr<std::unique_ptr<ChangeSubscription>> Watch(const WatchChanges& query) override;
  Position AppliedPosition() const override;
  absl::Status Ready() const override;

 private:
  void OnApplied(const Applied& applied) override;
  void OnCaughtUp() override;
  void OnCopyServes() override;
  void OnReplaced(const absl::Status& what) override;
  bool OnFellBehind() override;
  void OnReadAgain() override;
  void OnPrimary() override;
  void OnClaimCounted(const std::string& token) override;

  std::unique_ptr<WriteOperation> MakeOperation(WriteCommand command);
  void TellWhenReady();
  // OK where what is not found is not there.
  absl::Status Whole() const;
  // In the one context, alias followed.
  absl::StatusOr<SchemaVersion> GetVersionIn(const Subject& subject, const GetVersion& query) const;
  absl::StatusOr<SchemaVersion> LookupIn(const Subject& subject, const Lookup& query) const;
  absl::StatusOr<SchemaVersion> GetUseIn(const Subject& subject, SchemaId id) const;
  int PageSize(int requested) const;

  const Options options_;
  ReopeningLog log_;
  Election* const election_;
  State state_;
  SchemaCatalog catalog_;
  IdAllocator ids_;
  UnfinishedDeletes unfinished_deletes_;
  const WriteDomain domain_;
  LeadershipGate gate_;
  WritePipeline pipeline_;
  ReadBarriers barriers_;
  PositionWaiters position_waiters_;
  RequestMemory requests_;
  ChangeFeed changes_;
  Settler settler_;
  Replayer replayer_;
  LogRecovery recovery_;
  std::function<void()> ready_callback_;
  std::function<void()> leadership_callback_;
  std::atomic<bool> told_ready_{false};
};

}  // namespace regent
