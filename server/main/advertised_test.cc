#include "server/main/advertised.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/error_reason.h"

namespace regent {
namespace {

using ::testing::HasSubstr;

TEST(AdvertisedTest, HostNameIsToldIfThereIsOneElseWhatIsListenedOn) {
  EXPECT_EQ(AdvertisedAddress("10.0.0.5:50051", "", "machine"), "10.0.0.5:50051");
  EXPECT_EQ(AdvertisedAddress("10.0.0.5:50051", "sr1.example", "machine"), "sr1.example:50051");
  EXPECT_EQ(AdvertisedAddress("0.0.0.0:50051", "", "machine"), "machine:50051");
  EXPECT_EQ(AdvertisedAddress("[::]:50051", "", "machine"), "machine:50051");
  EXPECT_EQ(AdvertisedAddress("[::1]:50051", "", "machine"), "[::1]:50051");
  EXPECT_EQ(AdvertisedAddress("unix:/run/regent", "sr1.example", "machine"), "unix:/run/regent");
}

TEST(AdvertisedTest, LoopbackIsNotToldToAKafkaElsewhere) {
  for (const char* address : {"127.0.0.1:50051", "localhost:50051", "[::1]:50051", "unix:/run/regent"}) {
    const absl::Status status = CheckAdvertised(address, "127.0.0.1:9092,kafka.example:9092");
    EXPECT_EQ(ReasonOf(status), ErrorReason::kConfigurationInvalid) << address;
    EXPECT_THAT(std::string(status.message()), HasSubstr(address));
    EXPECT_THAT(std::string(status.message()), HasSubstr("kafka.example:9092"));
    EXPECT_TRUE(CheckAdvertised(address, "127.0.0.1:9092,[::1]:9093,localhost:9094").ok()) << address;
  }
  EXPECT_TRUE(CheckAdvertised("sr1.example:50051", "kafka.example:9092").ok());
}

}  // namespace
}  // namespace regent
