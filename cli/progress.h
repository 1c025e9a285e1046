// How far long work has come, on standard error: a bar on a terminal, else a line every few seconds.
#pragma once

#include <cstdint>
#include <ostream>
#include <string>

#include "base/clock.h"

namespace regent::cli {

enum class ProgressStyle { kBar, kLines };

// Used by one thread. Work that is done within a second or so shows no line.
class Progress {
 public:
  // `what` is e.g. "schemas". `total` 0: not known. The clock is not owned.
  Progress(std::ostream* out, ProgressStyle style, std::string what, int64_t total, const Clock* clock = SystemClock());
  // Leaves the terminal's line.
  ~Progress();

  void At(int64_t done);

 private:
  void Draw(int64_t done);

  std::ostream* const out_;
  const ProgressStyle style_;
  const std::string what_;
  const int64_t total_;
  const Clock* const clock_;
  SteadyTime next_;
  int64_t done_ = 0;
  bool drawn_ = false;
};

}  // namespace regent::cli
