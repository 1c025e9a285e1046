// The rules of schemas are cases in testdata/own_equivalence.json, tried by avro_format_test.
#include "schema/avro/equivalence.h"

#include <gtest/gtest.h>

#include <string>

namespace regent::avro {
namespace {

bool Same(const std::string& a, const std::string& b) { return SameJson(*JsonValue::Parse(a), *JsonValue::Parse(b)); }

TEST(SameJsonTest, MembersMayComeInAnyOrder) {
  EXPECT_TRUE(Same(R"({"a":1,"b":[{"c":1,"d":2}]})", R"({"b":[{"d":2,"c":1}],"a":1})"));
}

TEST(SameJsonTest, ItemsMayNot) { EXPECT_FALSE(Same("[1,2]", "[2,1]")); }

TEST(SameJsonTest, KindsAndNumbersCount) {
  EXPECT_FALSE(Same("1", "1.0"));
  EXPECT_FALSE(Same("1", R"("1")"));
  EXPECT_FALSE(Same("null", "false"));
  EXPECT_FALSE(Same("[]", "{}"));
  EXPECT_TRUE(Same("null", "null"));
}

TEST(SameJsonTest, AMemberMoreIsADifference) {
  EXPECT_FALSE(Same(R"({"a":1})", R"({"a":1,"b":null})"));
  EXPECT_FALSE(Same(R"({"a":1})", R"({"b":1})"));
  EXPECT_FALSE(Same("[1]", "[1,1]"));
}

}  // namespace
}  // namespace regent::avro
