#include "schema/json_schema/decimal.h"

#include <utility>
#include <vector>

#include "gtest/gtest.h"

namespace regent::json_schema {
namespace {

Decimal D(std::string_view text) { return Decimal::Parse(text).value(); }

TEST(DecimalTest, ComparesByValueAndNotBySpelling) {
  EXPECT_EQ(D("1.50"), D("15e-1"));
  EXPECT_EQ(D("-0.0"), D("0"));
  EXPECT_EQ(D("1000"), D("1E+3"));
  EXPECT_EQ(D("1000").Key(), D("1E3").Key());
}

TEST(DecimalTest, OrdersNumbersOfAnySize) {
  const std::vector<std::string> ascending = {"-1e2000000000",
                                              "-12345678901234567890.5",
                                              "-2",
                                              "-1.5",
                                              "-1e-9",
                                              "0",
                                              "1e-2000000000",
                                              "0.001",
                                              "0.01",
                                              "1",
                                              "1.5",
                                              "2",
                                              "10",
                                              "12345678901234567890",
                                              "12345678901234567891",
                                              "1e2000000000"};
  for (size_t i = 0; i < ascending.size(); ++i) {
    for (size_t j = 0; j < ascending.size(); ++j) {
      EXPECT_EQ(D(ascending[i]) <=> D(ascending[j]), i <=> j) << ascending[i] << " and " << ascending[j];
    }
  }
}

TEST(DecimalTest, KnowsWholeNumbersHoweverTheyAreWritten) {
  for (const char* whole : {"0", "1", "-7", "1.0", "1e3", "1.50e1", "0.0"}) EXPECT_TRUE(D(whole).IsWhole()) << whole;
  for (const char* broken : {"1.5", "1e-3", "0.1"}) EXPECT_FALSE(D(broken).IsWhole()) << broken;
}

TEST(DecimalTest, DividesExactly) {
  EXPECT_TRUE(D("4").IsMultipleOf(D("2")));
  EXPECT_TRUE(D("0.3").IsMultipleOf(D("0.1")));
  EXPECT_TRUE(D("1").IsMultipleOf(D("0.01")));
  EXPECT_TRUE(D("1e2000000000").IsMultipleOf(D("8")));
  EXPECT_TRUE(D("-6").IsMultipleOf(D("3")));
  EXPECT_FALSE(D("2").IsMultipleOf(D("4")));
  EXPECT_FALSE(D("1e2000000000").IsMultipleOf(D("3")));
  EXPECT_FALSE(D("0.15").IsMultipleOf(D("0.1")));
  EXPECT_FALSE(D("5").IsMultipleOf(D("0")));
}

TEST(DecimalTest, ShowsPeopleShortNumbersInFull) {
  EXPECT_EQ(D("1.50e2").ToText(), "150");
  EXPECT_EQ(D("99.50").ToText(), "99.5");
  EXPECT_EQ(D("-2000").ToText(), "-2000");
  EXPECT_EQ(D("0").ToText(), "0");
  EXPECT_EQ(D("1e2000000000").ToText(), "1E+2000000000");
}

TEST(DecimalTest, RefusesExponentsBeyondThirtyTwoBits) {
  EXPECT_FALSE(Decimal::Parse("1e2147483648"));
  EXPECT_FALSE(Decimal::Parse("1e-99999999999999999999"));
  EXPECT_TRUE(Decimal::Parse("1e2147483647"));
}

TEST(DecimalTest, PrintsAsJavaDoes) {
  const std::vector<std::pair<std::string, std::string>> cases = {
      {"0", "0"},
      {"-0", "0"},
      {"-0.0", "0.0"},
      {"1.50", "1.50"},
      {"1e3", "1E+3"},
      {"1E+3", "1E+3"},
      {"1.5e3", "1.5E+3"},
      {"100e0", "100"},
      {"1e0", "1"},
      {"1e-2", "0.01"},
      {"0.000001", "0.000001"},
      {"0.0000001", "1E-7"},
      {"0.00000000", "0E-8"},
      {"0e5", "0E+5"},
      {"123456e-3", "123.456"},
      {"-123.4560e2", "-12345.60"},
      {"12345678901234567890", "12345678901234567890"},
      {"0.1234567890123456789012345678901234567890", "0.1234567890123456789012345678901234567890"},
      {"12.5E-9", "1.25E-8"},
      {"1e2147483647", "1E+2147483647"},
  };
  for (const auto& [in, out] : cases) {
    EXPECT_EQ(JavaNumberText(in), out) << in;
    EXPECT_EQ(JavaNumberText(out), out) << "not a fixed point: " << in;
  }
  EXPECT_FALSE(JavaNumberText("1e9999999999"));
}

}  // namespace
}  // namespace regent::json_schema
