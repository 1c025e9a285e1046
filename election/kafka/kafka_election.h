// Election by Kafka's group coordinator: every node joins one consumer group that subscribes to the log's topic, and
// who is given its one partition should claim the log.
//
// Nothing is read and nothing committed: the partition is paused. `cooperative-sticky`, so that a node that joins never
// moves the office; dynamic membership, because a static member would not give it back when it leaves. A hand-over
// takes tens of milliseconds, but librdkafka joins at most once a second: within a second of the last change of members
// it waits for the rest of it.
#pragma once

#include <chrono>
#include <memory>
#include <string>

#include "base/kafka_config.h"
#include "election/election.h"

namespace regent {

struct KafkaElectionOptions {
  // How to reach Kafka.
  KafkaClientConfig client;
  // The log's topic.
  std::string topic = "_schemas";
  // All nodes of one registry have the same; no other registry may.
  std::string group = "schema-registry";

  // How long the coordinator waits for a silent node before it names another. Lower: a dead primary is replaced sooner,
  // and a busy host is taken for dead more often. The broker has limits of its own (6000 ms is its least by default).
  std::chrono::milliseconds session_timeout{6000};
  // How often a node makes itself heard, and hears of others that left: a graceful hand-over takes about this long.
  std::chrono::milliseconds heartbeat_interval{50};
  // How long a change of members waits for the slowest of them; at least the session timeout.
  std::chrono::milliseconds rebalance_timeout{6000};

  // A group held by strangers is looked at for so long before this node is rejected: they may be dead members that the
  // coordinator has not given up yet (a killed registry of another kind takes 10 s).
  std::chrono::milliseconds stranger_patience{12000};
};

// A session of its own with the coordinator, on its own thread. ContactLost means that the session ran out on this
// side: a new one is opened, and its outcome is the next suggestion.
class KafkaElection : public Election {
 public:
  explicit KafkaElection(KafkaElectionOptions options);
  ~KafkaElection() override;

  // CONFIGURATION_INVALID names a setting that librdkafka does not take. That Kafka cannot be reached is no error.
  absl::Status Start(const std::string& node, ElectionListener* listener) override;
  // Tells the coordinator, so that the next node is named at once; gives up telling it after two seconds.
  void Leave() override;
  // Leaves the group and joins it again when the pause is over.
  void Yield(std::chrono::milliseconds pause) override;
  ElectionDescription Describe() const override;

 private:
  class Session;

  const KafkaElectionOptions options_;
  std::unique_ptr<Session> session_;
};

}  // namespace regent
