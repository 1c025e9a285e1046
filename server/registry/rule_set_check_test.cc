#include "server/registry/rule_set_check.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/error_reason.h"

namespace regent {
namespace {

using ::testing::HasSubstr;

Rule Named(const std::string& name) { return {.name = name, .type = "CEL"}; }

void ExpectRefused(const RuleSet& rule_set, const std::string& what) {
  const absl::Status status = ValidateRuleSet(rule_set);
  EXPECT_EQ(ReasonOf(status), ErrorReason::kRuleSetInvalid);
  EXPECT_THAT(std::string(status.message()), HasSubstr(what));
}

TEST(RuleSetCheckTest, TakesWellFormedRules) {
  Rule up = Named("up_1");
  up.mode = "UPDOWN";
  up.on_failure = "ERROR,NONE";
  Rule check = Named("_check-2");
  check.kind = "CONDITION";
  check.mode = "WRITE";
  const absl::Status status =
      ValidateRuleSet({.migration_rules = {up}, .domain_rules = {check, Named("x")}, .enable_at = "CLIENT"});
  EXPECT_TRUE(status.ok()) << status;
}

TEST(RuleSetCheckTest, NameIsALetterThenLettersDigitsDashes) {
  for (const char* name : {"", "1a", "-a", "a b", "a.b", "\xc3\xa9"}) {
    ExpectRefused({.domain_rules = {Named(name)}}, "no valid name");
  }
  ExpectRefused({.domain_rules = {Named(std::string(257, 'a'))}}, "256 bytes");
}

TEST(RuleSetCheckTest, NameIsThereOnceInAllLists) {
  Rule up = Named("a");
  up.mode = "UPGRADE";
  ExpectRefused({.migration_rules = {up}, .encoding_rules = {Named("a")}}, "'a' is there twice");
}

TEST(RuleSetCheckTest, TypeIsRequired) { ExpectRefused({.domain_rules = {Rule{.name = "a"}}}, "no type"); }

TEST(RuleSetCheckTest, ModeSuitsTheList) {
  Rule rule = Named("a");
  ExpectRefused({.migration_rules = {rule}}, "mode WRITEREAD");
  rule.mode = "UPGRADE";
  ExpectRefused({.domain_rules = {rule}}, "mode UPGRADE");
  ExpectRefused({.encoding_rules = {rule}}, "mode UPGRADE");
}

TEST(RuleSetCheckTest, TwoActionsNeedTwoDirections) {
  Rule rule = Named("a");
  rule.mode = "READ";
  rule.on_success = "NONE,NONE";
  ExpectRefused({.domain_rules = {rule}}, "two actions");
}

TEST(RuleSetCheckTest, KindAndPlaceAreKnownWords) {
  Rule rule = Named("a");
  rule.kind = "MAGIC";
  ExpectRefused({.domain_rules = {rule}}, "unknown kind");
  ExpectRefused({.enable_at = "MOON"}, "enableAt");
}

}  // namespace
}  // namespace regent
