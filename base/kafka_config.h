// From the `kafkastore.*` keys of a configuration, which are those of Kafka's Java clients, to librdkafka's settings.
#pragma once

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "base/config.h"

namespace regent {

struct KafkaSetting {
  std::string name;  // librdkafka's
  std::string value;
  std::string key;  // the key of the configuration that asks for it
  bool operator==(const KafkaSetting&) const = default;
};

// How to reach a Kafka cluster: what every client of a node (reader, producer, election, administration) begins with.
struct KafkaClientConfig {
  std::vector<KafkaSetting> settings;  // bootstrap.servers among them
  std::string servers;                 // those that are used, for people: "a:9092,b:9092"
  // Sentences for the log: what has no effect. They name the key.
  std::vector<std::string> warnings;
};

// CONFIGURATION_INVALID names every key that is wrong, one on a line, and says what to do: no server that speaks
// kafkastore.security.protocol, a Java key store (PEM is needed), Kerberos and OAUTHBEARER, which are not built in, a
// value that librdkafka refuses. Reads the stores that are named, to see what they hold. Settings on which the safety
// of the log depends (acks, idempotence, ...) are never taken from the configuration.
absl::StatusOr<KafkaClientConfig> KafkaClientConfigFrom(const Config& config);

}  // namespace regent
