#include "cli/interrupts.h"

#include <atomic>

namespace regent::cli {
namespace {

std::atomic<bool> seen{false};
static_assert(std::atomic<bool>::is_always_lock_free, "a signal handler takes no lock");

void Remember(int) { seen.store(true); }

}  // namespace

Interrupts::Interrupts() {
  seen.store(false);
  struct sigaction action {};
  action.sa_handler = Remember;
  // Calls that wait are not broken off; the second signal finds what was there before everything.
  action.sa_flags = SA_RESTART | static_cast<int>(SA_RESETHAND);
  sigaction(SIGINT, &action, &before_int_);
  sigaction(SIGTERM, &action, &before_term_);
}

Interrupts::~Interrupts() {
  sigaction(SIGINT, &before_int_, nullptr);
  sigaction(SIGTERM, &before_term_, nullptr);
}

bool Interrupts::Seen() { return seen.load(); }

}  // namespace regent::cli
