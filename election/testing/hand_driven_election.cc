#include "election/testing/hand_driven_election.h"

namespace regent {

absl::Status HandDrivenElection::Start(const std::string&, ElectionListener* listener) {
  MutexLock lock(&mutex_);
  listener_ = listener;
  return absl::OkStatus();
}

void HandDrivenElection::Leave() {
  MutexLock lock(&mutex_);
  listener_ = nullptr;
  elected_ = false;
}

ElectionDescription HandDrivenElection::Describe() const {
  MutexLock lock(&mutex_);
  return {.backend = "hand-driven", .members = {}, .elected = elected_};
}

ElectionListener* HandDrivenElection::Set(bool elected) {
  MutexLock lock(&mutex_);
  elected_ = elected && listener_ != nullptr;
  return listener_;
}

void HandDrivenElection::Elect() {
  if (ElectionListener* listener = Set(true)) listener->ShouldClaim();
}

void HandDrivenElection::Depose() {
  if (ElectionListener* listener = Set(false)) listener->ShouldResign();
}

void HandDrivenElection::LoseContact() {
  ElectionListener* listener = nullptr;
  {
    MutexLock lock(&mutex_);
    listener = listener_;
  }
  if (listener != nullptr) listener->ContactLost();
}

void HandDrivenElection::Reject(const absl::Status& status) {
  if (ElectionListener* listener = Set(false)) listener->Rejected(status);
}

}  // namespace regent
