// Against librdkafka's own coordinator in memory. //tests:kafka_election_test has a real one.
#include "election/kafka/kafka_election.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <librdkafka/rdkafka.h>
#include <librdkafka/rdkafka_mock.h>

#include "base/error_reason.h"
#include "base/kafka_handles.h"
#include "election/election_contract.h"
#include "election/testing/recording_listener.h"

namespace regent {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

class Coordinator {
 public:
  Coordinator() {
    auto client = NewKafkaClient(RD_KAFKA_PRODUCER, *MakeKafkaConf({}, {{"client.id", "coordinator"}}));
    client_ = *std::move(client);
    cluster_ = rd_kafka_mock_cluster_new(client_.get(), 1);
    rd_kafka_mock_topic_create(cluster_, "_schemas", 1, 1);
    // Members wait for one another so long, at the first election.
    rd_kafka_mock_group_initial_rebalance_delay_ms(cluster_, 0);
  }
  ~Coordinator() { rd_kafka_mock_cluster_destroy(cluster_); }

  KafkaElectionOptions Options() const {
    KafkaElectionOptions options;
    options.client.settings = {
        {"bootstrap.servers", rd_kafka_mock_cluster_bootstraps(cluster_), "kafkastore.bootstrap.servers"}};
    return options;
  }

 private:
  KafkaClientPtr client_;
  rd_kafka_mock_cluster_t* cluster_ = nullptr;
};

Coordinator& SharedCoordinator() {
  static auto* const coordinator = new Coordinator();
  return *coordinator;
}

INSTANTIATE_TEST_SUITE_P(Kafka, ElectionContractTest,
                         ::testing::Values(ElectionContractParam{"kafka",
                                                                 [] {
                                                                   static int groups = 0;
                                                                   KafkaElectionOptions options =
                                                                       SharedCoordinator().Options();
                                                                   options.group =
                                                                       "contract-" + std::to_string(++groups);
                                                                   return std::make_unique<KafkaElection>(options);
                                                                 },
                                                                 nullptr}));

TEST(KafkaElectionTest, NodeThatJoinsDoesNotMoveTheOfficeAndInheritsItFromOneThatLeaves) {
  Coordinator coordinator;
  RecordingListener first_listener;
  RecordingListener second_listener;
  KafkaElection first(coordinator.Options());
  KafkaElection second(coordinator.Options());
  ASSERT_TRUE(first.Start("node-1", &first_listener).ok());
  ASSERT_TRUE(first_listener.WaitFor(1));
  ASSERT_TRUE(second.Start("node-2", &second_listener).ok());
  first.Leave();
  ASSERT_TRUE(second_listener.WaitFor(1));
  EXPECT_THAT(first_listener.said(), ElementsAre("claim"));
  EXPECT_THAT(second_listener.said(), ElementsAre("claim"));
  EXPECT_FALSE(first.Describe().elected);
  EXPECT_TRUE(second.Describe().elected);
}

TEST(KafkaElectionTest, WithoutKafkaNothingIsSaidAndLeavingIsPrompt) {
  KafkaElectionOptions options;
  options.client.settings = {{"bootstrap.servers", "127.0.0.1:1", "kafkastore.bootstrap.servers"}};
  RecordingListener listener;
  KafkaElection election(options);
  ASSERT_TRUE(election.Start("node-1", &listener).ok());
  const auto begin = std::chrono::steady_clock::now();
  election.Leave();
  EXPECT_LT(std::chrono::steady_clock::now() - begin, std::chrono::seconds(10));
  EXPECT_THAT(listener.said(), IsEmpty());
}

TEST(KafkaElectionTest, SettingsThatDoNotGoTogetherAreAConfigurationError) {
  KafkaElectionOptions options;
  options.client.settings = {{"bootstrap.servers", "127.0.0.1:1", "kafkastore.bootstrap.servers"},
                             {"ssl.ca.location", "/no/such/file.pem", "kafkastore.ssl.truststore.location"},
                             {"security.protocol", "ssl", "kafkastore.security.protocol"}};
  RecordingListener listener;
  KafkaElection election(options);
  EXPECT_EQ(ReasonOf(election.Start("node-1", &listener)), ErrorReason::kConfigurationInvalid);
}

}  // namespace
}  // namespace regent
