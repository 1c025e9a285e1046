// Keeps what an election said, for tests to wait for.
#pragma once

#include <chrono>
#include <string>
#include <vector>

#include "base/mutex.h"
#include "election/election.h"

namespace regent {

// Thread-safe.
class RecordingListener : public ElectionListener {
 public:
  void ShouldClaim() override { Add("claim"); }
  void ShouldResign() override { Add("resign"); }
  void ContactLost() override { Add("contact lost"); }
  void Rejected(const absl::Status& status) override {
    {
      MutexLock lock(&mutex_);
      rejection_ = status;
    }
    Add("rejected");
  }

  // Blocks until `count` things were said; false after a minute.
  bool WaitFor(size_t count) {
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::minutes(1);
    MutexLock lock(&mutex_);
    while (said_.size() < count) {
      if (!changed_.WaitUntil(&mutex_, deadline)) return false;
    }
    return true;
  }
  std::vector<std::string> said() {
    MutexLock lock(&mutex_);
    return said_;
  }
  absl::Status rejection() {
    MutexLock lock(&mutex_);
    return rejection_;
  }

 private:
  void Add(const char* word) {
    MutexLock lock(&mutex_);
    said_.push_back(word);
    changed_.NotifyAll();
  }

  Mutex mutex_;
  CondVar changed_;
  std::vector<std::string> said_ GUARDED_BY(mutex_);
  absl::Status rejection_ GUARDED_BY(mutex_);
};

}  // namespace regent
