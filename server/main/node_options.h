// From configuration keys to a node's options: the only place that reads both.
#pragma once

#include "absl/status/statusor.h"
#include "base/config.h"
#include "server/main/node.h"

namespace regent {

// CONFIGURATION_INVALID where keys do not go together in a way that only their user notices.
absl::StatusOr<NodeOptions> NodeOptionsFrom(const Config& config);

}  // namespace regent
