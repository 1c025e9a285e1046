#include "base/model.h"

#include <gtest/gtest.h>

namespace regent {
namespace {

TEST(SchemaTypeTest, NamesAreReadBackExactly) {
  for (const SchemaType type : {SchemaType::kAvro, SchemaType::kJson, SchemaType::kProtobuf}) {
    EXPECT_EQ(ParseSchemaType(SchemaTypeName(type)), type);
  }
  EXPECT_EQ(SchemaTypeName(SchemaType::kProtobuf), "PROTOBUF");
}

TEST(SchemaTypeTest, NoNameIsAvro) { EXPECT_EQ(ParseSchemaType(""), SchemaType::kAvro); }

TEST(SchemaTypeTest, OtherNamesAreUnknown) {
  EXPECT_EQ(ParseSchemaType("avro"), std::nullopt);
  EXPECT_EQ(ParseSchemaType("THRIFT"), std::nullopt);
}

TEST(CompatibilityLevelTest, NamesAreReadBackInAnyCase) {
  for (int i = 0; i <= static_cast<int>(CompatibilityLevel::kFullTransitive); ++i) {
    const auto level = static_cast<CompatibilityLevel>(i);
    EXPECT_EQ(ParseCompatibilityLevel(CompatibilityLevelName(level)), level);
  }
  EXPECT_EQ(ParseCompatibilityLevel("backward_Transitive"), CompatibilityLevel::kBackwardTransitive);
  EXPECT_EQ(ParseCompatibilityLevel("none"), CompatibilityLevel::kNone);
}

TEST(CompatibilityLevelTest, OtherNamesAreUnknown) {
  EXPECT_EQ(ParseCompatibilityLevel(""), std::nullopt);
  EXPECT_EQ(ParseCompatibilityLevel("BACKWARDS"), std::nullopt);
  EXPECT_EQ(ParseCompatibilityLevel(" BACKWARD"), std::nullopt);
}

TEST(CompatibilityPolicyTest, NamesAreReadBack) {
  for (const CompatibilityPolicy policy :
       {CompatibilityPolicy::kStrict, CompatibilityPolicy::kLenient, CompatibilityPolicy::kLogical}) {
    EXPECT_EQ(ParseCompatibilityPolicy(CompatibilityPolicyName(policy)), policy);
  }
  EXPECT_EQ(ParseCompatibilityPolicy("LAX"), std::nullopt);
}

TEST(ModeTest, NamesAreReadBack) {
  for (const Mode mode : {Mode::kReadWrite, Mode::kReadOnly, Mode::kReadOnlyOverride, Mode::kImport, Mode::kForward}) {
    EXPECT_EQ(ParseMode(ModeName(mode)), mode);
  }
  EXPECT_EQ(ModeName(Mode::kReadOnlyOverride), "READONLY_OVERRIDE");
  EXPECT_EQ(ParseMode("WRITE"), std::nullopt);
}

}  // namespace
}  // namespace regent
