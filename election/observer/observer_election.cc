#include "election/observer/observer_election.h"

namespace regent {

absl::Status ObserverElection::Start(const std::string&, ElectionListener* listener) {
  if (!reason_.ok()) thread_ = std::thread([this, listener] { listener->Rejected(reason_); });
  return absl::OkStatus();
}

void ObserverElection::Leave() {
  if (thread_.joinable()) thread_.join();
}

}  // namespace regent
