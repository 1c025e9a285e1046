// The log and the election that a configuration asks for: the one place that names concrete ones.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "absl/status/statusor.h"
#include "election/election.h"
#include "election/kafka/kafka_election.h"
#include "store/copy/copied_log.h"
#include "store/kafka/kafka_log.h"
#include "store/log.h"
#include "store/reopening_log.h"
#include "store/replayer.h"

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
  // Asked while opening the log waits for Kafka: true gives it up.
  std::function<bool()> cancelled = [] { return false; };
};

struct Backends {
  std::unique_ptr<Log> log;
  std::unique_ptr<Election> election;
  // Of the log as it was opened.
  LogRetention retention;
  // Another handle on the log that is there now. Nothing for a log of its own, which one process at a time may open.
  ReopeningLog::Open open_log;
};

// What the topic's settings say about its cleaner. No less than ten minutes: the cleaner leaves the segment that is
// written to alone, whatever they say, and a topic of another registry's making says 0.
LogRetention RetentionOf(const KafkaTopicFacts& topic);

// Blocks while Kafka cannot be reached and this node has no copy of the log; until `cancelled`, then SHUTTING_DOWN.
// Else the error says what to do: LOG_LOCKED, LOG_UNAVAILABLE, CONFIGURATION_INVALID, ELECTION_MIXED.
absl::StatusOr<Backends> OpenBackends(const BackendOptions& options);

}  // namespace regent
