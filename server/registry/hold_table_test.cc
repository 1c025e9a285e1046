#include "server/registry/hold_table.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <string>
#include <thread>
#include <utility>
#include <vector>

namespace regent {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

// Keeps what is posted until the test runs it.
class QueueExecutor : public Executor {
 public:
  void Post(std::function<void()> task) override { tasks_.push_back(std::move(task)); }
  void RunAll() {
    while (!tasks_.empty()) {
      auto tasks = std::exchange(tasks_, {});
      for (auto& task : tasks) task();
    }
  }

 private:
  std::vector<std::function<void()>> tasks_;
};

class HoldTableTest : public ::testing::Test {
 protected:
  void Ask(HoldTable::Ticket ticket, const std::vector<HoldKey>& keys) {
    table_.Acquire(ticket, keys, [this, ticket] { granted_.push_back(ticket); });
  }
  std::vector<HoldTable::Ticket> Granted() {
    executor_.RunAll();
    return std::exchange(granted_, {});
  }

  QueueExecutor executor_;
  HoldTable table_{&executor_};
  std::vector<HoldTable::Ticket> granted_;
};

TEST_F(HoldTableTest, FreeKeysAreGrantedAtOnce) {
  Ask(1, {{"a"}, {"b"}});
  EXPECT_THAT(granted_, ElementsAre(1)) << "on the caller's own thread";
}

TEST_F(HoldTableTest, SecondHolderWaitsForTheFirst) {
  Ask(1, {{"a"}});
  Ask(2, {{"a"}});
  EXPECT_THAT(Granted(), ElementsAre(1));
  table_.Release(1);
  EXPECT_THAT(granted_, IsEmpty()) << "not on the thread that released";
  EXPECT_THAT(Granted(), ElementsAre(2));
}

TEST_F(HoldTableTest, OthersAreNotHeldUp) {
  Ask(1, {{"a"}});
  Ask(2, {{"b"}});
  EXPECT_THAT(Granted(), ElementsAre(1, 2));
}

TEST_F(HoldTableTest, SharersHoldTogetherAndAnExclusiveOneWaitsForAll) {
  Ask(1, {{"a", HoldMode::kShared}});
  Ask(2, {{"a", HoldMode::kShared}});
  Ask(3, {{"a"}});
  Ask(4, {{"a", HoldMode::kShared}});
  EXPECT_THAT(Granted(), ElementsAre(1, 2)) << "4 came after 3, which must not starve";
  table_.Release(1);
  EXPECT_THAT(Granted(), IsEmpty());
  table_.Release(2);
  EXPECT_THAT(Granted(), ElementsAre(3));
  table_.Release(3);
  EXPECT_THAT(Granted(), ElementsAre(4));
}

TEST_F(HoldTableTest, KeysAreQueuedTogetherSoCrossedRequestsDoNotDeadlock) {
  Ask(1, {{"a"}, {"b"}});
  Ask(2, {{"b"}, {"a"}});
  Ask(3, {{"a"}, {"b"}});
  EXPECT_THAT(Granted(), ElementsAre(1));
  table_.Release(1);
  EXPECT_THAT(Granted(), ElementsAre(2));
  table_.Release(2);
  EXPECT_THAT(Granted(), ElementsAre(3));
}

TEST_F(HoldTableTest, KeyNamedTwiceIsHeldOnceAndExclusively) {
  Ask(1, {{"a", HoldMode::kShared}, {"a"}});
  Ask(2, {{"a", HoldMode::kShared}});
  EXPECT_THAT(Granted(), ElementsAre(1));
  table_.Release(1);
  EXPECT_THAT(Granted(), ElementsAre(2));
}

TEST_F(HoldTableTest, WaiterThatGivesUpMakesRoom) {
  Ask(1, {{"a", HoldMode::kShared}});
  Ask(2, {{"a"}});
  Ask(3, {{"a", HoldMode::kShared}});
  table_.Release(2);
  EXPECT_THAT(Granted(), ElementsAre(1, 3));
}

TEST_F(HoldTableTest, ReleasingTwiceIsNothing) {
  Ask(1, {{"a"}});
  table_.Release(1);
  table_.Release(1);
  Ask(2, {{"a"}});
  EXPECT_THAT(Granted(), ElementsAre(1, 2));
}

TEST_F(HoldTableTest, NobodyHoldsAKeyBesideAnExclusiveHolder) {
  ThreadPool pool(4);
  HoldTable table(&pool);
  constexpr int kOperations = 2000;
  std::atomic<int> inside[3] = {0, 0, 0};
  std::atomic<int> done{0};
  std::atomic<bool> overlap{false};
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([&, t] {
      for (int i = 0; i < kOperations / 4; ++i) {
        const int a = (i + t) % 3;
        const int b = (i * 7 + t) % 3;
        const HoldTable::Ticket ticket = t * kOperations + i + 1;
        table.Acquire(ticket, {{std::to_string(a)}, {std::to_string(b)}}, [&, a, b, ticket] {
          if (inside[a]++ != 0 || (a != b && inside[b]++ != 0)) overlap = true;
          if (a != b) --inside[b];
          --inside[a];
          table.Release(ticket);
          ++done;
        });
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  pool.Stop();
  EXPECT_EQ(done, kOperations);
  EXPECT_FALSE(overlap);
}

}  // namespace
}  // namespace regent
