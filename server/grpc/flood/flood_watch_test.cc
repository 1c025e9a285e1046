#include "server/grpc/flood/flood_watch.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <vector>

namespace regent {
namespace {

using std::chrono::milliseconds;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

constexpr size_t kMebibyte = 1u << 20;

// A server whose connections a test makes up.
class FakeSight final : public FloodSight {
 public:
  std::chrono::steady_clock::time_point Now() override { return now; }
  int64_t WaitingCalls() override { return waiting; }
  size_t ResidentBytes() override { return resident; }
  int64_t StartedCalls() override { return started; }
  std::vector<ConnectionStreams> Connections() override {
    ++reads;
    return connections;
  }
  int End(const std::vector<ConnectionStreams>& those) override {
    for (const ConnectionStreams& each : those) ended.push_back(each.id);
    return finds ? static_cast<int>(those.size()) : 0;
  }
  void Brake(bool on) override { braked = on; }
  void ReleaseFreeMemory() override {
    ++releases;
    resident = kCalm;
  }

  void Set(int64_t id, int64_t unfinished) {
    for (ConnectionStreams& each : connections) {
      if (each.id == id) {
        each.unfinished = unfinished;
        return;
      }
    }
    connections.push_back({id, TcpConnection{}, unfinished});
  }

  static constexpr size_t kCalm = 50 * kMebibyte;
  std::chrono::steady_clock::time_point now{};
  int64_t waiting = 0;
  size_t resident = kCalm;
  int64_t started = 0;
  std::vector<ConnectionStreams> connections;
  int reads = 0;
  int releases = 0;
  bool finds = true;
  bool braked = false;
  std::vector<int64_t> ended;
};

class FloodWatchTest : public ::testing::Test {
 protected:
  // As calls make it.
  void Grow(size_t mebibytes) {
    sight_.resident += mebibytes * kMebibyte;
    sight_.started += 1000;
  }
  // As long as what is too much may be: then something is done about it.
  void LookTwice() {
    watch_.Look();
    sight_.now += options_.patience;
    watch_.Look();
  }
  // Looks until the alarm is over. No time passes but what the watch asks for.
  void LookUntilCalm() {
    while (watch_.Look() == options_.alert_interval) sight_.now += options_.alert_interval;
  }

