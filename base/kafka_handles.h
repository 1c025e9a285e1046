// Owners for what librdkafka's C API hands out, and the two steps of making a client. Nothing here decides anything.
#pragma once

#include <librdkafka/rdkafka.h>

#include <memory>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "base/kafka_config.h"

namespace regent {

template <typename T, void (*Free)(T*)>
struct KafkaDeleter {
  void operator()(T* object) const { Free(object); }
};
template <typename T, void (*Free)(T*)>
using KafkaPtr = std::unique_ptr<T, KafkaDeleter<T, Free>>;

using KafkaConfPtr = KafkaPtr<rd_kafka_conf_t, rd_kafka_conf_destroy>;
using KafkaTopicConfPtr = KafkaPtr<rd_kafka_topic_conf_t, rd_kafka_topic_conf_destroy>;
// Destroying joins the client's threads; what was produced and is not out yet is lost without a report: purge and poll
// first. Destroy topics, queues and messages before their client.
using KafkaClientPtr = KafkaPtr<rd_kafka_t, rd_kafka_destroy>;
using KafkaTopicPtr = KafkaPtr<rd_kafka_topic_t, rd_kafka_topic_destroy>;
using KafkaQueuePtr = KafkaPtr<rd_kafka_queue_t, rd_kafka_queue_destroy>;
using KafkaMessagePtr = KafkaPtr<rd_kafka_message_t, rd_kafka_message_destroy>;
using KafkaEventPtr = KafkaPtr<rd_kafka_event_t, rd_kafka_event_destroy>;
using KafkaHeadersPtr = KafkaPtr<rd_kafka_headers_t, rd_kafka_headers_destroy>;
using KafkaErrorPtr = KafkaPtr<rd_kafka_error_t, rd_kafka_error_destroy>;
using KafkaAdminOptionsPtr = KafkaPtr<rd_kafka_AdminOptions_t, rd_kafka_AdminOptions_destroy>;
using KafkaNewTopicPtr = KafkaPtr<rd_kafka_NewTopic_t, rd_kafka_NewTopic_destroy>;
using KafkaConfigResourcePtr = KafkaPtr<rd_kafka_ConfigResource_t, rd_kafka_ConfigResource_destroy>;
using KafkaTopicCollectionPtr = KafkaPtr<rd_kafka_TopicCollection_t, rd_kafka_TopicCollection_destroy>;
using KafkaPartitionListPtr = KafkaPtr<rd_kafka_topic_partition_list_t, rd_kafka_topic_partition_list_destroy>;

// The settings of `config`, then `own`, which win. librdkafka's own log goes to VLOG(1), its warnings and worse to
// LOG(WARNING), but for connections that fail. INTERNAL when librdkafka does not know one of `own`.
absl::StatusOr<KafkaConfPtr> MakeKafkaConf(const KafkaClientConfig& config,
                                           const std::vector<std::pair<std::string, std::string>>& own);

// Takes `conf`. CONFIGURATION_INVALID when the settings do not go together, or a certificate cannot be read.
absl::StatusOr<KafkaClientPtr> NewKafkaClient(rd_kafka_type_t type, KafkaConfPtr conf);

// LOG_UNAVAILABLE with `what` in front and the code's name and meaning behind; OK for no error.
absl::Status KafkaStatus(rd_kafka_resp_err_t code, std::string_view what);

}  // namespace regent
