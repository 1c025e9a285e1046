#include "server/main/topic_watch.h"

#include <gtest/gtest.h>

#include <vector>

#include "store/sqlite/temporary_directory.h"

namespace regent {
namespace {

using std::chrono::hours;
using std::chrono::minutes;

KafkaTopicFacts TopicWith(const std::string& lag, const std::string& retention) {
  KafkaTopicFacts topic;
  topic.id = "topic-1";
  topic.config = {{"min.compaction.lag.ms", lag}, {"delete.retention.ms", retention}};
  return topic;
}

TEST(RetentionOfTest, IsWhatTheTopicSays) {
  const LogRetention retention = RetentionOf(TopicWith("604800000", "86400000"));
  EXPECT_EQ(retention.compaction_lag, hours(7 * 24));
  EXPECT_EQ(retention.delete_retention, hours(24));
}

TEST(RetentionOfTest, IsTenMinutesAtLeastAndAYearAtMost) {
  EXPECT_EQ(RetentionOf(TopicWith("0", "-1")).compaction_lag, minutes(10));
  EXPECT_EQ(RetentionOf({}).delete_retention, minutes(10));
  EXPECT_EQ(RetentionOf(TopicWith("9223372036854775807", "0")).compaction_lag, hours(24 * 366));
}

// A node that was started while Kafka was away took ten minutes for the truth, for as long as it ran.
TEST(TopicWatchTest, TellsWhatIsNew) {
  const TemporaryDirectory directory;
  TopicWatch watch(directory.path(), "");
  EXPECT_EQ(watch.Get().retention.compaction_lag, minutes(10));
  std::vector<TopicWatch::Facts> told;
  watch.OnChange([&](const TopicWatch::Facts& facts) { told.push_back(facts); });
  KafkaTopicFacts topic = TopicWith("604800000", "86400000");
  watch.Tell(topic);
  watch.Tell(topic);
  ASSERT_EQ(told.size(), 1u);
  EXPECT_EQ(told[0].retention.compaction_lag, hours(7 * 24));
  topic.cluster_id = "kafka-1";
  watch.Tell(topic);
  ASSERT_EQ(told.size(), 2u);
  EXPECT_EQ(told[1].kafka_cluster_id, "kafka-1");
}

TEST(TopicWatchTest, RemembersTheSettingsOfTheTopicItHasACopyOf) {
  const TemporaryDirectory directory;
  TopicWatch(directory.path(), "").Tell(TopicWith("604800000", "86400000"));
  EXPECT_EQ(TopicWatch(directory.path(), "topic-1").Get().retention.delete_retention, hours(24));
  EXPECT_EQ(TopicWatch(directory.path(), "topic-2").Get().retention.delete_retention, minutes(10));
}

}  // namespace
}  // namespace regent
