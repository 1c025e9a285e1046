#include "tests/model/simulation.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "base/error_reason.h"
#include "server/registry/testing/word_format.h"
#include "store/record_codec.h"
#include "store/state_dump.h"

namespace regent::model {
namespace {

std::vector<const Format*> Formats() {
  static const WordFormat words;
  return {&words};
}

std::string HeaderOf(const Record& record, std::string_view name) {
  for (const Header& header : record.headers) {
    if (header.name == name) return header.value;
  }
  return "";
}

std::string VerdictName(Verdict verdict) {
  switch (verdict) {
    case Verdict::kHistory:
      return "history";
    case Verdict::kValid:
      return "valid";
    case Verdict::kFenced:
      return "FENCED";
    case Verdict::kForeign:
      return "FOREIGN";
    case Verdict::kClaimCounted:
      return "claim counts";
    case Verdict::kClaimRefused:
      return "claim does not count";
    case Verdict::kMarker:
      return "marker";
    case Verdict::kForeignMarker:
      return "foreign marker";
  }
  return "";
}

}  // namespace

bool ManualExecutor::RunOne() {
  if (tasks_.empty()) return false;
  const auto task = std::move(tasks_.front());
  tasks_.pop_front();
  task();
  return true;
}

NodeTimer::~NodeTimer() { *alive_ = false; }

Timer::Id NodeTimer::RunAt(SteadyTime when, std::function<void()> callback) {
  return clock_->RunAt(when, [alive = alive_, callback = std::move(callback)] {
    if (*alive) callback();
  });
}

void Counts::Add(const Counts& other) {
  acknowledged += other.acknowledged;
  valid += other.valid;
  fenced += other.fenced;
  settled += other.settled;
  settled_fenced += other.settled_fenced;
  claims += other.claims;
  claims_refused += other.claims_refused;
  replays += other.replays;
  read_again += other.read_again;
  removed += other.removed;
  foreign += other.foreign;
  stuck += other.stuck;
}

Simulation::Node::Node(Simulation* simulation, int index)
    : index(index), first_log(simulation->log_.Open()), log(first_log.get()), timer(&simulation->clock_) {
  LocalRegistry::Options options;
  options.leadership.new_token = [simulation] { return "t" + std::to_string(++simulation->tokens_); };
  options.leadership.pause = [index](int failures) {
    return std::chrono::milliseconds((50 + 17 * index) << std::min(failures, 5));
  };
  options.defaults.level = CompatibilityLevel::kNone;
  options.retention = {kCompactionLag, kDeleteRetention};
  options.open_log = [this, simulation](const ReopenRequest&) -> absl::StatusOr<std::unique_ptr<Log>> {
    auto again = simulation->log_.Open();
    log = again.get();
    ++simulation->counts_.read_again;
    return again;
  };
  registry =
      std::make_unique<LocalRegistry>(options, Formats(), log, &election, &simulation->clock_, &timer, &executor);
}

Simulation::Node::~Node() {
  log->Kill();
  registry->Stop();
  executor.Clear();
}

Simulation::Simulation() {
  log_.on_landed = [this](const LogRecord& record) { OnLanded(record); };
  for (int i = 0; i < kNodes; ++i) Start(i);
  counts_ = {};
}

Simulation::~Simulation() {
  for (auto& node : nodes_) node.reset();
}

// --- steps -----------------------------------------------------------------------------------------------------------

void Simulation::Start(int node) {
  nodes_[node].reset();
  nodes_[node] = std::make_unique<Node>(this, node);
  ++counts_.replays;
  const absl::Status started = nodes_[node]->registry->Start({.node = "node-" + std::to_string(node)});
  if (!started.ok()) Violate("NOT-STARTED", std::string(started.message()));
  if (tracing_) Note(absl::StrCat("    node ", node, " starts fresh"));
}

void Simulation::Crash(int node) {
  if (tracing_ && nodes_[node]) Note(absl::StrCat("    node ", node, " crashes"));
  nodes_[node].reset();
}

bool Simulation::IsPrimary(int node) const {
  return nodes_[node] != nullptr && nodes_[node]->registry->gate().role() == Role::kPrimary;
}

void Simulation::Run(int node) {
  if (!nodes_[node]) return;
  // What a node does by itself ends: it waits for the log or the clock.
  for (int i = 0; i < 10000; ++i) {
    if (!nodes_[node]->log->RunCallback() && !nodes_[node]->executor.RunOne()) return;
  }
  Violate("RUNS-FOREVER", absl::StrCat("node ", node));
}

void Simulation::Read(int node, int records) {
  if (!nodes_[node]) return;
  for (int i = 0; i < records && ok(); ++i) {
    const bool read = nodes_[node]->log->ReadOne();
    CheckNode(*nodes_[node]);
    if (!read) return;
  }
}

void Simulation::ReadAll(int node) {
  if (!nodes_[node]) return;
  for (int i = 0; i < 1000 && ok(); ++i) {
    Read(node, 1);
    if (nodes_[node]->log->AtEnd()) break;
  }
  CheckNode(*nodes_[node]);
}

void Simulation::Elect(int node) {
  if (!nodes_[node]) return;
  if (tracing_) Note(absl::StrCat("    node ", node, " is elected"));
  nodes_[node]->election.Elect();
}

void Simulation::Depose(int node) {
  if (!nodes_[node]) return;
  if (tracing_) Note(absl::StrCat("    node ", node, " loses the election"));
  nodes_[node]->election.Depose();
}

void Simulation::TimeOut(int node) {
  if (!nodes_[node] || !nodes_[node]->log->HasPending()) return;
  if (tracing_) Note(absl::StrCat("    node ", node, " gives up on its appends"));
  nodes_[node]->log->TimeOut();
}

std::string Simulation::Write(int node, WriteCommand command) {
  const std::string request = "r" + std::to_string(++requests_);
  answers_[request] = std::nullopt;
  if (!nodes_[node]) return request;
  nodes_[node]->registry->Write({.request_id = request}, std::move(command),
                                [this, request](const absl::StatusOr<WriteResult>& result) {
                                  answers_[request] = result;
                                  CheckAnswer(request, result);
                                });
  return request;
}

std::optional<absl::StatusOr<WriteResult>> Simulation::AnswerOf(const std::string& request) const {
  const auto it = answers_.find(request);
  return it == answers_.end() ? std::nullopt : it->second;
}

void Simulation::Resume(int node) {
  if (!nodes_[node] || nodes_[node]->registry->GetWriteStatus().state != WriteState::kForeignWriter) return;
  if (tracing_) Note(absl::StrCat("    an operator resumes writes on node ", node));
  nodes_[node]->registry->Resume({WriteState::kForeignWriter}, [](const absl::Status&) {});
}

void Simulation::Land(size_t which, int records) {
  const auto busy = log_.Busy();
  if (busy.empty()) return;
  SimulatedLog::Session* const session = busy[which % busy.size()];
  for (int i = 0; i < records && !session->items.empty() && ok(); ++i) log_.LandNext(session);
}

void Simulation::Lose(size_t which) {
  const auto busy = log_.Busy();
  if (busy.empty()) return;
  SimulatedLog::Session* const session = busy[which % busy.size()];
  if (tracing_) Note(absl::StrCat("    lost on its way: ", Show(session->items.front().record)));
  log_.LoseNext(session);
}

void Simulation::LandAll() {
  for (SimulatedLog::Session* session : log_.Busy()) {
    while (!session->items.empty() && ok()) log_.LandNext(session);
  }
}

void Simulation::Put(const Record& record) { log_.Land(record); }

void Simulation::Advance(std::chrono::milliseconds by) {
  if (tracing_ && by >= std::chrono::minutes(1)) Note(absl::StrCat("    ", by.count() / 60000, " minutes pass"));
  // A node that is not at the end cannot reach its log: it would not stay behind for so long otherwise.
  if (by >= std::chrono::minutes(1)) {
    for (auto& node : nodes_) {
      if (node != nullptr && !node->log->AtEnd()) node->log->ReportTrouble();
    }
  }
  clock_.Advance(by);
}

void Simulation::Compact(uint32_t where, uint32_t how) {
  const auto& stored = log_.stored();
  const int64_t now = clock_.WallMillis();
  const int64_t lag = std::chrono::milliseconds(kCompactionLag).count();
  const int64_t retention = std::chrono::milliseconds(kDeleteRetention).count();
  size_t end = 0;
  while (end + 1 < stored.size() && now - stored[end].record.timestamp_ms >= lag) ++end;
  if (end == 0) return;
  const size_t seen = where % 3 == 0 ? 1 + where / 3 % end : end;  // what this pass looks at
  const size_t stop = how % 4 == 0 ? how / 4 % (seen + 1) : seen;  // it may stop half way
  std::map<std::string, size_t> last;
  for (size_t i = 0; i < seen; ++i) {
    if (!stored[i].gone) last[stored[i].record.record.key] = i;
  }
  std::string removed;
  for (size_t i = 0; i < stop; ++i) {
    const Record& record = stored[i].record.record;
    if (stored[i].gone) continue;
    bool remove = last[record.key] != i;
    if (!remove && !record.value) {
      // One that does not count and vanishes itself leaves no trace of what it hid. No rule can help then: it takes
      // lag and retention together without any primary.
      const bool leaves_no_trace = truth_.FindUnsettled(record.key).has_value();
      remove = stored[i].cleaned_ms != 0 && now - stored[i].cleaned_ms >= retention && !leaves_no_trace;
      if (!remove && stored[i].cleaned_ms == 0) log_.MarkCleaned(i);
    }
    if (!remove) continue;
    log_.Remove(i);
    ++counts_.removed;
    absl::StrAppend(&removed, " @", i);
  }
  if (tracing_ && !removed.empty()) Note("    the cleaner removes" + removed);
}

void Simulation::Quiet() {
  for (int round = 0; round < 3 && ok(); ++round) {
    LandAll();
    for (int i = 0; i < kNodes && ok(); ++i) {
      ReadAll(i);
      Run(i);
    }
  }
}

void Simulation::Finish() {
  for (int i = 0; i < kNodes; ++i) {
    if (!nodes_[i]) Start(i);
    Depose(i);
  }
  int leader = -1;
  bool settled = false;
  for (int round = 0; round < 60 && ok() && !settled; ++round) {
    // Nobody keeps what was lost on its way for ever.
    for (int i = 0; i < kNodes; ++i) {
      if (log_.Busy().empty()) TimeOut(i);
      Run(i);
    }
    LandAll();
    for (int i = 0; i < kNodes && ok(); ++i) {
      ReadAll(i);
      Run(i);
      Resume(i);
    }
    if (leader < 0) {
      for (int i = 0; i < kNodes && leader < 0; ++i) {
        if (nodes_[i]->registry->Ready().ok()) Elect(leader = i);
      }
    } else if (!nodes_[leader]->registry->Ready().ok()) {
      Depose(std::exchange(leader, -1));
    } else if (nodes_[leader]->election.yielded()) {
      Elect(leader);  // its claims failed, and its pause is over
    }
    Advance(std::chrono::seconds(2));
    settled = leader >= 0 && IsPrimary(leader) && !truth_.AnyUnsettled() && log_.Busy().empty();
  }
  if (!ok()) return;
  if (!settled) {
    const bool somebody_knows = std::any_of(
        nodes_.begin(), nodes_.end(), [](const auto& node) { return node != nullptr && node->registry->Ready().ok(); });
    if (somebody_knows) Violate("STUCK", "somebody knows every key, and yet they are not settled");
    ++counts_.stuck;
    return;
  }
  for (int pass = 0; pass < 3; ++pass) {
    Advance(kCompactionLag + kDeleteRetention);
    Compact(1, 1);
  }
  Note("    everything is settled and compacted; a fresh node replays");
  Start(kNodes);
  ReadAll(kNodes);
  if (!ok()) return;
  const State& fresh = state(kNodes);
  if (!nodes_[kNodes]->registry->Ready().ok()) return Violate("FRESH-NODE-NOT-READY", "after everything was settled");
  if (DumpState(fresh) != DumpState(truth_)) {
    Violate("DIVERGED", absl::StrCat("dumps differ.\nfresh:\n", DumpState(fresh), "truth:\n", DumpState(truth_)));
  }
}

// --- checks ----------------------------------------------------------------------------------------------------------

void Simulation::Note(const std::string& line) {
  if (tracing_) trace_.push_back(line);
}

void Simulation::Violate(const std::string& kind, const std::string& detail) {
  if (!ok()) return;
  violation_ = {kind, detail};
  Note(absl::StrCat("!! ", kind, ": ", detail));
}

std::string Simulation::Show(const Record& record) const {
  const std::string token = HeaderOf(record, kClaimHeader);
  const std::string request = HeaderOf(record, kRequestHeader);
  return absl::StrCat(record.key, " = ", record.value.value_or("null"), token.empty() ? "" : "  under " + token,
                      request.empty() ? "" : " for " + request);
}

void Simulation::OnLanded(const LogRecord& record) {
  const auto decoded = DecodeRecord(record.record);
  const std::string digest_before = truth_.Digest().second;
  const bool was_there = decoded.ok() && !std::holds_alternative<Tombstone>(truth_.ValueOf(decoded->key));
  if (decoded.ok() && decoded->key.type == KeyType::kSchema) CheckOwnWrite(record, *decoded);
  const bool was_unsettled = truth_.FindUnsettled(record.record.key).has_value();
  const Applied applied = truth_.Apply(record);
  const std::string request = HeaderOf(record.record, kRequestHeader);
  landed_.push_back({applied.verdict, request});
  if (tracing_) {
    Note(absl::StrCat("@", record.offset.value(), " ", Show(record.record), "  ",
                      applied.understood ? VerdictName(applied.verdict) : "unreadable"));
  }
  if (!applied.understood) return;
  // A client's clean-up after its answer is known names no request either, but it has no need of an unsettled key.
  const bool upkeep = request.empty() && was_unsettled && !applied.claim_token.empty();
  switch (applied.verdict) {
    case Verdict::kClaimCounted:
      ++counts_.claims;
      if (!claimed_) {
        // What another registry deleted for ever before us cannot be known.
        claimed_ = true;
        for (const auto& [subject, view] : truth_.SubjectsAfter(std::nullopt, 1000)) {
          for (const VersionEntry& entry : view->versions) id_texts_[entry.stored->id] = entry.stored->content.text;
        }
      }
      return;
    case Verdict::kClaimRefused:
      ++counts_.claims_refused;
      return;
    case Verdict::kFenced:
      ++counts_.fenced;
      if (upkeep) ++counts_.settled_fenced;
      return;
    case Verdict::kForeign:
      ++counts_.foreign;
      return;
    case Verdict::kHistory:
    case Verdict::kMarker:
    case Verdict::kForeignMarker:
      return;
    case Verdict::kValid:
      break;
  }
  ++counts_.valid;
  CheckIds(*decoded);
  if (!upkeep || applied.claim_token[0] != 't') return;  // a mirror's tokens begin otherwise
  ++counts_.settled;
  const bool adopts = !was_there && std::holds_alternative<SchemaRecord>(decoded->value);
  if (!adopts && truth_.Digest().second != digest_before) {
    Violate("REPAIR-CHANGES-STATE", absl::StrCat("@", record.offset.value(), " ", Show(record.record)));
  }
}

// What a client's write may find when it lands, if it was decided on what the log held before it.
void Simulation::CheckOwnWrite(const LogRecord& record, const DecodedRecord& decoded) {
  if (decoded.request_id.empty() || decoded.claim_token.empty()) return;
  if (decoded.claim_token != truth_.current_claim().token) return;
  const auto view = truth_.FindSubject(*decoded.key.subject);
  const VersionEntry* before = view ? view->Find(decoded.key.version) : nullptr;
  const std::string what = absl::StrCat("@", record.offset.value(), " ", Show(record.record));
  const auto* schema = std::get_if<SchemaRecord>(&decoded.value);
  if (schema == nullptr) {
    if (before != nullptr && !before->deleted) Violate("STALE-DECISION", "removes a living version: " + what);
    return;
  }
  if (before != nullptr) {
    if (before->stored->id != schema->id) Violate("VERSION-USED-TWICE", what);
    return;
  }
  if (schema->deleted) Violate("STALE-DECISION", "hides a version that is not there: " + what);
  const Version expected = view ? view->Highest().Next() : Version(1);
  if (decoded.key.version != expected) Violate("GAP", absl::StrCat("expected ", expected.value(), ": ", what));
}

void Simulation::CheckIds(const DecodedRecord& decoded) {
  const auto* schema = std::get_if<SchemaRecord>(&decoded.value);
  if (schema == nullptr) return;
  const auto [known, is_new] = id_texts_.emplace(schema->id, schema->content.text);
  if (known->second != schema->content.text) {
    Violate("ID-TWO-TEXTS", absl::StrCat("id ", schema->id.value(), " named \"", known->second, "\" and now \"",
                                         schema->content.text, "\""));
  }
}

void Simulation::CheckAnswer(const std::string& request, const absl::StatusOr<WriteResult>& result) {
  if (!result.ok() || !result->changed) return;
  ++counts_.acknowledged;
  if (tracing_) Note(absl::StrCat("    ", request, " is acknowledged at @", result->position.offset.value()));
  const int64_t offset = result->position.offset.value();
  if (offset < 0 || offset >= static_cast<int64_t>(landed_.size()) ||
      (!landed_[offset].request.empty() && landed_[offset].request.compare(0, request.size(), request) != 0)) {
    return Violate("ACKNOWLEDGED-ELSEWHERE", absl::StrCat(request, " at @", offset));
  }
  if (landed_[offset].verdict != Verdict::kValid)
    Violate("ZOMBIE-ACKNOWLEDGED", absl::StrCat(request, " at @", offset));
}

void Simulation::CheckNode(const Node& node) {
  // One that reads again says so: what it answers meanwhile is old.
  if (!ok() || !node.registry->Ready().ok() || !node.log->AtEnd() || node.registry->ReadingAgain()) return;
  if (node.registry->state().Digest().second == truth_.Digest().second) return;
  Violate("DIVERGED",
          absl::StrCat("node ", node.index, " at the end of the log has\n", DumpState(node.registry->state()),
                       "and who saw every record has\n", DumpState(truth_)));
}

}  // namespace regent::model
