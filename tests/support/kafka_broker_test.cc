#include "tests/support/kafka_broker.h"

#include <gtest/gtest.h>

namespace regent::testing {
namespace {

TEST(KafkaClusterTest, OneBrokerAnswersAndComesBackAfterAKill) {
  KafkaCluster kafka;
  EXPECT_EQ(kafka.LeaderOf("nowhere"), -1);
  kafka.Kill(0);
  kafka.Restart(0);
  EXPECT_EQ(kafka.size(), 1);
}

}  // namespace
}  // namespace regent::testing
