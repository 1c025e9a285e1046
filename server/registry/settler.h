// Settles what the log holds unsettled, while this node is primary.
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "base/clock.h"
#include "base/executor.h"
#include "base/mutex.h"
#include "server/registry/leadership_gate.h"
#include "server/registry/write_domain.h"
#include "server/registry/write_pipeline.h"
#include "store/state.h"

namespace regent {

// Every unsettled key becomes one operation of the pipeline, in the order of the log: it holds the key's subject, so it
// never meets a client's write to the same key on its way. However many keys are unsettled, a further record costs no
// walk over them. Thread-safe; what it is given outlives it.
class Settler {
 public:
  struct Options {
    int max_operations = 256;  // at once
    // Between settling one key and settling it again: another registry may be fighting over it. The first pause doubles
    // up to the longest, and is forgotten after a longest one of peace.
    std::chrono::milliseconds repeat_pause_first{1000};
    std::chrono::milliseconds repeat_pause_max{60000};
    // After a key could not be settled.
    std::chrono::milliseconds retry_pause{200};
  };

  Settler(Options options, const WriteDomain* domain, WritePipeline* pipeline, const LeadershipGate* gate,
          const Clock* clock, Timer* timer, Executor* executor);

  // From the thread that applies the log.
  void OnApplied(const Applied& applied);
  // This node became primary: all that is unsettled is to be looked at, whatever was tried before.
  void BeginAnew();
  // Starts nothing more.
  void Stop();

  // Keys settled since the start.
  int64_t settled() const;
  // How often a key was looked at.
  int64_t looked_at() const;

 private:
  struct Repeat {
    SteadyTime not_before;
    std::chrono::milliseconds pause;
  };
  // Takes up what is due.
  void Advance();
  // Up to so many as may be under way, out of what is to be looked at now.
  std::vector<std::string> TakeDueLocked() REQUIRES(mutex_);
  // What TakeDueLocked looks at next; "" when there is nothing.
  std::string NextLocked(SteadyTime now) REQUIRES(mutex_);
  void ForgetPeacefulLocked(SteadyTime now) REQUIRES(mutex_);
  void Done(const std::string& raw_key, const absl::StatusOr<WriteResult>& result);
  void WakeAtLocked(SteadyTime when) REQUIRES(mutex_);

  const Options options_;
  const WriteDomain* const domain_;
  WritePipeline* const pipeline_;
  const LeadershipGate* const gate_;
  const Clock* const clock_;
  Timer* const timer_;
  Executor* const executor_;

  mutable Mutex mutex_;
  bool stopped_ GUARDED_BY(mutex_) = false;
  std::set<std::string> under_way_ GUARDED_BY(mutex_);  // raw keys
  // Up to here in the order of the log every unsettled key was looked at, and is under way or in one of the next three.
  UnsettledPlace looked_up_to_ GUARDED_BY(mutex_);
  std::vector<UnsettledPlace> found_ GUARDED_BY(mutex_);  // the next ones, the first last
  std::set<std::string> again_ GUARDED_BY(mutex_);        // to be looked at again at once
  std::set<std::pair<SteadyTime, std::string>> paused_ GUARDED_BY(mutex_);
  std::map<std::string, Repeat> repeats_ GUARDED_BY(mutex_);
  std::set<std::pair<SteadyTime, std::string>> repeats_by_end_ GUARDED_BY(mutex_);  // when they are forgotten
  SteadyTime wake_ GUARDED_BY(mutex_) = SteadyTime::max();                          // when the timer set last runs
  int64_t settled_ GUARDED_BY(mutex_) = 0;
  int64_t looked_at_ GUARDED_BY(mutex_) = 0;
};

}  // namespace regent
