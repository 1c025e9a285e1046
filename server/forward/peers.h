// The other nodes of the cluster: the seam between forwarding and the wire.
#pragma once

#include <chrono>
#include <functional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "base/clock.h"
#include "base/ids.h"
#include "server/registry/cluster.h"
#include "server/registry/registry.h"

namespace regent {

// Whom the sender takes the receiver for: the holder of this claim.
struct PeerClaim {
  std::string log_id;
  Epoch epoch;
  std::string token;
};

// What came of handing a write to another node.
struct ForwardOutcome {
  enum class Kind {
    kAnswered,  // `answer` is for the client; but with NOT_PRIMARY it is not: that node did nothing that counts
    kNotSent,   // nothing was done: there is no connection to that node
    kUnknown,   // that node may have done it, or may yet
  } kind = Kind::kUnknown;
  absl::StatusOr<WriteResult> answer = absl::UnknownError("no answer");
  std::string why;  // where there is no answer, for people
};
using ForwardDone = std::function<void(ForwardOutcome)>;

// What a node tells the primary of itself.
struct PeerReport {
  NodeStatus status;
  std::string state_hash;  // at status.position; empty: not known
};

// What the primary answers.
struct PeerView {
  std::vector<NodeStatus> nodes;  // all that it knows
  WriteState write_state = WriteState::kElecting;
  std::string reason;
  bool duplicate_node = false;  // another live process has the reporter's name
};

// Thread-safe; nothing blocks. `done` runs once, on any thread, perhaps before the call returns.
class Peers {
 public:
  virtual ~Peers() = default;
  // `context` carries deadline, caller and request id.
  virtual void Forward(const std::string& address, const PeerClaim& claim, const CallContext& context,
                       const WriteCommand& command, ForwardDone done) = 0;
  virtual void Report(const std::string& address, const PeerClaim& claim, SteadyTime deadline, const PeerReport& report,
                      std::function<void(absl::StatusOr<PeerView>)> done) = 0;
  // See RegistryAdmin::Resume; NOT_PRIMARY, and UNAVAILABLE where that node was not reached.
  virtual void Resume(const std::string& address, const PeerClaim& claim, SteadyTime deadline, WriteState reason,
                      std::function<void(absl::Status)> done) = 0;
  // See Cluster::Transfer; asked of the primary.
  virtual void Transfer(const std::string& address, const PeerClaim& claim, SteadyTime deadline,
                        const std::string& node, std::function<void(absl::StatusOr<Epoch>)> done) = 0;
  // The holder of `claim` asks another node to take no part in the election for so long.
  virtual void StandAside(const std::string& address, const PeerClaim& claim, SteadyTime deadline,
                          std::chrono::milliseconds pause, std::function<void(absl::Status)> done) = 0;
};

}  // namespace regent
