// A dump of a registry over gRPC.
#pragma once

#include <chrono>
#include <functional>

#include "absl/status/status.h"
#include "cli/dump_spool.h"
#include "client/registry_client.h"

namespace regent::cli {

// All that the registry holds at one moment, between the call and its return, even while others write; associations and
// what contexts there are, a little later. `timeout` is for each piece of it; `told` hears how many versions are there
// so far.
absl::Status GatherFromWatch(const client::RegistryClient& client, std::chrono::milliseconds timeout, DumpSpool* spool,
                             const std::function<void(int64_t)>& told);

}  // namespace regent::cli
