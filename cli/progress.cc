#include "cli/progress.h"

#include <algorithm>
#include <utility>

namespace regent::cli {
namespace {

constexpr std::chrono::milliseconds kBarPause{100};
constexpr std::chrono::milliseconds kLinePause{3000};
constexpr int64_t kWidth = 30;

}  // namespace

Progress::Progress(std::ostream* out, ProgressStyle style, std::string what, int64_t total, const Clock* clock)
    : out_(out),
      style_(style),
      what_(std::move(what)),
      total_(total),
      clock_(clock),
      next_(clock->Now() + (style == ProgressStyle::kBar ? kBarPause : kLinePause)) {}

Progress::~Progress() {
  if (!drawn_ || style_ == ProgressStyle::kLines) return;
  Draw(done_);
  *out_ << "\n" << std::flush;
}

void Progress::At(int64_t done) {
  done_ = done;
  const SteadyTime now = clock_->Now();
  if (now < next_) return;
  next_ = now + (style_ == ProgressStyle::kBar ? kBarPause : kLinePause);
  drawn_ = true;
  Draw(done);
}

void Progress::Draw(int64_t done) {
  if (style_ == ProgressStyle::kBar) {
    *out_ << "\r";
    if (total_ > 0) {
      const int64_t filled = std::min(kWidth, done * kWidth / total_);
      *out_ << "[" << std::string(filled, '#') << std::string(kWidth - filled, ' ') << "] ";
    }
  }
  *out_ << done;
  if (total_ > 0) *out_ << " of " << total_;
  *out_ << " " << what_ << (style_ == ProgressStyle::kBar ? "" : "\n") << std::flush;
}

}  // namespace regent::cli
