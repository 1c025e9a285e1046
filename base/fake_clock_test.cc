#include "base/fake_clock.h"

#include <gtest/gtest.h>

#include <vector>

namespace regent {
namespace {

using std::chrono::milliseconds;

TEST(FakeClockTest, StandsStillUntilAdvanced) {
  FakeClock clock;
  const SteadyTime start = clock.Now();
  const int64_t wall_start = clock.WallMillis();
  EXPECT_EQ(clock.Now(), start);
  clock.Advance(milliseconds(1500));
  EXPECT_EQ(clock.Now() - start, milliseconds(1500));
  EXPECT_EQ(clock.WallMillis() - wall_start, 1500);
}

TEST(FakeClockTest, RunsWhatCameDueInOrderAndShowsItsTime) {
  FakeClock clock;
  const SteadyTime start = clock.Now();
  std::vector<int> order;
  clock.RunAt(start + milliseconds(20), [&] {
    order.push_back(20);
    EXPECT_EQ(clock.Now() - start, milliseconds(20));
  });
  clock.RunAt(start + milliseconds(10), [&] { order.push_back(10); });
  clock.RunAt(start + milliseconds(20), [&] { order.push_back(21); });
  clock.RunAt(start + milliseconds(31), [&] { order.push_back(31); });
  clock.Advance(milliseconds(30));
  EXPECT_EQ(order, (std::vector<int>{10, 20, 21}));
  EXPECT_EQ(clock.Now() - start, milliseconds(30));
  EXPECT_EQ(clock.pending(), 1u);
}

TEST(FakeClockTest, CallbackThatSetsItselfAgainRunsOnceForEachTime) {
  FakeClock clock;
  int runs = 0;
  std::function<void()> tick = [&] {
    ++runs;
    clock.RunAt(clock.Now() + milliseconds(10), tick);
  };
  clock.RunAt(clock.Now() + milliseconds(10), tick);
  clock.Advance(milliseconds(100));
  EXPECT_EQ(runs, 10);
}

TEST(FakeClockTest, WhatIsOverdueRunsAtTheNextAdvance) {
  FakeClock clock;
  bool ran = false;
  clock.RunAt(clock.Now() - milliseconds(5), [&] { ran = true; });
  EXPECT_FALSE(ran);
  const SteadyTime before = clock.Now();
  clock.Advance(milliseconds(0));
  EXPECT_TRUE(ran);
  EXPECT_EQ(clock.Now(), before);
}

TEST(FakeClockTest, CancelsOnceOnly) {
  FakeClock clock;
  const Timer::Id id = clock.RunAt(clock.Now() + milliseconds(1), [] { FAIL(); });
  EXPECT_TRUE(clock.Cancel(id));
  EXPECT_FALSE(clock.Cancel(id));
  EXPECT_FALSE(clock.Cancel(id + 1));
  clock.Advance(milliseconds(10));
  EXPECT_EQ(clock.pending(), 0u);
}

}  // namespace
}  // namespace regent
