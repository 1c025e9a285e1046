#include "server/registry/leadership_gate.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/error_reason.h"
#include "base/logging.h"
#include "store/record_codec.h"

namespace regent {

std::string_view RoleName(Role role) {
  switch (role) {
    case Role::kReplaying:
      return "replaying";
    case Role::kFollower:
      return "follower";
    case Role::kClaiming:
      return "claiming";
    case Role::kPrimary:
      return "primary";
    case Role::kStopped:
      return "stopped";
  }
  return "";
}

LeadershipGate::LeadershipGate(Options options, Log* log, const State* state, Election* election, const Clock* clock,
                               Timer* timer, LeadershipListener* listener)
    : options_(std::move(options)),
      log_(log),
      state_(state),
      election_(election),
      clock_(clock),
      timer_(timer),
      listener_(listener) {}

Role LeadershipGate::role() const {
  MutexLock lock(&mutex_);
  return role_;
}

absl::Status LeadershipGate::WhyNotPrimary() const {
  MutexLock lock(&mutex_);
  switch (role_) {
    case Role::kPrimary:
      return absl::OkStatus();
    case Role::kStopped:
      return trouble_.ok() ? MakeError(ErrorReason::kShuttingDown, "This node is shutting down.") : trouble_;
    case Role::kReplaying:
      return MakeError(ErrorReason::kNoPrimary, "This node is still reading the log and cannot write yet.");
    case Role::kFollower:
    case Role::kClaiming:
      break;
  }
  if (!trouble_.ok()) return trouble_;
  if (const absl::Status obstacle = ObstacleLocked(); !obstacle.ok()) {
    return MakeError(ErrorReason::kNoPrimary, absl::StrCat("No primary is known at the moment. ", obstacle.message()));
  }
  return MakeError(ErrorReason::kNoPrimary, "No primary is known at the moment: the election is under way.");
}

absl::Status LeadershipGate::WhyUnable() const {
  MutexLock lock(&mutex_);
  return ObstacleLocked();
}

absl::Status LeadershipGate::ObstacleLocked() const {
  const auto unable = [](const std::string& why) { return MakeError(ErrorReason::kNotEligible, why); };
  if (role_ == Role::kStopped) {
    return unable(trouble_.ok() ? "This node is shutting down." : std::string(trouble_.message()));
  }
  if (untrusted_) return unable("This node read some records too late to know what they hid.");
  if (caught_up_ && state_->NewestClaimFormat() > ClaimRecord::kFormatVersion) {
    return unable(absl::StrCat("The log was written by a newer Regent (claim format ", state_->NewestClaimFormat(),
                               ", this build knows ", ClaimRecord::kFormatVersion,
                               "): this node reads it and does not claim it. Upgrade this node."));
  }
  if (slow_) return unable("This node is still reading the log.");
  return absl::OkStatus();
}

void LeadershipGate::ResignLocked() {
  elected_ = false;
  if (role_ == Role::kPrimary || role_ == Role::kClaiming) role_ = Role::kFollower;
  token_.clear();
  claim_sent_ = false;
}

void LeadershipGate::MindOffice() {
  std::optional<std::chrono::milliseconds> pause;
  {
    MutexLock lock(&mutex_);
    if (role_ == Role::kStopped && trouble_.ok()) return;  // shutting down
    const absl::Status obstacle = ObstacleLocked();
    if (!obstacle.ok() && elected_) {
      std::string why(obstacle.message());
      if (said_ != why) LOG(WARNING) << "Leaves the office to others: " << why;
      said_ = std::move(why);
      ResignLocked();
      aside_ = Aside::kUnable;
      pause = options_.unable_pause;
    } else if (obstacle.ok() && aside_ == Aside::kUnable) {
      LOG(INFO) << "Stands for election again.";
      said_.clear();
      aside_ = Aside::kNo;
      pause = std::chrono::milliseconds(0);
    }
  }
  if (pause) election_->Yield(*pause);
}

void LeadershipGate::MindReading() {
  int reading = 0;
  {
    MutexLock lock(&mutex_);
    if (!elected_ || caught_up_ || role_ == Role::kStopped) return;
    reading = ++reading_;
  }
  timer_->RunAt(clock_->Now() + options_.reading_patience, [this, reading] {
    {
      MutexLock lock(&mutex_);
      if (caught_up_ || reading != reading_) return;
      slow_ = true;
    }
    MindOffice();
  });
}

std::optional<std::string> LeadershipGate::BeginAppend() {
  MutexLock lock(&mutex_);
  if (role_ != Role::kPrimary) return std::nullopt;
  ++appending_;
  return token_;
}

void LeadershipGate::EndAppend() {
  {
    MutexLock lock(&mutex_);
    if (--appending_ > 0) return;
  }
  Advance();
}

void LeadershipGate::AppendFailed(const std::string& token, const absl::Status& why) {
  {
    MutexLock lock(&mutex_);
    if (token != token_ || role_ != Role::kPrimary) return;
    LOG(WARNING) << "An append ended badly; claiming again: " << why.message();
    role_ = Role::kClaiming;
    token_.clear();
    claim_sent_ = false;
    abandon_ = true;
    trouble_ = MakeError(ErrorReason::kLogUnavailable, absl::StrCat("The log does not take writes: ", why.message()));
  }
  Advance();
}

void LeadershipGate::RenewClaim() {
  {
    MutexLock lock(&mutex_);
    if (role_ != Role::kPrimary) return;
    role_ = Role::kClaiming;
    token_.clear();
    claim_sent_ = false;
  }
  Advance();
}

absl::Status LeadershipGate::AcceptForeignWriter() {
  {
    MutexLock lock(&mutex_);
    if (role_ != Role::kPrimary) {
      return MakeError(ErrorReason::kNotPrimary, "Only the primary can accept what another registry wrote.");
    }
    accept_foreign_ = state_->LastForeign();
    accept_foreign_log_ = state_->log_id();
  }
  RenewClaim();
  return absl::OkStatus();
}

void LeadershipGate::StandAside(std::chrono::milliseconds pause) {
  const std::string primary = state_->current_claim().claim.grpc_address;
  {
    MutexLock lock(&mutex_);
    if (role_ == Role::kStopped) return;
    if (role_ == Role::kPrimary) LOG(INFO) << "Resigned as primary, for another node.";
    ResignLocked();
    aside_ = Aside::kForAnother;
    aside_from_ = primary;
  }
  election_->Yield(pause);
}

bool LeadershipGate::ComeBack() {
  {
    MutexLock lock(&mutex_);
    if (role_ == Role::kStopped || aside_ != Aside::kForAnother) return false;
    aside_ = Aside::kNo;
  }
  LOG(INFO) << "Nobody took the office: stands for election again.";
  election_->Yield(std::chrono::milliseconds(0));
  return true;
}

void LeadershipGate::Stop() {
  MutexLock lock(&mutex_);
  role_ = Role::kStopped;
  elected_ = false;
}

void LeadershipGate::OnApplied(const Applied& applied) {
  CheckTrust();
  const bool counted = applied.verdict == Verdict::kClaimCounted;
  if (!applied.understood || (!counted && applied.verdict != Verdict::kClaimRefused)) return;
  bool became_primary = false;
  bool claim_at_once = false;
  bool claim_later = false;
  bool failed_often = false;
  bool comes_back = false;
  {
    MutexLock lock(&mutex_);
    const bool ours = claim_sent_ && applied.claim_token == token_;
    if (role_ == Role::kStopped) {
      // Only the listener below is told.
    } else if (ours && counted && !applied.late && !state_->AnyUntrusted()) {
      claim_sent_ = false;
      failures_ = failed_claims_ = 0;
      trouble_ = absl::OkStatus();
      // An id that was seen between sending the claim and reading it back is not named by it.
      if (state_->MarksClaimed()) {
        role_ = Role::kPrimary;
        became_primary = true;
        LOG(INFO) << "Primary of epoch " << applied.key.epoch << " from offset " << applied.offset;
      } else {
        token_.clear();
        claim_at_once = true;
      }
    } else if (ours || (counted && caught_up_)) {
      if (role_ == Role::kPrimary) LOG(WARNING) << "Deposed by the claim of epoch " << applied.key.epoch;
      role_ = caught_up_ ? Role::kFollower : Role::kReplaying;
      token_.clear();
      claim_sent_ = false;
      // What another one writes to takes writes.
      if (!ours && ReasonOf(trouble_) == ErrorReason::kLogUnavailable) trouble_ = absl::OkStatus();
      // Who is out of touch with the election does not fight whom it has named meanwhile.
      if (!ours && contact_lost_) elected_ = false;
      failed_often = ours && CountFailedClaimLocked();
      claim_later = elected_;
    }
    if (counted && aside_ == Aside::kForAnother && state_->current_claim().claim.grpc_address != aside_from_) {
      aside_ = Aside::kNo;
      comes_back = true;
    }
  }
  if (comes_back) election_->Yield(std::chrono::milliseconds(0));
  if (failed_often) YieldOffice();
  if (counted) listener_->OnClaimCounted(applied.claim_token);
  if (became_primary) listener_->OnPrimary();
  if (claim_at_once) Advance();
  if (claim_later) ClaimLater();
}

void LeadershipGate::CheckTrust() {
  const bool untrusted = state_->AnyUntrusted();
  {
    MutexLock lock(&mutex_);
    if (untrusted == untrusted_) return;
    untrusted_ = untrusted;
    if (untrusted) {
      LOG(ERROR) << "Some records were read too late to know what they hid: this node does not lead until they are "
                    "settled by another one, or an operator decides.";
      if (role_ == Role::kPrimary || role_ == Role::kClaiming) role_ = Role::kFollower;
      token_.clear();
      claim_sent_ = false;
    }
  }
  MindOffice();
  Advance();
}

void LeadershipGate::OnTrusted() { CheckTrust(); }

void LeadershipGate::OnCaughtUp() {
  {
    MutexLock lock(&mutex_);
    caught_up_ = true;
    slow_ = false;
    ++reading_;
    if (role_ == Role::kReplaying) role_ = Role::kFollower;
  }
  MindOffice();
  Advance();
}

void LeadershipGate::OnReplaced(const absl::Status& what) {
  LOG(ERROR) << "The log was replaced; this node writes nothing more: " << what.message();
  {
    MutexLock lock(&mutex_);
    role_ = Role::kStopped;
    trouble_ = what;
  }
  MindOffice();
}

void LeadershipGate::BeginAgain() {
  {
    MutexLock lock(&mutex_);
    if (role_ == Role::kStopped && trouble_.ok()) return;  // shutting down
    // What kept it from leading may be over; but it comes back to the election only when it has read the log.
    if (aside_ == Aside::kUnable) slow_ = true;
    role_ = Role::kReplaying;
    caught_up_ = false;
    trouble_ = absl::OkStatus();
    token_.clear();
    claim_sent_ = false;
    abandon_ = false;
  }
  MindReading();
}

void LeadershipGate::ShouldClaim() {
  {
    MutexLock lock(&mutex_);
    elected_ = true;
    contact_lost_ = false;
    aside_ = Aside::kNo;
  }
  MindOffice();
  MindReading();
  Advance();
}

void LeadershipGate::ContactLost() {
  MutexLock lock(&mutex_);
  contact_lost_ = true;
}

void LeadershipGate::ShouldResign() {
  MutexLock lock(&mutex_);
  contact_lost_ = false;
  if (role_ == Role::kPrimary || role_ == Role::kClaiming) LOG(INFO) << "Resigned as primary.";
  ResignLocked();
}

void LeadershipGate::Rejected(const absl::Status& status) {
  LOG(ERROR) << "The election rejects this node: " << status.message();
  MutexLock lock(&mutex_);
  elected_ = false;
  if (role_ != Role::kStopped) role_ = caught_up_ ? Role::kFollower : Role::kReplaying;
  token_.clear();
  claim_sent_ = false;
  trouble_ = status;
}

void LeadershipGate::Advance() {
  std::string token;
  bool abandon = false;
  bool too_old = false;
  {
    MutexLock lock(&mutex_);
    if (!elected_ || !caught_up_ || pausing_ || claim_sent_ || appending_ > 0 || untrusted_) return;
    if (role_ != Role::kFollower && role_ != Role::kClaiming) return;
    if (state_->NewestClaimFormat() > ClaimRecord::kFormatVersion) {
      role_ = Role::kFollower;
      too_old = true;
    } else {
      role_ = Role::kClaiming;
      claim_sent_ = true;
      token = token_ = options_.new_token();
      abandon = std::exchange(abandon_, false);
    }
  }
  if (too_old) return MindOffice();
  if (abandon) log_->AbandonPending();
  SendClaim(token);
}

void LeadershipGate::SendClaim(const std::string& token) {
  ClaimRecord claim;
  claim.node = identity_.node;
  claim.grpc_address = identity_.grpc_address;
  claim.rest_address = identity_.rest_address;
  claim.log_id = log_->Id();
  claim.high_ids = state_->HighIds();
  claim.accepted_foreign = state_->AcceptedForeign();
  {
    MutexLock lock(&mutex_);
    if (accept_foreign_log_ == claim.log_id) claim.accepted_foreign = std::max(claim.accepted_foreign, accept_foreign_);
  }
  const RecordKey key{.type = KeyType::kClaim, .text = token, .epoch = state_->NextEpoch()};
  const std::vector<Record> records = {EncodeRecord(key, claim)};
  log_->Append(records, [this, token](const AppendOutcome& outcome) {
    if (outcome.kind != AppendOutcome::Kind::kAppended) ClaimFailed(token, outcome.status);
  });
  timer_->RunAt(clock_->Now() + options_.claim_patience, [this, token] {
    ClaimFailed(token, MakeError(ErrorReason::kLogUnavailable, "the claim was not read back in time"));
  });
}

void LeadershipGate::ClaimFailed(const std::string& token, const absl::Status& why) {
  bool failed_often = false;
  {
    MutexLock lock(&mutex_);
    if (token != token_ || !claim_sent_) return;
    LOG(WARNING) << "A claim did not get into the log: " << why.message();
    token_.clear();
    claim_sent_ = false;
    abandon_ = true;
    trouble_ = MakeError(ErrorReason::kLogUnavailable, absl::StrCat("The log does not take writes: ", why.message()));
    failed_often = CountFailedClaimLocked();
  }
  failed_often ? YieldOffice() : ClaimLater();
}

bool LeadershipGate::CountFailedClaimLocked() {
  if (!elected_ || ++failed_claims_ < options_.failed_claims_max) return false;
  LOG(WARNING) << failed_claims_ << " claims in a row failed: leaves the office to others for a while.";
  failed_claims_ = 0;
  ResignLocked();
  aside_ = Aside::kClaimsFail;
  return true;
}

void LeadershipGate::YieldOffice() {
  std::chrono::milliseconds pause = options_.failed_claims_pause;
  {
    MutexLock lock(&mutex_);
    pause += options_.pause(++failures_);
  }
  election_->Yield(pause);
}

void LeadershipGate::ClaimLater() {
  std::chrono::milliseconds pause;
  {
    MutexLock lock(&mutex_);
    if (pausing_ || role_ == Role::kStopped) return;
    pausing_ = true;
    pause = options_.pause(++failures_);
  }
  timer_->RunAt(clock_->Now() + pause, [this] {
    {
      MutexLock lock(&mutex_);
      pausing_ = false;
    }
    Advance();
  });
}

}  // namespace regent
