#include "cli/import_plan.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sstream>

#include "base/error_reason.h"

namespace regent::cli {
namespace {

using ::testing::HasSubstr;

std::string Schema(const std::string& subject, std::vector<std::string> references = {}, bool deleted = false) {
  DumpSchema schema{.subject = Subject::Parse(subject), .version = Version(1), .id = SchemaId(1), .deleted = deleted};
  for (const std::string& to : references) {
    schema.content.references.push_back({to, Subject::Parse(to), Version(1)});
  }
  return DumpLineOf(schema) + "\n";
}

std::string Dump(const std::vector<std::string>& schemas) {
  std::string text = DumpLineOf(DumpHeader()) + "\n";
  for (const std::string& schema : schemas) text += schema;
  return text + DumpLineOf(DumpEnd{static_cast<int64_t>(schemas.size()), 0, 0}) + "\n";
}

absl::StatusOr<ImportPlan> PlanOf(const std::string& text) {
  std::istringstream in(text);
  return ReadPlan(in);
}

TEST(ImportPlanTest, WhatIsReferredToStandsBelow) {
  const auto plan =
      PlanOf(Dump({Schema("a", {"c", "b"}), Schema("b", {"c"}), Schema("c"), Schema("d", {"elsewhere"})}));
  ASSERT_TRUE(plan.ok()) << plan.status();
  EXPECT_EQ(plan->items[0].level, 2);
  EXPECT_EQ(plan->items[1].level, 1);
  EXPECT_EQ(plan->items[2].level, 0);
  EXPECT_EQ(plan->items[3].level, 0);
  EXPECT_EQ(plan->levels, 3);
}

TEST(ImportPlanTest, DeletedOneThatSomethingLiveUsesGoesEarly) {
  const auto plan = PlanOf(Dump({Schema("a", {"b"}), Schema("b", {"c"}, true), Schema("c", {}, true)}));
  ASSERT_TRUE(plan.ok()) << plan.status();
  EXPECT_TRUE(plan->items[1].deleted_early);
  EXPECT_FALSE(plan->items[2].deleted_early);
}

TEST(ImportPlanTest, CircleDoesNotHangIt) {
  const auto plan = PlanOf(Dump({Schema("a", {"b"}), Schema("b", {"a"}), Schema("c", {"c"})}));
  ASSERT_TRUE(plan.ok()) << plan.status();
  EXPECT_EQ(plan->items.size(), 3u);
}

TEST(ImportPlanTest, FindsEachEntryAgain) {
  std::istringstream in(Dump({Schema("a", {"b"}), Schema("b")}));
  const auto plan = ReadPlan(in);
  ASSERT_TRUE(plan.ok()) << plan.status();
  EXPECT_EQ(ReadItem(in, plan->items[1])->subject, Subject(".", "b"));
  EXPECT_EQ(ReadItem(in, plan->items[0])->content.references.size(), 1u);
}

TEST(ImportPlanTest, NamesTheLineOfWhatIsWrong) {
  const std::string whole = Dump({Schema("a"), Schema("b")});
  const std::vector<std::pair<std::string, std::string>> cases = {
      {"", "line 1: this is no dump: the file is empty"},
      {Schema("a"), "line 1: this is no dump: it begins with a line of kind dump"},
      {"hello\n", "line 1: "},
      {whole.substr(0, whole.rfind("{\"kind\":\"end\"")), "line 4: the dump is cut off"},
      {Dump({Schema("a"), Schema("a")}), "line 3: a version 1 is there twice"},
      {"{\"kind\":\"dump\",\"format\":2}\n", "line 1: a dump of format 2"},
      {DumpLineOf(DumpHeader()) + "\n" + DumpLineOf(DumpHeader()) + "\n", "line 2: a second header"},
      {DumpLineOf(DumpHeader()) + "\n" + DumpLineOf(DumpEnd{1, 0, 0}) + "\n", "line 2: lines are missing: 1 schemas"},
  };
  for (const auto& [text, message] : cases) {
    const absl::Status status = PlanOf(text).status();
    EXPECT_EQ(ReasonOf(status), ErrorReason::kRequestInvalid) << message;
    EXPECT_THAT(std::string(status.message()), HasSubstr(message));
  }
}

}  // namespace
}  // namespace regent::cli
