#include "server/forward/peer_endpoint.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "base/error_reason.h"

namespace regent {

absl::Status PeerEndpoint::CheckOffice(const PeerClaim& claim) const {
  const std::string& log_id = local_->AppliedPosition().log_id;
  if (claim.log_id != log_id) {
    return MakeError(ErrorReason::kNotPrimary,
                     absl::StrCat("This node serves another log (", log_id, " and not ", claim.log_id, ")."));
  }
  if (local_->gate().role() != Role::kPrimary) {
    return MakeError(ErrorReason::kNotPrimary, "This node is not primary.");
  }
  // One that took over from this node, whose claim has not been read here yet.
  if (claim.epoch > local_->primary_claim().epoch) {
    return MakeError(ErrorReason::kNotPrimary, "This node is not primary any more.");
  }
  return absl::OkStatus();
}

void PeerEndpoint::Forward(const PeerClaim& claim, const CallContext& context, WriteCommand command, WriteDone done) {
  if (absl::Status status = CheckOffice(claim); !status.ok()) return done(std::move(status));
  local_->Write(context, std::move(command), std::move(done));
}

void PeerEndpoint::Resume(const PeerClaim& claim, WriteState reason, std::function<void(absl::Status)> done) {
  if (absl::Status status = CheckOffice(claim); !status.ok()) return done(std::move(status));
  local_->Resume({.reason = reason}, std::move(done));
}

void PeerEndpoint::Transfer(const PeerClaim& claim, SteadyTime deadline, const std::string& node, TransferDone done) {
  if (absl::Status status = CheckOffice(claim); !status.ok()) return done(std::move(status));
  cluster_->Transfer(deadline, node, std::move(done));
}

absl::Status PeerEndpoint::StandAside(const PeerClaim& claim, std::chrono::milliseconds pause) {
  const bool current = claim.log_id == local_->AppliedPosition().log_id &&
                       claim.epoch >= local_->primary_claim().epoch && local_->gate().role() != Role::kPrimary;
  if (!current) return MakeError(ErrorReason::kNotPrimary, "The node that asks is not primary any more.");
  constexpr std::chrono::milliseconds kMost = std::chrono::minutes(1);
  local_->StandAside(std::clamp(pause, std::chrono::milliseconds(1), kMost));
  return absl::OkStatus();
}

absl::StatusOr<PeerView> PeerEndpoint::Report(const PeerClaim& claim, const PeerReport& report) {
  if (absl::Status status = CheckOffice(claim); !status.ok()) return status;
  return cluster_->TakeReport(report);
}

}  // namespace regent
