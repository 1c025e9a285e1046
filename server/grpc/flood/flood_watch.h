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
  // Since the beginning. Asked when the process has grown.
  virtual int64_t StartedCalls() = 0;
  virtual std::vector<ConnectionStreams> Connections() = 0;
  // Returns how many of them were found and ended.
  virtual int End(const std::vector<ConnectionStreams>& connections) = 0;
  // Whether who reads calls should slow down.
  virtual void Brake(bool on) = 0;
  // Gives what the allocator keeps free back to the system.
  virtual void ReleaseFreeMemory() = 0;
};

// A client may open streams and reset them without end: they do not count to those that it may have open at a time, and
// gRPC 1.51 keeps each, some 25 KiB, until one of its threads comes round to it. The watch looks at memory and at how
// many calls wait; when one of them grows, at what each connection has unfinished. What exceeds the streams that a
// connection may have open can only have been reset. Where all of that together stays beyond the limit for a while, the
// connections with most are ended, so many that the rest is within it: a client whose calls were all given up because
// the node stood still for a moment is no flood. Those that were ended count until gRPC has done with them, and
// meanwhile nobody has a while: who comes back and goes on is ended at once.
//
// Not thread-safe. Blocks as its sight does.
class FloodWatch {
 public:
  struct Options {
    // What one connection may have open.
    int64_t max_concurrent_streams = 256;
    // Over all connections: streams that were reset and are not done with.
    int64_t max_reset_streams = 1000;
    // How long there may be more than that, up to three times as many.
    std::chrono::milliseconds patience{100};
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
  bool IsWorthALook();
  void SetCalm(size_t bytes, int64_t calls);
  bool IsTooMuch(int64_t reset_streams);
  int64_t ResetStreams(const std::vector<ConnectionStreams>& connections) const;
  int64_t Excess(const ConnectionStreams& connection) const;
  // Whether it was ended, and is only finishing.
  bool IsEnded(const ConnectionStreams& connection) const;
  void ForgetFinished(const std::vector<ConnectionStreams>& connections);
  std::vector<ConnectionStreams> ChooseToEnd(const std::vector<ConnectionStreams>& connections);
  void End(const std::vector<ConnectionStreams>& chosen);

  const Options options_;
  FloodSight* const sight_;
  std::optional<size_t> calm_bytes_;
  bool alert_ = false;
  std::chrono::steady_clock::time_point last_trouble_;
  int64_t calm_calls_ = 0;
  std::optional<std::chrono::steady_clock::time_point> beyond_since_;  // the limit
  std::map<int64_t, int64_t> ended_;                                   // by id: what was unfinished then
  int64_t connections_ended_ = 0;
};

}  // namespace regent
