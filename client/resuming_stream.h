// The rules by which a watch goes on after a loss. Knows nothing of gRPC: a source is one watch at one server.
#pragma once

#include <atomic>
#include <chrono>
#include <functional>
#include <memory>
#include <optional>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "base/clock.h"
#include "base/mutex.h"
#include "client/registry_connection.h"

namespace regent::client {

// One watch at one server. Next() by one thread, Cancel() by any.
class WatchSource {
 public:
  virtual ~WatchSource() = default;
  // Sets `timed_out`, beside an error, when nothing came by `deadline`; any other error ends it.
  virtual absl::StatusOr<WatchEvent> Next(SteadyTime deadline, bool* timed_out) = 0;
  virtual void Cancel() = 0;
};

class ResumingStream : public ChangeStream {
 public:
  // Begins a watch at some server that answers, by `deadline`; gives up early once `cancelled`. Blocks.
  using Open = std::function<absl::StatusOr<std::unique_ptr<WatchSource>>(
      const WatchRequest& request, SteadyTime deadline, const std::atomic<bool>& cancelled)>;

  struct Options {
    // For one search for a server; and the least that a search gets, however soon Next() is to return.
    std::chrono::milliseconds open_timeout{15000};
    std::chrono::milliseconds open_least{250};
    // Before the next search, doubled up to the longest while nothing but losses comes.
    std::chrono::milliseconds pause{100};
    std::chrono::milliseconds pause_max{5000};
  };

  ResumingStream(WatchRequest request, Options options, Open open);

  // The first server; its error when none takes the watch.
  absl::Status Start(SteadyTime deadline);

  absl::StatusOr<WatchEvent> Next(std::optional<std::chrono::milliseconds> timeout) override;
  void Cancel() override;

 private:
  // What to tell for an event of the source.
  WatchEvent Take(WatchEvent event);
  // True: go on with another source. Else `status` is how the watch ends.
  bool Survives(const absl::Status& status);
  absl::Status Reopen(SteadyTime deadline);
  void SetSource(std::unique_ptr<WatchSource> source);
  // Until it is time to search for a server again. False when `deadline` or Cancel() came first.
  bool Pause(SteadyTime deadline);

  const Options options_;
  const Open open_;
  WatchRequest request_;            // what to ask for next
  bool announce_ = false;           // a snapshot was asked for, and nothing of it has come yet
  bool in_snapshot_ = false;        // between SnapshotBegins and CaughtUp
  bool caught_up_ = false;          // was told
  std::optional<WatchEvent> held_;  // to be told after SnapshotBegins
  int losses_ = 0;                  // since the last event
  SteadyTime search_at_{};          // for another server, not before
  absl::Status ended_;

  std::atomic<bool> cancelled_{false};
  Mutex mutex_;
  CondVar cancel_;
  std::shared_ptr<WatchSource> source_ GUARDED_BY(mutex_);  // only the thread of Next() sets it
};

}  // namespace regent::client
