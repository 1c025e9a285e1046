#include "election/zookeeper/zookeeper_election.h"

#include "base/error_reason.h"

namespace regent {

absl::Status ZooKeeperElection::Start(const std::string&, ElectionListener*) {
  return MakeError(
      ErrorReason::kElectionMixed,
      "Election through ZooKeeper is refused: a registry that elects through ZooKeeper and one that elects "
      "through Kafka would each have a primary, and both would write. Set regent.election.backend=kafka (or "
      "solo for a single node); docs/migrate-from-zookeeper.md tells how to move.");
}

}  // namespace regent
