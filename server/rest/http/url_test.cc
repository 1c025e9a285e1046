#include "server/rest/http/url.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/error_reason.h"

namespace regent {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

std::vector<std::string> Segments(std::string_view target) {
  const auto url = ParseUrl(target);
  EXPECT_TRUE(url.ok()) << url.status();
  return url.ok() ? url->segments : std::vector<std::string>();
}

TEST(UrlTest, SplitsBeforeItDecodes) {
  EXPECT_THAT(Segments("/subjects/a%2Fb/versions"), ElementsAre("subjects", "a/b", "versions"));
}

TEST(UrlTest, RootHasNoSegments) { EXPECT_THAT(Segments("/"), IsEmpty()); }

TEST(UrlTest, OneSlashAtTheEndDoesNotCount) { EXPECT_THAT(Segments("/subjects/"), ElementsAre("subjects")); }

TEST(UrlTest, EmptySegmentsAreKept) {
  EXPECT_THAT(Segments("/subjects//versions"), ElementsAre("subjects", "", "versions"));
}

TEST(UrlTest, PlusInPathsIsAPlusAndInQueriesASpace) {
  const auto url = ParseUrl("/a+b?c=d+e");
  ASSERT_TRUE(url.ok());
  EXPECT_THAT(url->segments, ElementsAre("a+b"));
  EXPECT_EQ(*url->Parameter("c"), "d e");
}

TEST(UrlTest, ColonsAndDotsArePartOfNames) {
  EXPECT_THAT(Segments("/subjects/:.ctx:a-value"), ElementsAre("subjects", ":.ctx:a-value"));
}

TEST(UrlTest, ParametersMayRepeat) {
  const auto url = ParseUrl("/?key=a&value=1&key=b&flag&&empty=");
  ASSERT_TRUE(url.ok());
  EXPECT_THAT(url->Parameters("key"), ElementsAre("a", "b"));
  EXPECT_EQ(*url->Parameter("key"), "a");
  EXPECT_EQ(*url->Parameter("flag"), "");
  EXPECT_EQ(*url->Parameter("empty"), "");
  EXPECT_EQ(url->Parameter("absent"), nullptr);
}

TEST(UrlTest, WhatAProxyIsSentWorksToo) {
  EXPECT_THAT(Segments("http://localhost:8081/subjects?deleted=true"), ElementsAre("subjects"));
  EXPECT_THAT(Segments("http://localhost:8081"), IsEmpty());
}

class BrokenUrlTest : public ::testing::TestWithParam<const char*> {};

TEST_P(BrokenUrlTest, IsRefused) { EXPECT_EQ(ReasonOf(ParseUrl(GetParam()).status()), ErrorReason::kRequestInvalid); }

INSTANTIATE_TEST_SUITE_P(Urls, BrokenUrlTest,
                         ::testing::Values("", "subjects", "*", "/%", "/%4", "/%zz", "/%ff", "/%c0%80", "/a?b=%x1",
                                           "/a?%=1"));

TEST(UrlTest, PartsAreBounded) {
  std::string many;
  for (int i = 0; i < 300; ++i) many += "/a";
  EXPECT_EQ(ReasonOf(ParseUrl(many).status()), ErrorReason::kRequestInvalid);
  many = "/?";
  for (int i = 0; i < 300; ++i) many += "a&";
  EXPECT_EQ(ReasonOf(ParseUrl(many).status()), ErrorReason::kRequestInvalid);
}

TEST(UrlTest, EncodingIsTakenBackByDecoding) {
  const std::string name = "a/b c%+ä:.\n";
  EXPECT_THAT(Segments("/" + PercentEncode(name)), ElementsAre(name));
}

}  // namespace
}  // namespace regent
