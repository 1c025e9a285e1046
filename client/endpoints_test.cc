#include "client/endpoints.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "base/error_reason.h"

namespace regent::client {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

TEST(ParseEndpointsTest, SplitsAtCommasAndDropsSpaces) {
  EXPECT_THAT(*ParseEndpoints("a:1, b.example:65535 ,[::1]:50051"),
              ElementsAre("a:1", "b.example:65535", "[::1]:50051"));
}

TEST(ParseEndpointsTest, TakesUnixSocketsAndDnsNames) {
  EXPECT_THAT(*ParseEndpoints("unix:/run/regent.sock,dns:///registry:50051"),
              ElementsAre("unix:/run/regent.sock", "dns:///registry:50051"));
}

TEST(ParseEndpointsTest, NamesTheAddressThatIsWrong) {
  for (const char* wrong : {"host", "host:", "host:0", "host:65536", "host:http", ":50051", "::1:50051",
                            "http://host:1", "unix:", "ho st:1"}) {
    const auto endpoints = ParseEndpoints("good:1," + std::string(wrong));
    ASSERT_FALSE(endpoints.ok()) << wrong;
    EXPECT_EQ(ReasonOf(endpoints.status()), ErrorReason::kConfigurationInvalid);
    EXPECT_THAT(std::string(endpoints.status().message()), HasSubstr("'" + std::string(wrong) + "'"));
  }
}

TEST(ParseEndpointsTest, RefusesEmptyItems) {
  for (const char* list : {"", " ", ",", "a:1,", ",a:1", "a:1,,b:2"}) EXPECT_FALSE(ParseEndpoints(list).ok()) << list;
}

}  // namespace
}  // namespace regent::client
