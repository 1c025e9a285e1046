// Errors as they come over the wire, made again as base/error_reason.h makes them.
#pragma once

#include <string>
#include <string_view>

#include "absl/status/status.h"

namespace regent::client {

// `code` is the call's canonical code, `details` the bytes of a google.rpc.Status. An error that carries Regent's
// reason gets it back, with all that ErrorDetail and CompatibilityReport tell; any other keeps its code and message.
absl::Status ErrorFromWire(int code, std::string_view message, const std::string& details);

}  // namespace regent::client
