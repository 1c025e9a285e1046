// Between the domain's structs and the messages that nodes send each other. Unlike requests of clients these are taken
// as they are: the registry judges what the client gave, on whichever node that happens.
#pragma once

#include "absl/status/statusor.h"
#include "regent/internal/v1/peer.pb.h"
#include "server/forward/peers.h"

namespace regent {

void ToProto(const PeerClaim& claim, internal::v1::Claim* proto);
PeerClaim FromProto(const internal::v1::Claim& proto);

void ToProto(const WriteCommand& command, internal::v1::ForwardRequest* proto);
// REQUEST_INVALID for what only a newer node can have sent.
absl::StatusOr<WriteCommand> FromProto(const internal::v1::ForwardRequest& proto);

void ToProto(const absl::StatusOr<WriteResult>& answer, internal::v1::ForwardResponse* proto);
absl::StatusOr<WriteResult> FromProto(const internal::v1::ForwardResponse& proto);

// OK becomes an answer without an error.
void ToProto(const absl::Status& status, internal::v1::ResumeResponse* proto);
absl::Status FromProto(const internal::v1::ResumeResponse& proto);

void ToProto(const absl::StatusOr<Epoch>& epoch, internal::v1::TransferResponse* proto);
absl::StatusOr<Epoch> FromProto(const internal::v1::TransferResponse& proto);

void ToProto(const absl::Status& status, internal::v1::StandAsideResponse* proto);
absl::Status FromProto(const internal::v1::StandAsideResponse& proto);

void ToProto(const PeerReport& report, internal::v1::ReportRequest* proto);
PeerReport FromProto(const internal::v1::ReportRequest& proto);

void ToProto(const PeerView& view, internal::v1::ReportResponse* proto);
PeerView FromProto(const internal::v1::ReportResponse& proto);

}  // namespace regent
