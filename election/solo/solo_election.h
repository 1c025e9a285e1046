// The election of a node that is alone with its log: the log's file lock has already kept every other node away.
#pragma once

#include <thread>

#include "base/mutex.h"
#include "election/election.h"

namespace regent {

class SoloElection : public Election {
 public:
  ~SoloElection() override;
  absl::Status Start(const std::string& node, ElectionListener* listener) override;
  void Yield(std::chrono::milliseconds pause) override;
  void Leave() override;
  ElectionDescription Describe() const override;

 private:
  enum class Word { kClaim, kResign, kNothing };
  // Blocks until there is something to say; kNothing: never again.
  Word AwaitNextWord();

  mutable Mutex mutex_;
  CondVar changed_;
  bool elected_ GUARDED_BY(mutex_) = false;
  bool resigns_ GUARDED_BY(mutex_) = false;  // has yielded, and was not told yet
  bool left_ GUARDED_BY(mutex_) = false;
  std::chrono::steady_clock::time_point back_at_ GUARDED_BY(mutex_);  // takes no part before
  std::thread thread_;
};

}  // namespace regent
