// Settles what the log holds unsettled, while this node is primary.
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <set>
#include <string>

#include "base/clock.h"
#include "base/executor.h"
#include "base/mutex.h"
#include "server/registry/leadership_gate.h"
#include "server/registry/write_domain.h"
#include "server/registry/write_pipeline.h"
#include "store/state.h"

namespace regent {

// Every unsettled key becomes one operation of the pipeline, in the order of the log: it holds the key's subject, so it
// never meets a client's write to the same key on its way. Thread-safe; what it is given outlives it.
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
  // Takes up what is due.
  void Advance();
  // Starts nothing more.
  void Stop();

  // Keys settled since the start.
  int64_t settled() const;

 private:
  struct Repeat {
    SteadyTime not_before;
    std::chrono::milliseconds pause;
  };
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
  std::map<std::string, Repeat> repeats_ GUARDED_BY(mutex_);
  SteadyTime wake_ GUARDED_BY(mutex_) = SteadyTime::max();  // when the timer set last runs
  int64_t settled_ GUARDED_BY(mutex_) = 0;
};

}  // namespace regent
