// What a registration costs; what it does is tested through the door, in local_registry_test.
#include "server/registry/register_schema.h"

#include <gtest/gtest.h>

#include <string>

#include "server/registry/testing/test_node.h"
#include "server/registry/testing/word_format.h"

namespace regent {
namespace {

struct Costs {
  int64_t parsed;
  int64_t tested_for_equivalence;
  int64_t compared;
  bool operator==(const Costs&) const = default;
  friend void PrintTo(const Costs& costs, std::ostream* out) {
    *out << costs.parsed << " parsed, " << costs.tested_for_equivalence << " tested, " << costs.compared << " compared";
  }
};

Costs Now() {
  const WordFormat::Work& work = WordFormat::work();
  return {work.parsed, work.tested_for_equivalence, work.compared};
}

class RegisterSchemaTest : public ::testing::TestWithParam<CompatibilityLevel> {
 protected:
  void SetUp() override {
    node_.StartAsPrimary();
    UpdateConfig update;
    update.target = Subject::Parse("orders");
    update.level = {FieldUpdate<CompatibilityLevel>::Action::kSet, GetParam()};
    ASSERT_TRUE(node_.Write(update).ok());
  }
  void Register(int number) {
    const auto registered = node_.Register("orders", "a? v" + std::to_string(number) + "?");
    ASSERT_TRUE(registered.ok()) << registered.status();
    ASSERT_EQ(registered->version, Version(number));
  }
  Costs CostsOf(int number) {
    const Costs before = Now();
    Register(number);
    const Costs after = Now();
    return {after.parsed - before.parsed, after.tested_for_equivalence - before.tested_for_equivalence,
            after.compared - before.compared};
  }

  TestNode node_{MemoryLogStorage::Create()};
};

// Each used to be tested against every version of the subject.
TEST_P(RegisterSchemaTest, CostsTheSameHoweverManyVersionsThereAre) {
  constexpr int kFirst = 50;
  constexpr int kLast = 2000;
  for (int number = 1; number < kFirst; ++number) Register(number);
  const Costs early = CostsOf(kFirst);
  for (int number = kFirst + 1; number < kLast; ++number) Register(number);
  EXPECT_EQ(CostsOf(kLast), early);
  EXPECT_EQ(early.tested_for_equivalence, 0);
  EXPECT_EQ(early.compared, GetParam() == CompatibilityLevel::kNone ? 0 : 1);
  EXPECT_LE(early.parsed, 2) << "itself and the version before";

  // What is there is found as cheaply.
  const Costs before = Now();
  EXPECT_EQ(node_.Register("orders", "v7? a?")->version, Version(7));
  const Costs after = Now();
  EXPECT_LE(after.parsed - before.parsed, 2);
  EXPECT_LE(after.tested_for_equivalence - before.tested_for_equivalence, 2);
  EXPECT_EQ(after.compared, before.compared);
}

INSTANTIATE_TEST_SUITE_P(Levels, RegisterSchemaTest,
                         ::testing::Values(CompatibilityLevel::kNone, CompatibilityLevel::kBackward));

}  // namespace
}  // namespace regent
