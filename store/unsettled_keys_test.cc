#include "store/unsettled_keys.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace regent {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

UnsettledKey KeyAt(int64_t offset, bool trusted = true) {
  UnsettledKey key;
  key.first_offset = Offset(offset);
  key.last_offset = Offset(offset);
  key.trusted = trusted;
  return key;
}

std::vector<std::string> Names(const std::vector<UnsettledPlace>& places) {
  std::vector<std::string> names;
  for (const UnsettledPlace& place : places) names.push_back(place.raw_key);
  return names;
}

TEST(UnsettledKeysTest, TrustedOnesComeInTheOrderOfTheLog) {
  UnsettledKeys keys;
  keys.Put("c", KeyAt(3));
  keys.Put("a", KeyAt(7));
  keys.Put("b", KeyAt(7));
  keys.Put("late", KeyAt(5, /*trusted=*/false));
  EXPECT_THAT(Names(keys.TrustedAfter({}, 10)), ElementsAre("c", "a", "b"));
  EXPECT_THAT(Names(keys.TrustedAfter({}, 1)), ElementsAre("c"));
  EXPECT_THAT(Names(keys.TrustedAfter({Offset(7), "a"}, 10)), ElementsAre("b"));
  EXPECT_THAT(keys.Untrusted(10), ElementsAre("late"));
  EXPECT_EQ(keys.size(), 4u);
  EXPECT_EQ(keys.untrusted(), 1u);
}

TEST(UnsettledKeysTest, AnotherRecordMovesAKeyToTheEnd) {
  UnsettledKeys keys;
  keys.Put("a", KeyAt(1));
  keys.Put("b", KeyAt(2));
  UnsettledKey again = *keys.Remove("a");
  EXPECT_EQ(keys.Find("a"), nullptr);
  again.last_offset = Offset(3);
  keys.Put("a", again);
  EXPECT_EQ(keys.Find("a")->first_offset, Offset(1));
  EXPECT_THAT(Names(keys.TrustedAfter({}, 10)), ElementsAre("b", "a"));
  keys.Put("b", KeyAt(4, /*trusted=*/false));
  EXPECT_THAT(Names(keys.TrustedAfter({}, 10)), ElementsAre("a"));
}

TEST(UnsettledKeysTest, SettledKeyIsGoneFromAllOrders) {
  UnsettledKeys keys;
  keys.Put("a", KeyAt(1));
  keys.Put("b", KeyAt(2, /*trusted=*/false));
  keys.Remove("a");
  keys.Remove("b");
  EXPECT_EQ(keys.Remove("b"), std::nullopt);
  EXPECT_EQ(keys.size() + keys.untrusted(), 0u);
  EXPECT_THAT(keys.TrustedAfter({}, 10), IsEmpty());
  EXPECT_THAT(keys.Untrusted(10), IsEmpty());
}

TEST(UnsettledKeysTest, TrustingAllPutsThemWhereTheyStand) {
  UnsettledKeys keys;
  keys.Put("b", KeyAt(2));
  keys.Put("a", KeyAt(1, /*trusted=*/false));
  keys.TrustAll();
  EXPECT_EQ(keys.untrusted(), 0u);
  EXPECT_THAT(Names(keys.TrustedAfter({}, 10)), ElementsAre("a", "b"));
  EXPECT_TRUE(keys.Find("a")->trusted);
}

TEST(UnsettledKeysTest, MovedKeysKeepTheirOrder) {
  UnsettledKeys keys;
  for (int i = 0; i < 100; ++i) keys.Put("key-" + std::to_string(i), KeyAt(100 - i));
  UnsettledKeys moved;
  moved = std::move(keys);
  EXPECT_THAT(Names(moved.TrustedAfter({}, 2)), ElementsAre("key-99", "key-98"));
  moved.Remove("key-99");
  EXPECT_THAT(Names(moved.TrustedAfter({}, 1)), ElementsAre("key-98"));
}

}  // namespace
}  // namespace regent
