// What tests of nodes on Kafka share: settings, and the whole of what a node answers as one text.
#pragma once

#include <string>
#include <vector>

#include "client/registry_client.h"
#include "tests/support/kafka_broker.h"

namespace regent::testing {

// For NodeProcess: the registry on `topic`, which elects in a group of that name.
std::vector<std::string> OnKafka(const KafkaCluster& kafka, const std::string& topic,
                                 const std::vector<std::string>& more = {});

// Every subject with its versions, deleted ones too: "orders v1 id 7 AVRO deleted \"string\"", a line each. Empty, with
// a test failure, when the node does not answer.
std::string Listing(const client::RegistryClient& client);

}  // namespace regent::testing
