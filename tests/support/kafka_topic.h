// Makes and removes topics, as an operator would.
#pragma once

#include <map>
#include <string>

#include "base/kafka_config.h"

namespace regent::testing {

// One partition, `replicas` copies, compacted unless `settings` say otherwise. Returns when it is there; aborts when
// the cluster refuses.
void CreateTopic(const KafkaClientConfig& kafka, const std::string& topic, int replicas = 1,
                 std::map<std::string, std::string> settings = {});
void DeleteTopic(const KafkaClientConfig& kafka, const std::string& topic);

}  // namespace regent::testing
