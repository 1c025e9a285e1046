#include "client/request_id.h"

#include <gtest/gtest.h>

#include <set>
#include <string>

namespace regent::client {
namespace {

TEST(NewRequestIdTest, IsAUuidOfVersionFour) {
  for (int i = 0; i < 100; ++i) {
    const std::string id = NewRequestId();
    ASSERT_EQ(id.size(), 36u);
    for (size_t at = 0; at < id.size(); ++at) {
      const bool dash = at == 8 || at == 13 || at == 18 || at == 23;
      EXPECT_EQ(id[at] == '-', dash) << id;
      EXPECT_TRUE(dash || std::string("0123456789abcdef").find(id[at]) != std::string::npos) << id;
    }
    EXPECT_EQ(id[14], '4');
    EXPECT_NE(std::string("89ab").find(id[19]), std::string::npos);
  }
}

TEST(NewRequestIdTest, NeverRepeats) {
  std::set<std::string> seen;
  for (int i = 0; i < 1000; ++i) seen.insert(NewRequestId());
  EXPECT_EQ(seen.size(), 1000u);
}

}  // namespace
}  // namespace regent::client
