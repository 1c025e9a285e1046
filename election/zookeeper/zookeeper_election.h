// Election through ZooKeeper: exists to be refused.
//
// Two modes of election on one topic elect two primaries, and both would write. So Regent has one mode, through Kafka's
// group coordinator, and this backend only says so. The configuration is refused before (base/config.h); this is the
// second lock on the same door.
#pragma once

#include "election/election.h"

namespace regent {

class ZooKeeperElection : public Election {
 public:
  // Always ELECTION_MIXED.
  absl::Status Start(const std::string& node, ElectionListener* listener) override;
  void Yield(std::chrono::milliseconds) override {}
  void Leave() override {}
  ElectionDescription Describe() const override { return {.backend = "zookeeper", .members = {}, .elected = false}; }
};

}  // namespace regent
