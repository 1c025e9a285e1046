// What a log holds and whether it is in good order: a replay with its findings, for `regent log verify`.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "store/log.h"
#include "store/state.h"

namespace regent {

struct LogReport {
  std::string log_id;
  Offset next;  // behind the last record
  int64_t records = 0;
  int64_t tombstones = 0;
  int64_t claims = 0;  // that counted
  CurrentClaim claim;
  StateCounters counters;
  std::vector<UnsettledKey> unsettled;
  int64_t subjects = 0;
  int64_t versions = 0;  // deleted ones included
  bool foreign_writer = false;
  std::string digest;  // of the state: equal for equal states

  // Sentences: what keeps the log from being in good order, and what to do. Empty when it is.
  std::vector<std::string> Problems() const;
};

// Reads `log` to its end and closes it.
absl::StatusOr<LogReport> ReportOn(Log* log);

}  // namespace regent
