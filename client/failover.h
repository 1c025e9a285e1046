// Which server to ask, when to ask another one, and when to give up. Knows nothing of gRPC: an attempt is a function.
#pragma once

#include <atomic>
#include <chrono>
#include <cstddef>
#include <functional>

#include "absl/status/status.h"
#include "base/clock.h"

namespace regent::client {

// Whether a call that may have been done already can be made again.
enum class Repeat {
  kSafe,   // reads; registering and configuring, where the second time finds the state as asked
  kUnsafe  // deletes: a second one answers that nothing is there, and of the latest version takes another one
};

struct FailoverOptions {
  // How often all servers are tried for one call.
  int rounds_max = 2;
  // The longest wait before the second round; twice that before the third, and so on. The wait is drawn at random.
  std::chrono::milliseconds retry_wait{100};
};

// What one try at one server came to.
struct Attempt {
  absl::Status status;
  // False: no connection was had, so that the server has seen nothing of it.
  bool sent = true;
};

// Thread-safe; calls run beside each other and learn from each other which server answers. Does not own the clock.
class Failover {
 public:
  using Sleep = std::function<void(std::chrono::milliseconds)>;
  // `servers` must be at least 1.
  Failover(size_t servers, FailoverOptions options, const Clock* clock, Sleep sleep);

  // Tries `attempt` at the server that answered last, then at the others in order. It gets a deadline of its own: for a
  // safe call its share of the time, so that a server that hangs leaves some for the next. Returns the first answer; of
  // failures the one that says most: a server's own reason before a lost connection, else what befell each server.
  absl::Status Run(Repeat repeat, SteadyTime deadline,
                   const std::function<Attempt(size_t server, SteadyTime deadline)>& attempt);

  // The server that the next call asks first.
  size_t preferred() const { return preferred_.load(std::memory_order_relaxed); }

 private:
  // True when nothing more is to be tried; `result` is then what Run returns.
  bool TryRound(Repeat repeat, SteadyTime deadline,
                const std::function<Attempt(size_t server, SteadyTime deadline)>& attempt, absl::Status* result);
  void Prefer(size_t server) { preferred_.store(server, std::memory_order_relaxed); }
  void Avoid(size_t server);
  std::chrono::milliseconds WaitBeforeRound(int round) const;

  const size_t servers_;
  const FailoverOptions options_;
  const Clock* const clock_;
  const Sleep sleep_;
  std::atomic<size_t> preferred_{0};
};

}  // namespace regent::client
