// Keeps floods of resets from growing the process: a thread around FloodWatch.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <memory>
#include <thread>

#include "base/mutex.h"
#include "server/grpc/flood/flood_watch.h"
#include "server/grpc/flood/waiting_calls.h"

namespace regent {

// Watches all gRPC servers of the process, from its creation to its end. Thread-safe. Reads one small file of /proc per
// look as long as the memory does not grow.
class FloodGuard {
 public:
  FloodGuard(const FloodWatch::Options& options, std::shared_ptr<WaitingCalls> calls);
  ~FloodGuard();

  // How many it closed.
  int64_t connections_ended() const { return connections_ended_; }

 private:
  void Run();
  // False when it is time to end.
  bool Pause(std::chrono::steady_clock::duration time) EXCLUDES(mutex_);

  const std::unique_ptr<FloodSight> sight_;
  FloodWatch watch_;  // of the thread
  std::atomic<int64_t> connections_ended_{0};
  Mutex mutex_;
  bool stopping_ GUARDED_BY(mutex_) = false;
  CondVar stop_;
  std::thread thread_;  // last: it uses the others
};

}  // namespace regent
