#include "store/schema_uses.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace regent {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::Pair;

const Subject kOrders(".", "orders");
const Subject kPayments(".", "payments");

TEST(SchemaUsesTest, ListsInTheOrderOfNames) {
  SchemaUses uses;
  uses.Add(&kPayments, Version(1));
  EXPECT_THAT(uses.List(), ElementsAre(Pair(kPayments, Version(1))));
  uses.Add(&kOrders, Version(2));
  uses.Add(&kOrders, Version(1));
  EXPECT_THAT(uses.List(),
              ElementsAre(Pair(kOrders, Version(1)), Pair(kOrders, Version(2)), Pair(kPayments, Version(1))));
}

TEST(SchemaUsesTest, ListsThoseInOneSubject) {
  SchemaUses uses;
  uses.Add(&kOrders, Version(3));
  EXPECT_THAT(uses.In(kOrders), ElementsAre(Version(3)));
  EXPECT_THAT(uses.In(kPayments), IsEmpty());
  uses.Add(&kPayments, Version(2));
  uses.Add(&kOrders, Version(1));
  EXPECT_THAT(uses.In(kOrders), ElementsAre(Version(1), Version(3)));
  EXPECT_THAT(uses.In(kPayments), ElementsAre(Version(2)));
}

TEST(SchemaUsesTest, FirstIsTheNewestVersionOfTheFirstSubject) {
  SchemaUses uses;
  uses.Add(&kPayments, Version(3));
  EXPECT_EQ(uses.First(), std::pair(kPayments, Version(3)));
  uses.Add(&kOrders, Version(2));
  uses.Add(&kOrders, Version(1));
  EXPECT_EQ(uses.First(), std::pair(kOrders, Version(2)));
}

TEST(SchemaUsesTest, AddedTwiceIsThereOnce) {
  SchemaUses uses;
  uses.Add(&kOrders, Version(1));
  uses.Add(&kOrders, Version(1));
  EXPECT_THAT(uses.List(), ElementsAre(Pair(kOrders, Version(1))));
  uses.Add(&kPayments, Version(1));
  uses.Add(&kOrders, Version(1));
  uses.Remove(kOrders, Version(1));
  EXPECT_THAT(uses.List(), ElementsAre(Pair(kPayments, Version(1))));
}

TEST(SchemaUsesTest, EmptyOnceAllAreGone) {
  SchemaUses uses;
  EXPECT_TRUE(uses.empty());
  for (int i = 1; i <= 100; ++i) uses.Add(&kOrders, Version(i));
  uses.Remove(kPayments, Version(1));
  for (int i = 1; i <= 100; ++i) {
    EXPECT_FALSE(uses.empty());
    uses.Remove(kOrders, Version(i));
  }
  EXPECT_TRUE(uses.empty());
  EXPECT_THAT(uses.List(), IsEmpty());
  uses.Remove(kOrders, Version(1));
  EXPECT_TRUE(uses.empty());
}

TEST(SchemaUsesTest, IsSmall) { EXPECT_LE(sizeof(SchemaUses), 24u); }

}  // namespace
}  // namespace regent
