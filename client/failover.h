// Which server to ask, when to ask another one, and when to give up. Knows nothing of gRPC: an attempt is a function.
#pragma once

#include <atomic>
#include <chrono>
#include <cstddef>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "base/clock.h"
#include "base/mutex.h"

namespace regent::client {

// What a call is, for the decision whether it may be made twice.
enum class CallKind {
  kRead,             // answered from memory: a server that takes long is passed over early
  kRepeatableWrite,  // registering and configuring: the second time finds the state as asked
  kWrite             // deletes: a second one answers that nothing is there, and of the latest version takes another one
};

struct FailoverOptions {
  // How often all servers are tried for one call.
  int rounds_max = 4;
  // The longest wait before the second round; twice that before the third, and so on. The wait is drawn at random.
  std::chrono::milliseconds retry_wait{100};
  // How long a read waits for one server while another one is thought to be well. Lower = sooner past a server that
  // hangs, more false alarms where checks of large schemas take long.
  std::chrono::milliseconds read_patience{2000};
  // Begin with any of the servers at home instead of the first, so that many clients with one list spread over them.
  bool random_start = false;
};

// A server that may be asked. Derive from it to carry what an attempt needs. Thread-safe.
class Candidate {
 public:
  // Of a lower `rank` are asked first: those of the own site, say, before those of another one.
  Candidate(std::string address, int rank) : address_(std::move(address)), rank_(rank) {}
  virtual ~Candidate() = default;

  const std::string& address() const { return address_; }
  int rank() const { return rank_; }
  // The last that was heard of it was bad: it is asked after the others, and stands to be probed.
  bool suspect() const { return suspect_.load(std::memory_order_relaxed); }

 private:
  friend class Failover;
  const std::string address_;
  const int rank_;
  std::atomic<bool> suspect_{false};
};

using CandidatePtr = std::shared_ptr<Candidate>;

// What one try at one server came to.
struct Attempt {
  absl::Status status;
  // False: no connection was had, so that the server has seen nothing of it.
  bool sent = true;
};

// Thread-safe; calls run beside each other and learn from each other which server answers. Does not own the clock.
class Failover {
 public:
  using Sleep = std::function<void(std::chrono::milliseconds)>;
  using TryOne = std::function<Attempt(Candidate& candidate, SteadyTime deadline)>;

  Failover(FailoverOptions options, const Clock* clock, Sleep sleep);

  // Who may be asked from now on; calls under way go on with those they know. An object that was there before keeps
  // what is known of it.
  void SetCandidates(std::vector<CandidatePtr> candidates);
  std::vector<CandidatePtr> candidates() const;

  // The order in which a call asks now: those thought to be well before suspects, in each of the two by rank, in each
  // rank the one that answered last and then those behind it.
  std::vector<CandidatePtr> Order() const;

  // What a probe found.
  void Report(Candidate& candidate, bool serves);

  // Tries one after the other. Each gets a deadline of its own: for a call that may be repeated its share of the time,
  // so that a server that hangs leaves some for the next. Returns the first answer; of failures the one that says most:
  // a server's own reason before a lost connection, else what befell each server.
  absl::Status Run(CallKind kind, SteadyTime deadline, const TryOne& attempt);

 private:
  // True when nothing more is to be tried; `result` is then what Run returns.
  bool TryRound(CallKind kind, SteadyTime deadline, const TryOne& attempt, absl::Status* result);
  SteadyTime DeadlineOf(CallKind kind, SteadyTime deadline, SteadyTime now, const std::vector<CandidatePtr>& order,
                        size_t index) const;
  void Prefer(Candidate& candidate);
  // Asks another one of its rank next time.
  void PassOver(Candidate& candidate, bool suspect);
  std::chrono::milliseconds WaitBeforeRound(int round) const;

  const FailoverOptions options_;
  const Clock* const clock_;
  const Sleep sleep_;
  mutable Mutex mutex_;
  std::vector<CandidatePtr> candidates_ GUARDED_BY(mutex_);       // by rank
  std::map<int, const Candidate*> preferred_ GUARDED_BY(mutex_);  // of each rank; may be gone
};

}  // namespace regent::client
