// Tells the primary, again and again, how this node fares.
#pragma once

#include <chrono>
#include <string>

#include "base/clock.h"
#include "base/mutex.h"
#include "server/forward/cluster_view.h"
#include "server/forward/peers.h"

namespace regent {

// Thread-safe. What it is given outlives it, and the timer ends first.
class Reporter {
 public:
  struct Options {
    std::chrono::milliseconds interval{1000};
    // Of one report.
    std::chrono::milliseconds timeout{2000};
  };

  Reporter(Options options, const LocalRegistry* registry, ClusterView* cluster, Peers* peers, const Clock* clock,
           Timer* timer)
      : options_(options), registry_(registry), cluster_(cluster), peers_(peers), clock_(clock), timer_(timer) {}

  // Begins; `own_address` is how others reach this node: it does not report to itself.
  void Start(std::string own_address);
  // Reports at once, to a new primary.
  void OnLeadershipChange();
  void Stop();

 private:
  void Tick();
  void Report();

  const Options options_;
  const LocalRegistry* const registry_;
  ClusterView* const cluster_;
  Peers* const peers_;
  const Clock* const clock_;
  Timer* const timer_;

  Mutex mutex_;
  std::string own_address_ GUARDED_BY(mutex_);
  bool running_ GUARDED_BY(mutex_) = false;
};

}  // namespace regent
