#include "server/main/backends.h"

#include <gtest/gtest.h>

namespace regent {
namespace {

using std::chrono::hours;
using std::chrono::minutes;

KafkaTopicFacts TopicWith(const std::string& lag, const std::string& retention) {
  KafkaTopicFacts topic;
  topic.config = {{"min.compaction.lag.ms", lag}, {"delete.retention.ms", retention}};
  return topic;
}

TEST(RetentionOfTest, IsWhatTheTopicSays) {
  const LogRetention retention = RetentionOf(TopicWith("604800000", "86400000"));
  EXPECT_EQ(retention.compaction_lag, hours(7 * 24));
  EXPECT_EQ(retention.delete_retention, hours(24));
}

TEST(RetentionOfTest, TopicThatKeepsNothingKeepsTenMinutes) {
  EXPECT_EQ(RetentionOf(TopicWith("0", "0")).compaction_lag, minutes(10));
  EXPECT_EQ(RetentionOf({}).delete_retention, minutes(10));
  EXPECT_EQ(RetentionOf(TopicWith("nonsense", "1")).compaction_lag, minutes(10));
}

TEST(RetentionOfTest, ForEverIsAYear) {
  EXPECT_EQ(RetentionOf(TopicWith("9223372036854775807", "1")).compaction_lag, hours(24 * 366));
}

TEST(OpenBackendsTest, LogOfItsOwnHasNoCleanerAndIsOpenedOnce) {
  BackendOptions options;
  options.data_dir = testing::TempDir() + "/backends";
  const auto backends = OpenBackends(options);
  ASSERT_TRUE(backends.ok()) << backends.status();
  EXPECT_FALSE(backends->retention.compaction_lag.has_value());
  EXPECT_EQ(backends->open_log, nullptr);
}

}  // namespace
}  // namespace regent
