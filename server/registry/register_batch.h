// Many registrations in one call.
#pragma once

#include <functional>
#include <vector>

#include "base/executor.h"
#include "server/registry/registry.h"

namespace regent {

using BatchDone = std::function<void(std::vector<absl::StatusOr<WriteResult>>)>;

// Each as Registry::Write would, many at a time; one that builds on an earlier one of the batch (same subject, or
// refers to it) waits for that. Not atomic. `done` runs once, with one result for each request, in their order. An item
// carries the context's request id with its index. `registry` and `executor`, where requests are prepared, outlive it.
void RegisterBatch(Registry* registry, Executor* executor, const CallContext& context,
                   std::vector<RegisterSchema> requests, BatchDone done);

}  // namespace regent
