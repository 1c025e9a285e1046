#include "base/logging.h"

namespace regent {

std::optional<LogLevel> ParseLogLevel(std::string_view name) {
  if (name == "info") return LogLevel::kInfo;
  if (name == "warning") return LogLevel::kWarning;
  if (name == "error") return LogLevel::kError;
  return std::nullopt;
}

void InitLogging(const char* program, const LoggingOptions& options) {
  FLAGS_logtostderr = options.directory.empty();
  FLAGS_log_dir = options.directory;
  FLAGS_logbufsecs = 0;
  SetLogLevel(options.level, options.verbosity);
  google::InitGoogleLogging(program);
}

void SetLogLevel(LogLevel level, int verbosity) {
  FLAGS_minloglevel = static_cast<int>(level);
  FLAGS_v = verbosity;
}

}  // namespace regent
