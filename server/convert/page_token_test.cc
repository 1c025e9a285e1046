#include "server/convert/page_token.h"

#include <gtest/gtest.h>

#include <vector>

namespace regent {
namespace {

using Filter = std::vector<std::string_view>;

TEST(PageTokenTest, AnswersTheLastKeyToAnEqualFilter) {
  const Filter filter = {"List", ".", "orders-"};
  EXPECT_EQ(ReadPageToken(filter, MakePageToken(filter, ":.eu:a/b")), ":.eu:a/b");
}

TEST(PageTokenTest, RefusesTheTokenOfAnotherFilter) {
  const std::string token = MakePageToken(Filter{"List", "ab", "c"}, "key");
  EXPECT_EQ(ReadPageToken(Filter{"List", "ab", "d"}, token), std::nullopt);
  EXPECT_EQ(ReadPageToken(Filter{"List", "a", "bc"}, token), std::nullopt);
  EXPECT_EQ(ReadPageToken(Filter{"Other", "ab", "c"}, token), std::nullopt);
}

TEST(PageTokenTest, RefusesWhatWasMadeUp) {
  const Filter filter = {"List"};
  for (const char* token : {"x", "!!", "AAAA", "MQ", "orders-value"}) {
    EXPECT_EQ(ReadPageToken(filter, token), std::nullopt) << token;
  }
}

// Nodes of one cluster must understand each other's tokens.
TEST(PageTokenTest, IsTheSameEverywhere) {
  EXPECT_EQ(MakePageToken(Filter{"ListSubjects", ".", "", "exclude"}, "orders"), "MdJxmAQsrzN0b3JkZXJz");
}

}  // namespace
}  // namespace regent
