// A log in one SQLite file, for a registry of one node. docs/formats/log.md describes the file.
//
// Appends that wait for the disk together go to it together: one transaction and one sync for all of them. Outcomes
// come on the thread that writes; records are delivered by another, from memory while the reader keeps up and from the
// file while it does not, so a slow reader costs no memory.
#pragma once

#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "base/clock.h"
#include "store/log.h"

namespace regent {

struct SqliteLogOptions {
  // Where the log lives; made when missing. A local disk: network file systems lose locks and syncs.
  std::string directory = "regent-data";
  const Clock* clock = SystemClock();
};

// Locks the directory until the log is destroyed. LOG_LOCKED when another process has it; CONFIGURATION_INVALID when
// what stands there is no log, or that of a newer Regent; LOG_UNAVAILABLE when the disk fails.
absl::StatusOr<std::unique_ptr<Log>> OpenSqliteLog(const SqliteLogOptions& options);

// Whether opening would find a log, where it would else make one.
bool HoldsSqliteLog(const std::string& directory);

}  // namespace regent
