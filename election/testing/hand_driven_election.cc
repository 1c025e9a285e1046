#include "election/testing/hand_driven_election.h"

namespace regent {

absl::Status HandDrivenElection::Start(const std::string&, ElectionListener* listener) {
  MutexLock lock(&mutex_);
  listener_ = listener;
  return absl::OkStatus();
}

void HandDrivenElection::Yield(std::chrono::milliseconds pause) {
  bool back = false;
  bool gone = false;
  {
    MutexLock lock(&mutex_);
    back = pause.count() == 0 && yielded_.has_value();
    gone = pause.count() > 0 && elected_;
    if (gone) yielded_ = pause;
  }
  if (back) Elect();
  if (!gone) return;
  if (ElectionListener* listener = Set(false)) listener->ShouldResign();
}

std::optional<std::chrono::milliseconds> HandDrivenElection::yielded() const {
  MutexLock lock(&mutex_);
  return yielded_;
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
  if (elected) yielded_.reset();
  return listener_;
}

void HandDrivenElection::Elect() {
  if (ElectionListener* listener = Set(true)) listener->ShouldClaim();
}

void HandDrivenElection::Depose() {
  {
    MutexLock lock(&mutex_);
    yielded_.reset();
  }
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
