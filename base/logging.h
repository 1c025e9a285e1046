// The one door to the logging library: LOG(INFO|WARNING|ERROR), VLOG(n), CHECK and its kin come from here only.
//
// ERROR: something was lost or a resource is gone. WARNING: may heal by itself. INFO: rare changes of state. Detail per
// request: VLOG(1). One event, one line, with subject, id, epoch or offset; never schema text, tokens or payloads.
//
// May stand beside the headers of protobuf 3.21, gRPC 1.51 and abseil 20220623: none of them defines these names.
#pragma once

#include <glog/logging.h>

#include <optional>
#include <string>
#include <string_view>

namespace regent {

enum class LogLevel { kInfo, kWarning, kError };

// "info", "warning", "error".
std::optional<LogLevel> ParseLogLevel(std::string_view name);

struct LoggingOptions {
  // What is written at all.
  LogLevel level = LogLevel::kInfo;
  // VLOG(n) is written up to this n; raise it to see each request.
  int verbosity = 0;
  // Where lines go: stderr when empty, else a directory that exists, for one file per level and start.
  std::string directory;
};

// Once, first thing in main; `program` is argv[0] and must live for ever. Before that, and in tests, lines go to
// stderr.
void InitLogging(const char* program, const LoggingOptions& options = {});

// Takes effect at once. Not to be called by two threads at a time.
void SetLogLevel(LogLevel level, int verbosity);

}  // namespace regent
