#include "base/first_come.h"

#include <gtest/gtest.h>

#include <atomic>
#include <thread>
#include <vector>

namespace regent {
namespace {

TEST(FirstComeTest, OneOfManyHasIt) {
  int object = 0;
  FirstCome<int> first(&object);
  std::atomic<int> had{0};
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([&] {
      if (int* taken = first.Take()) {
        ++*taken;
        ++had;
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(had, 1);
  EXPECT_EQ(object, 1);
}

}  // namespace
}  // namespace regent
