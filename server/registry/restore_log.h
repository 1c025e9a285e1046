// Writes a state into a log that took the place of the one it came from.
#pragma once

#include <chrono>
#include <functional>
#include <string>

#include "absl/status/status.h"
#include "store/log.h"
#include "store/state.h"

namespace regent {

struct RestoreOptions {
  std::string node;   // for the claim
  std::string token;  // of the claim
  // Without any progress.
  std::chrono::seconds patience{60};
};

// Claims `log`, a handle on it that is not read yet, appends every record of `state` under that claim, ids kept, and
// reads them back; blocks meanwhile. Refused with LOG_REPLACED when the log holds anything that is not of this state;
// what an earlier attempt left is completed. `state` must not change. Closes the log.
absl::Status RestoreInto(Log* log, const State& state, const RestoreOptions& options);

}  // namespace regent
