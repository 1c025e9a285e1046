#include "base/clock.h"

#include <gtest/gtest.h>

#include <atomic>
#include <future>
#include <thread>
#include <vector>

#include "base/mutex.h"

namespace regent {
namespace {

using std::chrono::hours;
using std::chrono::milliseconds;

SteadyTime In(milliseconds span) { return SystemClock()->Now() + span; }

TEST(SystemClockTest, NeverGoesBack) {
  const SteadyTime first = SystemClock()->Now();
  EXPECT_LE(first, SystemClock()->Now());
}

TEST(SystemClockTest, WallTimeIsOfThisCentury) {
  EXPECT_GT(SystemClock()->WallMillis(), int64_t{1767225600000});  // 2026-01-01
  EXPECT_LT(SystemClock()->WallMillis(), int64_t{4102444800000});  // 2100-01-01
}

TEST(ThreadTimerTest, RunsWhatIsDueOnAThreadOfItsOwn) {
  std::promise<std::thread::id> ran;
  const auto timer = NewThreadTimer();
  timer->RunAt(In(milliseconds(0)), [&] { ran.set_value(std::this_thread::get_id()); });
  EXPECT_NE(ran.get_future().get(), std::this_thread::get_id());
}

TEST(ThreadTimerTest, DoesNotRunBeforeItsTime) {
  std::promise<SteadyTime> ran;
  const auto timer = NewThreadTimer();
  const SteadyTime when = In(milliseconds(20));
  timer->RunAt(when, [&] { ran.set_value(SystemClock()->Now()); });
  EXPECT_GE(ran.get_future().get(), when);
}

TEST(ThreadTimerTest, RunsInOrderOfTimeThenOfCalls) {
  std::promise<void> go;
  std::promise<void> last;
  std::vector<int> order;  // of the timer's thread; read after `last`
  const auto timer = NewThreadTimer();
  timer->RunAt(In(milliseconds(0)), [done = go.get_future().share()] { done.wait(); });
  const SteadyTime base = SystemClock()->Now();
  timer->RunAt(base + milliseconds(3), [&] { last.set_value(); });
  timer->RunAt(base + milliseconds(2), [&] { order.push_back(2); });
  timer->RunAt(base + milliseconds(1), [&] { order.push_back(1); });
  timer->RunAt(base + milliseconds(2), [&] { order.push_back(3); });
  go.set_value();
  last.get_future().wait();
  EXPECT_EQ(order, (std::vector<int>{1, 2, 3}));
}

TEST(ThreadTimerTest, EarlierCallbackOvertakesOneThatIsWaitedFor) {
  std::promise<void> ran;
  const auto timer = NewThreadTimer();
  timer->RunAt(In(hours(10)), [] { FAIL(); });
  timer->RunAt(SteadyTime::max(), [] { FAIL(); });
  timer->RunAt(In(milliseconds(1)), [&] { ran.set_value(); });
  ran.get_future().wait();
}

TEST(ThreadTimerTest, CancelledCallbackDoesNotRun) {
  std::promise<void> after;
  const auto timer = NewThreadTimer();
  const Timer::Id id = timer->RunAt(In(milliseconds(5)), [] { FAIL(); });
  EXPECT_TRUE(timer->Cancel(id));
  EXPECT_FALSE(timer->Cancel(id));
  timer->RunAt(In(milliseconds(6)), [&] { after.set_value(); });
  after.get_future().wait();
}

TEST(ThreadTimerTest, WhatRanOrWasNeverSetCannotBeCancelled) {
  std::promise<void> ran;
  const auto timer = NewThreadTimer();
  const Timer::Id id = timer->RunAt(In(milliseconds(0)), [&] { ran.set_value(); });
  ran.get_future().wait();
  EXPECT_FALSE(timer->Cancel(id));
  EXPECT_FALSE(timer->Cancel(id + 1));
}

TEST(ThreadTimerTest, CallbackMaySetAndCancelOthers) {
  std::promise<void> ran;
  const auto timer = NewThreadTimer();
  const Timer::Id other = timer->RunAt(In(hours(1)), [] { FAIL(); });
  timer->RunAt(In(milliseconds(0)), [&] {
    EXPECT_TRUE(timer->Cancel(other));
    timer->RunAt(In(milliseconds(0)), [&] { ran.set_value(); });
  });
  ran.get_future().wait();
}

TEST(ThreadTimerTest, DestructionDropsWhatWaitsAndWaitsForWhatRuns) {
  std::promise<void> started;
  std::atomic<bool> finished = false;
  auto owned = std::make_shared<int>(1);
  auto timer = NewThreadTimer();
  timer->RunAt(In(hours(1)), [owned] { FAIL(); });
  timer->RunAt(In(milliseconds(0)), [&] {
    started.set_value();
    std::this_thread::yield();
    finished = true;
  });
  started.get_future().wait();
  timer.reset();
  EXPECT_TRUE(finished);
  EXPECT_EQ(owned.use_count(), 1);
}

TEST(ThreadTimerTest, FinishedCallbackLetsGoOfWhatItOwns) {
  std::promise<void> next;
  const auto timer = NewThreadTimer();
  auto owned = std::make_shared<int>(1);
  const std::weak_ptr<int> watched = owned;
  timer->RunAt(In(milliseconds(0)), [owned = std::move(owned)] {});
  timer->RunAt(In(milliseconds(1)), [&] { next.set_value(); });
  next.get_future().wait();
  EXPECT_TRUE(watched.expired());
}

// Many threads set and cancel at once; each callback runs once or was cancelled, never both and never neither.
TEST(ThreadTimerTest, LosesNoWakeUpUnderLoad) {
  constexpr int kThreads = 4;
  constexpr int kEach = 500;
  std::atomic<int> ran = 0;
  std::atomic<int> cancelled = 0;
  Mutex mutex;
  CondVar changed;
  {
    const auto timer = NewThreadTimer();
    std::vector<std::thread> threads;
    for (int t = 0; t < kThreads; ++t) {
      threads.emplace_back([&, t] {
        for (int i = 0; i < kEach; ++i) {
          const Timer::Id id = timer->RunAt(In(milliseconds((i * 7 + t) % 5)), [&] {
            MutexLock lock(&mutex);
            ++ran;
            changed.NotifyAll();
          });
          if (i % 3 == 0 && timer->Cancel(id)) ++cancelled;
        }
      });
    }
    for (std::thread& thread : threads) thread.join();
    MutexLock lock(&mutex);
    while (ran + cancelled < kThreads * kEach) changed.Wait(&mutex);
  }
  EXPECT_EQ(ran + cancelled, kThreads * kEach);
}

}  // namespace
}  // namespace regent
