// Keeps the list of servers that calls choose from true: resolves names again and again, asks servers which others
// there are, and probes those of which nothing good was heard last.
#pragma once

#include <chrono>
#include <functional>
#include <map>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "base/clock.h"
#include "base/mutex.h"
#include "client/failover.h"

namespace regent::client {

struct DirectoryOptions {
  // Names are resolved and servers are asked for others this often, and whenever no server is well. Lower = sooner
  // acquainted with new servers, more calls.
  std::chrono::milliseconds refresh_interval{30000};
  // Suspects and the server in use are probed this often. Lower = sooner back at a server that recovered and sooner
  // away from one that hangs, more calls.
  std::chrono::milliseconds probe_interval{1000};
};

// An endpoint as it was configured or found, and how gladly it is asked.
struct RankedEndpoint {
  std::string endpoint;
  int rank = 0;
};

// One thread of its own from Start() until it is destroyed, which waits for a probe or a look-up under way.
// Thread-safe.
class ServerDirectory {
 public:
  // How it touches the world. All but `make` may block, none for long.
  struct World {
    // The addresses of an endpoint; empty: unknown.
    std::function<std::vector<std::string>(const std::string& endpoint)> resolve;
    // A candidate for an address of an endpoint.
    std::function<CandidatePtr(const std::string& endpoint, const std::string& address, int rank)> make;
    // Which of these serve, all asked at the same time.
    std::function<std::vector<bool>(const std::vector<CandidatePtr>& candidates)> probe;
    // Other endpoints, as one of these servers tells them; empty when none tells.
    std::function<std::vector<std::string>(const std::vector<CandidatePtr>& candidates)> discover;
  };

  // `failover` is handed its candidates and outlives this.
  ServerDirectory(std::vector<RankedEndpoint> endpoints, DirectoryOptions options, World world, Failover* failover);
  ~ServerDirectory();
  ServerDirectory(const ServerDirectory&) = delete;
  ServerDirectory& operator=(const ServerDirectory&) = delete;

  void Start();

  // Blocks until the names have been resolved a first time; false: not before `deadline`.
  bool WaitUntilKnown(SteadyTime deadline);

  // A call was made: what it used is worth probing; or it met trouble: now.
  void Note(bool trouble);

 private:
  void Loop();
  // Blocks until there is something to do; false: to stop. `used` tells whether calls were made meanwhile.
  bool Wait(bool* used);
  void Refresh();
  void Resolve();
  void Probe(bool used);
  // What one look at all names gives.
  struct View {
    std::map<std::string, std::vector<std::string>> addresses;  // by endpoint, the last that was known
    std::map<std::string, CandidatePtr> made;                   // by address
  };
  void Add(const RankedEndpoint& endpoint, View* view, std::vector<CandidatePtr>* out);

  const std::vector<RankedEndpoint> endpoints_;
  const DirectoryOptions options_;
  const World world_;
  Failover* const failover_;

  // Touched by the thread alone.
  std::vector<std::string> discovered_;
  View view_;
  SteadyTime refresh_due_{};

  Mutex mutex_;
  CondVar changed_;
  bool known_ GUARDED_BY(mutex_) = false;
  bool used_ GUARDED_BY(mutex_) = false;
  bool trouble_ GUARDED_BY(mutex_) = false;
  bool stop_ GUARDED_BY(mutex_) = false;
  std::thread thread_;
};

}  // namespace regent::client
