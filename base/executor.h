// Where work goes that must not run on the thread that found it.
#pragma once

#include <deque>
#include <functional>
#include <thread>
#include <vector>

#include "base/mutex.h"

namespace regent {

// Thread-safe.
class Executor {
 public:
  virtual ~Executor() = default;
  // Runs `task` soon, on another thread. Never on the caller's own.
  virtual void Post(std::function<void()> task) = 0;
};

// A fixed number of threads.
class ThreadPool : public Executor {
 public:
  explicit ThreadPool(int threads);
  ~ThreadPool() override;
  void Post(std::function<void()> task) override;

  // Runs what was posted before, what those tasks post included, then ends. Tasks posted later are dropped. Idempotent;
  // not from a task. Destroying does the same.
  void Stop();

 private:
  void Work();

  Mutex mutex_;
  CondVar wake_;
  std::deque<std::function<void()>> tasks_ GUARDED_BY(mutex_);
  bool stopping_ GUARDED_BY(mutex_) = false;
  size_t running_ GUARDED_BY(mutex_) = 0;  // tasks
  std::vector<std::thread> threads_;
};

}  // namespace regent
