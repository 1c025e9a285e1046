#include "store/kafka/kafka_log_options.h"

#include <algorithm>
#include <utility>

namespace regent {

absl::StatusOr<KafkaLogOptions> KafkaLogOptionsFrom(const Config& config) {
  absl::StatusOr<KafkaClientConfig> client = KafkaClientConfigFrom(config);
  if (!client.ok()) return client.status();
  KafkaLogOptions options;
  options.client = *std::move(client);
  options.topic.name = config.Text("kafkastore.topic");
  options.topic.replication_factor = static_cast<int>(config.Number("kafkastore.topic.replication.factor"));
  const std::string prefix = "kafkastore.topic.config.";
  for (const auto& [key, setting] : config.Under(prefix))
    options.topic.config[key.substr(prefix.size())] = setting.value;
  // JSON may write a text's quotes and line ends in two bytes each.
  options.topic.record_bytes_max = std::max<int64_t>(options.topic.record_bytes_max,
                                                     2 * config.Number("regent.schema.max.bytes") + (int64_t{1} << 20));
  options.skip_validation = config.Bool("kafkastore.topic.skip.validation");
  options.open_timeout = config.Millis("kafkastore.init.timeout.ms");
  options.admin_timeout = config.Millis("kafkastore.init.timeout.ms");
  return options;
}

}  // namespace regent
