// Election by a real group coordinator.
#include "election/kafka/kafka_election.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <cstdio>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "base/error_reason.h"
#include "election/election_contract.h"
#include "election/testing/recording_listener.h"
#include "tests/support/child_process.h"
#include "tests/support/kafka_broker.h"
#include "tests/support/kafka_topics.h"

namespace regent {
namespace {

using ::regent::testing::ChildProcess;
using ::regent::testing::KafkaCluster;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using Clock = std::chrono::steady_clock;

KafkaCluster& Kafka() {
  static auto* const kafka = [] {
    auto* cluster = new KafkaCluster();
    testing::KafkaTopics topics(cluster->ClientConfig());
    topics.Create("_schemas");
    topics.Create("other");
    return cluster;
  }();
  return *kafka;
}

// Stops the brokers when all tests are over.
class StopKafka : public ::testing::Environment {
 public:
  void TearDown() override { delete &Kafka(); }
};
const auto* const kStopKafka = ::testing::AddGlobalTestEnvironment(new StopKafka);

KafkaElectionOptions OptionsFor(const std::string& group) {
  KafkaElectionOptions options;
  options.client = Kafka().ClientConfig();
  options.group = group;
  options.stranger_patience = std::chrono::milliseconds(500);
  return options;
}

std::string NewGroup() {
  static int groups = 0;
  return "group-" + std::to_string(++groups);
}

// One member of a group.
struct Member {
  Member(const KafkaElectionOptions& options, const std::string& node) : election(options) {
    if (!election.Start(node, &listener).ok()) std::abort();
  }
  RecordingListener listener;
  KafkaElection election;
};

// Blocks until `member` sees `count` of them.
bool SeesMembers(const Member& member, size_t count) {
  const auto deadline = Clock::now() + std::chrono::minutes(1);
  while (member.election.Describe().members.size() != count) {
    if (Clock::now() > deadline) return false;
    std::this_thread::yield();
  }
  return true;
}

INSTANTIATE_TEST_SUITE_P(RealKafka, ElectionContractTest,
                         ::testing::Values(ElectionContractParam{
                             "kafka", [] { return std::make_unique<KafkaElection>(OptionsFor(NewGroup())); },
                             nullptr}));

TEST(KafkaElectionRealTest, FirstElectionAndHandOverAreQuick) {
  // The first group ever makes Kafka create __consumer_offsets, which is not what is measured.
  {
    Member warm(OptionsFor(NewGroup()), "warm");
    ASSERT_TRUE(warm.listener.WaitFor(1));
  }
  constexpr int kRounds = 5;
  double election_ms = 0;
  double hand_over_ms = 0;
  const auto ms_since = [](Clock::time_point begin) {
    return std::chrono::duration<double, std::milli>(Clock::now() - begin).count();
  };
  for (int round = 0; round < kRounds; ++round) {
    const KafkaElectionOptions options = OptionsFor(NewGroup());
    auto begin = Clock::now();
    Member first(options, "node-1");
    ASSERT_TRUE(first.listener.WaitFor(1));
    election_ms = std::max(election_ms, ms_since(begin));
    Member second(options, "node-2");
    ASSERT_TRUE(SeesMembers(second, 2));
    begin = Clock::now();
    first.election.Leave();
    ASSERT_TRUE(second.listener.WaitFor(1));
    hand_over_ms = std::max(hand_over_ms, ms_since(begin));
  }
  std::printf(
      "FIGURE election on Kafka, worst of %d: first election %.0f ms (issue 5: < 1000), hand-over %.0f ms "
      "(right after a join: librdkafka joins at most once a second)\n",
      kRounds, election_ms, hand_over_ms);
}

TEST(KafkaElectionRealTest, NodesThatJoinNeverMoveTheOffice) {
  const KafkaElectionOptions options = OptionsFor(NewGroup());
  Member first(options, "node-1");
  ASSERT_TRUE(first.listener.WaitFor(1));
  Member second(options, "node-0");
  Member third(options, "node-2");
  ASSERT_TRUE(SeesMembers(first, 3));
  EXPECT_THAT(first.election.Describe().members, ElementsAre("node-0", "node-1", "node-2"));
  EXPECT_THAT(first.listener.said(), ElementsAre("claim"));
  // One that was primary comes back as a follower.
  first.election.Leave();
  const auto deadline = Clock::now() + std::chrono::minutes(1);
  while (second.listener.said().empty() && third.listener.said().empty() && Clock::now() < deadline) {
    std::this_thread::yield();
  }
  Member again(options, "node-1");
  ASSERT_TRUE(SeesMembers(again, 3));
  EXPECT_THAT(again.listener.said(), IsEmpty());
  EXPECT_EQ(second.listener.said().size() + third.listener.said().size(), 1u);
}

TEST(KafkaElectionRealTest, MemberThatYieldsIsReplacedAtOnceAndComesBackAsAFollower) {
  const KafkaElectionOptions options = OptionsFor(NewGroup());
  Member first(options, "node-1");
  ASSERT_TRUE(first.listener.WaitFor(1));
  Member second(options, "node-2");
  ASSERT_TRUE(SeesMembers(first, 2));
  const auto begin = Clock::now();
  first.election.Yield(std::chrono::seconds(3));
  ASSERT_TRUE(second.listener.WaitFor(1));
  const auto took = std::chrono::duration_cast<std::chrono::milliseconds>(Clock::now() - begin);
  EXPECT_THAT(second.listener.said(), ElementsAre("claim"));
  EXPECT_FALSE(first.election.Describe().elected);
  EXPECT_LT(took, std::chrono::seconds(3)) << "the other one waited for the pause to end";
  ASSERT_TRUE(SeesMembers(second, 1));
  ASSERT_TRUE(SeesMembers(second, 2)) << "it did not come back";
  EXPECT_THAT(first.listener.said(), ElementsAre("claim", "resign"));
  EXPECT_THAT(second.listener.said(), ElementsAre("claim"));
  std::printf("FIGURE election on Kafka: a member that yields is replaced after %d ms\n",
              static_cast<int>(took.count()));
}

TEST(KafkaElectionRealTest, GroupOfAnotherKindOfRegistryIsRefused) {
  const std::string group = NewGroup();
  ChildProcess confluent(
      {"/usr/bin/python3", testing::Runfile("tests/support/sr_member.py"), Kafka().servers(), group});
  ASSERT_NE(confluent.WaitForLine("joined"), "") << confluent.output();
  Member node(OptionsFor(group), "node-1");
  ASSERT_TRUE(node.listener.WaitFor(1));
  EXPECT_THAT(node.listener.said(), ElementsAre("rejected"));
  EXPECT_EQ(ReasonOf(node.listener.rejection()), ErrorReason::kElectionMixed);
  EXPECT_THAT(std::string(node.listener.rejection().message()), HasSubstr("'sr'"));
}

TEST(KafkaElectionRealTest, DeadMembersOfAnotherRegistryAreWaitedFor) {
  const std::string group = NewGroup();
  {
    ChildProcess confluent(
        {"/usr/bin/python3", testing::Runfile("tests/support/sr_member.py"), Kafka().servers(), group});
    ASSERT_NE(confluent.WaitForLine("joined"), "") << confluent.output();
  }
  KafkaElectionOptions options = OptionsFor(group);
  options.stranger_patience = std::chrono::seconds(30);
  Member node(options, "node-1");
  ASSERT_TRUE(node.listener.WaitFor(1));
  EXPECT_THAT(node.listener.said(), ElementsAre("claim"));
}

TEST(KafkaElectionRealTest, RegistryOnAnotherTopicIsRefusedAndTheFirstGoesOn) {
  const KafkaElectionOptions options = OptionsFor(NewGroup());
  Member first(options, "node-1");
  ASSERT_TRUE(first.listener.WaitFor(1));
  KafkaElectionOptions of_another = options;
  of_another.topic = "other";
  Member second(of_another, "node-1");
  ASSERT_TRUE(second.listener.WaitFor(1));
  EXPECT_THAT(second.listener.said(), ElementsAre("rejected"));
  EXPECT_THAT(std::string(second.listener.rejection().message()), HasSubstr("the registry on the topic '_schemas'"));
  EXPECT_THAT(first.listener.said(), ElementsAre("claim"));
}

TEST(KafkaElectionRealTest, RegistriesWithTopicsAndGroupsOfTheirOwnDoNotSeeEachOther) {
  KafkaElectionOptions other = OptionsFor(NewGroup());
  other.topic = "other";
  Member first(OptionsFor(NewGroup()), "node-1");
  Member second(other, "node-1");
  ASSERT_TRUE(first.listener.WaitFor(1));
  ASSERT_TRUE(second.listener.WaitFor(1));
  EXPECT_THAT(first.listener.said(), ElementsAre("claim"));
  EXPECT_THAT(second.listener.said(), ElementsAre("claim"));
}

TEST(KafkaElectionRealTest, TopicMayBeCreatedAfterTheElectionStarted) {
  KafkaElectionOptions options = OptionsFor(NewGroup());
  options.topic = "late";
  Member node(options, "node-1");
  testing::KafkaTopics(Kafka().ClientConfig()).Create("late");
  ASSERT_TRUE(node.listener.WaitFor(1));
  EXPECT_THAT(node.listener.said(), ElementsAre("claim"));
}

// Last: it takes the broker away from everybody.
TEST(KafkaElectionRealTest, LosingTheCoordinatorIsToldAndTheNextAssignmentToo) {
  Member node(OptionsFor(NewGroup()), "node-1");
  ASSERT_TRUE(node.listener.WaitFor(1));
  Kafka().Kill(0);
  ASSERT_TRUE(node.listener.WaitFor(2));
  EXPECT_TRUE(node.election.Describe().elected) << "a primary goes on";
  Kafka().Restart(0);
  ASSERT_TRUE(node.listener.WaitFor(3));
  EXPECT_THAT(node.listener.said(), ElementsAre("claim", "contact lost", "claim"));
}

}  // namespace
}  // namespace regent
