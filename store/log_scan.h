// Reading a log from its first record to its end, for tools: blocks, where nodes never do.
#pragma once

#include <chrono>
#include <functional>

#include "absl/status/statusor.h"
#include "base/ids.h"
#include "store/log.h"

namespace regent {

// Hands every record that stands in the log to `visit`, on the log's thread, and gives the offset behind the last. Ends
// early with what `visit` gives when that is an error, with LOG_REPLACED, or with the last trouble when nothing more
// came for `patience`. The log can be read only once: Close() it next.
absl::StatusOr<Offset> ScanLog(Log* log, const std::function<absl::Status(const LogRecord&)>& visit,
                               std::chrono::milliseconds patience = std::chrono::seconds(60));

}  // namespace regent
