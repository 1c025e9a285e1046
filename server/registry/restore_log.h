// Writes a state into a log that took the place of the one it came from.
#pragma once

#include <chrono>
#include <memory>
#include <string>

#include "absl/status/status.h"
#include "store/log.h"
#include "store/state.h"

namespace regent {

// One restore. `state` must not change meanwhile.
class LogRestore {
 public:
  struct Options {
    std::string node;   // for the claim
    std::string token;  // of the claim
    // Without any progress.
    std::chrono::seconds patience{60};
  };

  // `log` is a handle that is not read yet; both outlive this.
  LogRestore(Log* log, const State* state, Options options);
  ~LogRestore();

  // Once: claims the log, appends every record of the state under that claim, ids kept, and reads them back; blocks
  // meanwhile. Refused with LOG_REPLACED when the log holds anything that is not of this state; what an earlier attempt
  // left is completed. Closes the log.
  absl::Status Run();
  // From any thread, at any time: Run() ends soon, with this.
  void Cancel(const absl::Status& why);

 private:
  class NewLog;

  absl::Status Restore();

  Log* const log_;
  const State* const state_;
  const Options options_;
  const std::unique_ptr<NewLog> reading_;
};

}  // namespace regent
