#include "client/bounded_cache.h"

#include <gtest/gtest.h>

#include <string>
#include <thread>
#include <vector>

#include "base/fake_clock.h"

namespace regent::client {
namespace {

using std::chrono::seconds;

TEST(BoundedCacheTest, GivesBackWhatWasPut) {
  FakeClock clock;
  BoundedCache<int> cache(1 << 20, &clock);
  EXPECT_EQ(cache.Get("a"), std::nullopt);
  cache.Put("a", 1, 4);
  cache.Put("b", 2, 4);
  cache.Put("a", 3, 4);
  EXPECT_EQ(cache.Get("a"), 3);
  EXPECT_EQ(cache.Get("b"), 2);
}

TEST(BoundedCacheTest, ForgetsWhatIsErased) {
  FakeClock clock;
  BoundedCache<int> cache(1 << 20, &clock);
  cache.Put("a", 1, 4);
  cache.Put("b", 2, 4);
  cache.Erase("a");
  cache.Erase("never");
  EXPECT_EQ(cache.Get("a"), std::nullopt);
  EXPECT_EQ(cache.Get("b"), 2);
  cache.Clear();
  EXPECT_EQ(cache.Get("b"), std::nullopt);
  EXPECT_EQ(cache.bytes(), 0u);
}

TEST(BoundedCacheTest, ForgetsWhatIsOutOfTimeAndNothingElse) {
  FakeClock clock;
  BoundedCache<int> cache(1 << 20, &clock);
  cache.Put("latest", 1, 4, clock.Now() + seconds(60));
  cache.Put("id", 2, 4);
  clock.Advance(seconds(59));
  EXPECT_EQ(cache.Get("latest"), 1);
  clock.Advance(seconds(1));
  EXPECT_EQ(cache.Get("latest"), std::nullopt);
  clock.Advance(std::chrono::hours(100000));
  EXPECT_EQ(cache.Get("id"), 2);
}

TEST(BoundedCacheTest, DropsWhatWasUsedLongestAgo) {
  FakeClock clock;
  BoundedCache<int> cache(1 << 20, &clock);
  cache.Put("kept", 1, 1000);
  for (int i = 0; i < 100000; ++i) {
    cache.Put("k" + std::to_string(i), i, 1000);
    ASSERT_EQ(cache.Get("kept"), 1) << i;
  }
  EXPECT_EQ(cache.Get("k0"), std::nullopt);
  EXPECT_EQ(cache.Get("k99999"), 99999);
}

TEST(BoundedCacheTest, HoldsItsBoundUnderAMillionKeys) {
  FakeClock clock;
  BoundedCache<int> cache(1 << 20, &clock);
  size_t most = 0;
  for (int i = 0; i < 1000000; ++i) {
    cache.Put(std::to_string(i), i, static_cast<size_t>(i % 500));
    if (i % 1000 == 0) most = std::max(most, cache.bytes());
  }
  EXPECT_LE(most, size_t{1} << 20);
  EXPECT_GT(most, size_t{900} << 10) << "and it uses what it may";
}

TEST(BoundedCacheTest, DoesNotKeepWhatIsLargerThanAShard) {
  FakeClock clock;
  BoundedCache<int> cache(1 << 20, &clock);
  cache.Put("a", 1, 4);
  cache.Put("a", 2, 1 << 20);
  EXPECT_EQ(cache.Get("a"), std::nullopt) << "the older value is wrong by now";
  EXPECT_EQ(cache.bytes(), 0u);
}

TEST(BoundedCacheTest, ServesManyThreads) {
  FakeClock clock;
  BoundedCache<int> cache(1 << 16, &clock);
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([&cache, t] {
      for (int i = 0; i < 20000; ++i) {
        const int key = (i * 7 + t) % 1000;
        if (const auto value = cache.Get(std::to_string(key))) {
          EXPECT_EQ(*value, key);
        }
        cache.Put(std::to_string(key), key, 100);
        if (i % 97 == 0) cache.Erase(std::to_string(key));
        if (i % 5003 == 0) cache.Clear();
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_LE(cache.bytes(), size_t{1} << 16);
}

}  // namespace
}  // namespace regent::client
