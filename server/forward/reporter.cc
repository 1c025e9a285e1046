#include "server/forward/reporter.h"

#include <utility>

#include "base/logging.h"

namespace regent {

void Reporter::Start(std::string own_address) {
  {
    MutexLock lock(&mutex_);
    own_address_ = std::move(own_address);
    running_ = true;
  }
  Tick();
}

void Reporter::Stop() {
  MutexLock lock(&mutex_);
  running_ = false;
}

void Reporter::Tick() {
  Report();
  {
    MutexLock lock(&mutex_);
    if (!running_) return;
  }
  timer_->RunAt(clock_->Now() + options_.interval, [this] { Tick(); });
}

void Reporter::OnLeadershipChange() { Report(); }

void Reporter::Report() {
  const PrimaryClaim primary = registry_->primary_claim();
  {
    MutexLock lock(&mutex_);
    if (!running_ || primary.grpc_address.empty() || primary.grpc_address == own_address_) return;
  }
  if (registry_->gate().role() == Role::kPrimary) return;
  const PeerClaim claim{registry_->AppliedPosition().log_id, primary.epoch, primary.token};
  peers_->Report(primary.grpc_address, claim, clock_->Now() + options_.timeout, cluster_->OwnReport(),
                 [cluster = cluster_](absl::StatusOr<PeerView> view) {
                   if (view.ok()) {
                     cluster->TakeView(*std::move(view));
                   } else {
                     VLOG(1) << "A report was not taken: " << view.status().message();
                   }
                 });
}

}  // namespace regent
