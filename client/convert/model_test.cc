#include "client/convert/model.h"

#include <gtest/gtest.h>

#include "base/error_reason.h"

namespace regent::client {
namespace {

constexpr char kGuid[] = "095d71cf-1255-6b9d-5e33-0ad575b3df5d";

SchemaContent Content() {
  SchemaContent content;
  content.type = SchemaType::kProtobuf;
  content.text = "message A {}";
  content.references = {{"b.proto", Subject(".eu", "b"), Version(2)}};
  content.metadata.emplace();
  content.metadata->tags = {{"**.ssn", {"PII", "SECRET"}}, {"none", {}}};
  content.metadata->properties = {{"owner", "x"}};
  content.metadata->sensitive = {"owner"};
  content.rule_set.emplace();
  Rule rule;
  rule.name = "r";
  rule.doc = "";
  rule.kind = "CONDITION";
  rule.tags = {"PII"};
  rule.params = {{"k", "v"}};
  rule.on_failure = "ERROR";
  rule.disabled = true;
  content.rule_set->domain_rules = {rule};
  content.rule_set->migration_rules = {rule, Rule{.name = "s"}};
  content.rule_set->enable_at = "CLIENT";
  return content;
}

TEST(ModelConversionTest, CarriesAllOfASchemasContent) {
  v1::StoredSchema proto;
  proto.set_id(9);
  proto.set_guid(kGuid);
  ToProto(Content(), proto.mutable_schema());
  const auto stored = FromProto(proto);
  ASSERT_TRUE(stored.ok());
  EXPECT_EQ((*stored)->content, Content());
  EXPECT_EQ((*stored)->context, ".");
}

TEST(ModelConversionTest, CarriesAllOfAConfiguration) {
  SubjectConfig config;
  config.alias = "a";
  config.normalize = false;
  config.validate_fields = true;
  config.validate_new_schemas = false;
  config.validate_rules = true;
  config.policy = CompatibilityPolicy::kLenient;
  config.compatibility_group = "g";
  config.default_metadata = Content().metadata;
  config.override_metadata = Metadata();
  config.default_rule_set = RuleSet();
  config.override_rule_set = Content().rule_set;
  for (int level = 0; level <= static_cast<int>(CompatibilityLevel::kFullTransitive); ++level) {
    config.level = static_cast<CompatibilityLevel>(level);
    v1::SubjectConfig proto;
    ToProto(config, &proto);
    EXPECT_EQ(FromProto(proto), config);
  }
}

TEST(ModelConversionTest, LeavesUnsetFieldsOfAConfigurationUnset) {
  v1::SubjectConfig proto;
  ToProto(SubjectConfig(), &proto);
  EXPECT_EQ(proto.ByteSizeLong(), 0u);
  EXPECT_EQ(FromProto(proto), SubjectConfig());
}

TEST(ModelConversionTest, TellsTheThreeTargetsOfAConfigurationApart) {
  v1::ConfigTarget global;
  ToProto(ConfigTarget(), &global);
  EXPECT_TRUE(global.has_global());
  v1::ConfigTarget context;
  ToProto(ConfigTarget(Subject(".eu", "")), &context);
  EXPECT_EQ(context.context(), ".eu");
  v1::ConfigTarget subject;
  ToProto(ConfigTarget(Subject(".eu", "orders")), &subject);
  EXPECT_EQ(subject.subject().subject(), "orders");
}

TEST(ModelConversionTest, ReadsAVersion) {
  v1::SchemaVersion proto;
  proto.mutable_subject()->set_subject("orders");
  proto.set_version(3);
  proto.set_state(v1::VERSION_STATE_DELETED);
  proto.mutable_stored()->set_guid(kGuid);
  proto.mutable_stored()->mutable_schema();
  proto.mutable_create_time()->set_seconds(2);
  proto.mutable_create_time()->set_nanos(5000000);
  proto.mutable_position()->set_log_id("log");
  proto.mutable_position()->set_offset(12);
  const auto version = FromProto(proto);
  ASSERT_TRUE(version.ok());
  EXPECT_EQ(version->subject, Subject(".", "orders"));
  EXPECT_TRUE(version->deleted);
  EXPECT_EQ(version->create_time_ms, 2005);
  EXPECT_EQ(version->position, (Position{"log", Offset(12)}));
}

TEST(ModelConversionTest, RefusesAnswersThatAreNotWhole) {
  EXPECT_EQ(ReasonOf(FromProto(v1::SchemaVersion()).status()), ErrorReason::kInternal);
  EXPECT_EQ(ReasonOf(FromProto(v1::StoredSchema()).status()), ErrorReason::kInternal);
  EXPECT_EQ(ReasonOf(FromProto(v1::VersionSummary()).status()), ErrorReason::kInternal);
  v1::StoredSchema no_guid;
  no_guid.mutable_schema();
  no_guid.set_guid("not one");
  EXPECT_EQ(ReasonOf(FromProto(no_guid).status()), ErrorReason::kInternal);
}

TEST(ModelConversionTest, KeepsATypeOfTomorrowReadable) {
  v1::StoredSchema proto;
  proto.set_guid(kGuid);
  proto.mutable_schema()->set_type(static_cast<v1::SchemaType>(99));
  const auto stored = FromProto(proto);
  ASSERT_TRUE(stored.ok());
  EXPECT_EQ((*stored)->content.type, SchemaType::kOther);
}

}  // namespace
}  // namespace regent::client
