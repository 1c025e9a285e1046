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
  void Leave() override;
  ElectionDescription Describe() const override;

 private:
  mutable Mutex mutex_;
  bool elected_ GUARDED_BY(mutex_) = false;
  std::thread thread_;
};

}  // namespace regent
