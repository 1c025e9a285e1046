// One log into another, record by record: keys, values, headers, claims and holes alike, so that the copy makes the
// same state with the same ids. For moving a registry of one node onto Kafka, and back.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "store/log.h"

namespace regent {

struct LogCopy {
  int64_t records = 0;
  std::string digest;  // of the state that both make
};

using LogOpener = std::function<absl::StatusOr<std::unique_ptr<Log>>()>;

// Closes `source`. Opens the target three times: to see that it is empty, to write, and to see that it makes the same
// state. REQUEST_INVALID when it holds anything: nothing was written then. Another error leaves a part in the target,
// which is to be thrown away. Times of records are those of the copying.
// `told`, if there is one, hears after each record how many were read, on the source's thread.
absl::StatusOr<LogCopy> CopyLog(Log* source, const LogOpener& open_target,
                                const std::function<void(int64_t)>& told = nullptr);

}  // namespace regent
