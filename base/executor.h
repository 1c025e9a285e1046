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

// A fixed number of threads. Destroying it runs what was posted before, then ends; tasks posted meanwhile run as well.
class ThreadPool : public Executor {
 public:
  explicit ThreadPool(int threads);
  ~ThreadPool() override;
  void Post(std::function<void()> task) override;

 private:
  void Work();

  Mutex mutex_;
  CondVar wake_;
  std::deque<std::function<void()>> tasks_ GUARDED_BY(mutex_);
  bool stopping_ GUARDED_BY(mutex_) = false;
  std::vector<std::thread> threads_;
};

}  // namespace regent
