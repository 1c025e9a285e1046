// Questions to the brokers and changes at them. Every call blocks, up to its timeout or until cancelled; for one thread
// at a time.
#pragma once

#include <chrono>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "base/ids.h"
#include "base/kafka_handles.h"
#include "store/kafka/topic_rules.h"

namespace regent {

// Errors are LOG_UNAVAILABLE, except where the brokers refuse for good: CONFIGURATION_INVALID.
class KafkaAdmin {
 public:
  // `cancelled` is asked every 100 ms.
  static absl::StatusOr<std::unique_ptr<KafkaAdmin>> Create(
      const KafkaClientConfig& config, const std::string& client_id,
      std::function<bool()> cancelled = [] { return false; });

  // Without `config`. Facts with an empty id: there is no such topic.
  absl::StatusOr<KafkaTopicFacts> DescribeTopic(const std::string& topic, std::chrono::milliseconds timeout);
  absl::StatusOr<std::map<std::string, std::string>> TopicConfig(const std::string& topic,
                                                                 std::chrono::milliseconds timeout);
  // Empty where the brokers do not tell.
  std::string ClusterId(std::chrono::milliseconds timeout);
  absl::StatusOr<int> BrokerCount(std::chrono::milliseconds timeout);
  // What kind of members the group has: "consumer", "sr" (another registry); empty when it has none.
  absl::StatusOr<std::string> GroupProtocol(const std::string& group, std::chrono::milliseconds timeout);
  // Behind the last record.
  absl::StatusOr<Offset> EndOffset(const std::string& topic, std::chrono::milliseconds timeout);

  // OK also when it exists by now.
  absl::Status CreateTopic(const std::string& topic, int partitions, int replicas,
                           const std::map<std::string, std::string>& config, std::chrono::milliseconds timeout);
  // Sets these and leaves others alone.
  absl::Status AlterTopic(const std::string& topic, const std::map<std::string, std::string>& config,
                          std::chrono::milliseconds timeout);

 private:
  explicit KafkaAdmin(std::function<bool()> cancelled) : cancelled_(std::move(cancelled)) {}

  // Hands a request to the client and waits for its answer.
  using Send = std::function<void(const rd_kafka_AdminOptions_t*, rd_kafka_queue_t* answers)>;
  absl::StatusOr<KafkaEventPtr> Ask(rd_kafka_admin_op_t operation, const std::string& what,
                                    std::chrono::milliseconds timeout, const Send& send);

  absl::Status NoAnswer(const std::string& what, std::chrono::milliseconds timeout) const;
  static void OnError(rd_kafka_t* client, int code, const char* reason, void* self);

  std::string last_error_;  // what the client said of its connections
  KafkaClientPtr client_;
  const std::function<bool()> cancelled_;
};

}  // namespace regent
