// Hands the office of the primary to a chosen node.
//
// The group's coordinator names whom it likes. So everybody else leaves the group for a moment, first the other nodes,
// then the primary, and the one that is wanted is the only one left to name. Nothing of it is needed for safety:
// whoever claims, the log decides. See docs/decisions/2026-11-24-transfer-of-the-office.md.
#pragma once

#include <chrono>
#include <memory>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/executor.h"
#include "base/mutex.h"
#include "server/forward/peers.h"
#include "server/registry/cluster.h"
#include "server/registry/local_registry.h"

namespace regent {

// Thread-safe. What it is given outlives it; the timer and the executor end first.
class OfficeTransfer {
 public:
  struct Options {
    // How long the others stay out of the election, unless somebody claims before.
    std::chrono::milliseconds aside{10000};
    // How long the primary does, which leaves last. The wanted node is named in a fraction of it; if it has died
    // meanwhile, nobody else could be.
    std::chrono::milliseconds return_after{5000};
    // Between the others leaving and the primary leaving: librdkafka joins a group at most once a second, and the
    // wanted node joins again when others leave.
    std::chrono::milliseconds settle{1500};
    // One of them is asked for so long.
    std::chrono::milliseconds ask_timeout{1000};
    // All of it, at most.
    std::chrono::milliseconds patience{20000};
  };
  // Who is to have the office, and who else might be named.
  struct Plan {
    NodeInfo target;
    std::vector<NodeInfo> others;
  };

  OfficeTransfer(Options options, LocalRegistry* registry, Peers* peers, const Clock* clock, Timer* timer,
                 Executor* executor);
  ~OfficeTransfer();

  // On the primary. NO_PRIMARY where it did not come about in time or another node was faster; OVERLOADED while another
  // transfer is under way.
  void Begin(const Plan& plan, SteadyTime deadline, TransferDone done);
  // The log told of another primary.
  void OnLeadershipChange();
  // Ends the one that waits.
  void Stop();

 private:
  struct Transfer;
  using TransferPtr = std::shared_ptr<Transfer>;

  void Answered(const TransferPtr& transfer, const std::string& node, const absl::Status& status);
  void Leave(const TransferPtr& transfer);
  // Where nobody took the office.
  void Return(const TransferPtr& transfer);
  void Finish(const TransferPtr& transfer, absl::StatusOr<Epoch> result);

  const Options options_;
  LocalRegistry* const registry_;
  Peers* const peers_;
  const Clock* const clock_;
  Timer* const timer_;
  Executor* const executor_;

  Mutex mutex_;
  TransferPtr current_ GUARDED_BY(mutex_);
  bool stopped_ GUARDED_BY(mutex_) = false;
};

}  // namespace regent
