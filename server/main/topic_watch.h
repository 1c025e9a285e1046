// What this node knows of the topic behind its log: its cleaner's settings and its Kafka cluster.
#pragma once

#include <functional>
#include <string>

#include "base/mutex.h"
#include "store/kafka/topic_rules.h"
#include "store/replayer.h"

namespace regent {

// What the topic's settings say about its cleaner. No less than ten minutes: the cleaner leaves the segment that is
// written to alone, whatever they say, and a topic of another registry's making says 0.
LogRetention RetentionOf(const KafkaTopicFacts& topic);

// Told whenever the log has judged the topic. Remembers the cleaner's settings in the node's directory, so that a node
// that is started while Kafka is away judges its copy of the log by them. Thread-safe.
class TopicWatch {
 public:
  static constexpr char kFileName[] = "topic";

  struct Facts {
    LogRetention retention;
    std::string kafka_cluster_id;  // empty: not known yet
  };

  // `log_id` is the topic's that the directory has a copy of; empty: none.
  TopicWatch(std::string directory, const std::string& log_id);

  void Tell(const KafkaTopicFacts& topic);
  Facts Get() const;
  // Runs `changed` whenever something is new, on the thread that tells; set before that can be.
  void OnChange(std::function<void(const Facts&)> changed);

 private:
  const std::string directory_;
  mutable Mutex mutex_;
  Facts facts_ GUARDED_BY(mutex_);
  std::string remembered_ GUARDED_BY(mutex_);  // what the file holds
  std::function<void(const Facts&)> changed_ GUARDED_BY(mutex_);
};

}  // namespace regent
