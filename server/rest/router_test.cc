#include "server/rest/router.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace regent {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

absl::StatusOr<RestAnswer> Nothing(const RestEnvironment&, const RestRequest&) { return RestAnswer(); }

class RouterTest : public ::testing::Test {
 protected:
  // The pattern found; "" when there is none.
  std::string Pattern(HttpMethod method, const std::vector<std::string>& segments) {
    match_ = router_.Find(method, segments);
    return match_.route == nullptr ? "" : std::string(match_.route->pattern);
  }

  const Router router_{{{.pattern = "/", .read = Nothing},
                        {.pattern = "/schemas/ids/{}", .read = Nothing},
                        {.pattern = "/schemas/{}/types", .read = Nothing},
                        {.pattern = "/schemas/{}/{}", .read = Nothing},
                        {.pattern = "/subjects/{}", .read = Nothing},
                        {.method = HttpMethod::kPost, .pattern = "/subjects/{}", .read = Nothing}}};
  Router::Match match_;
};

TEST_F(RouterTest, ArgumentsAreWhatBracesStandFor) {
  EXPECT_EQ(Pattern(HttpMethod::kGet, {"schemas", "a", "b"}), "/schemas/{}/{}");
  EXPECT_THAT(match_.arguments, ElementsAre("a", "b"));
}

TEST_F(RouterTest, LiteralsWin) {
  EXPECT_EQ(Pattern(HttpMethod::kGet, {"schemas", "ids", "7"}), "/schemas/ids/{}");
  EXPECT_EQ(Pattern(HttpMethod::kGet, {"schemas", "x", "types"}), "/schemas/{}/types");
}

TEST_F(RouterTest, MethodsTellApart) {
  EXPECT_EQ(Pattern(HttpMethod::kPost, {"subjects", "a"}), "/subjects/{}");
  EXPECT_EQ(match_.route->method, HttpMethod::kPost);
}

TEST_F(RouterTest, HeadIsGet) { EXPECT_EQ(Pattern(HttpMethod::kHead, {"subjects", "a"}), "/subjects/{}"); }

TEST_F(RouterTest, AKnownPathTellsWhatIsAllowed) {
  EXPECT_EQ(Pattern(HttpMethod::kDelete, {"subjects", "a"}), "");
  EXPECT_THAT(match_.allowed, ElementsAre(HttpMethod::kGet, HttpMethod::kPost));
}

TEST_F(RouterTest, AnUnknownPathAllowsNothing) {
  EXPECT_EQ(Pattern(HttpMethod::kGet, {"subjects", "a", "b", "c"}), "");
  EXPECT_THAT(match_.allowed, IsEmpty());
}

TEST_F(RouterTest, EmptySegmentsAreNoArguments) {
  EXPECT_EQ(Pattern(HttpMethod::kGet, {"subjects", ""}), "");
  EXPECT_THAT(match_.allowed, IsEmpty());
}

TEST_F(RouterTest, TheRootIsAPath) { EXPECT_EQ(Pattern(HttpMethod::kGet, {}), "/"); }

}  // namespace
}  // namespace regent
