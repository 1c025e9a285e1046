#include "schema/json_schema/canonical.h"

#include <string>

#include "base/error_reason.h"
#include "gtest/gtest.h"

namespace regent::json_schema {
namespace {

std::string Canonical(std::string_view text) {
  JsonValue value = JsonValue::Parse(text).value();
  EXPECT_TRUE(Canonicalize(&value).ok());
  return value.ToString();
}

std::string Normal(std::string_view text) {
  JsonValue value = JsonValue::Parse(text).value();
  EXPECT_TRUE(Canonicalize(&value).ok());
  return Normalize(value).ToString();
}

TEST(CanonicalTest, DropsSpaceAndKeepsOrder) {
  EXPECT_EQ(Canonical("{ \"b\" : 1 ,\n\t\"a\" : [ true, null ] }"), R"({"b":1,"a":[true,null]})");
}

TEST(CanonicalTest, PrintsNumbersAsJavaDoes) {
  EXPECT_EQ(Canonical("[1.50,1e3,12345678901234567890,-0,0.0000001]"), "[1.50,1E+3,12345678901234567890,0,1E-7]");
}

TEST(CanonicalTest, UnescapesStrings) {
  EXPECT_EQ(Canonical(R"("\u00e9\u0041\/\u0007\n\ud83d\ude00")"),
            "\"\xC3\xA9"
            R"(A/\u0007\n)"
            "\xF0\x9F\x98\x80\"");
}

TEST(CanonicalTest, OfTwoMembersWithOneNameTheLastCounts) {
  EXPECT_EQ(Canonical(R"({"a":1,"b":2,"a":3})"), R"({"a":3,"b":2})");
}

TEST(CanonicalTest, RefusesAnExponentThatNobodyCanHoldAndNamesItsPlace) {
  JsonValue value = JsonValue::Parse(R"({"a/b":[{"maximum":1e99999999999}]})").value();
  const absl::Status status = Canonicalize(&value);
  EXPECT_EQ(ReasonOf(status), ErrorReason::kSchemaInvalid);
  EXPECT_EQ(DetailOf(status).path, "/a~1b/0/maximum");
}

TEST(NormalizeTest, SortsMembersEverywhereAndLeavesArrays) {
  EXPECT_EQ(Normal(R"({"b":[{"z":1,"y":2},3,1],"a":{"d":0,"c":0}})"), R"({"a":{"c":0,"d":0},"b":[{"y":2,"z":1},3,1]})");
}

TEST(NormalizeTest, SortsAsUtf16) {
  // U+1F600 is a surrogate pair and so comes before U+FF21, though its bytes come after.
  const std::string emoji = "\xF0\x9F\x98\x80";
  const std::string wide_a = "\xEF\xBC\xA1";
  EXPECT_EQ(Normal("{\"" + wide_a + "\":1,\"" + emoji + "\":2,\"z\":3}"),
            "{\"z\":3,\"" + emoji + "\":2,\"" + wide_a + "\":1}");
  EXPECT_TRUE(Utf16Less("a", "ab"));
  EXPECT_TRUE(Utf16Less("Z", "a"));
  EXPECT_FALSE(Utf16Less("a", "a"));
  EXPECT_TRUE(Utf16Less("\xED\x9F\xBF", emoji));  // U+D7FF
  EXPECT_TRUE(Utf16Less(emoji, "\xEE\x80\x80"));  // U+E000
}

}  // namespace
}  // namespace regent::json_schema
