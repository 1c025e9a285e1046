#include "server/forward/office_transfer.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "base/error_reason.h"
#include "base/logging.h"

namespace regent {

// One of them. `unanswered` is guarded by the mutex.
struct OfficeTransfer::Transfer {
  Plan plan;
  PrimaryClaim from;
  TransferDone done;
  size_t unanswered = 0;
};

OfficeTransfer::OfficeTransfer(Options options, LocalRegistry* registry, Peers* peers, const Clock* clock, Timer* timer,
                               Executor* executor)
    : options_(options), registry_(registry), peers_(peers), clock_(clock), timer_(timer), executor_(executor) {}

OfficeTransfer::~OfficeTransfer() = default;

void OfficeTransfer::Begin(const Plan& plan, SteadyTime deadline, TransferDone done) {
  auto transfer = std::make_shared<Transfer>();
  transfer->plan = plan;
  transfer->from = registry_->primary_claim();
  transfer->done = std::move(done);
  transfer->unanswered = plan.others.size();
  absl::Status refused;
  {
    MutexLock lock(&mutex_);
    if (stopped_) {
      refused = MakeError(ErrorReason::kShuttingDown, "This node is shutting down.");
    } else if (current_) {
      refused = MakeError(ErrorReason::kOverloaded, "The office is being handed over already.");
    } else {
      current_ = transfer;
    }
  }
  if (!refused.ok()) return transfer->done(std::move(refused));
  LOG(INFO) << "Hands the office to " << plan.target.node << ".";
  timer_->RunAt(std::min(deadline, clock_->Now() + options_.patience), [this, transfer] {
    Finish(transfer, MakeError(ErrorReason::kNoPrimary,
                               absl::StrCat("Node ", transfer->plan.target.node, " did not become primary in time.")));
  });
  if (plan.others.empty()) return executor_->Post([this, transfer] { Leave(transfer); });
  const PeerClaim claim{registry_->AppliedPosition().log_id, transfer->from.epoch, transfer->from.token};
  for (const NodeInfo& other : plan.others) {
    peers_->StandAside(
        other.grpc_address, claim, clock_->Now() + options_.ask_timeout, options_.aside,
        [this, transfer, node = other.node](const absl::Status& status) { Answered(transfer, node, status); });
  }
}

void OfficeTransfer::Answered(const TransferPtr& transfer, const std::string& node, const absl::Status& status) {
  if (!status.ok()) {
    // It might be named in the wanted node's place. Nothing was changed: those that stand aside come back by
    // themselves.
    return Finish(transfer,
                  MakeError(ErrorReason::kNoPrimary, absl::StrCat("The office was not handed over, because node ", node,
                                                                  " did not stand aside: ", status.message())));
  }
  {
    MutexLock lock(&mutex_);
    if (current_ != transfer || --transfer->unanswered > 0) return;
  }
  timer_->RunAt(clock_->Now() + options_.settle,
                [this, transfer] { executor_->Post([this, transfer] { Leave(transfer); }); });
}

void OfficeTransfer::Leave(const TransferPtr& transfer) {
  {
    MutexLock lock(&mutex_);
    if (current_ != transfer) return;
  }
  registry_->StandAside(options_.aside);
  timer_->RunAt(clock_->Now() + options_.return_after, [this, transfer] { Return(transfer); });
}

void OfficeTransfer::Return(const TransferPtr& transfer) {
  // Also where the one who asked has given up waiting.
  if (!registry_->ComeBack()) return;
  Finish(transfer, MakeError(ErrorReason::kNoPrimary,
                             absl::StrCat("Node ", transfer->plan.target.node,
                                          " did not take the office in time: this node stands for it again.")));
}

void OfficeTransfer::OnLeadershipChange() {
  TransferPtr transfer;
  {
    MutexLock lock(&mutex_);
    transfer = current_;
  }
  if (transfer == nullptr) return;
  const CurrentClaim now = registry_->state().current_claim();
  // This node may renew its claim until it leaves.
  if (now.epoch <= transfer->from.epoch || now.claim.grpc_address == transfer->from.grpc_address) return;
  if (now.claim.grpc_address == transfer->plan.target.grpc_address) return Finish(transfer, now.epoch);
  Finish(transfer, MakeError(ErrorReason::kNoPrimary, absl::StrCat("Node ", now.claim.node, " became primary, and not ",
                                                                   transfer->plan.target.node, ".")));
}

void OfficeTransfer::Finish(const TransferPtr& transfer, absl::StatusOr<Epoch> result) {
  {
    MutexLock lock(&mutex_);
    if (current_ != transfer) return;
    current_.reset();
  }
  transfer->done(std::move(result));
}

void OfficeTransfer::Stop() {
  TransferPtr transfer;
  {
    MutexLock lock(&mutex_);
    stopped_ = true;
    transfer = current_;
  }
  if (transfer) Finish(transfer, MakeError(ErrorReason::kShuttingDown, "This node is shutting down."));
}

}  // namespace regent
