#include "schema/avro/java_number.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <string>
#include <utility>
#include <vector>

namespace regent::avro {
namespace {

TEST(JavaNumberTest, PrintsDoublesAsJavaDoes) {
  const std::vector<std::pair<double, std::string>> cases = {
      {0.0, "0.0"},
      {-0.0, "-0.0"},
      {1, "1.0"},
      {-1.5, "-1.5"},
      {100, "100.0"},
      {0.001, "0.001"},
      {0.0009999, "9.999E-4"},
      {9999999, "9999999.0"},
      {10000000, "1.0E7"},
      {123456789, "1.23456789E8"},
      {1e21, "1.0E21"},
      {1e23, "1.0E23"},
      {0.1, "0.1"},
      {1.0 / 3, "0.3333333333333333"},
      {2e-3, "0.002"},
      {1e-5, "1.0E-5"},
      {4.35, "4.35"},
      {123.456, "123.456"},
      {1e100, "1.0E100"},
      {std::numeric_limits<double>::denorm_min(), "4.9E-324"},
      {std::numeric_limits<double>::min(), "2.2250738585072014E-308"},
      {std::numeric_limits<double>::max(), "1.7976931348623157E308"},
      {HUGE_VAL, "Infinity"},
      {-HUGE_VAL, "-Infinity"},
      {std::nan(""), "NaN"},
  };
  for (const auto& [value, printed] : cases) EXPECT_EQ(JavaDouble(value), printed);
}

TEST(JavaNumberTest, PrintsFloatsAsJavaDoes) {
  const std::vector<std::pair<float, std::string>> cases = {
      {1.0f, "1.0"},
      {0.1f, "0.1"},
      {16777216.0f, "1.6777216E7"},
      {3.14159265f, "3.1415927"},
      {std::numeric_limits<float>::denorm_min(), "1.4E-45"},
      {std::numeric_limits<float>::max(), "3.4028235E38"},
      {-std::numeric_limits<float>::infinity(), "-Infinity"},
  };
  for (const auto& [value, printed] : cases) EXPECT_EQ(JavaFloat(value), printed);
}

TEST(JavaNumberTest, ReadsWhatJavaReads) {
  const std::vector<std::pair<std::string, double>> cases = {
      {"1", 1},  {" 1.5 ", 1.5},      {"-2.5e1", -25}, {"+3", 3}, {".5", 0.5},
      {"5.", 5}, {"1e400", HUGE_VAL}, {"1.5f", 1.5},   {"2D", 2}, {"-Infinity", -HUGE_VAL},
  };
  for (const auto& [text, value] : cases) {
    double read = 0;
    ASSERT_TRUE(ParseJavaDouble(text, &read)) << text;
    EXPECT_EQ(read, value) << text;
  }
  double read = 0;
  ASSERT_TRUE(ParseJavaDouble("NaN", &read));
  EXPECT_TRUE(std::isnan(read));
}

TEST(JavaNumberTest, RefusesWhatJavaRefuses) {
  for (const char* text : {"", " ", "x", "inf", "nan", "infinity", "1x", "1e", ".", "--1", "1 2", "e5", "f", "1ff"}) {
    double read = 0;
    EXPECT_FALSE(ParseJavaDouble(text, &read)) << text;
  }
}

TEST(JavaNumberTest, NormalizesNumbersWhereverTheyAre) {
  JsonValue value =
      *JsonValue::Parse(R"({"a":[1.50,-0,1e2,{"b":1e400}],"c":"1.50","d":12345678901234567890,"e":-0.0})");
  NormalizeNumbers(&value);
  EXPECT_EQ(value.ToString(), R"({"a":[1.5,0,100.0,{"b":"Infinity"}],"c":"1.50","d":12345678901234567890,"e":-0.0})");
}

}  // namespace
}  // namespace regent::avro
