// The one door to the logging library: LOG(INFO|WARNING|ERROR), VLOG(n), CHECK and its kin come from here only.
//
// ERROR: something was lost or a resource is gone. WARNING: may heal by itself. INFO: rare changes of state. Detail per
// request: VLOG(1). One event, one line, with subject, id, epoch or offset; never schema text, tokens or payloads.
//
// May stand beside the headers of protobuf 3.21, gRPC 1.51 and abseil 20220623: none of them defines these names.
#pragma once

#include <glog/logging.h>

#include <string>

namespace regent {

struct LoggingOptions {
  enum class Level { kInfo, kWarning, kError };
  // What is written at all.
  Level level = Level::kInfo;
  // VLOG(n) is written up to this n; raise it to see each request.
  int verbosity = 0;
  // Where lines go: empty is stderr; otherwise a directory that exists, for one file per level.
  std::string directory;
};

// Once, first thing in main; `program` is argv[0]. Before that, and in tests, lines go to stderr. Not thread-safe.
void InitLogging(const char* program, const LoggingOptions& options = {});

// "info", "warning", "error"; false for anything else.
bool ParseLogLevel(const std::string& name, LoggingOptions::Level* level);

}  // namespace regent
