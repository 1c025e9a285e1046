#include "base/executor.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <future>
#include <memory>
#include <thread>
#include <vector>

namespace regent {
namespace {

TEST(ThreadPoolTest, RunsOnAnotherThread) {
  std::promise<std::thread::id> ran;
  ThreadPool pool(1);
  pool.Post([&] { ran.set_value(std::this_thread::get_id()); });
  EXPECT_NE(ran.get_future().get(), std::this_thread::get_id());
}

TEST(ThreadPoolTest, OneThreadKeepsTheOrder) {
  std::vector<int> order;
  {
    ThreadPool pool(1);
    for (int i = 0; i < 100; ++i) pool.Post([&order, i] { order.push_back(i); });
  }
  ASSERT_EQ(order.size(), 100u);
  EXPECT_TRUE(std::is_sorted(order.begin(), order.end()));
}

TEST(ThreadPoolTest, SeveralThreadsWorkAtOnce) {
  std::promise<void> first;
  std::promise<void> second;
  ThreadPool pool(2);
  pool.Post([&] {
    first.set_value();
    second.get_future().wait();
  });
  pool.Post([&] {
    first.get_future().wait();
    second.set_value();
  });
}

TEST(ThreadPoolTest, DestructionRunsWhatWasPostedAndWhatThatPosts) {
  std::atomic<int> ran = 0;
  auto pool = std::make_unique<ThreadPool>(4);
  for (int i = 0; i < 500; ++i) {
    pool->Post([&, raw = pool.get()] {
      ++ran;
      raw->Post([&] { ++ran; });
    });
  }
  pool.reset();
  EXPECT_EQ(ran, 1000);
}

TEST(ThreadPoolTest, StopRunsWhatWasPostedAndDropsWhatComesLater) {
  ThreadPool pool(2);
  std::atomic<int> ran{0};
  for (int i = 0; i < 10; ++i) pool.Post([&ran] { ++ran; });
  pool.Stop();
  EXPECT_EQ(ran, 10);
  pool.Post([&ran] { ++ran; });
  pool.Stop();
  EXPECT_EQ(ran, 10);
}

TEST(ThreadPoolTest, FinishedTaskLetsGoOfWhatItOwns) {
  std::promise<void> next;
  ThreadPool pool(1);
  auto owned = std::make_shared<int>(1);
  const std::weak_ptr<int> watched = owned;
  pool.Post([owned = std::move(owned)] {});
  pool.Post([&] { next.set_value(); });
  next.get_future().wait();
  EXPECT_TRUE(watched.expired());
}

}  // namespace
}  // namespace regent
