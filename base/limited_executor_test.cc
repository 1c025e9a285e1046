#include "base/limited_executor.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <deque>
#include <future>
#include <memory>
#include <utility>
#include <vector>

namespace regent {
namespace {

using ::testing::ElementsAre;

// Runs tasks when it is told to.
class ManualExecutor : public Executor {
 public:
  void Post(std::function<void()> task) override { tasks_.push_back(std::move(task)); }
  void RunOne() {
    const auto task = std::move(tasks_.front());
    tasks_.pop_front();
    task();
  }
  size_t waiting() const { return tasks_.size(); }

 private:
  std::deque<std::function<void()>> tasks_;
};

TEST(LimitedExecutorTest, ManyTasksTakeFewOfTheOthers) {
  ManualExecutor manual;
  LimitedExecutor limited({.at_once = 2, .in_a_row = 100}, &manual);
  std::vector<int> ran;
  for (int i = 0; i < 5; ++i) limited.Post([&ran, i] { ran.push_back(i); });
  EXPECT_EQ(manual.waiting(), 2u);
  manual.RunOne();
  EXPECT_THAT(ran, ElementsAre(0, 1, 2, 3, 4));
  manual.RunOne();
  EXPECT_EQ(manual.waiting(), 0u);
  limited.Post([&ran] { ran.push_back(5); });
  EXPECT_EQ(manual.waiting(), 1u);
  manual.RunOne();
  EXPECT_EQ(ran.size(), 6u);
}

TEST(LimitedExecutorTest, OtherWorkHasItsTurn) {
  ManualExecutor manual;
  LimitedExecutor limited({.at_once = 1, .in_a_row = 2}, &manual);
  std::vector<int> ran;
  for (int i = 0; i < 5; ++i) limited.Post([&ran, i] { ran.push_back(i); });
  manual.Post([&ran] { ran.push_back(-1); });
  while (manual.waiting() > 0) manual.RunOne();
  EXPECT_THAT(ran, ElementsAre(0, 1, -1, 2, 3, 4));
}

TEST(LimitedExecutorTest, WhatWaitsRunsAlthoughItIsGone) {
  ManualExecutor manual;
  auto limited = std::make_unique<LimitedExecutor>(LimitedExecutor::Options(), &manual);
  bool ran = false;
  limited->Post([&ran] { ran = true; });
  limited.reset();
  manual.RunOne();
  EXPECT_TRUE(ran);
}

TEST(LimitedExecutorTest, TasksOfManyThreadsAllRun) {
  constexpr int kThreads = 4;
  constexpr int kTasks = 1000;
  std::atomic<int> ran{0};
  {
    ThreadPool pool(kThreads);
    LimitedExecutor limited({.at_once = 2, .in_a_row = 10}, &pool);
    std::vector<std::future<void>> posting;
    for (int t = 0; t < kThreads; ++t) {
      posting.push_back(std::async(std::launch::async, [&] {
        for (int i = 0; i < kTasks; ++i) limited.Post([&ran] { ++ran; });
      }));
    }
    for (auto& posted : posting) posted.get();
  }
  EXPECT_EQ(ran, kThreads * kTasks);
}

}  // namespace
}  // namespace regent
