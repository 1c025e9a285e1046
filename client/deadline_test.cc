#include "client/deadline.h"

#include <gtest/gtest.h>

namespace regent::client {
namespace {

using std::chrono::milliseconds;
using Wall = std::chrono::system_clock;

TEST(DeadlineTest, LiesAsFarAheadAsTheTimeout) {
  const SteadyTime before = SystemClock()->Now();
  const SteadyTime deadline = DeadlineAfter(milliseconds(5000));
  EXPECT_GE(deadline, before + milliseconds(5000));
  EXPECT_LE(deadline, SystemClock()->Now() + milliseconds(5000));
}

// They used to wrap around into the past, so that a call "without a limit" failed at once.
TEST(DeadlineTest, LongestTimeoutIsNever) {
  EXPECT_EQ(DeadlineAfter(milliseconds::max()), SteadyTime::max());
  EXPECT_EQ(ToWall(SteadyTime::max()), Wall::time_point::max());
  EXPECT_GT(ToWall(DeadlineAfter(std::chrono::hours(24 * 365 * 100))), Wall::now());
}

TEST(DeadlineTest, NegativeTimeoutIsNow) {
  const SteadyTime deadline = DeadlineAfter(milliseconds::min());
  EXPECT_LE(deadline, SystemClock()->Now());
  const Wall::time_point on_the_wall = ToWall(deadline);
  EXPECT_LE(on_the_wall, Wall::now());
}

}  // namespace
}  // namespace regent::client
