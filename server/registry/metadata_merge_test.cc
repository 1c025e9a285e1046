#include "server/registry/metadata_merge.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace regent {
namespace {

using ::testing::ElementsAre;
using ::testing::Pair;
using Tags = std::map<std::string, std::set<std::string>>;

Metadata Tagged(Tags tags) { return {.tags = std::move(tags)}; }

RuleSet Named(const std::vector<std::string>& names, const std::string& expr = "") {
  RuleSet rules;
  for (const std::string& name : names) {
    Rule& rule = rules.domain_rules.emplace_back();
    rule.name = name;
    if (!expr.empty()) rule.expr = expr;
  }
  return rules;
}

std::vector<std::string> NamesOf(const Boxed<RuleSet>& rules) {
  std::vector<std::string> names;
  if (!rules) return names;
  for (const Rule& rule : rules->domain_rules) names.push_back(rule.name);
  return names;
}

TEST(MetadataMergeTest, MapsArePutTogetherPerKeyAndTheUpperWins) {
  const Metadata under{.tags = {{"a", {"PII"}}}, .properties = {{"owner", "us"}, {"team", "x"}}, .sensitive = {"team"}};
  const Metadata over{.tags = {{"a", {"SECRET"}}, {"b", {"PII"}}}, .properties = {{"owner", "them"}}};
  const Boxed<Metadata> merged = MergeMetadata(under, over);
  ASSERT_TRUE(merged);
  EXPECT_EQ(merged->tags, (Tags{{"a", {"PII", "SECRET"}}, {"b", {"PII"}}}));
  EXPECT_THAT(merged->properties, ElementsAre(Pair("owner", "them"), Pair("team", "x")));
  EXPECT_THAT(merged->sensitive, ElementsAre("team"));
}

TEST(MetadataMergeTest, NothingAndNothingIsNothing) {
  EXPECT_FALSE(MergeMetadata({}, {}));
  EXPECT_TRUE(MergeMetadata({}, Metadata()));
  EXPECT_FALSE(MergeRuleSets({}, {}));
}

TEST(MetadataMergeTest, RuleOfTheSameNameIsReplacedInItsPlace) {
  const Boxed<RuleSet> merged = MergeRuleSets(Named({"a", "b"}, "old"), Named({"b", "c"}, "new"));
  EXPECT_THAT(NamesOf(merged), ElementsAre("a", "b", "c"));
  EXPECT_EQ(merged->domain_rules[0].expr, "old");
  EXPECT_EQ(merged->domain_rules[1].expr, "new");
}

TEST(MetadataMergeTest, WhatWasThereBeforeCountsOnlyWhereNothingIsGiven) {
  EffectiveConfig config;
  config.default_metadata = Metadata{.properties = {{"by", "default"}, {"x", "default"}}};
  config.override_metadata = Metadata{.properties = {{"x", "override"}}};
  SchemaContent previous;
  previous.metadata = Metadata{.properties = {{"by", "previous"}}};
  SchemaContent given;
  MergeFromConfig(config, &previous, &given);
  EXPECT_THAT(given.metadata->properties, ElementsAre(Pair("by", "previous"), Pair("x", "override")));
  given.metadata = Metadata{.properties = {{"y", "given"}}};
  MergeFromConfig(config, &previous, &given);
  EXPECT_THAT(given.metadata->properties,
              ElementsAre(Pair("by", "default"), Pair("x", "override"), Pair("y", "given")));
}

TEST(ApplyEditTest, TagsAreAddedAndTakenAway) {
  SchemaContent content;
  content.metadata = Tagged({{"R.a", {"PII", "OLD"}}, {"R.b", {"OLD"}}});
  SchemaEdit edit;
  edit.add_tags = {{"R.a", {"NEW"}}, {"R.c", {"NEW"}}};
  edit.remove_tags = {{"R.a", {"OLD"}}, {"R.b", {"OLD"}}, {"R.d", {"OLD"}}};
  ApplyEdit(edit, nullptr, &content);
  EXPECT_EQ(content.metadata->tags, (Tags{{"R.a", {"NEW", "PII"}}, {"R.c", {"NEW"}}}));
}

TEST(ApplyEditTest, TagThatIsAddedAndTakenAwayIsGone) {
  SchemaContent content;
  SchemaEdit edit;
  edit.add_tags = {{"R.a", {"PII"}}};
  edit.remove_tags = {{"R.a", {"PII"}}};
  ApplyEdit(edit, nullptr, &content);
  EXPECT_FALSE(content.metadata) << "a schema without metadata is another one than one with empty metadata";
}

TEST(ApplyEditTest, TagsOfTheVersionBeforeHoldOnWhereThatIsAskedFor) {
  SchemaContent previous;
  previous.metadata = Metadata{.tags = {{"R.a", {"PII"}}}, .properties = {{"owner", "us"}}};
  SchemaContent content;
  content.metadata = Tagged({{"R.a", {"SECRET"}}});
  SchemaContent untouched = content;
  ApplyEdit({}, &previous, &untouched);
  EXPECT_EQ(untouched.metadata->tags, (Tags{{"R.a", {"SECRET"}}}));
  SchemaEdit keep;
  keep.keep_tags = true;
  ApplyEdit(keep, &previous, &content);
  EXPECT_EQ(content.metadata->tags, (Tags{{"R.a", {"PII", "SECRET"}}}));
  EXPECT_TRUE(content.metadata->properties.empty()) << "tags alone hold on";
}

TEST(ApplyEditTest, RulesAreMergedAndRemovedByName) {
  SchemaContent content;
  content.rule_set = Named({"a", "b"}, "old");
  SchemaEdit edit;
  edit.merge_rules = Named({"b", "c"}, "new");
  edit.remove_rules = {"a", "none"};
  ApplyEdit(edit, nullptr, &content);
  EXPECT_THAT(NamesOf(content.rule_set), ElementsAre("b", "c"));
  EXPECT_EQ(content.rule_set->domain_rules[0].expr, "new");
}

TEST(ApplyEditTest, NoEditLeavesAContentWithoutRulesWithoutThem) {
  SchemaContent content;
  ApplyEdit({}, nullptr, &content);
  EXPECT_FALSE(content.rule_set);
  EXPECT_FALSE(content.metadata);
}

}  // namespace
}  // namespace regent
