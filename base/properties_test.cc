#include "base/properties.h"

#include <gtest/gtest.h>

#include "base/error_reason.h"

namespace regent {
namespace {

using std::string_literals::operator""s;

// "key=value@line" of each.
std::vector<std::string> Read(std::string_view text) {
  const absl::StatusOr<std::vector<Property>> properties = ParseProperties(text);
  EXPECT_TRUE(properties.ok()) << properties.status();
  std::vector<std::string> out;
  if (!properties.ok()) return out;
  for (const Property& property : *properties) {
    out.push_back(property.key + "=" + property.value + "@" + std::to_string(property.line));
  }
  return out;
}

using Lines = std::vector<std::string>;

TEST(PropertiesTest, ReadsKeysAndValuesWithTheirLines) {
  EXPECT_EQ(Read("a.b=1\n\nc=2\n"), (Lines{"a.b=1@1", "c=2@3"}));
  EXPECT_EQ(Read(""), Lines{});
}

TEST(PropertiesTest, AnyOfThreeSeparatorsWithBlanksAround) {
  for (const char* line : {"k=v", "k:v", "k v", "k = v", "k\t:\fv", "  k   v", "\tk=v"}) {
    EXPECT_EQ(Read(line), Lines{"k=v@1"}) << line;
  }
}

TEST(PropertiesTest, OnlyTheFirstSeparatorSeparates) {
  EXPECT_EQ(Read("k==v"), Lines{"k==v@1"});
  EXPECT_EQ(Read("url=http://h:1/?a=b"), Lines{"url=http://h:1/?a=b@1"});
  EXPECT_EQ(Read("k v = w"), Lines{"k=v = w@1"});
}

TEST(PropertiesTest, ValueMayBeMissing) { EXPECT_EQ(Read("k=\nl\nm :"), (Lines{"k=@1", "l=@2", "m=@3"})); }

TEST(PropertiesTest, TrailingBlanksBelongToTheValue) { EXPECT_EQ(Read("k=v "), Lines{"k=v @1"}); }

TEST(PropertiesTest, SkipsComments) {
  EXPECT_EQ(Read("# a=1\n  ! b=2\nc=3 # no comment\n#d=4\\\ne=5"), (Lines{"c=3 # no comment@3", "e=5@5"}));
}

TEST(PropertiesTest, JoinsContinuedLines) {
  EXPECT_EQ(Read("k=a,\\\n    b,\\\n\tc\nl=1"), (Lines{"k=a,b,c@1", "l=1@4"}));
  EXPECT_EQ(Read("k=a\\\n# b"), Lines{"k=a# b@1"});
  EXPECT_EQ(Read("k\\\ney=v"), Lines{"key=v@1"});
}

TEST(PropertiesTest, EvenBackslashesDoNotContinue) {
  EXPECT_EQ(Read("k=a\\\\\nb=2"), (Lines{"k=a\\@1", "b=2@2"}));
  EXPECT_EQ(Read("k=a\\\\\\\nb"), Lines{"k=a\\b@1"});
}

TEST(PropertiesTest, ContinuationAtTheEndIsNothing) { EXPECT_EQ(Read("k=a\\"), Lines{"k=a@1"}); }

TEST(PropertiesTest, KnowsEveryEndOfLine) {
  EXPECT_EQ(Read("a=1\r\nb=2\rc=3\nd=\\\r\n4"), (Lines{"a=1@1", "b=2@2", "c=3@3", "d=4@4"}));
}

TEST(PropertiesTest, ReadsEscapes) {
  EXPECT_EQ(Read("a\\=b\\:c\\ d=\\t\\n\\r\\f\\q\\\"\\\\"), Lines{"a=b:c d=\t\n\r\fq\"\\@1"});
  EXPECT_EQ(Read("k=\\u0041\\u00e9\\u20AC\\uD83D\\uDE00"), Lines{"k=Aé€😀@1"});
}

TEST(PropertiesTest, ReadsUtf8AndElseLatin1) {
  EXPECT_EQ(Read("k=é"), Lines{"k=é@1"});
  EXPECT_EQ(Read("k=\xE9"), Lines{"k=é@1"});
  EXPECT_EQ(Read("\xEF\xBB\xBFk=v"), Lines{"k=v@1"});
}

TEST(PropertiesTest, KeepsRepeatedKeysInOrder) { EXPECT_EQ(Read("k=1\nk=2"), (Lines{"k=1@1", "k=2@2"})); }

TEST(PropertiesTest, ErrorsNameTheLine) {
  for (const char* wrong : {"k=\\u12", "k=\\u12g4", "\\uD83D=v", "k=\\uDE00", "k=\\uD83D\\u0041", "= v", ":"}) {
    const absl::Status status = ParseProperties("ok=1\n\n"s + wrong + "\n").status();
    EXPECT_EQ(ReasonOf(status), ErrorReason::kConfigurationInvalid) << wrong;
    EXPECT_EQ(std::string(status.message()).substr(0, 8), "line 3: ") << status;
  }
}

TEST(PropertiesTest, RefusesEndlessFiles) {
  EXPECT_EQ(ReasonOf(ParseProperties(std::string((1 << 20) + 1, '#')).status()), ErrorReason::kConfigurationInvalid);
}

}  // namespace
}  // namespace regent
