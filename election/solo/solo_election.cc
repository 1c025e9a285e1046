#include "election/solo/solo_election.h"

#include <utility>

namespace regent {

SoloElection::~SoloElection() { Leave(); }

absl::Status SoloElection::Start(const std::string&, ElectionListener* listener) {
  thread_ = std::thread([this, listener] {
    for (Word word = AwaitNextWord(); word != Word::kNothing; word = AwaitNextWord()) {
      word == Word::kClaim ? listener->ShouldClaim() : listener->ShouldResign();
    }
  });
  return absl::OkStatus();
}

SoloElection::Word SoloElection::AwaitNextWord() {
  MutexLock lock(&mutex_);
  while (!left_) {
    if (std::exchange(resigns_, false)) {
      elected_ = false;
      return Word::kResign;
    }
    if (elected_) {
      changed_.Wait(&mutex_);
    } else if (std::chrono::steady_clock::now() < back_at_) {
      changed_.WaitUntil(&mutex_, back_at_);
    } else {
      elected_ = true;
      return Word::kClaim;
    }
  }
  return Word::kNothing;
}

void SoloElection::Yield(std::chrono::milliseconds pause) {
  MutexLock lock(&mutex_);
  back_at_ = std::chrono::steady_clock::now() + pause;
  resigns_ = resigns_ || (elected_ && pause.count() > 0);
  changed_.NotifyAll();
}

void SoloElection::Leave() {
  {
    MutexLock lock(&mutex_);
    left_ = true;
    elected_ = false;
    changed_.NotifyAll();
  }
  if (thread_.joinable()) thread_.join();
}

ElectionDescription SoloElection::Describe() const {
  MutexLock lock(&mutex_);
  return {.backend = "solo", .members = {"this node"}, .elected = elected_};
}

}  // namespace regent
