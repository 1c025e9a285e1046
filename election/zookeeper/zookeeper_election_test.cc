#include "election/zookeeper/zookeeper_election.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "base/error_reason.h"

namespace regent {
namespace {

TEST(ZooKeeperElectionTest, AlwaysRefusesAndSaysWhereToGo) {
  ZooKeeperElection election;
  const absl::Status status = election.Start("node-1", nullptr);
  EXPECT_EQ(ReasonOf(status), ErrorReason::kElectionMixed);
  EXPECT_THAT(std::string(status.message()), ::testing::HasSubstr("docs/migrate-from-zookeeper.md"));
  EXPECT_FALSE(election.Describe().elected);
}

}  // namespace
}  // namespace regent
