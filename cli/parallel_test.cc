#include "cli/parallel.h"

#include <gtest/gtest.h>

#include <set>

#include "base/mutex.h"

namespace regent::cli {
namespace {

TEST(ParallelTest, DoesEachOnceAndTellsTheWhole) {
  Mutex mutex;
  std::multiset<size_t> done;
  size_t told = 0;
  const absl::Status status = RunParallel(
      100, 8,
      [&](size_t i) {
        MutexLock lock(&mutex);
        done.insert(i);
        return absl::OkStatus();
      },
      [&](size_t finished) { told = finished; });
  EXPECT_TRUE(status.ok());
  EXPECT_EQ(told, 100u);
  EXPECT_EQ(done.size(), 100u);
  EXPECT_EQ(std::set<size_t>(done.begin(), done.end()).size(), 100u);
}

TEST(ParallelTest, FirstErrorStopsTheRest) {
  size_t begun = 0;
  const absl::Status status = RunParallel(
      100, 1,
      [&](size_t i) {
        ++begun;
        return i == 3 ? absl::AbortedError("enough") : absl::OkStatus();
      },
      [](size_t) {});
  EXPECT_EQ(status.code(), absl::StatusCode::kAborted);
  EXPECT_EQ(begun, 4u);
}

TEST(ParallelTest, NothingToDoIsDone) {
  EXPECT_TRUE(RunParallel(
                  0, 8, [](size_t) { return absl::AbortedError("never"); }, [](size_t) {})
                  .ok());
}

}  // namespace
}  // namespace regent::cli
