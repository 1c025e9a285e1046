#include "schema/protobuf/compare.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "absl/strings/str_cat.h"
#include "base/error_reason.h"
#include "schema/protobuf/protobuf_format.h"
#include "schema/protobuf/test_support.h"

namespace regent::protobuf {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

std::vector<std::string> Diffs(const ParsedSchema& old, const ParsedSchema& now) {
  const auto compared = ProtobufFormat().CompareAll(now, old, FormatLimits());
  EXPECT_TRUE(compared.ok()) << compared.status();
  return compared.ok() ? TypesAndPaths(*compared) : std::vector<std::string>();
}

TEST(ProtobufCompareTest, EveryRule) {
  const JsonValue cases = ReadTestdataJson("compare_cases.json");
  for (const JsonValue& test_case : cases.items()) {
    SCOPED_TRACE(StringOf(test_case, "name"));
    const auto old = MustParse(StringOf(test_case, "old"));
    const auto now = MustParse(StringOf(test_case, "new"));
    ASSERT_TRUE(old != nullptr && now != nullptr);
    std::vector<std::string> expected;
    for (const JsonValue& difference : test_case.Find("diffs")->items()) expected.push_back(difference.string_value());
    EXPECT_EQ(Diffs(*old, *now), expected);
    // Nothing differs from itself.
    EXPECT_THAT(Diffs(*old, *old), IsEmpty());
    EXPECT_THAT(Diffs(*now, *now), IsEmpty());
  }
}

// A field of a oneof whose number was taken before seemed to have moved there.
TEST(ProtobufCompareTest, OfTwoFieldsWithOneNumberTheFirstCounts) {
  const auto stored = MustParse(
      "syntax = \"proto3\"; message M { oneof z { int32 a = 1; } int32 b = 2; oneof y { bool c = 2; bool d = 1; } }",
      {}, Validation::kLenient);
  ASSERT_NE(stored, nullptr);
  EXPECT_THAT(Diffs(*stored, *stored), IsEmpty());
}

constexpr char kUser[] = R"(syntax = "proto3"; import "n.proto"; message M { N n = 7; })";

TEST(ProtobufCompareTest, TypesFromAnotherReferenceAreComparedBelowTheField) {
  const auto old = MustParse(
      kUser, {{"n.proto", R"(syntax = "proto3"; message N { int32 a = 1; P p = 2; } message P { int32 b = 3; })"}});
  const auto now = MustParse(
      kUser, {{"n.proto", R"(syntax = "proto3"; message N { string a = 1; P p = 2; } message P { bytes b = 3; })"}});
  ASSERT_TRUE(old != nullptr && now != nullptr);
  EXPECT_THAT(Diffs(*old, *now),
              ElementsAre("FIELD_SCALAR_KIND_CHANGED@#/M/7/1", "FIELD_SCALAR_KIND_CHANGED@#/M/7/2/3"));
  EXPECT_THAT(Diffs(*old, *old), IsEmpty());
}

TEST(ProtobufCompareTest, ImportedTypesThatHoldEachOtherEnd) {
  const std::vector<NamedSchema> references = {
      {"n.proto", R"(syntax = "proto3"; message N { O o = 1; } message O { N n = 1; int32 a = 2; })"}};
  std::vector<NamedSchema> changed = references;
  changed[0].text = R"(syntax = "proto3"; message N { O o = 1; } message O { N n = 1; string a = 2; })";
  EXPECT_THAT(Diffs(*MustParse(kUser, references), *MustParse(kUser, changed)),
              ElementsAre("FIELD_SCALAR_KIND_CHANGED@#/M/7/1/2"));
}

// It was compared with the first of that name, and said to have moved.
TEST(ProtobufCompareTest, OfANameThatAStoredSchemaHasTwiceTheFirstStands) {
  const auto schema = MustParse(
      R"(syntax = "proto3"; message A { int32 a = 1; oneof o { int32 c = 3; } oneof o { int32 d = 4; } } message A { string a = 1; }
         enum E { Z = 0; } enum E { Y = 0; })",
      {}, Validation::kLenient);
  ASSERT_NE(schema, nullptr);
  EXPECT_THAT(Diffs(*schema, *schema), IsEmpty());
}

TEST(ProtobufCompareTest, ReportShowsBothSides) {
  const auto old =
      MustParse(R"(syntax = "proto3"; package a; message M { int32 n = 1; } message Gone { int32 x = 1; })");
  const auto now =
      MustParse(R"(syntax = "proto3"; package b; message M { repeated string n = 1 [deprecated = true]; })");
  const auto compared = ProtobufFormat().Compare(*now, *old, CompatibilityPolicy::kStrict, FormatLimits());
  ASSERT_TRUE(compared.ok()) << compared.status();
  ASSERT_THAT(TypesAndPaths(*compared),
              ElementsAre("PACKAGE_CHANGED@#/", "FIELD_SCALAR_KIND_CHANGED@#/M/1", "MESSAGE_REMOVED@#/Gone"));
  EXPECT_EQ(compared->differences[0].old_snippet, "package a;");
  EXPECT_EQ(compared->differences[0].new_snippet, "package b;");
  EXPECT_EQ(compared->differences[1].old_snippet, "int32 n = 1;");
  EXPECT_EQ(compared->differences[1].new_snippet, "repeated string n = 1 [deprecated = true];");
  EXPECT_EQ(compared->differences[2].old_snippet, "message Gone { ... }");
  EXPECT_EQ(compared->differences[2].new_snippet, "");
  for (const Difference& difference : compared->differences) {
    EXPECT_NE(difference.message, "");
    EXPECT_NE(difference.fix, "");
  }
}

std::string ManyFields(const std::string& type, int count) {
  std::string text = "syntax = \"proto3\"; message M {";
  for (int i = 1; i <= count; ++i) absl::StrAppend(&text, type, " f", i, " = ", i, ";");
  return text + "}";
}

TEST(ProtobufCompareTest, NoMoreDifferencesThanTheLimitAreListed) {
  FormatLimits limits;
  limits.max_differences = 5;
  const auto compared = ProtobufFormat().Compare(
      *MustParse(ManyFields("int32", 9)), *MustParse(ManyFields("string", 9)), CompatibilityPolicy::kStrict, limits);
  ASSERT_TRUE(compared.ok()) << compared.status();
  EXPECT_EQ(compared->differences.size(), 5u);
  EXPECT_TRUE(compared->truncated);
}

TEST(ProtobufCompareTest, BudgetEndsTheComparison) {
  FormatLimits limits;
  limits.max_comparison_steps = 50;
  const auto schema = MustParse(ManyFields("int32", 100));
  EXPECT_EQ(ReasonOf(ProtobufFormat().Compare(*schema, *schema, CompatibilityPolicy::kStrict, limits).status()),
            ErrorReason::kSchemaTooComplex);
}

}  // namespace
}  // namespace regent::protobuf
