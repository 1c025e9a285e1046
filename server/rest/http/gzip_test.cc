#include "server/rest/http/gzip.h"

#include <gtest/gtest.h>

#include <ctime>
#include <string>

#include "base/error_reason.h"

namespace regent {
namespace {

TEST(GzipTest, ThereAndBack) {
  for (const size_t size : {size_t{0}, size_t{1}, size_t{100000}}) {
    const std::string text(size, 'x');
    const auto back = Inflate(Gzip(text), 100000);
    ASSERT_TRUE(back.ok()) << back.status();
    EXPECT_EQ(*back, text);
  }
}

TEST(GzipTest, MembersAfterEachOtherCountAsOne) { EXPECT_EQ(*Inflate(Gzip("one ") + Gzip("two"), 100), "one two"); }

TEST(GzipTest, ABombIsGivenUpAtTheLimit) {
  const std::string bomb = Gzip(std::string(50 << 20, '\0'));
  ASSERT_LT(bomb.size(), 1u << 20);
  EXPECT_TRUE(absl::IsOutOfRange(Inflate(bomb, 1 << 20).status()));
}

// Each may be empty, 20 bytes that add nothing: none may cost what all before it inflated to.
TEST(GzipTest, ManyMembersTakeTimeByTheirOwnSize) {
  std::string members = Gzip(std::string(4 << 20, '\0'));
  const std::string empty = Gzip("");
  for (int i = 0; i < 200000; ++i) members += empty;
  const std::clock_t begin = std::clock();
  const auto inflated = Inflate(members, 8 << 20);
  ASSERT_TRUE(inflated.ok()) << inflated.status();
  EXPECT_EQ(inflated->size(), size_t{4 << 20});
  EXPECT_LT((std::clock() - begin) / CLOCKS_PER_SEC, 10);
}

TEST(GzipTest, ExactlyTheLimitIsWithinIt) {
  EXPECT_TRUE(Inflate(Gzip(std::string(1000, 'x')), 1000).ok());
  EXPECT_TRUE(absl::IsOutOfRange(Inflate(Gzip(std::string(1001, 'x')), 1000).status()));
}

TEST(GzipTest, WhatIsBrokenOrCutIsRefused) {
  const std::string whole = Gzip(std::string(1000, 'x') + "tail");
  for (size_t size = 0; size < whole.size(); ++size) {
    EXPECT_EQ(ReasonOf(Inflate(whole.substr(0, size), 10000).status()), ErrorReason::kRequestInvalid) << size;
  }
  EXPECT_EQ(ReasonOf(Inflate("this is no gzip", 10000).status()), ErrorReason::kRequestInvalid);
  EXPECT_EQ(ReasonOf(Inflate(whole + "garbage", 10000).status()), ErrorReason::kRequestInvalid);
}

}  // namespace
}  // namespace regent
