// What a topic must be like to hold the log (docs/architecture.md, rule 12): what is asked for on creation, and what is
// wrong with one that is there. Pure.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace regent {

// What is wanted.
struct KafkaTopicOptions {
  std::string name = "_schemas";
  // On creation; no more than there are brokers.
  int replication_factor = 3;
  // kafkastore.topic.config.*: on creation they win over the rules, cleanup.policy excepted.
  std::map<std::string, std::string> config;
  // The largest record that has to fit, in bytes.
  int64_t record_bytes_max = 8 << 20;
};

// What is there.
struct KafkaTopicFacts {
  std::string id;  // empty: there is no such topic
  int partitions = 0;
  int replicas = 0;
  std::map<std::string, std::string> config;
  std::string cluster_id;  // of the Kafka it is on; empty: not known
};

struct KafkaTopicFinding {
  enum class Severity {
    kWarning,  // works, with less safety
    kRefused,  // cannot hold the log
  };
  Severity severity = Severity::kWarning;
  std::string setting;  // "cleanup.policy", "partitions", "replication.factor"
  std::string message;  // a sentence: what was seen, why it matters
  // What would mend it, where setting it is enough. None when the configuration asks for just what was seen.
  std::optional<std::string> wanted;
};

// The settings to create it with.
std::map<std::string, std::string> TopicConfigFor(const KafkaTopicOptions& options, int replicas);

// The refusals first. `brokers` is how many there are.
std::vector<KafkaTopicFinding> CheckTopic(const KafkaTopicOptions& options, const KafkaTopicFacts& facts, int brokers);

}  // namespace regent
