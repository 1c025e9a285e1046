// What this node does for the others while it is primary.
#pragma once

#include "server/forward/cluster_view.h"
#include "server/forward/peers.h"
#include "server/registry/local_registry.h"

namespace regent {

// Thread-safe; nothing blocks, save for what StandAside waits for. What it is given outlives it.
class PeerEndpoint {
 public:
  PeerEndpoint(LocalRegistry* local, ClusterView* cluster) : local_(local), cluster_(cluster) {}

  // Does the write here, or answers NOT_PRIMARY having done nothing: it goes to the local registry, which knows no
  // other node, so that a write never takes a second hop.
  void Forward(const PeerClaim& claim, const CallContext& context, WriteCommand command, WriteDone done);

  // See RegistryAdmin::Resume. NOT_PRIMARY.
  void Resume(const PeerClaim& claim, WriteState reason, std::function<void(absl::Status)> done);

  // See Cluster::Transfer. NOT_PRIMARY.
  void Transfer(const PeerClaim& claim, SteadyTime deadline, const std::string& node, TransferDone done);

  // On a node that is not primary, for the one that is: takes no part in the election for so long, a minute at most.
  // NOT_PRIMARY where the sender's claim is not the current one.
  absl::Status StandAside(const PeerClaim& claim, std::chrono::milliseconds pause);

  // NOT_PRIMARY.
  absl::StatusOr<PeerView> Report(const PeerClaim& claim, const PeerReport& report);

 private:
  // OK where this node is the primary that the sender means, or a later one of the same log.
  absl::Status CheckOffice(const PeerClaim& claim) const;

  LocalRegistry* const local_;
  ClusterView* const cluster_;
};

}  // namespace regent
