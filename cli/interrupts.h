// Ctrl-C while long work is under way: the work ends in good order, and says what state it leaves behind.
#pragma once

#include <csignal>

namespace regent::cli {

// While one exists, the first SIGINT or SIGTERM is remembered instead of ending the program; the second ends it. One at
// a time.
class Interrupts {
 public:
  Interrupts();
  // Signals do again what they did before.
  ~Interrupts();
  Interrupts(const Interrupts&) = delete;
  Interrupts& operator=(const Interrupts&) = delete;

  // Any thread may ask.
  static bool Seen();

 private:
  struct sigaction before_int_;
  struct sigaction before_term_;
};

}  // namespace regent::cli
