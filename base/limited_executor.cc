#include "base/limited_executor.h"

#include <deque>
#include <utility>

#include "base/mutex.h"

namespace regent {

struct LimitedExecutor::Queue {
  Queue(Options given, Executor* on) : options(given), executor(on) {}

  const Options options;
  Executor* const executor;
  Mutex mutex;
  std::deque<std::function<void()>> tasks GUARDED_BY(mutex);
  int workers GUARDED_BY(mutex) = 0;  // posted to the executor
};

LimitedExecutor::LimitedExecutor(Options options, Executor* executor)
    : queue_(std::make_shared<Queue>(options, executor)) {}

void LimitedExecutor::Post(std::function<void()> task) {
  {
    MutexLock lock(&queue_->mutex);
    queue_->tasks.push_back(std::move(task));
    if (queue_->workers == queue_->options.at_once) return;
    ++queue_->workers;
  }
  queue_->executor->Post([queue = queue_] { Work(queue); });
}

void LimitedExecutor::Work(const std::shared_ptr<Queue>& queue) {
  for (int i = 0; i < queue->options.in_a_row; ++i) {
    std::function<void()> task;
    {
      MutexLock lock(&queue->mutex);
      if (queue->tasks.empty()) {
        --queue->workers;
        return;
      }
      task = std::move(queue->tasks.front());
      queue->tasks.pop_front();
    }
    task();
  }
  queue->executor->Post([queue] { Work(queue); });
}

}  // namespace regent
