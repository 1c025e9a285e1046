#include "server/registry/restore_log.h"

#include <algorithm>
#include <set>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/error_reason.h"
#include "base/mutex.h"
#include "store/record_codec.h"
#include "store/state_dump.h"

namespace regent {
namespace {

// One append, and how many of them may be on their way: a log keeps them in memory until then.
constexpr size_t kRecordsAtOnce = 500;
constexpr size_t kBytesAtOnce = 8 << 20;
constexpr int kAppendsAtOnce = 4;

size_t SizeOf(const Record& record) { return record.key.size() + record.value->size(); }

// What counts in the new log must be ours already.
absl::Status CheckNothingElse(const State& found, const std::vector<Record>& ours) {
  std::set<std::pair<std::string, std::string>> known;
  for (const Record& record : ours) known.emplace(record.key, *record.value);
  for (const Record& record : RecordsOf(found)) {
    if (known.contains({record.key, *record.value})) continue;
    return MakeError(ErrorReason::kLogReplaced,
                     absl::StrCat("The new log holds something that this node does not know (", record.key,
                                  "): nothing was written. To take what it holds instead, run: regent cluster resume "
                                  "--accept-log"));
  }
  return absl::OkStatus();
}

}  // namespace

// Reads the new log into a state of its own, and lets the restorer wait for what it reads.
class LogRestore::NewLog : public LogSink {
 public:
  explicit NewLog(std::string log_id) : state_(std::move(log_id)) {}

  void OnRecord(LogRecord record) override {
    state_.Apply(record);
    MutexLock lock(&mutex_);
    changed_.NotifyAll();
  }
  void OnCaughtUp(Offset) override {
    MutexLock lock(&mutex_);
    caught_up_ = true;
    changed_.NotifyAll();
  }
  void OnReplaced(const absl::Status& what) override { Fail(what); }
  void OnError(const absl::Status&) override {}  // it goes on by itself, or patience ends

  void Fail(const absl::Status& why) {
    MutexLock lock(&mutex_);
    if (failed_.ok()) failed_ = why;
    changed_.NotifyAll();
  }
  // Another append is on its way, and was taken.
  void Sent() {
    MutexLock lock(&mutex_);
    ++appends_;
  }
  void Arrived() {
    MutexLock lock(&mutex_);
    --appends_;
    changed_.NotifyAll();
  }
  // Everything was appended, up to there.
  void Landed(Offset end) {
    MutexLock lock(&mutex_);
    end_ = end;
    changed_.NotifyAll();
  }
  // Each fails when nothing moved for so long.
  absl::Status WaitUntilCaughtUp(std::chrono::seconds patience) {
    return WaitFor([this]() REQUIRES(mutex_) { return caught_up_; }, patience);
  }
  absl::Status WaitForRoom(std::chrono::seconds patience) {
    return WaitFor([this]() REQUIRES(mutex_) { return appends_ < kAppendsAtOnce; }, patience);
  }
  absl::Status WaitUntilAllIsReadBack(std::chrono::seconds patience) {
    return WaitFor([this]() REQUIRES(mutex_) { return end_ != kBeforeFirst && state_.applied() >= end_; }, patience);
  }
  const State& state() const { return state_; }

 private:
  template <typename Condition>
  absl::Status WaitFor(Condition condition, std::chrono::seconds patience) {
    MutexLock lock(&mutex_);
    Offset seen = state_.applied();
    auto deadline = std::chrono::steady_clock::now() + patience;
    while (failed_.ok() && !condition()) {
      if (!changed_.WaitUntil(&mutex_, deadline)) {
        return MakeError(ErrorReason::kLogUnavailable,
                         "The new log cannot be read or does not take writes; restoring again completes it.");
      }
      if (state_.applied() != seen) deadline = std::chrono::steady_clock::now() + patience;
      seen = state_.applied();
    }
    return failed_;
  }

  State state_;
  Mutex mutex_;
  CondVar changed_;
  bool caught_up_ GUARDED_BY(mutex_) = false;
  int appends_ GUARDED_BY(mutex_) = 0;
  Offset end_ GUARDED_BY(mutex_) = kBeforeFirst;
  absl::Status failed_ GUARDED_BY(mutex_);
};

LogRestore::LogRestore(Log* log, const State* state, Options options)
    : log_(log), state_(state), options_(std::move(options)), reading_(std::make_unique<NewLog>(log->Id())) {}

LogRestore::~LogRestore() = default;

void LogRestore::Cancel(const absl::Status& why) { reading_->Fail(why); }

absl::Status LogRestore::Run() {
  const absl::Status status = Restore();
  log_->Close();
  return status;
}

absl::Status LogRestore::Restore() {
  NewLog* const reading = reading_.get();
  if (absl::Status status = log_->StartReading(Offset(0), reading); !status.ok()) return status;
  if (absl::Status status = reading->WaitUntilCaughtUp(options_.patience); !status.ok()) return status;
  const std::vector<Record> ours = RecordsOf(*state_);
  if (absl::Status status = CheckNothingElse(reading->state(), ours); !status.ok()) return status;

  ClaimRecord claim;
  claim.node = options_.node;
  claim.log_id = log_->Id();
  claim.high_ids = state_->HighIds();
  const Epoch epoch = std::max(state_->NextEpoch(), reading->state().NextEpoch());
  std::vector<Record> records = {
      EncodeRecord({.type = KeyType::kClaim, .text = options_.token, .epoch = epoch}, claim)};
  for (const Record& record : ours) {
    records.push_back(record);
    records.back().headers.push_back({kClaimHeader, options_.token});
  }
  size_t end = 0;
  while (end < records.size()) {
    const size_t begin = end;
    size_t bytes = 0;
    while (end < records.size() && end - begin < kRecordsAtOnce && bytes < kBytesAtOnce)
      bytes += SizeOf(records[end++]);
    if (absl::Status status = reading->WaitForRoom(options_.patience); !status.ok()) return status;
    reading->Sent();
    const bool is_last = end == records.size();
    log_->Append(absl::MakeSpan(records).subspan(begin, end - begin), [reading, is_last](const AppendOutcome& outcome) {
      if (outcome.kind != AppendOutcome::Kind::kAppended) return reading->Fail(outcome.status);
      reading->Arrived();
      if (is_last) reading->Landed(outcome.last_offset);
    });
  }
  // Read back rather than believed: another node may restore at the same time, and then one of the two fails here.
  if (absl::Status status = reading->WaitUntilAllIsReadBack(options_.patience); !status.ok()) return status;
  if (DumpState(reading->state()) == DumpState(*state_)) return absl::OkStatus();
  return MakeError(
      ErrorReason::kLogReplaced,
      "The new log does not hold this state: another node wrote to it meanwhile. Look at what it holds, then "
      "restore again, or accept it.");
}

}  // namespace regent
