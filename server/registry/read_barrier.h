// Linearizable reads: one record in the log for all who ask at once.
#pragma once

#include <chrono>
#include <functional>
#include <list>
#include <memory>

#include "base/clock.h"
#include "base/mutex.h"
#include "server/registry/write_operation.h"

namespace regent {

// The operation that writes the barrier, a bare NOOP under this node's claim: read back, it proves that nobody was
// primary in between, so that everything acknowledged before it was written stands before it.
std::unique_ptr<WriteOperation> NewBarrierOperation();

// Thread-safe; no thread waits in it.
class ReadBarriers {
 public:
  struct Options {
    // More at once are refused as OVERLOADED.
    int max_waiting = 10000;
    // For who brings no earlier deadline.
    std::chrono::milliseconds timeout{10000};
  };
  // Hands a barrier to the pipeline, with this deadline.
  using Submit = std::function<void(SteadyTime deadline, WriteDone done)>;

  // `clock` and `timer` outlive it.
  ReadBarriers(Options options, const Clock* clock, Timer* timer, Submit submit)
      : options_(options), clock_(clock), timer_(timer), submit_(std::move(submit)) {}

  // `done` with the position of a barrier that was written after this call began, or with why there is none.
  void Ask(SteadyTime deadline, WriteDone done);

 private:
  struct Waiter {
    Timer::Id timer = 0;
    WriteDone done;  // empty: answered
  };
  using WaiterPtr = std::shared_ptr<Waiter>;

  void Write();
  void Written(absl::StatusOr<WriteResult> result);
  void DeadlinePassed(const WaiterPtr& waiter);
  WriteDone Take(const WaiterPtr& waiter);

  const Options options_;
  const Clock* const clock_;
  Timer* const timer_;
  const Submit submit_;

  Mutex mutex_;
  bool writing_ GUARDED_BY(mutex_) = false;
  // Those the barrier under way is for, and those who came after it was begun.
  std::list<WaiterPtr> present_ GUARDED_BY(mutex_);
  std::list<WaiterPtr> next_ GUARDED_BY(mutex_);
};

}  // namespace regent
