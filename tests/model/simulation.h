// Regent's own nodes (claim tracker, state, gate, pipeline, settler and use cases, as they are shipped) on a simulated
// log, an election by hand and a clock that stands still: every step is the caller's, and the same steps do the same.
//
// An observer reads every record when it lands; what it knows is the truth. After every step the invariants of the
// design's section 3 are checked against it.
#pragma once

#include <array>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "base/executor.h"
#include "base/fake_clock.h"
#include "election/testing/hand_driven_election.h"
#include "server/registry/local_registry.h"
#include "store/state.h"
#include "tests/model/simulated_log.h"

namespace regent::model {

// Runs when told.
class ManualExecutor : public Executor {
 public:
  void Post(std::function<void()> task) override { tasks_.push_back(std::move(task)); }
  bool RunOne();
  void Clear() { tasks_.clear(); }

 private:
  std::deque<std::function<void()>> tasks_;
};

// A node's part of the common clock: what it set is forgotten with it.
class NodeTimer : public Timer {
 public:
  explicit NodeTimer(FakeClock* clock) : clock_(clock) {}
  ~NodeTimer() override;
  Id RunAt(SteadyTime when, std::function<void()> callback) override;
  bool Cancel(Id id) override { return clock_->Cancel(id); }

 private:
  FakeClock* const clock_;
  const std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);
};

struct Violation {
  std::string kind;  // empty: none
  std::string detail;
};

struct Counts {
  int64_t acknowledged = 0;
  int64_t valid = 0;
  int64_t fenced = 0;
  int64_t settled = 0;  // records of upkeep that landed
  int64_t settled_fenced = 0;
  int64_t claims = 0;
  int64_t claims_refused = 0;
  int64_t replays = 0;
  int64_t read_again = 0;  // by a node that had been away too long, or had followed another registry
  int64_t removed = 0;     // by the cleaner
  int64_t foreign = 0;
  int64_t stuck = 0;  // nobody left who knows some key: refused instead of lost
  void Add(const Counts& other);
};

class Simulation {
 public:
  static constexpr int kNodes = 3;
  static constexpr std::chrono::hours kCompactionLag{10};
  static constexpr std::chrono::hours kDeleteRetention{4};

  Simulation();
  ~Simulation();

  // --- steps ---
  void Start(int node);  // fresh: replays the log
  void Crash(int node);
  bool IsUp(int node) const { return nodes_[node] != nullptr; }
  bool IsPrimary(int node) const;
  void Read(int node, int records);
  void ReadAll(int node);
  // Runs what the node has to do, outcomes of appends included.
  void Run(int node);
  void Elect(int node);
  void Depose(int node);
  void TimeOut(int node);  // an append's outcome is unknown
  // Gives the request's name in records.
  std::string Write(int node, WriteCommand command);
  void Resume(int node);  // an operator accepts the foreign writer
  // What the producers sent: session `which` of those that hold something.
  size_t BusySessions() { return log_.Busy().size(); }
  void Land(size_t which, int records);
  void Lose(size_t which);
  void LandAll();
  void Put(const Record& record);
  void Advance(std::chrono::milliseconds by);
  // The cleaner: over every record that is old enough but the last `keep`, stopping where it likes.
  void Compact(uint32_t where, uint32_t how);
  // Everything arrives, everybody reads.
  void Quiet();
  // Ends well: everything arrives, somebody leads, every key is settled, and a node that starts then agrees.
  void Finish();

  const State& truth() const { return truth_; }
  const State& state(int node) const { return nodes_[node]->registry->state(); }
  SimulatedLog& log() { return log_; }
  const Violation& violation() const { return violation_; }
  const Counts& counts() const { return counts_; }
  // What became of a request: nothing while it is under way.
  std::optional<absl::StatusOr<WriteResult>> AnswerOf(const std::string& request) const;
  bool ok() const { return violation_.kind.empty(); }

  // Lines of what happened, when asked for before the first step.
  void KeepTrace() { tracing_ = true; }
  const std::vector<std::string>& trace() const { return trace_; }
  void Note(const std::string& line);

 private:
  struct Node {
    Node(Simulation* simulation, int index);
    ~Node();
    const int index;
    const std::unique_ptr<LogHandle> first_log;
    LogHandle* log;  // the one opened last
    HandDrivenElection election;
    ManualExecutor executor;
    NodeTimer timer;
    std::unique_ptr<LocalRegistry> registry;
  };
  struct Landed {
    Verdict verdict = Verdict::kFenced;
    std::string request;
  };

  void OnLanded(const LogRecord& record);
  void CheckOwnWrite(const LogRecord& record, const DecodedRecord& decoded);
  void CheckIds(const DecodedRecord& decoded);
  void CheckAnswer(const std::string& request, const absl::StatusOr<WriteResult>& result);
  void CheckNode(const Node& node);
  void Violate(const std::string& kind, const std::string& detail);
  std::string Show(const Record& record) const;

  FakeClock clock_;
  SimulatedLog log_{"log-a", &clock_};
  State truth_{"log-a"};
  std::vector<Landed> landed_;
  std::map<SchemaId, std::string> id_texts_;  // over all time since the first claim
  bool claimed_ = false;
  int requests_ = 0;
  int tokens_ = 0;
  std::map<std::string, std::optional<absl::StatusOr<WriteResult>>> answers_;
  std::array<std::unique_ptr<Node>, kNodes + 1> nodes_;  // the last one only at the end
  Violation violation_;
  Counts counts_;
  bool tracing_ = false;
  std::vector<std::string> trace_;
};

}  // namespace regent::model
