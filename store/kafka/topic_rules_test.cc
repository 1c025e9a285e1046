#include "store/kafka/topic_rules.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace regent {
namespace {

using Severity = KafkaTopicFinding::Severity;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

KafkaTopicFacts Good(int replicas) {
  KafkaTopicFacts facts{"id", 1, replicas, TopicConfigFor({}, replicas)};
  return facts;
}

std::vector<std::string> Settings(const std::vector<KafkaTopicFinding>& findings) {
  std::vector<std::string> settings;
  for (const KafkaTopicFinding& finding : findings) settings.push_back(finding.setting);
  return settings;
}

TEST(TopicRulesTest, WhatIsCreatedPassesTheCheck) {
  EXPECT_THAT(CheckTopic({}, Good(1), 1), IsEmpty());
  EXPECT_THAT(CheckTopic({}, Good(3), 5), IsEmpty());
  EXPECT_EQ(TopicConfigFor({}, 1).count("min.insync.replicas"), 0u);
  EXPECT_EQ(TopicConfigFor({}, 3).at("min.insync.replicas"), "2");
  EXPECT_EQ(TopicConfigFor({}, 3).at("unclean.leader.election.enable"), "false");
}

TEST(TopicRulesTest, TheConfigurationWinsButNotOverTheCleanupPolicy) {
  KafkaTopicOptions options;
  options.config = {{"cleanup.policy", "delete"}, {"delete.retention.ms", "5"}, {"segment.ms", "9"}};
  const std::map<std::string, std::string> config = TopicConfigFor(options, 1);
  EXPECT_EQ(config.at("cleanup.policy"), "compact");
  EXPECT_EQ(config.at("delete.retention.ms"), "5");
  EXPECT_EQ(config.at("segment.ms"), "9");
}

TEST(TopicRulesTest, AnyOtherCleanupPolicyIsRefused) {
  for (const char* policy : {"delete", "compact,delete", ""}) {
    KafkaTopicFacts facts = Good(1);
    facts.config["cleanup.policy"] = policy;
    const std::vector<KafkaTopicFinding> findings = CheckTopic({}, facts, 1);
    ASSERT_EQ(findings.size(), 1u) << policy;
    EXPECT_EQ(findings[0].severity, Severity::kRefused);
    EXPECT_THAT(findings[0].message, HasSubstr("cleanup.policy of topic _schemas is " + std::string(policy) + ","));
    EXPECT_EQ(findings[0].wanted, "compact");
  }
}

TEST(TopicRulesTest, MoreThanOnePartitionIsRefusedAndCannotBeMended) {
  KafkaTopicFacts facts = Good(1);
  facts.partitions = 3;
  const std::vector<KafkaTopicFinding> findings = CheckTopic({}, facts, 1);
  ASSERT_EQ(findings.size(), 1u);
  EXPECT_EQ(findings[0].severity, Severity::kRefused);
  EXPECT_THAT(findings[0].message, HasSubstr("topic _schemas has 3 partitions"));
  EXPECT_FALSE(findings[0].wanted.has_value());
}

TEST(TopicRulesTest, AConfluentTopicIsWarnedOfAndMayBeMended) {
  KafkaTopicFacts facts = Good(1);
  facts.config["min.compaction.lag.ms"] = "0";
  facts.config["delete.retention.ms"] = "86400000";
  facts.config["message.timestamp.type"] = "CreateTime";
  facts.config["max.message.bytes"] = "1048588";
  const std::vector<KafkaTopicFinding> findings = CheckTopic({}, facts, 1);
  EXPECT_EQ(Settings(findings), (std::vector<std::string>{"min.compaction.lag.ms", "delete.retention.ms",
                                                          "message.timestamp.type", "max.message.bytes"}));
  for (const KafkaTopicFinding& finding : findings) {
    EXPECT_EQ(finding.severity, Severity::kWarning);
    EXPECT_TRUE(finding.wanted.has_value()) << finding.setting;
  }
  EXPECT_EQ(findings[0].wanted, "604800000");
}

TEST(TopicRulesTest, WhatTheConfigurationAsksForIsNotMendedAway) {
  KafkaTopicOptions options;
  options.config = {{"min.compaction.lag.ms", "0"}};
  KafkaTopicFacts facts = Good(1);
  facts.config["min.compaction.lag.ms"] = "0";
  const std::vector<KafkaTopicFinding> findings = CheckTopic(options, facts, 1);
  ASSERT_EQ(findings.size(), 1u);
  EXPECT_FALSE(findings[0].wanted.has_value());
}

TEST(TopicRulesTest, FewerReplicasThanThereCouldBeAreWarnedOf) {
  EXPECT_EQ(Settings(CheckTopic({}, Good(1), 3)), std::vector<std::string>{"replication.factor"});
  EXPECT_THAT(CheckTopic({}, Good(1), 1), IsEmpty());
}

TEST(TopicRulesTest, ThreeReplicasNeedTwoInSync) {
  KafkaTopicFacts facts = Good(3);
  facts.config["min.insync.replicas"] = "1";
  facts.config["unclean.leader.election.enable"] = "true";
  EXPECT_EQ(Settings(CheckTopic({}, facts, 3)),
            (std::vector<std::string>{"min.insync.replicas", "unclean.leader.election.enable"}));
  facts.config["min.insync.replicas"] = "3";
  facts.config["unclean.leader.election.enable"] = "false";
  EXPECT_THAT(CheckTopic({}, facts, 3), IsEmpty());
}

}  // namespace
}  // namespace regent
