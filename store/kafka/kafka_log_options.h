// The log on Kafka as a configuration asks for it.
#pragma once

#include "absl/status/statusor.h"
#include "base/config.h"
#include "store/kafka/kafka_log.h"

namespace regent {

// From kafkastore.*; what the election, the node and the local copy have a say in (`writing`, `client_id`,
// `append_timeout`, `expected_id`, `cancelled`) stays at its default. Errors are KafkaClientConfigFrom's. The warnings
// of `client` are for the caller to log.
absl::StatusOr<KafkaLogOptions> KafkaLogOptionsFrom(const Config& config);

}  // namespace regent
