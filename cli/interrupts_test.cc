#include "cli/interrupts.h"

#include <gtest/gtest.h>

namespace regent::cli {
namespace {

TEST(InterruptsTest, RemembersTheFirstSignal) {
  for (const int number : {SIGINT, SIGTERM}) {
    const Interrupts interrupts;
    EXPECT_FALSE(Interrupts::Seen());
    raise(number);
    EXPECT_TRUE(Interrupts::Seen());
  }
}

TEST(InterruptsDeathTest, SecondSignalEndsTheProgram) {
  EXPECT_EXIT(
      {
        const Interrupts interrupts;
        raise(SIGINT);
        raise(SIGINT);
      },
      ::testing::KilledBySignal(SIGINT), "");
}

TEST(InterruptsDeathTest, AfterwardsSignalsDoWhatTheyDid) {
  { const Interrupts interrupts; }
  EXPECT_EXIT(raise(SIGTERM), ::testing::KilledBySignal(SIGTERM), "");
}

}  // namespace
}  // namespace regent::cli
