#include "store/state_digest.h"

#include <gtest/gtest.h>

namespace regent {
namespace {

StateDigest Of(std::initializer_list<std::string_view> items) {
  StateDigest digest;
  for (const std::string_view item : items) digest.Add(item);
  return digest;
}

TEST(StateDigestTest, OrderDoesNotMatterAndContentDoes) {
  EXPECT_EQ(Of({"a", "b"}), Of({"b", "a"}));
  EXPECT_NE(Of({"a", "b"}).ToHex(), Of({"a", "c"}).ToHex());
  EXPECT_NE(Of({"a"}).ToHex(), Of({"a", "a"}).ToHex());
}

TEST(StateDigestTest, WhatIsTakenBackLeavesNoTrace) {
  StateDigest digest = Of({"a", "b"});
  digest.Remove("b");
  EXPECT_EQ(digest, Of({"a"}));
  digest.Remove("a");
  EXPECT_EQ(digest, StateDigest());
}

TEST(StateDigestTest, IsTheSameInEveryBuild) {
  EXPECT_EQ(StateDigest().ToHex(), "00000000000000000000000000000000");
  EXPECT_EQ(Of({"a"}).ToHex(), "d1eca9cdc0066f3302c0bdbf481420f8");
}

}  // namespace
}  // namespace regent
