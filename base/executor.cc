#include "base/executor.h"

#include <utility>

namespace regent {

ThreadPool::ThreadPool(int threads) {
  for (int i = 0; i < threads; ++i) threads_.emplace_back([this] { Work(); });
}

ThreadPool::~ThreadPool() { Stop(); }

void ThreadPool::Stop() {
  {
    MutexLock lock(&mutex_);
    stopping_ = true;
  }
  wake_.NotifyAll();
  for (std::thread& thread : threads_) {
    if (thread.joinable()) thread.join();
  }
}

void ThreadPool::Post(std::function<void()> task) {
  {
    MutexLock lock(&mutex_);
    // While a task runs, what it posts is part of it.
    if (stopping_ && tasks_.empty() && running_ == 0) return;
    tasks_.push_back(std::move(task));
  }
  wake_.NotifyOne();
}

void ThreadPool::Work() {
  while (true) {
    std::function<void()> task;
    {
      MutexLock lock(&mutex_);
      while (tasks_.empty() && !(stopping_ && running_ == 0)) wake_.Wait(&mutex_);
      if (tasks_.empty()) break;
      task = std::move(tasks_.front());
      tasks_.pop_front();
      ++running_;
    }
    task();
    task = nullptr;  // what it holds may post as well
    MutexLock lock(&mutex_);
    if (--running_ == 0 && stopping_) wake_.NotifyAll();
  }
  wake_.NotifyAll();
}

}  // namespace regent
