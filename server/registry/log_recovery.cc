#include "server/registry/log_recovery.h"

#include <utility>

#include "base/error_reason.h"
#include "base/logging.h"

namespace regent {
namespace {

constexpr std::chrono::seconds kOpenAgain{1};

absl::Status NeedsRestart() {
  return MakeError(ErrorReason::kLogReplaced, "This node cannot open its log again while it runs: restart it.");
}

absl::Status ShuttingDown() { return MakeError(ErrorReason::kShuttingDown, "This node is shutting down."); }

}  // namespace

LogRecovery::LogRecovery(Options options, ReopeningLog* log, State* state, Replayer* replayer, LeadershipGate* gate,
                         WritePipeline* pipeline, const Clock* clock, Timer* timer, Executor* executor)
    : options_(std::move(options)),
      log_(log),
      state_(state),
      replayer_(replayer),
      gate_(gate),
      pipeline_(pipeline),
      clock_(clock),
      timer_(timer),
      executor_(executor),
      trouble_(options_.trouble) {}

absl::Status LogRecovery::Start(std::string node) {
  node_ = std::move(node);
  if (log_->IsOpen()) {
    if (absl::Status status = log_->StartReading(Offset(0), replayer_); !status.ok()) return status;
  } else {
    any_log_ = true;
    BeginAgain("it could not be opened yet");
  }
  OnRetention();
  return absl::OkStatus();
}

void LogRecovery::Stop() {
  stopped_ = true;
  std::shared_ptr<LogRestore> restore;
  {
    MutexLock lock(&mutex_);
    restore = restore_;
  }
  if (restore != nullptr) restore->Cancel(ShuttingDown());
  TellResumed(ShuttingDown());
}

// --- opening and reading again ---------------------------------------------------------------------------------------

bool LogRecovery::BeginAgain(const std::string& why) {
  if (!log_->CanReopen() || stopped_) return false;
  if (opening_.exchange(true)) return true;
  reading_again_ = true;
  LOG(WARNING) << "Reads the log from the start: " << why;
  gate_->BeginAgain();
  pipeline_->OnReadingAgain();
  executor_->Post([this] { Open(); });
  return true;
}

void LogRecovery::Open() {
  if (stopped_) return;
  const std::string expected = any_log_ ? "" : state_->log_id();
  absl::Status status = log_->Reopen({.expected_id = expected});
  if (status.ok() && !expected.empty() && log_->Id() != expected) {
    // What this node holds may be the last copy: it is not given up for a log that nobody has accepted.
    opening_ = false;
    return gate_->OnReplaced(
        MakeError(ErrorReason::kLogReplaced, "The log that was to be read again is another one now."));
  }
  if (status.ok()) {
    replayer_->BeginAgain(log_->Id());
    opening_ = false;
    status = log_->StartReading(Offset(0), replayer_);
  }
  if (stopped_) return;
  SetTrouble(status);
  if (status.ok()) return;
  timer_->RunAt(clock_->Now() + kOpenAgain, [this] { executor_->Post([this] { Open(); }); });
}

void LogRecovery::SetTrouble(const absl::Status& status) {
  bool news = false;
  {
    MutexLock lock(&mutex_);
    news = trouble_.message() != status.message();
    trouble_ = status;
  }
  if (news && !status.ok()) LOG(WARNING) << "The log cannot be opened yet: " << status.message();
}

absl::Status LogRecovery::trouble() const {
  MutexLock lock(&mutex_);
  return trouble_;
}

void LogRecovery::Tick(int watch) {
  const auto longest = replayer_->longest_absence();
  if (!longest || stopped_ || watch != watch_) return;
  timer_->RunAt(clock_->Now() + *longest / 4, [this, watch] {
    if (watch != watch_) return;
    replayer_->Tick();
    Tick(watch);
  });
}

void LogRecovery::OnApplied(const Applied& applied) {
  if (applied.verdict == Verdict::kHistory && replayer_->caught_up()) followed_history_ = true;
  if (applied.verdict == Verdict::kClaimCounted && followed_history_.exchange(false)) {
    BeginAgain("another registry's records were followed until the first claim");
  }
}

void LogRecovery::OnReadAgain() {
  LOG(INFO) << "Read the log from the start, to offset " << state_->applied();
  reading_again_ = false;
  any_log_ = false;
}

// --- what an operator decides ----------------------------------------------------------------------------------------

void LogRecovery::Resume(const WriteStatus& now, const ResumeWrites& request, Done done) {
  if (now.state != request.reason) {
    return done(errors::RequestInvalid("reason", now.reason.empty() ? "writes are not stopped" : now.reason));
  }
  switch (request.reason) {
    case WriteState::kLogReplaced:
      if (!request.accept_log) {
        return done(errors::RequestInvalid(
            "accept_log",
            "the log was replaced: restore it from this node, or say that what it holds now is to be taken"));
      }
      if (!log_->CanReopen()) return done(NeedsRestart());
      // What is restored is this node's state, which must stay until then.
      if (Restoring()) return done(MakeError(ErrorReason::kOverloaded, "The log is being restored from this node."));
      any_log_ = true;
      BeginAgain("an operator accepts the log that took the old one's place");
      return done(absl::OkStatus());
    case WriteState::kUntrustedKeys:
      state_->TrustAll();
      gate_->OnTrusted();
      return done(absl::OkStatus());
    case WriteState::kForeignWriter:
      break;
    case WriteState::kAccepting:
    case WriteState::kElecting:
    case WriteState::kLogUnavailable:
      return done(errors::RequestInvalid("reason", "this ends by itself"));
  }
  int number = 0;
  {
    MutexLock lock(&mutex_);
    resuming_.push_back(std::move(done));
    number = resumes_;
  }
  timer_->RunAt(clock_->Now() + options_.resume_patience, [this, number] { ResumeTimedOut(number); });
  const absl::Status accepted = gate_->AcceptForeignWriter();
  if (!accepted.ok()) {
    TellResumed(accepted);
  } else if (stopped_) {
    TellResumed(ShuttingDown());
  }
}

void LogRecovery::ResumeTimedOut(int number) {
  {
    MutexLock lock(&mutex_);
    if (number != resumes_) return;  // told already
  }
  TellResumed(MakeError(ErrorReason::kNoPrimary,
                        "The claim that was to accept the other registry's writes has not counted in time. It may "
                        "yet; if writes do not go on, resume again."));
}

void LogRecovery::OnClaimCounted() {
  if (!state_->ForeignWriter()) return TellResumed(absl::OkStatus());
  // An earlier claim of this node's own: the one that accepts is on its way.
  if (const Role role = gate_->role(); role == Role::kPrimary || role == Role::kClaiming) return;
  TellResumed(MakeError(ErrorReason::kNotPrimary, "Another node became primary meanwhile; resume again."));
}

void LogRecovery::TellResumed(const absl::Status& status) {
  std::vector<Done> resumed;
  {
    MutexLock lock(&mutex_);
    resumed.swap(resuming_);
    ++resumes_;
  }
  for (const Done& done : resumed) done(status);
}

void LogRecovery::Restore(const WriteStatus& now, Done done) {
  if (now.state != WriteState::kLogReplaced) {
    return done(MakeError(ErrorReason::kRequestInvalid, "The log was not replaced: there is nothing to restore."));
  }
  if (!log_->CanReopen()) return done(NeedsRestart());
  bool already = false;
  {
    MutexLock lock(&mutex_);
    already = std::exchange(restoring_, true);
  }
  if (already) return done(MakeError(ErrorReason::kOverloaded, "The log is being restored already."));
  executor_->Post([this, done = std::move(done)] { DoRestore(done); });
}

bool LogRecovery::Restoring() const {
  MutexLock lock(&mutex_);
  return restoring_;
}

void LogRecovery::DoRestore(const Done& done) {
  auto log = options_.open_log({.for_restore = true});
  absl::Status status = log.status();
  if (status.ok()) {
    const auto restore = std::make_shared<LogRestore>(
        log->get(), state_, LogRestore::Options{node_, options_.new_token(), options_.restore_patience});
    {
      MutexLock lock(&mutex_);
      restore_ = restore;
    }
    // Stop() may have come before it could see the restore.
    if (stopped_) restore->Cancel(ShuttingDown());
    status = restore->Run();
  }
  {
    MutexLock lock(&mutex_);
    restoring_ = false;
    restore_.reset();
  }
  if (status.ok()) {
    any_log_ = true;
    BeginAgain("it was restored");
  }
  done(status);
}

}  // namespace regent
