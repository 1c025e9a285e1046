// Decides when a flood of resets is under way, and whose connections end it.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <vector>

#include "server/grpc/flood/connection_streams.h"

namespace regent {

// What the watch sees and does: gRPC and the process, or a test's idea of them. Called by one thread.
class FloodSight {
 public:
  virtual ~FloodSight() = default;
  virtual std::chrono::steady_clock::time_point Now() = 0;
  // These two are cheap: they are asked for some forty times a second.
  virtual int64_t WaitingCalls() = 0;
  virtual size_t ResidentBytes() = 0;
  virtual std::vector<ConnectionStreams> Connections() = 0;
  // Returns how many of them were found and ended.
  virtual int End(const std::vector<ConnectionStreams>& connections) = 0;
  // Gives what the allocator keeps free back to the system.
  virtual void ReleaseFreeMemory() = 0;
};

// A client may open streams and reset them without end: they do not count to those that it may have open at a time, and
// gRPC 1.51 keeps each, some 24 KiB, until one of its threads comes round to it. The watch looks at memory only; when
// that grows, at what each connection has unfinished. What exceeds the streams that a connection may have open can only
// have been reset. Where all of that together is more than the limit, the connections with most are ended, so many that
// the rest is within it. Those that were ended count until gRPC has done with them: meanwhile who comes back and goes
// on is ended sooner.
//
// Not thread-safe. Blocks as its sight does.
class FloodWatch {
 public:
  struct Options {
    // What one connection may have open.
    int64_t max_concurrent_streams = 256;
    // Over all connections: streams that were reset and are not done with.
    int64_t max_reset_streams = 1000;
    // Growth of the process that is worth a look.
    size_t noticeable_bytes = 8u << 20;
    // From one look to the next: as long as nothing grows, and while a flood is dealt with.
    std::chrono::milliseconds calm_interval{25};
    std::chrono::milliseconds alert_interval{2};
    // How long nothing must happen before it counts as over.
    std::chrono::milliseconds alert_time{2000};
  };

  FloodWatch(const Options& options, FloodSight* sight) : options_(options), sight_(sight) {}

  // Returns how long to wait before the next one.
  std::chrono::milliseconds Look();

  // Since the beginning.
  int64_t connections_ended() const { return connections_ended_; }

 private:
  bool Grew();
  int64_t ResetStreams(const std::vector<ConnectionStreams>& connections) const;
  int64_t Excess(const ConnectionStreams& connection) const;
  // Whether it was ended, and is only finishing.
  bool IsEnded(const ConnectionStreams& connection) const;
  void ForgetFinished(const std::vector<ConnectionStreams>& connections);
  std::vector<ConnectionStreams> ChooseToEnd(const std::vector<ConnectionStreams>& connections) const;
  void End(const std::vector<ConnectionStreams>& chosen);

  const Options options_;
  FloodSight* const sight_;
  std::optional<size_t> calm_bytes_;
  bool alert_ = false;
  std::chrono::steady_clock::time_point last_trouble_;
  std::map<int64_t, int64_t> ended_;  // by id: what was unfinished then
  int64_t connections_ended_ = 0;
};

}  // namespace regent
