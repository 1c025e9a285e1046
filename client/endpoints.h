// Addresses of servers as people write them.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"

namespace regent::client {

// "a:1, [::1]:2,unix:/run/regent" as --server and REGENT_SERVER carry it; spaces around commas do not count.
// CONFIGURATION_INVALID, naming the item, for none at all, an empty one, one without a port or with an impossible one.
absl::StatusOr<std::vector<std::string>> ParseEndpoints(std::string_view list);

// CONFIGURATION_INVALID for what ParseEndpoints would refuse as one item.
absl::Status CheckEndpoint(std::string_view endpoint);

}  // namespace regent::client
