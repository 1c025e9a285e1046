// Many small calls that wait for a registry, several at a time.
#pragma once

#include <cstddef>
#include <functional>

#include "absl/status/status.h"

namespace regent::cli {

// Runs `work` for 0 to `count` - 1 on up to `threads` threads, `done` on the caller's with how many are done, from time
// to time. The first error stops what has not begun, and is returned.
absl::Status RunParallel(size_t count, size_t threads, const std::function<absl::Status(size_t)>& work,
                         const std::function<void(size_t)>& done);

}  // namespace regent::cli
