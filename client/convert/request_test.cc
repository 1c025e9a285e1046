#include "client/convert/request.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/error_reason.h"

namespace regent::client {
namespace {

using ::testing::UnorderedElementsAre;

TEST(RequestConversionTest, AsksForTheNewestVersionWhereNoneIsNamed) {
  EXPECT_EQ(ToProto(GetSchemaVersionRequest{})->version(), -1);
  EXPECT_EQ(ToProto(GetSchemaVersionRequest{.version = Version(3)})->version(), 3);
  EXPECT_EQ(ToProto(DeleteVersionRequest{}, "")->version(), -1);
  EXPECT_EQ(ToProto(DeleteVersionRequest{.version = Version(3)}, "")->version(), 3);
}

TEST(RequestConversionTest, SaysWhatToCheckAgainst) {
  using Against = CheckCompatibilityRequest::Against;
  CheckCompatibilityRequest request;
  EXPECT_EQ(ToProto(request)->version(), 0);
  EXPECT_EQ(ToProto(request)->level(), v1::COMPATIBILITY_LEVEL_UNSPECIFIED);
  request.against = Against::kLatest;
  EXPECT_EQ(ToProto(request)->version(), -1);
  request.against = Against::kVersion;
  request.version = Version(4);
  request.level = CompatibilityLevel::kNone;
  EXPECT_EQ(ToProto(request)->version(), 4);
  EXPECT_EQ(ToProto(request)->level(), v1::COMPATIBILITY_LEVEL_NONE);
}

TEST(RequestConversionTest, NamesTheFieldsToChangeAndToClear) {
  UpdateConfigRequest request;
  request.config.level = CompatibilityLevel::kFull;
  request.config.default_metadata = Metadata();
  request.clear = {ConfigField::kAlias, ConfigField::kOverrideRuleSet};
  const auto proto = ToProto(request, "id");
  ASSERT_TRUE(proto.ok());
  EXPECT_THAT(proto->update_mask().paths(),
              UnorderedElementsAre("level", "default_metadata", "alias", "override_rule_set"));
  EXPECT_EQ(proto->options().request_id(), "id");
}

TEST(RequestConversionTest, NamesEveryFieldThatCanBeClearedAsTheApiDoes) {
  UpdateConfigRequest request;
  for (int field = 0; field <= static_cast<int>(ConfigField::kOverrideRuleSet); ++field) {
    request.clear.insert(static_cast<ConfigField>(field));
  }
  const auto proto = ToProto(request, "");
  ASSERT_EQ(proto->update_mask().paths_size(), 13);
  for (const std::string& path : proto->update_mask().paths()) {
    EXPECT_NE(v1::SubjectConfig::descriptor()->FindFieldByName(path), nullptr) << path;
  }
}

TEST(RequestConversionTest, DeletesSoftlyUnlessTold) {
  EXPECT_EQ(ToProto(DeleteSubjectRequest{}, "")->kind(), v1::DELETE_KIND_SOFT);
  EXPECT_EQ(ToProto(DeleteSubjectRequest{.permanent = true}, "")->kind(), v1::DELETE_KIND_PERMANENT);
}

TEST(RequestConversionTest, CarriesADryRun) {
  EXPECT_FALSE(ToProto(RegisterSchemaRequest{}, "")->options().validate_only());
  EXPECT_TRUE(ToProto(RegisterSchemaRequest{.validate_only = true}, "")->options().validate_only());
}

// It used to arrive as AVRO.
TEST(RequestConversionTest, RefusesContentOfATypeThatCannotBeNamed) {
  SchemaContent content;
  content.type = SchemaType::kOther;
  EXPECT_EQ(ReasonOf(ToProto(RegisterSchemaRequest{.content = content}, "").status()), ErrorReason::kRequestInvalid);
  EXPECT_EQ(ReasonOf(ToProto(LookupSchemaRequest{.content = content}).status()), ErrorReason::kRequestInvalid);
  EXPECT_EQ(ReasonOf(ToProto(CheckCompatibilityRequest{.content = content}).status()), ErrorReason::kRequestInvalid);
}

TEST(RequestConversionTest, SendsATypeOfAnotherRegistryByItsName) {
  SchemaContent content;
  content.type = SchemaType::kOther;
  content.other_type = "THRIFT";
  const auto registered = ToProto(RegisterSchemaRequest{.content = content}, "");
  ASSERT_TRUE(registered.ok()) << registered.status();
  EXPECT_EQ(registered->schema().type(), v1::SCHEMA_TYPE_OTHER);
  EXPECT_EQ(registered->schema().other_type(), "THRIFT");
}

TEST(RequestConversionTest, FindsTextThatIsNotUtf8WhereverItHides) {
  RegisterSchemaRequest request;
  request.content.references = {{"a", Subject(".", "b"), Version(1)}, {"\xc0\x80", Subject(".", "b"), Version(1)}};
  EXPECT_EQ(ReasonOf(ToProto(request, "").status()), ErrorReason::kRequestInvalid);
  request.content.references.clear();
  request.content.metadata.emplace().properties["owner"] = "\xed\xa0\x80";
  EXPECT_EQ(ReasonOf(ToProto(request, "").status()), ErrorReason::kRequestInvalid);
  request.content.metadata.reset();
  EXPECT_TRUE(ToProto(request, "").ok());
}

}  // namespace
}  // namespace regent::client
