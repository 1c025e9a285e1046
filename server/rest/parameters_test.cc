#include "server/rest/parameters.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/error_reason.h"

namespace regent {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

RestRequest Query(std::string_view query) {
  RestRequest request;
  request.url = *ParseUrl(std::string("/?") + std::string(query));
  return request;
}

TEST(ParametersTest, VersionsAreNumbersOrLatest) {
  EXPECT_EQ(*ParseVersionArgument("7"), Version(7));
  EXPECT_EQ(*ParseVersionArgument("2147483647"), Version(2147483647));
  for (const char* latest : {"latest", "LATEST", "Latest", "-1"})
    EXPECT_EQ(*ParseVersionArgument(latest), std::nullopt);
  for (const char* wrong : {"0", "-2", "2147483648", "99999999999999999999", "1.5", "1e3", "", " 1", "+1", "latest2"}) {
    EXPECT_EQ(ReasonOf(ParseVersionArgument(wrong).status()), ErrorReason::kVersionInvalid) << wrong;
  }
  EXPECT_THAT(std::string(ParseVersionArgument("abc").status().message()), HasSubstr("'abc'"));
}

TEST(ParametersTest, WhatIsNoNumberIsNoIdAndWhatIsNoIdIsNotFound) {
  EXPECT_EQ(*ParseIdArgument("7"), SchemaId(7));
  for (const char* none : {"0", "-1", "-2147483648"}) {
    EXPECT_EQ(ReasonOf(ParseIdArgument(none).status()), ErrorReason::kSchemaNotFound) << none;
  }
  for (const char* wrong : {"", "a", "1e3", "2147483648", "1.0"}) {
    const RestError error = ToRestError(ParseIdArgument(wrong).status(), CompatProfile::k8);
    EXPECT_EQ(error.http_status, 404) << wrong;
    EXPECT_EQ(error.code, 404) << wrong;
  }
}

TEST(ParametersTest, OnlyTrueIsTrue) {
  EXPECT_TRUE(Query("a=true").Flag("a"));
  EXPECT_TRUE(Query("a=TRUE").Flag("a"));
  for (const char* no : {"a=false", "a=1", "a", "a=perhaps", "b=true"}) EXPECT_FALSE(Query(no).Flag("a")) << no;
}

TEST(ParametersTest, DeletedOnlyWins) {
  EXPECT_EQ(DeletedOf(Query("")), Deleted::kExclude);
  EXPECT_EQ(DeletedOf(Query("deleted=true")), Deleted::kInclude);
  EXPECT_EQ(DeletedOf(Query("deleted=true&deletedOnly=true")), Deleted::kOnly);
}

std::vector<int> Cut(std::string_view query, int limit_default = kUnlimited, int limit_max = kUnlimited) {
  std::vector<int> numbers = {0, 1, 2, 3, 4, 5};
  const auto slice = SliceOf(Query(query), limit_default, limit_max);
  EXPECT_TRUE(slice.ok()) << slice.status();
  regent::Cut(*slice, &numbers);
  return numbers;
}

TEST(ParametersTest, OffsetAndLimitCut) {
  EXPECT_EQ(Cut("").size(), 6u);
  EXPECT_THAT(Cut("offset=4"), ElementsAre(4, 5));
  EXPECT_THAT(Cut("offset=1&limit=2"), ElementsAre(1, 2));
  EXPECT_THAT(Cut("offset=100"), IsEmpty());
  EXPECT_EQ(Cut("offset=-3").size(), 6u);
}

TEST(ParametersTest, LimitsOutOfRangeAreTheDefault) {
  EXPECT_EQ(Cut("limit=0").size(), 6u);
  EXPECT_EQ(Cut("limit=-1", 3, 4).size(), 3u);
  EXPECT_EQ(Cut("limit=5", 3, 4).size(), 3u);
  EXPECT_EQ(Cut("limit=4", 3, 4).size(), 4u);
}

TEST(ParametersTest, NumbersThatAreNoneAreNamed) {
  const auto slice = SliceOf(Query("limit=abc"));
  EXPECT_EQ(ReasonOf(slice.status()), ErrorReason::kRequestInvalid);
  EXPECT_THAT(std::string(slice.status().message()), HasSubstr("limit: 'abc'"));
}

TEST(ParametersTest, PrefixesAreOfAContextOrOfAll) {
  EXPECT_EQ(ParseSubjectPrefix(":*:a").context, "*");
  EXPECT_EQ(ParseSubjectPrefix(":*:a").name, "a");
  EXPECT_EQ(ParseSubjectPrefix(":.c:a").context, ".c");
  EXPECT_EQ(ParseSubjectPrefix("a").context, ".");
}

}  // namespace
}  // namespace regent
