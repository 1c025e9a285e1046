// The log and the election that a configuration asks for: the one place that names concrete ones.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "absl/status/statusor.h"
#include "election/election.h"
#include "election/kafka/kafka_election.h"
#include "server/main/topic_watch.h"
#include "store/copy/copied_log.h"
#include "store/kafka/kafka_log.h"
#include "store/log.h"
#include "store/reopening_log.h"

namespace regent {

struct KafkaOptions {
  KafkaLogOptions log;
  KafkaElectionOptions election;
  CopiedLog::Options copy;
};

struct BackendOptions {
  // regent.election.backend: "auto", "kafka", "solo"; "zookeeper" is refused once more.
  std::string election = "auto";
  // leader.eligibility
  bool eligible = true;
  // Of the log that is a file, or of the local copy of the one that is not.
  std::string data_dir = "regent-data";
  // The log and the election on Kafka; nothing: a log of its own.
  std::optional<KafkaOptions> kafka;
  // The node's gRPC address as the others are told; its port may still be 0.
  std::string advertised;
  // Asked while opening the log, at the start or later, waits for Kafka: true gives it up. From any thread.
  std::function<bool()> cancelled = [] { return false; };
};

struct Backends {
  // Null where Kafka is away and this node has no copy of the log: `log_trouble` says why, and `open_log` may succeed
  // later.
  std::unique_ptr<Log> log;
  absl::Status log_trouble;
  std::unique_ptr<Election> election;
  // Of a log on Kafka.
  std::shared_ptr<TopicWatch> topic;
  // Another handle on the log that is there now. Nothing for a log of its own, which one process at a time may open.
  ReopeningLog::Open open_log;
};

// Blocks for some seconds at most; until `cancelled`, then SHUTTING_DOWN. Else the error says what to do: LOG_LOCKED,
// LOG_UNAVAILABLE, CONFIGURATION_INVALID, ELECTION_MIXED.
absl::StatusOr<Backends> OpenBackends(const BackendOptions& options);

}  // namespace regent
