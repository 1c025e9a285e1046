// The progress of a command's work, where and as its session shows it.
#pragma once

#include <cstdint>
#include <string>
#include <utility>

#include "cli/progress.h"
#include "cli/session.h"

namespace regent::cli {

// `total` 0: not known.
inline Progress StartProgress(const Session& session, std::string what, int64_t total) {
  const Environment& environment = session.environment();
  return Progress(environment.error, environment.error_is_terminal ? ProgressStyle::kBar : ProgressStyle::kLines,
                  std::move(what), total);
}

}  // namespace regent::cli
