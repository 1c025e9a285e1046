#include "base/logging.h"

namespace regent {

void InitLogging(const char* program, const LoggingOptions& options) {
  FLAGS_logtostderr = options.directory.empty();
  FLAGS_log_dir = options.directory;
  FLAGS_alsologtostderr = false;
  FLAGS_minloglevel = static_cast<int>(options.level);
  FLAGS_v = options.verbosity;
  FLAGS_logbufsecs = 0;
  FLAGS_colorlogtostderr = false;
  google::InitGoogleLogging(program);
}

bool ParseLogLevel(const std::string& name, LoggingOptions::Level* level) {
  if (name == "info") {
    *level = LoggingOptions::Level::kInfo;
  } else if (name == "warning") {
    *level = LoggingOptions::Level::kWarning;
  } else if (name == "error") {
    *level = LoggingOptions::Level::kError;
  } else {
    return false;
  }
  return true;
}

}  // namespace regent
