#include "base/kafka_handles.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/error_reason.h"

namespace regent {
namespace {

using ::testing::HasSubstr;

std::string Setting(const KafkaConfPtr& conf, const char* name) {
  char value[256];
  size_t size = sizeof(value);
  return rd_kafka_conf_get(conf.get(), name, value, &size) == RD_KAFKA_CONF_OK ? value : "(none)";
}

TEST(KafkaHandlesTest, OwnSettingsWin) {
  const KafkaClientConfig config{{{"client.id", "theirs", "kafkastore.client.id"}, {"linger.ms", "7", ""}}, "", {}};
  const absl::StatusOr<KafkaConfPtr> conf = MakeKafkaConf(config, {{"client.id", "ours"}});
  ASSERT_TRUE(conf.ok()) << conf.status();
  EXPECT_EQ(Setting(*conf, "client.id"), "ours");
  EXPECT_EQ(Setting(*conf, "linger.ms"), "7");
}

TEST(KafkaHandlesTest, AnUnknownSettingIsNamed) {
  const absl::StatusOr<KafkaConfPtr> conf = MakeKafkaConf({}, {{"no.such.thing", "1"}});
  EXPECT_EQ(ReasonOf(conf.status()), ErrorReason::kInternal);
  EXPECT_THAT(std::string(conf.status().message()), HasSubstr("no.such.thing"));
}

TEST(KafkaHandlesTest, SettingsThatDoNotGoTogetherAreAnError) {
  absl::StatusOr<KafkaConfPtr> conf = MakeKafkaConf({}, {{"enable.idempotence", "true"}, {"acks", "1"}});
  ASSERT_TRUE(conf.ok());
  EXPECT_EQ(ReasonOf(NewKafkaClient(RD_KAFKA_PRODUCER, *std::move(conf)).status()), ErrorReason::kConfigurationInvalid);
}

TEST(KafkaHandlesTest, ClientsAreMadeAndEnd) {
  absl::StatusOr<KafkaConfPtr> conf = MakeKafkaConf({}, {{"enable.idempotence", "true"}});
  ASSERT_TRUE(conf.ok());
  EXPECT_TRUE(NewKafkaClient(RD_KAFKA_PRODUCER, *std::move(conf)).ok());
}

// Older ones miss that a log was cut off, and block for most of a minute after a change of leader.
TEST(KafkaHandlesTest, TheLibraryIsNewEnough) { EXPECT_GE(rd_kafka_version(), 0x020a00ff); }

TEST(KafkaHandlesTest, ErrorsCarryNameAndMeaning) {
  EXPECT_TRUE(KafkaStatus(RD_KAFKA_RESP_ERR_NO_ERROR, "x").ok());
  const absl::Status status = KafkaStatus(RD_KAFKA_RESP_ERR__MSG_TIMED_OUT, "append");
  EXPECT_EQ(ReasonOf(status), ErrorReason::kLogUnavailable);
  EXPECT_THAT(std::string(status.message()), HasSubstr("append: _MSG_TIMED_OUT: "));
}

}  // namespace
}  // namespace regent
