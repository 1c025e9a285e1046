// Which log a command line means, opened for a tool rather than for a node.
#pragma once

#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "base/config.h"
#include "cli/session.h"
#include "store/log.h"

namespace regent::cli {

struct LogLocation {
  enum class Kind { kSqlite, kKafka } kind = Kind::kSqlite;
  std::string name;  // the directory, or the topic
};

// "sqlite:DIRECTORY" or "kafka:TOPIC"; empty: the log that a node with this configuration has. REQUEST_INVALID for
// anything else.
absl::StatusOr<LogLocation> ParseLogLocation(const std::string& text, const Config& config);

// Opening for reading creates nothing: a log that is not there is LOG_UNAVAILABLE. The brokers, and how to reach them,
// are the configuration's. LOG_LOCKED when a node has the directory.
enum class LogUse { kRead, kWrite };
absl::StatusOr<std::unique_ptr<Log>> OpenLog(const LogLocation& location, const Config& config, LogUse use);

// The log that the first word names, to be read; that of the configuration without one. Null after it was said what is
// wrong; `failed` is then the exit code.
std::unique_ptr<Log> OpenNamedLog(Session& session, ExitCode* failed);

}  // namespace regent::cli
