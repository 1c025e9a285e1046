// The registry of this node: reads from its state, writes through its log while it is the primary.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "server/registry/effective_config.h"
#include "server/registry/leadership_gate.h"
#include "server/registry/registry.h"
#include "server/registry/schema_catalog.h"
#include "server/registry/write_domain.h"
#include "server/registry/write_pipeline.h"
#include "store/replayer.h"

namespace regent {

// Owns the state and everything that follows it; the log, the election, time and threads belong to the node and outlive
// it. Thread-safe.
class LocalRegistry : public Registry, private ApplyListener, private LeadershipListener {
 public:
  struct Options {
    LeadershipGate::Options leadership;
    WritePipeline::Options writes;
    SchemaCatalog::Options schemas;
    RegistryDefaults defaults;
    int page_size_default = 1000;
    int page_size_max = 10000;
  };

  LocalRegistry(Options options, std::vector<const Format*> formats, Log* log, Election* election, const Clock* clock,
                Timer* timer, Executor* executor);
  ~LocalRegistry() override;

  // Reads the log and joins the election, as whom the claims will say. Returns at once; Ready() tells when reads are
  // answered.
  absl::Status Start(NodeIdentity identity);
  // Answers what waits, resigns and closes the log. Writes that were appended before may be confirmed until then.
  // Idempotent; blocks until no callback runs.
  void Stop();

  // Runs `ready` once this node answers reads, or at once if it does. Set before Start().
  void OnReady(std::function<void()> ready) { ready_callback_ = std::move(ready); }

  // The reader's present trouble; OK when the log can be read.
  absl::Status LogHealth() const { return replayer_.health(); }

  const State& state() const { return state_; }
  const LeadershipGate& gate() const { return gate_; }
  const WritePipeline& pipeline() const { return pipeline_; }

  void Write(const CallContext& context, WriteCommand command, WriteDone done) override;
  absl::StatusOr<std::shared_ptr<const StoredSchema>> GetSchemaById(const std::string& context, SchemaId id) override;
  absl::StatusOr<std::shared_ptr<const StoredSchema>> GetSchemaByGuid(const ContentHash& guid) override;
  absl::StatusOr<SchemaVersion> GetSchemaVersion(const GetVersion& query) override;
  absl::StatusOr<SchemaVersion> LookupSchema(const Lookup& query) override;
  absl::StatusOr<CompatibilityReport> CheckCompatibility(const CheckSchema& query) override;
  absl::StatusOr<SubjectPage> Subjects(const ListSubjects& query) override;
  absl::StatusOr<std::vector<SchemaVersion>> Versions(const ListVersions& query) override;
  absl::StatusOr<SubjectConfig> GetConfig(const ConfigTarget& target, ConfigView view) override;
  Position AppliedPosition() const override;
  absl::Status Ready() const override;

 private:
  void OnApplied(const Applied& applied) override;
  void OnCaughtUp() override;
  void OnReplaced(const absl::Status& what) override;
  void OnPrimary() override;
  void OnClaimCounted(const std::string& token) override;

  std::unique_ptr<WriteOperation> MakeOperation(WriteCommand command);

  const Options options_;
  Log* const log_;
  Election* const election_;
  State state_;
  SchemaCatalog catalog_;
  IdAllocator ids_;
  const WriteDomain domain_;
  LeadershipGate gate_;
  WritePipeline pipeline_;
  Replayer replayer_;
  std::function<void()> ready_callback_;
};

}  // namespace regent
