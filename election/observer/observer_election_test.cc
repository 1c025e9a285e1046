#include "election/observer/observer_election.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "election/testing/recording_listener.h"

namespace regent {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

TEST(ObserverElectionTest, IsNeverElected) {
  RecordingListener listener;
  ObserverElection election;
  ASSERT_TRUE(election.Start("node-1", &listener).ok());
  EXPECT_FALSE(election.Describe().elected);
  election.Leave();
  EXPECT_THAT(listener.said(), IsEmpty());
}

TEST(ObserverElectionTest, SaysWhyItMustNotTakePart) {
  RecordingListener listener;
  ObserverElection election(absl::FailedPreconditionError("loopback"));
  ASSERT_TRUE(election.Start("node-1", &listener).ok());
  ASSERT_TRUE(listener.WaitFor(1));
  election.Leave();
  EXPECT_THAT(listener.said(), ElementsAre("rejected"));
  EXPECT_EQ(listener.rejection().message(), "loopback");
}

}  // namespace
}  // namespace regent
