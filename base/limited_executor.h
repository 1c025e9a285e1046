// A share of another executor, for many short tasks at once.
#pragma once

#include <functional>
#include <memory>

#include "base/executor.h"

namespace regent {

// Of its tasks at most so many run at once, in the order in which they were posted, and each of the other's threads
// that is woken works off many. Thread-safe. May be destroyed while tasks wait: they still run. `executor` outlives
// them.
class LimitedExecutor : public Executor {
 public:
  struct Options {
    int at_once = 2;
    // Tasks that run in a row before other work of the executor has its turn.
    int in_a_row = 100;
  };

  LimitedExecutor(Options options, Executor* executor);
  void Post(std::function<void()> task) override;

 private:
  struct Queue;
  static void Work(const std::shared_ptr<Queue>& queue);

  const std::shared_ptr<Queue> queue_;
};

}  // namespace regent
