// From "elected" to "may write": replay, claim, read the claim back, accept.
//
// The election only suggests. This node is primary from the moment it read its own claim back from the log and found
// that it counts, until it reads a later claim, resigns, or an append of its own ends badly. A node that is elected and
// cannot lead, or whose claims fail, leaves the office to others for a while.
#pragma once

#include <chrono>
#include <functional>
#include <optional>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "base/clock.h"
#include "base/mutex.h"
#include "election/election.h"
#include "store/log.h"
#include "store/state.h"

namespace regent {

struct NodeIdentity {
  std::string node;          // regent.node.id
  std::string grpc_address;  // as other nodes reach it
  std::string rest_address;  // empty: no REST door
};

// Told on threads of the log, the timer or the election; must not block.
class LeadershipListener {
 public:
  virtual ~LeadershipListener() = default;
  // Writes under BeginAppend() are accepted from now on.
  virtual void OnPrimary() = 0;
  // A claim counted, this node's or another's. What was appended under an older token and not read yet never counts.
  virtual void OnClaimCounted(const std::string& token) = 0;
};

enum class Role { kReplaying, kFollower, kClaiming, kPrimary, kStopped };
std::string_view RoleName(Role role);

// Thread-safe. What it is given outlives it.
class LeadershipGate : public ElectionListener {
 public:
  struct Options {
    // A random token, new for every call: the claim's key and the mark of every record written under it.
    std::function<std::string()> new_token;
    // The pause before claiming again, after the n-th failure in a row (from 1). Random, so that two nodes do not meet.
    std::function<std::chrono::milliseconds(int)> pause;
    // A claim that was not read back for so long has failed.
    std::chrono::milliseconds claim_patience{10000};
    // After so many claims in a row that failed, others get their turn, for at least so long.
    int failed_claims_max = 3;
    std::chrono::milliseconds failed_claims_pause{3000};
    // How long an elected node may take to read the log before others get their turn.
    std::chrono::milliseconds reading_patience{3000};
    // How long a node that cannot lead leaves the office to others, unless it can before.
    std::chrono::milliseconds unable_pause{15000};
  };

  LeadershipGate(Options options, Log* log, const State* state, Election* election, const Clock* clock, Timer* timer,
                 LeadershipListener* listener);

  // What the claims say of this node; before the election starts.
  void SetIdentity(NodeIdentity identity) { identity_ = std::move(identity); }

  Role role() const;
  // OK when primary; else NO_PRIMARY or what else stands in the way, in words for a client.
  absl::Status WhyNotPrimary() const;
  // Why this node could not be primary now, whoever is elected: NOT_ELIGIBLE; OK where nothing is known to stand in the
  // way.
  absl::Status WhyUnable() const;

  // The token to append under, or nothing when this node must not append now. After a token, EndAppend() follows when
  // the records were handed to the log: a new claim waits for it, so that it never overtakes them.
  std::optional<std::string> BeginAppend();
  void EndAppend();

  // An append under `token` failed or its outcome is unknown: claim again before anything else is written.
  void AppendFailed(const std::string& token, const absl::Status& why);
  // Claims again although primary, so that the claim carries the highest ids seen until now.
  void RenewClaim();
  // Claims again, accepting what another registry wrote until now. NOT_PRIMARY elsewhere than on the primary.
  absl::Status AcceptForeignWriter();
  // Resigns for another node's sake: takes no part in the election for so long, or until a node at another address than
  // the present primary's has claimed.
  void StandAside(std::chrono::milliseconds pause);
  // Takes part again, before that is over. False where it was over.
  bool ComeBack();
  // Writes nothing more; for shutting down. A gate that stopped does not come back.
  void Stop();

  // From the thread that applies the log.
  void OnApplied(const Applied& applied);
  void OnCaughtUp();
  // The state's keys are trusted again, by an operator's word.
  void OnTrusted();
  void OnReplaced(const absl::Status& what);
  // The log is read again from the start, and perhaps it is another one: until OnCaughtUp nothing is claimed or
  // written.
  void BeginAgain();

  // ElectionListener
  void ShouldClaim() override;
  void ShouldResign() override;
  void ContactLost() override;
  void Rejected(const absl::Status& status) override;

 private:
  // Takes the step that is due: sends a claim when elected, caught up and no append is on its way to the log.
  void Advance();
  void SendClaim(const std::string& token);
  void ClaimFailed(const std::string& token, const absl::Status& why);
  void ClaimLater();
  // Whether that was the last of so many that others get their turn; then YieldOffice() is due.
  bool CountFailedClaimLocked() REQUIRES(mutex_);
  void YieldOffice();
  void ResignLocked() REQUIRES(mutex_);
  absl::Status ObstacleLocked() const REQUIRES(mutex_);
  // Leaves the office to others while this node cannot lead, and comes back when it can.
  void MindOffice();
  // Minds the office once an elected node has read the log for too long.
  void MindReading();
  // A node that cannot know some key's state does not lead; it may again once another one settled the key.
  void CheckTrust();

  const Options options_;
  NodeIdentity identity_;
  Log* const log_;
  const State* const state_;
  Election* const election_;
  const Clock* const clock_;
  Timer* const timer_;
  LeadershipListener* const listener_;

  mutable Mutex mutex_;
  Role role_ GUARDED_BY(mutex_) = Role::kReplaying;
  bool caught_up_ GUARDED_BY(mutex_) = false;
  bool elected_ GUARDED_BY(mutex_) = false;
  bool contact_lost_ GUARDED_BY(mutex_) = false;  // the election may have named another node since
  bool pausing_ GUARDED_BY(mutex_) = false;       // a timer will call Advance()
  bool untrusted_ GUARDED_BY(mutex_) = false;     // does not claim for want of trust
  bool abandon_ GUARDED_BY(mutex_) = false;       // the log refuses appends until told
  int appending_ GUARDED_BY(mutex_) = 0;          // between BeginAppend and EndAppend
  int failures_ GUARDED_BY(mutex_) = 0;           // claims in a row that did not count
  int failed_claims_ GUARDED_BY(mutex_) = 0;      // in a row, since the office was left to others for it
  // Why this node takes no part in the election at the moment.
  enum class Aside { kNo, kUnable, kClaimsFail, kForAnother };
  Aside aside_ GUARDED_BY(mutex_) = Aside::kNo;
  std::string aside_from_ GUARDED_BY(mutex_);  // kForAnother: the address of who was primary then
  int reading_ GUARDED_BY(mutex_) = 0;         // counts what MindReading() waits for
  bool slow_ GUARDED_BY(mutex_) = false;       // reads the log for longer than others should wait
  std::string said_ GUARDED_BY(mutex_);        // of the obstacle, so that it is logged once
  std::string token_ GUARDED_BY(mutex_);       // of the claim sent last; empty: none to send or read back
  bool claim_sent_ GUARDED_BY(mutex_) = false;
  Offset accept_foreign_ GUARDED_BY(mutex_) = kBeforeFirst;  // on an operator's word; told by every claim from then on
  std::string accept_foreign_log_ GUARDED_BY(mutex_);        // of this log
  absl::Status trouble_ GUARDED_BY(mutex_);
};

}  // namespace regent
