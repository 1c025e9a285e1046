#include "server/convert/config.h"

#include <gtest/gtest.h>

namespace regent {
namespace {

SubjectConfig WholeConfig() {
  SubjectConfig config;
  config.level = CompatibilityLevel::kFullTransitive;
  config.policy = CompatibilityPolicy::kLenient;
  config.normalize = false;
  config.validate_fields = true;
  config.validate_new_schemas = false;
  config.validate_rules = true;
  config.alias = ":.eu:other";
  config.alias_for_deks = "keys";
  config.compatibility_group = "major";
  config.default_metadata = Metadata{{{"/a", {"X"}}}, {}, {}};
  config.override_metadata = Metadata{{}, {{"k", "v"}}, {}};
  config.default_rule_set = RuleSet{{}, {}, {}, "ALL"};
  config.override_rule_set = RuleSet{{}, {}, {}, "NONE"};
  return config;
}

template <typename T, typename Field>
void ApplyTo(const FieldUpdate<T>& update, Field* field) {
  if (update.action == FieldUpdate<T>::Action::kSet) *field = update.value;
  if (update.action == FieldUpdate<T>::Action::kClear) field->reset();
}

// What is left of `config` after `update`.
SubjectConfig Applied(const UpdateConfig& update, SubjectConfig config) {
  ApplyTo(update.level, &config.level);
  ApplyTo(update.policy, &config.policy);
  ApplyTo(update.normalize, &config.normalize);
  ApplyTo(update.validate_fields, &config.validate_fields);
  ApplyTo(update.validate_new_schemas, &config.validate_new_schemas);
  ApplyTo(update.validate_rules, &config.validate_rules);
  ApplyTo(update.alias_for_deks, &config.alias_for_deks);
  ApplyTo(update.alias, &config.alias);
  ApplyTo(update.compatibility_group, &config.compatibility_group);
  ApplyTo(update.default_metadata, &config.default_metadata);
  ApplyTo(update.override_metadata, &config.override_metadata);
  ApplyTo(update.default_rule_set, &config.default_rule_set);
  ApplyTo(update.override_rule_set, &config.override_rule_set);
  return config;
}

google::protobuf::FieldMask MaskOf(std::initializer_list<const char*> paths) {
  google::protobuf::FieldMask mask;
  for (const char* path : paths) mask.add_paths(path);
  return mask;
}

TEST(ConvertConfigTest, WhatIsPresentGoesThereAndBack) {
  v1::SubjectConfig proto;
  ToProto(WholeConfig(), &proto);
  Violations violations;
  EXPECT_EQ(Applied(FromProto(proto, {}, &violations), SubjectConfig()), WholeConfig());
  EXPECT_TRUE(violations.empty());
}

TEST(ConvertConfigTest, AbsentFieldsStayAbsent) {
  v1::SubjectConfig proto;
  ToProto(SubjectConfig(), &proto);
  EXPECT_EQ(proto.ByteSizeLong(), 0u);
}

TEST(ConvertConfigTest, WithoutAMaskAbsentFieldsAreKept) {
  v1::SubjectConfig proto;
  proto.set_normalize(true);
  Violations violations;
  SubjectConfig expected = WholeConfig();
  expected.normalize = true;
  EXPECT_EQ(Applied(FromProto(proto, {}, &violations), WholeConfig()), expected);
  EXPECT_TRUE(violations.empty());
}

TEST(ConvertConfigTest, NamedFieldsAreSetOrCleared) {
  v1::SubjectConfig proto;
  proto.set_normalize(true);
  proto.set_alias("not named, so not touched");
  Violations violations;
  SubjectConfig expected = WholeConfig();
  expected.normalize = true;
  expected.level.reset();
  EXPECT_EQ(Applied(FromProto(proto, MaskOf({"level", "normalize"}), &violations), WholeConfig()), expected);
  EXPECT_TRUE(violations.empty());
}

TEST(ConvertConfigTest, EveryFieldCanBeNamed) {
  const google::protobuf::Descriptor* descriptor = v1::SubjectConfig::descriptor();
  for (int i = 0; i < descriptor->field_count(); ++i) {
    Violations violations;
    const UpdateConfig update = FromProto({}, MaskOf({descriptor->field(i)->name().c_str()}), &violations);
    EXPECT_TRUE(violations.empty()) << descriptor->field(i)->name();
    EXPECT_NE(Applied(update, WholeConfig()), WholeConfig()) << descriptor->field(i)->name();
  }
}

TEST(ConvertConfigTest, StarReplacesEverything) {
  v1::SubjectConfig proto;
  proto.set_level(v1::COMPATIBILITY_LEVEL_NONE);
  Violations violations;
  SubjectConfig expected;
  expected.level = CompatibilityLevel::kNone;
  EXPECT_EQ(Applied(FromProto(proto, MaskOf({"*"}), &violations), WholeConfig()), expected);
  EXPECT_TRUE(violations.empty());
}

std::string Complaint(const v1::SubjectConfig& proto, const google::protobuf::FieldMask& mask) {
  Violations violations;
  FromProto(proto, mask, &violations);
  return std::string(violations.ToStatus().message());
}

TEST(ConvertConfigTest, RefusesMasksThatNameNoField) {
  EXPECT_EQ(Complaint({}, MaskOf({"levle"})), "update_mask: 'levle' is no field of SubjectConfig");
  EXPECT_EQ(Complaint({}, MaskOf({"default_metadata.tags"})),
            "update_mask: 'default_metadata.tags' is no field of SubjectConfig");
  EXPECT_EQ(Complaint({}, MaskOf({"*", "level"})), "update_mask: '*' stands alone");
}

TEST(ConvertConfigTest, RefusesAnUpdateOfNothing) { EXPECT_EQ(Complaint({}, {}), "config: nothing to change"); }

TEST(ConvertConfigTest, RefusesValuesThatCannotBeSet) {
  v1::SubjectConfig proto;
  proto.set_level(v1::COMPATIBILITY_LEVEL_UNSPECIFIED);
  proto.set_policy(static_cast<v1::CompatibilityPolicy>(9));
  EXPECT_EQ(Complaint(proto, {}),
            "config.level: UNSPECIFIED cannot be set; leave the field out to clear it; "
            "config.policy: 9 is no CompatibilityPolicy");
}

TEST(ConvertConfigTargetTest, EachKindIsUnderstood) {
  Violations violations;
  v1::ConfigTarget proto;
  proto.mutable_subject()->set_subject("orders");
  EXPECT_EQ(FromProto(proto, "target", &violations), Subject(".", "orders"));
  proto.set_context(".eu");
  EXPECT_EQ(FromProto(proto, "target", &violations), Subject(".eu", ""));
  proto.mutable_global();
  EXPECT_EQ(FromProto(proto, "target", &violations), std::nullopt);
  EXPECT_TRUE(violations.empty());
}

TEST(ConvertConfigTargetTest, ForgettingItDoesNotMeanEverything) {
  for (const bool empty_context : {false, true}) {
    v1::ConfigTarget proto;
    if (empty_context) proto.set_context("");
    Violations violations;
    FromProto(proto, "target", &violations);
    EXPECT_FALSE(violations.empty());
  }
}

TEST(ConvertConfigViewTest, OwnIsTheDefault) {
  Violations violations;
  EXPECT_EQ(FromProto(v1::CONFIG_VIEW_UNSPECIFIED, "view", &violations), ConfigView::kOwn);
  EXPECT_EQ(FromProto(v1::CONFIG_VIEW_OWN, "view", &violations), ConfigView::kOwn);
  EXPECT_EQ(FromProto(v1::CONFIG_VIEW_EFFECTIVE, "view", &violations), ConfigView::kEffective);
  EXPECT_TRUE(violations.empty());
  FromProto(static_cast<v1::ConfigView>(3), "view", &violations);
  EXPECT_FALSE(violations.empty());
}

}  // namespace
}  // namespace regent
