#include "store/kafka/kafka_log_options.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/error_reason.h"

namespace regent {
namespace {

using ::testing::ElementsAre;
using ::testing::Pair;

absl::StatusOr<KafkaLogOptions> From(const std::vector<std::string>& settings) {
  const absl::StatusOr<Config> config = Config::Load({.settings = settings});
  if (!config.ok()) return config.status();
  return KafkaLogOptionsFrom(*config);
}

TEST(KafkaLogOptionsTest, EveryKeyArrives) {
  const absl::StatusOr<KafkaLogOptions> options =
      From({"kafkastore.bootstrap.servers=a:1,b:2", "kafkastore.topic=t", "kafkastore.topic.replication.factor=5",
            "kafkastore.topic.config.segment.ms=7", "kafkastore.topic.skip.validation=true",
            "kafkastore.init.timeout.ms=1234", "regent.schema.max.bytes=16777216",
            "kafkastore.client.dns.lookup=use_all_dns_ips"});
  ASSERT_TRUE(options.ok()) << options.status();
  EXPECT_EQ(options->client.servers, "a:1,b:2");
  EXPECT_EQ(options->topic.name, "t");
  EXPECT_EQ(options->topic.replication_factor, 5);
  EXPECT_THAT(options->topic.config, ElementsAre(Pair("segment.ms", "7")));
  EXPECT_TRUE(options->skip_validation);
  EXPECT_EQ(options->admin_timeout, std::chrono::milliseconds(1234));
  EXPECT_EQ(options->open_timeout, std::chrono::milliseconds(1234));
  EXPECT_EQ(options->topic.record_bytes_max, (2 * 16 + 1) << 20);
}

TEST(KafkaLogOptionsTest, ASettingOfTheTopicIsNoneOfTheClient) {
  const absl::StatusOr<KafkaLogOptions> options =
      From({"kafkastore.bootstrap.servers=a:1", "kafkastore.topic.config.message.timestamp.type=LogAppendTime"});
  ASSERT_TRUE(options.ok()) << options.status();
  EXPECT_TRUE(options->client.warnings.empty());
  EXPECT_EQ(options->client.settings.size(), 2u);
}

TEST(KafkaLogOptionsTest, WithoutServersThereIsNone) {
  EXPECT_EQ(ReasonOf(From({}).status()), ErrorReason::kConfigurationInvalid);
}

}  // namespace
}  // namespace regent
