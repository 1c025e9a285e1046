#include "server/main/backends.h"

#include <gtest/gtest.h>

#include "base/error_reason.h"

namespace regent {
namespace {

TEST(OpenBackendsTest, LogOfItsOwnHasNoCleanerAndIsOpenedOnce) {
  BackendOptions options;
  options.data_dir = testing::TempDir() + "/backends";
  const auto backends = OpenBackends(options);
  ASSERT_TRUE(backends.ok()) << backends.status();
  EXPECT_NE(backends->log, nullptr);
  EXPECT_EQ(backends->topic, nullptr);
  EXPECT_EQ(backends->open_log, nullptr);
}

TEST(OpenBackendsTest, WithoutKafkaAndACopyThereIsNoLogYetAndItSaysWhy) {
  BackendOptions options;
  options.data_dir = testing::TempDir() + "/no-kafka";
  options.kafka.emplace();
  options.kafka->log.client.servers = "127.0.0.1:1";
  options.kafka->log.client.settings = {{"bootstrap.servers", "127.0.0.1:1", "kafkastore.bootstrap.servers"}};
  options.kafka->log.open_timeout_with_copy = std::chrono::milliseconds(100);
  options.advertised = "127.0.0.1:50051";
  const auto backends = OpenBackends(options);
  ASSERT_TRUE(backends.ok()) << backends.status();
  EXPECT_EQ(backends->log, nullptr);
  EXPECT_EQ(ReasonOf(backends->log_trouble), ErrorReason::kLogUnavailable);
  EXPECT_NE(std::string(backends->log_trouble.message()).find("127.0.0.1:1"), std::string::npos);
  EXPECT_NE(backends->open_log, nullptr);
}

}  // namespace
}  // namespace regent
