#include "election/solo/solo_election.h"

namespace regent {

SoloElection::~SoloElection() { Leave(); }

absl::Status SoloElection::Start(const std::string&, ElectionListener* listener) {
  {
    MutexLock lock(&mutex_);
    elected_ = true;
  }
  thread_ = std::thread([listener] { listener->ShouldClaim(); });
  return absl::OkStatus();
}

void SoloElection::Leave() {
  if (thread_.joinable()) thread_.join();
  MutexLock lock(&mutex_);
  elected_ = false;
}

ElectionDescription SoloElection::Describe() const {
  MutexLock lock(&mutex_);
  return {.backend = "solo", .members = {"this node"}, .elected = elected_};
}

}  // namespace regent
