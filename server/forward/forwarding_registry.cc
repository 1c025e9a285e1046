#include "server/forward/forwarding_registry.h"

#include <algorithm>
#include <optional>
#include <utility>
#include <variant>

#include "absl/strings/str_cat.h"
#include "base/error_reason.h"

namespace regent {
namespace {

// Whether a second time finds what the first one did, and answers the same.
bool Repeatable(const WriteCommand& command) {
  return std::holds_alternative<RegisterSchema>(command) || std::holds_alternative<UpdateConfig>(command) ||
         std::holds_alternative<UpdateMode>(command) || std::holds_alternative<AssociateResources>(command) ||
         std::holds_alternative<ReadBarrier>(command);
}

absl::Status OutcomeUnknown(const std::string& why) {
  return MakeError(ErrorReason::kOutcomeUnknown,
                   absl::StrCat("The write was handed to the primary and its answer did not come: it may or may not "
                                "take effect. Repeating it is safe. ",
                                why));
}

// Whether it says that this attempt did nothing; of earlier ones it knows nothing.
bool SaysNothingWasDone(const absl::Status& status) {
  const ErrorReason reason = ReasonOf(status);
  return reason == ErrorReason::kNoPrimary || reason == ErrorReason::kDeadlineExceeded;
}

absl::Status ShuttingDown() { return MakeError(ErrorReason::kShuttingDown, "This node is shutting down."); }

}  // namespace

ForwardingRegistry::ForwardingRegistry(Options options, LocalRegistry* local, Peers* peers, const Clock* clock,
                                       Timer* timer, Executor* executor)
    : options_(options), local_(local), peers_(peers), clock_(clock), timer_(timer), executor_(executor) {}

void ForwardingRegistry::SetOwnAddress(std::string address) {
  MutexLock lock(&mutex_);
  own_address_ = std::move(address);
}

int ForwardingRegistry::operations() const {
  MutexLock lock(&mutex_);
  return static_cast<int>(calls_.size());
}

void ForwardingRegistry::Write(const CallContext& context, WriteCommand command, WriteDone done) {
  const Role role = local_->gate().role();
  if (role != Role::kPrimary) {
    if (const auto* request = std::get_if<RegisterSchema>(&command)) {
      if (auto known = local_->FindRegistered(*request)) return done(*std::move(known));
    }
  }
  auto call = std::make_shared<Call>();
  call->context = context;
  call->context.deadline = std::min(context.deadline, clock_->Now() + options_.default_timeout);
  call->repeatable = Repeatable(command);
  call->command = std::move(command);
  absl::Status refused;
  {
    MutexLock lock(&mutex_);
    if (stopped_) {
      refused = ShuttingDown();
    } else if (calls_.size() >= static_cast<size_t>(options_.max_operations)) {
      refused = MakeError(ErrorReason::kOverloaded,
                          absl::StrCat("Too many writes are under way (", calls_.size(), "); try again later."));
    } else {
      call->done = std::move(done);
      call->place = calls_.insert(calls_.end(), call);
    }
  }
  if (!refused.ok()) return done(std::move(refused));
  const Timer::Id timer = timer_->RunAt(call->context.deadline, [this, weak = std::weak_ptr<Call>(call)] {
    if (const CallPtr call = weak.lock()) DeadlinePassed(call);
  });
  {
    MutexLock lock(&mutex_);
    call->timer = timer;
  }
  Attempt(call);
}

void ForwardingRegistry::Attempt(const CallPtr& call) {
  const Role role = local_->gate().role();
  if (role == Role::kStopped) return Answer(call, local_->gate().WhyNotPrimary());
  // A node that claims may not have read the last primary's writes yet: it decides nothing.
  const bool here = role == Role::kPrimary;
  const bool claiming = role == Role::kClaiming;
  const PrimaryClaim primary = local_->primary_claim();
  const PeerClaim claim{local_->AppliedPosition().log_id, primary.epoch, primary.token};
  int attempt = 0;
  bool elsewhere = false;
  {
    MutexLock lock(&mutex_);
    if (!call->done) return;
    attempt = ++call->attempt;
    // A claim of this address is an earlier life of this node, or this one before it was deposed.
    elsewhere = !here && !claiming && !primary.grpc_address.empty() && primary.grpc_address != own_address_;
    call->waits_locally = here;
    call->forwarded_under = elsewhere ? claim.epoch : Epoch();
  }
  if (here) return AttemptHere(call, attempt);
  if (elsewhere) return Forward(call, attempt, claim, primary.grpc_address);
  const absl::Status why = local_->gate().WhyNotPrimary();
  // No primary will come of an election that does not take this node in.
  if (ReasonOf(why) == ErrorReason::kElectionMixed) return Answer(call, why);
  const absl::Status health = local_->LogHealth();
  Wait(call, attempt, absl::StrCat(why.message(), health.ok() ? "" : " ", health.message()));
}

void ForwardingRegistry::AttemptHere(const CallPtr& call, int attempt) {
  local_->Write(call->context, call->command, [this, call, attempt](absl::StatusOr<WriteResult> answer) {
    if (!answer.ok() && ReasonOf(answer.status()) == ErrorReason::kNotPrimary) {
      return Wait(call, attempt, std::string(answer.status().message().data(), answer.status().message().size()));
    }
    Answer(call, std::move(answer));
  });
}

void ForwardingRegistry::Forward(const CallPtr& call, int attempt, const PeerClaim& claim, const std::string& address) {
  peers_->Forward(address, claim, call->context, call->command,
                  [this, call, attempt](ForwardOutcome outcome) { Forwarded(call, attempt, std::move(outcome)); });
}

void ForwardingRegistry::Forwarded(const CallPtr& call, int attempt, ForwardOutcome outcome) {
  switch (outcome.kind) {
    case ForwardOutcome::Kind::kAnswered:
      if (outcome.answer.ok()) return AwaitOwn(call, *std::move(outcome.answer));
      // It is not primary, or not any more and nothing of the write counts.
      if (ReasonOf(outcome.answer.status()) != ErrorReason::kNotPrimary) {
        return Answer(call, outcome.answer.status());
      }
      return Wait(call, attempt,
                  std::string(outcome.answer.status().message().data(), outcome.answer.status().message().size()));
    case ForwardOutcome::Kind::kNotSent:
      return Wait(call, attempt, std::move(outcome.why));
    case ForwardOutcome::Kind::kUnknown:
      break;
  }
  if (!call->repeatable) return Answer(call, OutcomeUnknown(outcome.why));
  {
    MutexLock lock(&mutex_);
    call->unknown = true;
  }
  Wait(call, attempt, std::move(outcome.why));
}

void ForwardingRegistry::AwaitOwn(const CallPtr& call, WriteResult result) {
  {
    MutexLock lock(&mutex_);
    call->waits_locally = true;
    call->forwarded_under = Epoch();
  }
  const Position position = result.position;
  local_->AwaitPosition(call->context, position, [this, call, result = std::move(result)](absl::Status status) {
    if (status.ok()) return Answer(call, result);
    Answer(call, MakeError(ErrorReason::kPositionNotReached,
                           absl::StrCat("The write was done, but this node has not read it from the log yet: ",
                                        status.message())));
  });
}

void ForwardingRegistry::Wait(const CallPtr& call, int attempt, std::string trouble) {
  bool stopped = false;
  bool unknown = false;
  {
    MutexLock lock(&mutex_);
    // An attempt that was given up for a later one, or an answer that came meanwhile.
    if (!call->done || call->attempt != attempt) return;
    call->waits_locally = false;
    call->forwarded_under = Epoch();
    call->trouble = std::move(trouble);
    call->waiting = true;
    stopped = stopped_;
    unknown = call->unknown;
  }
  if (stopped) return Answer(call, unknown ? OutcomeUnknown("This node is shutting down.") : ShuttingDown());
  // A primary that appears wakes the call at once; this is for one that is there and cannot be reached for a moment.
  // While this node had the call nobody else minded its deadline.
  if (clock_->Now() >= call->context.deadline) return DeadlinePassed(call);
  timer_->RunAt(clock_->Now() + options_.retry_pause, [this, weak = std::weak_ptr<Call>(call)] {
    if (const CallPtr call = weak.lock()) TryAgain(call);
  });
}

void ForwardingRegistry::TryAgain(const CallPtr& call) {
  {
    MutexLock lock(&mutex_);
    if (!call->waiting || !call->done) return;
    call->waiting = false;
  }
  executor_->Post([this, call] { Attempt(call); });
}

void ForwardingRegistry::OnLeadershipChange() {
  const Epoch epoch = local_->primary_claim().epoch;
  std::vector<CallPtr> due;
  {
    MutexLock lock(&mutex_);
    for (const CallPtr& call : calls_) {
      // What was handed to an earlier primary and is not in the log by now never will be. If its answer comes all the
      // same, the better; if that primary is dead or stopped, it will not.
      const bool outdated = call->forwarded_under.value() != 0 && call->forwarded_under < epoch && call->repeatable;
      if (!call->waiting && !outdated) continue;
      call->waiting = false;
      if (outdated) {
        call->forwarded_under = Epoch();
        call->unknown = true;
      }
      due.push_back(call);
    }
  }
  for (const CallPtr& call : due) executor_->Post([this, call] { Attempt(call); });
}

void ForwardingRegistry::DeadlinePassed(const CallPtr& call) {
  absl::Status status;
  {
    MutexLock lock(&mutex_);
    if (!call->done || call->waits_locally) return;
    if (call->unknown || call->forwarded_under.value() != 0) {
      status = OutcomeUnknown(call->trouble);
    } else {
      status = MakeError(ErrorReason::kNoPrimary,
                         absl::StrCat("No primary took the write in time; nothing was written. ", call->trouble));
    }
  }
  Answer(call, std::move(status));
}

void ForwardingRegistry::Answer(const CallPtr& call, absl::StatusOr<WriteResult> answer) {
  WriteDone done;
  Timer::Id timer = 0;
  {
    MutexLock lock(&mutex_);
    if (!call->done) return;
    done.swap(call->done);
    calls_.erase(call->place);
    timer = call->timer;
    if (call->unknown && SaysNothingWasDone(answer.status())) {
      answer = OutcomeUnknown(std::string(answer.status().message()));
    }
  }
  timer_->Cancel(timer);
  done(std::move(answer));
}

void ForwardingRegistry::Stop() {
  std::vector<std::pair<CallPtr, absl::Status>> waiting;
  {
    MutexLock lock(&mutex_);
    stopped_ = true;
    for (const CallPtr& call : calls_) {
      if (!call->waiting) continue;
      waiting.emplace_back(call, call->unknown ? OutcomeUnknown("This node is shutting down.") : ShuttingDown());
    }
  }
  for (auto& [call, why] : waiting) Answer(call, std::move(why));
}

}  // namespace regent
