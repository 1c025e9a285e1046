// The log in a Kafka topic of one partition, compacted, as Confluent's registry keeps it.
//
// Three parts with a thread each: a reader, a producer, and a guard that creates and checks the topic, asks once a
// second whether it still is the one that was opened, and connects again after trouble. docs/architecture.md has the
// rules (12, 14, 15), docs/decisions/2026-11-24-kafka-log.md what librdkafka was seen to do.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "base/kafka_config.h"
#include "store/kafka/topic_rules.h"
#include "store/log.h"

namespace regent {

struct KafkaLogOptions {
  KafkaClientConfig client;
  KafkaTopicOptions topic;
  // The topic is neither created nor judged.
  bool skip_validation = false;
  // What the brokers see this node as; "-reader", "-producer" and "-guard" are added.
  std::string client_id = "regent";
  // kNever for a node that may not become primary: it has no producer, creates no topic, and its appends fail.
  enum class Writing { kAllowed, kNever } writing = Writing::kAllowed;
  // The id of the log that this node's local copy was made of; empty without one. With it opening does not depend on
  // the brokers: Id() is this, and if the topic turns out to be another, or gone, the sink is told that it was
  // replaced.
  std::string expected_id;
  // How long opening tries: without a local copy there is nothing to do but wait; with one, only so long that a topic
  // that cannot hold a log is refused at once when the brokers are there.
  std::chrono::milliseconds open_timeout{60000};
  std::chrono::milliseconds open_timeout_with_copy{2000};
  // One question to the brokers.
  std::chrono::milliseconds admin_timeout{60000};
  // How often the topic's settings are judged again. Where they became such that the topic cannot hold the log, appends
  // fail until they are mended; reading goes on.
  std::chrono::milliseconds judge_interval{60000};
  // Shorter than the election's session timeout.
  std::chrono::milliseconds append_timeout{5000};
  // Told what the topic is like, each time it was judged; before opening returns, where there is no local copy.
  std::function<void(const KafkaTopicFacts&)> on_topic;
  // Asked every 100 ms while opening: true ends it with SHUTTING_DOWN.
  std::function<bool()> cancelled = [] { return false; };
};

// Blocks as the options say. CONFIGURATION_INVALID when the topic cannot hold the log, naming the setting;
// LOG_UNAVAILABLE when the brokers were not reached in time and there is no local copy.
//
// Beyond log.h: the brokers may go away and come back; appends fail meanwhile, the sink hears OnError, and OnCaughtUp
// anew when reading goes on. A record that is larger than the topic takes (max.message.bytes, as it was when the topic
// was judged last) fails with SCHEMA_TOO_LARGE, and what is appended after it does not. Describe().warnings says which
// of the topic's settings make it less safe.
absl::StatusOr<std::unique_ptr<Log>> OpenKafkaLog(KafkaLogOptions options);

}  // namespace regent