  const FloodWatch::Options options_{.max_concurrent_streams = 100, .max_reset_streams = 1000};
  FakeSight sight_;
  FloodWatch watch_{options_, &sight_};
};

TEST_F(FloodWatchTest, AsksNothingOfGrpcWhileNothingGrows) {
  for (int i = 0; i < 100; ++i) EXPECT_EQ(watch_.Look(), options_.calm_interval);
  Grow(7);
  EXPECT_EQ(watch_.Look(), options_.calm_interval);
  EXPECT_EQ(sight_.reads, 0);
}

TEST_F(FloodWatchTest, NorWhereItGrowsWithoutCalls) {
  watch_.Look();
  for (int i = 0; i < 20; ++i) {
    sight_.resident += 8 * kMebibyte;
    sight_.started += 249;
    EXPECT_EQ(watch_.Look(), options_.calm_interval);
  }
  EXPECT_EQ(sight_.reads, 0);
}

TEST_F(FloodWatchTest, GrowthForOtherReasonsIsNoFlood) {
  sight_.Set(1, 100);
  watch_.Look();
  for (int i = 0; i < 20; ++i) {
    Grow(8);
    EXPECT_EQ(watch_.Look(), options_.calm_interval);
    EXPECT_EQ(watch_.Look(), options_.calm_interval);
  }
  EXPECT_EQ(sight_.reads, 20);
  EXPECT_THAT(sight_.ended, IsEmpty());
  EXPECT_EQ(sight_.releases, 0);
}

TEST_F(FloodWatchTest, CutsTheConnectionThatHasMoreThanItMayHaveOpen) {
  sight_.Set(1, 100);
  sight_.Set(2, 1101);
  watch_.Look();
  Grow(8);
  EXPECT_EQ(watch_.Look(), options_.alert_interval);
  EXPECT_THAT(sight_.ended, IsEmpty());
  sight_.now += options_.patience - milliseconds(1);
  EXPECT_EQ(watch_.Look(), options_.alert_interval);
  EXPECT_THAT(sight_.ended, IsEmpty());
  sight_.now += milliseconds(1);
  EXPECT_EQ(watch_.Look(), options_.alert_interval);
  EXPECT_THAT(sight_.ended, ElementsAre(2));
  EXPECT_EQ(watch_.connections_ended(), 1);
}

TEST_F(FloodWatchTest, WhatTheNodeCatchesUpWithIsNoFlood) {
  watch_.Look();
  Grow(8);
  for (int i = 0; i < 10; ++i) {
    sight_.Set(1, 3000);
    watch_.Look();
    sight_.now += options_.patience - milliseconds(1);
    sight_.Set(1, 1000);
    watch_.Look();
    sight_.now += milliseconds(1);
  }
  EXPECT_THAT(sight_.ended, IsEmpty());
}

TEST_F(FloodWatchTest, ThreeTimesTheLimitIsCutAtOnce) {
  sight_.Set(1, 3100);
  watch_.Look();
  Grow(8);
  watch_.Look();
  EXPECT_THAT(sight_.ended, IsEmpty());
  sight_.Set(1, 3101);
  watch_.Look();
  EXPECT_THAT(sight_.ended, ElementsAre(1));
}

TEST_F(FloodWatchTest, UpToTheLimitItOnlyLooksMoreClosely) {
  sight_.Set(1, 1100);
  watch_.Look();
  Grow(8);
  LookTwice();
  EXPECT_EQ(watch_.Look(), options_.alert_interval);
  EXPECT_THAT(sight_.ended, IsEmpty());
}

TEST_F(FloodWatchTest, CallsThatWaitAreASignBeforeTheMemoryIs) {
  sight_.Set(1, 2000);
  sight_.waiting = 249;
  LookTwice();
  EXPECT_THAT(sight_.ended, IsEmpty());
  sight_.waiting = 250;
  LookTwice();
  EXPECT_THAT(sight_.ended, ElementsAre(1));
}

TEST_F(FloodWatchTest, TheLimitIsOfAllTogetherAndTheWorstGoFirst) {
  sight_.Set(1, 500);
  sight_.Set(2, 700);
  sight_.Set(3, 600);
  sight_.Set(4, 100);
  watch_.Look();
  Grow(8);
  LookTwice();
  // 1500 too many: without the 600 of the worst, 900 are within the limit.
  EXPECT_THAT(sight_.ended, ElementsAre(2));
}

TEST_F(FloodWatchTest, WhoComesBackMeanwhileIsCutSooner) {
  sight_.Set(1, 2000);
  watch_.Look();
  Grow(8);
  LookTwice();
  ASSERT_THAT(sight_.ended, ElementsAre(1));
  // Those 2000 still wait. Nobody else has room, but for what a connection may have open.
  sight_.Set(2, 100);
  watch_.Look();
  EXPECT_THAT(sight_.ended, ElementsAre(1));
  sight_.Set(2, 101);
  watch_.Look();
  EXPECT_THAT(sight_.ended, ElementsAre(1, 2));
}

TEST_F(FloodWatchTest, BrakesWhileTwiceTheLimitIsNotDoneWith) {
  sight_.Set(1, 2100);
  watch_.Look();
  Grow(8);
  watch_.Look();
  EXPECT_FALSE(sight_.braked);
  sight_.Set(1, 2101);
  watch_.Look();
  EXPECT_TRUE(sight_.braked);
  sight_.now += options_.patience;
  watch_.Look();
  ASSERT_THAT(sight_.ended, ElementsAre(1));
  EXPECT_TRUE(sight_.braked) << "what was cut counts";
  sight_.connections.clear();
  watch_.Look();
  EXPECT_FALSE(sight_.braked);
}

TEST_F(FloodWatchTest, OneThatIsFinishingIsNotCutAgain) {
  sight_.Set(1, 2000);
  watch_.Look();
  Grow(8);
  LookTwice();
  // What had been read already.
  sight_.Set(1, 2100);
  watch_.Look();
  EXPECT_THAT(sight_.ended, ElementsAre(1));
}

TEST_F(FloodWatchTest, OneThatGoesOnIsCutAgain) {
  sight_.finds = false;
  sight_.Set(1, 2000);
  watch_.Look();
  Grow(8);
  LookTwice();
  EXPECT_EQ(watch_.connections_ended(), 0);
  sight_.finds = true;
  sight_.Set(1, 2101);
  watch_.Look();
  EXPECT_THAT(sight_.ended, ElementsAre(1, 1));
  EXPECT_EQ(watch_.connections_ended(), 1);
}

TEST_F(FloodWatchTest, StaysAlertUntilNothingHappensForAWhile) {
  sight_.Set(1, 2000);
  watch_.Look();
  Grow(30);
  LookTwice();
  sight_.now += milliseconds(10000);
  EXPECT_EQ(watch_.Look(), options_.alert_interval) << "the one that was cut is not done with";
  sight_.connections.clear();
  const auto begin = sight_.now;
  LookUntilCalm();
  EXPECT_EQ(sight_.now - begin, options_.alert_time);
  EXPECT_EQ(sight_.releases, 1);
  const int reads = sight_.reads;
  EXPECT_EQ(watch_.Look(), options_.calm_interval);
  EXPECT_EQ(sight_.reads, reads);
}

TEST_F(FloodWatchTest, EachFloodMeetsTheSameLimit) {
  watch_.Look();
  for (int64_t id = 1; id <= 5; ++id) {
    sight_.Set(id, 2000);
    Grow(8);
    LookTwice();
    EXPECT_EQ(watch_.connections_ended(), id);
    sight_.connections.clear();
    LookUntilCalm();
  }
}

}  // namespace
}  // namespace regent
