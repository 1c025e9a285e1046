#include "server/main/listeners.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/error_reason.h"

namespace regent {
namespace {

using ::testing::HasSubstr;

TEST(ListenersTest, SeveralWithCommasBetween) {
  const auto listeners = ParseListeners("http://127.0.0.1:8081, http://[::1]:0/", "", "");
  ASSERT_TRUE(listeners.ok()) << listeners.status();
  ASSERT_EQ(listeners->size(), 2u);
  EXPECT_EQ((*listeners)[0].host, "127.0.0.1");
  EXPECT_EQ((*listeners)[0].port, 8081);
  EXPECT_EQ((*listeners)[1].host, "::1");
  EXPECT_EQ((*listeners)[1].port, 0);
}

TEST(ListenersTest, NoneIsNone) { EXPECT_TRUE(ParseListeners("", "", "")->empty()); }

TEST(ListenersTest, NamesStandForProtocols) {
  const auto listeners = ParseListeners("INTERNAL://0.0.0.0:8081", "INTERNAL:http", "");
  ASSERT_TRUE(listeners.ok()) << listeners.status();
  EXPECT_EQ(listeners->front().host, "0.0.0.0");
}

class WrongListenersTest : public ::testing::TestWithParam<const char*> {};

TEST_P(WrongListenersTest, AreNamed) {
  const auto listeners = ParseListeners(GetParam(), "", "");
  EXPECT_EQ(ReasonOf(listeners.status()), ErrorReason::kConfigurationInvalid);
  EXPECT_THAT(std::string(listeners.status().message()), HasSubstr(GetParam()));
}

INSTANTIATE_TEST_SUITE_P(Listeners, WrongListenersTest,
                         ::testing::Values("127.0.0.1:8081", "http://127.0.0.1", "http://:8081", "http://a:70000",
                                           "http://a:-1", "OTHER://a:1", "https://a:1"));

TEST(ListenersTest, TlsTakesCertificateAndKeyFromOneFile) {
  const auto listeners = ParseListeners("https://127.0.0.1:8443,http://127.0.0.1:8081", "", "node.pem");
  ASSERT_TRUE(listeners.ok()) << listeners.status();
  EXPECT_EQ((*listeners)[0].certificate_file, "node.pem");
  EXPECT_EQ((*listeners)[0].key_file, "node.pem");
  EXPECT_EQ((*listeners)[1].certificate_file, "");
}

TEST(ListenersTest, WrongProtocolMapIsNamed) {
  EXPECT_THAT(std::string(ParseListeners("", "A:ftp", "").status().message()), HasSubstr("A:ftp"));
}

}  // namespace
}  // namespace regent
