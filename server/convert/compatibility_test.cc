#include "server/convert/compatibility.h"

#include <gtest/gtest.h>

namespace regent {
namespace {

TEST(ConvertCompatibilityTest, LevelsGoThereAndBack) {
  const google::protobuf::EnumDescriptor* names = v1::CompatibilityLevel_descriptor();
  for (int number = 1; number < names->value_count(); ++number) {
    const auto proto = static_cast<v1::CompatibilityLevel>(number);
    Violations violations;
    const std::optional<CompatibilityLevel> level = FromProto(proto, "level", &violations);
    ASSERT_TRUE(level.has_value()) << number;
    EXPECT_EQ(ToProto(*level), proto);
    EXPECT_EQ(names->FindValueByNumber(number)->name(),
              "COMPATIBILITY_LEVEL_" + std::string(CompatibilityLevelName(*level)));
    EXPECT_TRUE(violations.empty());
  }
}

TEST(ConvertCompatibilityTest, PoliciesGoThereAndBack) {
  const google::protobuf::EnumDescriptor* names = v1::CompatibilityPolicy_descriptor();
  for (int number = 1; number < names->value_count(); ++number) {
    const auto proto = static_cast<v1::CompatibilityPolicy>(number);
    Violations violations;
    const std::optional<CompatibilityPolicy> policy = FromProto(proto, "policy", &violations);
    ASSERT_TRUE(policy.has_value()) << number;
    EXPECT_EQ(ToProto(*policy), proto);
    EXPECT_EQ(names->FindValueByNumber(number)->name(),
              "COMPATIBILITY_POLICY_" + std::string(CompatibilityPolicyName(*policy)));
    EXPECT_TRUE(violations.empty());
  }
}

TEST(ConvertCompatibilityTest, UnspecifiedIsNothing) {
  Violations violations;
  EXPECT_EQ(FromProto(v1::COMPATIBILITY_LEVEL_UNSPECIFIED, "level", &violations), std::nullopt);
  EXPECT_EQ(FromProto(v1::COMPATIBILITY_POLICY_UNSPECIFIED, "policy", &violations), std::nullopt);
  EXPECT_TRUE(violations.empty());
}

TEST(ConvertCompatibilityTest, UnknownNumbersAreRefused) {
  Violations violations;
  FromProto(static_cast<v1::CompatibilityLevel>(8), "level", &violations);
  FromProto(static_cast<v1::CompatibilityPolicy>(-1), "policy", &violations);
  EXPECT_EQ(violations.ToStatus().message(), "level: 8 is no CompatibilityLevel; policy: -1 is no CompatibilityPolicy");
}

TEST(ConvertCompatibilityTest, ReportShowsEverything) {
  CompatibilityReport report;
  report.level = CompatibilityLevel::kFull;
  report.compatible = false;
  report.versions = {
      {Version(3), {}, false},
      {Version(2),
       {{"NAME_MISMATCH", "/name", "expected a", "names differ", "rename it", Difference::Breaks::kOldReader, "old",
         "new"},
        {"TYPE_MISMATCH", "/type", "", "types differ", "", Difference::Breaks::kNewReader}},
       true},
  };
  v1::CompatibilityReport proto;
  ToProto(report, &proto);
  EXPECT_FALSE(proto.compatible());
  EXPECT_EQ(proto.level(), v1::COMPATIBILITY_LEVEL_FULL);
  ASSERT_EQ(proto.versions_size(), 2);
  EXPECT_EQ(proto.versions(0).version(), 3);
  EXPECT_FALSE(proto.versions(0).truncated());
  EXPECT_TRUE(proto.versions(1).truncated());
  ASSERT_EQ(proto.versions(1).differences_size(), 2);
  const v1::Difference& difference = proto.versions(1).differences(0);
  EXPECT_EQ(difference.type(), "NAME_MISMATCH");
  EXPECT_EQ(difference.path(), "/name");
  EXPECT_EQ(difference.detail(), "expected a");
  EXPECT_EQ(difference.message(), "names differ");
  EXPECT_EQ(difference.fix(), "rename it");
  EXPECT_EQ(difference.old_snippet(), "old");
  EXPECT_EQ(difference.new_snippet(), "new");
  EXPECT_EQ(difference.breaks(), v1::BREAKS_OLD_READER);
  EXPECT_EQ(proto.versions(1).differences(1).breaks(), v1::BREAKS_NEW_READER);
}

}  // namespace
}  // namespace regent
