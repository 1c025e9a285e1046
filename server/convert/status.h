// Errors on the wire: absl::Status -> google.rpc.Status with details.
//
// Details: google.rpc.ErrorInfo{reason, domain "regent", metadata}, regent.v1.ErrorDetail, google.rpc.RetryInfo where
// repeating helps, google.rpc.BadRequest for REQUEST_INVALID, regent.v1.CompatibilityReport for SCHEMA_INCOMPATIBLE.
#pragma once

#include <cstddef>

#include "absl/status/status.h"
#include "base/error_reason.h"
#include "google/rpc/status.pb.h"
#include "regent/v1/error_detail.pb.h"

namespace regent {

inline constexpr char kErrorDomain[] = "regent";

// Errors travel in trailing headers, and a client that was not told otherwise refuses more than 8 KiB of them: it would
// see another error instead of ours. Message (percent-encoded) and details (base64) stay below these together.
inline constexpr size_t kMaxErrorMessageBytes = 512;
inline constexpr size_t kMaxErrorDetailsBytes = 4096;

// For an error; one that base/error_reason.h did not make becomes INTERNAL. What does not fit into the limits above is
// cut, most telling first, and ErrorDetail.truncated set: CheckCompatibility answers whole reports.
google::rpc::Status ToProto(const absl::Status& status);

v1::ErrorReason ToProto(ErrorReason reason);

}  // namespace regent
