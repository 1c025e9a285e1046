#include "cli/arguments.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "base/error_reason.h"

namespace regent::cli {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

const std::vector<Flag> kFlags = {
    {"type", "TYPE", "the schema's type"},
    {"reference", "NAME=SUBJECT:VERSION", "another schema", /*repeated=*/true},
    {"dry-run", "", "change nothing"},
    {"help", "", "this"},
};

absl::StatusOr<Arguments> Parse(std::vector<std::string> words) { return Arguments::Parse(words, kFlags); }

std::string ErrorOf(std::vector<std::string> words) {
  const auto arguments = Parse(std::move(words));
  if (arguments.ok()) return "no error";
  EXPECT_EQ(ReasonOf(arguments.status()), ErrorReason::kRequestInvalid);
  return std::string(arguments.status().message());
}

TEST(ArgumentsTest, TakesAFlagsValueBehindASpaceOrAnEqualsSign) {
  EXPECT_EQ(Parse({"--type", "AVRO"})->Value("type"), "AVRO");
  EXPECT_EQ(Parse({"--type=AVRO"})->Value("type"), "AVRO");
  EXPECT_EQ(Parse({"--type=a=b"})->Value("type"), "a=b");
  EXPECT_EQ(Parse({"--type="})->Value("type"), "");
}

TEST(ArgumentsTest, ReadsFlagsAnywhereAmongTheWords) {
  const auto arguments = Parse({"orders", "--dry-run", "a.avsc", "--type", "JSON"});
  EXPECT_THAT(arguments->words(), ElementsAre("orders", "a.avsc"));
  EXPECT_TRUE(arguments->IsOn("dry-run"));
}

TEST(ArgumentsTest, TakesAWordThatLooksLikeAFlagAsAValue) {
  EXPECT_EQ(Parse({"--type", "--dry-run"})->Value("type"), "--dry-run");
}

TEST(ArgumentsTest, EndsFlagsAtTwoDashes) {
  const auto arguments = Parse({"--dry-run", "--", "--type", "--"});
  EXPECT_THAT(arguments->words(), ElementsAre("--type", "--"));
  EXPECT_FALSE(arguments->Has("type"));
}

TEST(ArgumentsTest, TakesADashAndANegativeNumberAsWords) {
  EXPECT_THAT(Parse({"-", "-1", ""})->words(), ElementsAre("-", "-1", ""));
}

TEST(ArgumentsTest, KeepsRepeatedFlagsInOrder) {
  EXPECT_THAT(Parse({"--reference", "b", "--reference=a"})->Values("reference"), ElementsAre("b", "a"));
  EXPECT_TRUE(Parse({})->Values("reference").empty());
}

TEST(ArgumentsTest, ReadsSwitchesWithAndWithoutAValue) {
  EXPECT_TRUE(Parse({"--dry-run"})->IsOn("dry-run"));
  EXPECT_TRUE(Parse({"--dry-run=true"})->IsOn("dry-run"));
  EXPECT_FALSE(Parse({"--dry-run=false"})->IsOn("dry-run"));
  EXPECT_FALSE(Parse({})->IsOn("dry-run"));
  EXPECT_THAT(ErrorOf({"--dry-run=maybe"}), HasSubstr("--dry-run is a switch"));
}

TEST(ArgumentsTest, KnowsTheShortFlagForHelp) { EXPECT_TRUE(Parse({"-h"})->IsOn("help")); }

TEST(ArgumentsTest, RefusesAnUnknownFlagAndSuggestsTheNearest) {
  EXPECT_EQ(ErrorOf({"--typ", "AVRO"}), "unknown flag --typ; did you mean --type?");
  EXPECT_EQ(ErrorOf({"--zzzzzzzz=1"}), "unknown flag --zzzzzzzz");
  EXPECT_EQ(ErrorOf({"-x"}), "unknown flag -x");
  EXPECT_EQ(ErrorOf({"--refrence\x1b=1"}), "unknown flag --refrence\\x1b; did you mean --reference?");
}

TEST(ArgumentsTest, RefusesAMissingValue) { EXPECT_EQ(ErrorOf({"x", "--type"}), "--type needs a value: --type TYPE"); }

TEST(ArgumentsTest, RefusesASingleFlagGivenTwice) {
  EXPECT_EQ(ErrorOf({"--type=AVRO", "--type=JSON"}), "--type is given twice");
}

TEST(NearestTest, ForgivesAFewMistakes) {
  EXPECT_EQ(Nearest("regster", {"register", "get"}), "register");
  EXPECT_EQ(Nearest("chek", {"register", "get", "check"}), "check");
  EXPECT_EQ(Nearest("lokup", {"lookup", "get"}), "lookup");
}

TEST(NearestTest, SuggestsNothingForSomethingElse) {
  EXPECT_EQ(Nearest("zebra", {"register", "get"}), std::nullopt);
  EXPECT_EQ(Nearest("xyz", {"get"}), std::nullopt);
  EXPECT_EQ(Nearest(std::string(100000, 'a'), {"get"}), std::nullopt);
}

TEST(ParsePositiveTest, TakesDigitsThatFit) {
  EXPECT_EQ(ParsePositive("1"), 1);
  EXPECT_EQ(ParsePositive("2147483647"), 2147483647);
}

TEST(ParsePositiveTest, RefusesEverythingElse) {
  for (const char* text :
       {"", "0", "-1", "+1", " 1", "1 ", "1e3", "1.0", "0x1", "2147483648", "99999999999999999999"}) {
    EXPECT_EQ(ParsePositive(text), std::nullopt) << text;
  }
}

TEST(ParseBoolTest, TakesTheUsualWords) {
  EXPECT_EQ(ParseBool("true"), true);
  EXPECT_EQ(ParseBool("off"), false);
  EXPECT_EQ(ParseBool("1"), std::nullopt);
  EXPECT_EQ(ParseBool(""), std::nullopt);
}

}  // namespace
}  // namespace regent::cli
