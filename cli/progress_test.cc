#include "cli/progress.h"

#include <gtest/gtest.h>

#include <sstream>

#include "base/fake_clock.h"

namespace regent::cli {
namespace {

using std::chrono::milliseconds;

TEST(ProgressTest, LinesComeNowAndThen) {
  FakeClock clock;
  std::ostringstream out;
  {
    Progress progress(&out, ProgressStyle::kLines, "schemas", 100, &clock);
    progress.At(10);
    clock.Advance(milliseconds(3000));
    progress.At(20);
    progress.At(30);
    clock.Advance(milliseconds(3000));
    progress.At(40);
  }
  EXPECT_EQ(out.str(), "20 of 100 schemas\n40 of 100 schemas\n");
}

TEST(ProgressTest, BarIsDrawnInPlaceAndEndsWithTheLastFigure) {
  FakeClock clock;
  std::ostringstream out;
  {
    Progress progress(&out, ProgressStyle::kBar, "schemas", 60, &clock);
    clock.Advance(milliseconds(100));
    progress.At(30);
    progress.At(60);
  }
  EXPECT_EQ(out.str(), "\r[" + std::string(15, '#') + std::string(15, ' ') + "] 30 of 60 schemas\r[" +
                           std::string(30, '#') + "] 60 of 60 schemas\n");
}

TEST(ProgressTest, QuickWorkSaysNothing) {
  FakeClock clock;
  std::ostringstream out;
  {
    Progress progress(&out, ProgressStyle::kBar, "schemas", 0, &clock);
    progress.At(5);
  }
  EXPECT_EQ(out.str(), "");
}

}  // namespace
}  // namespace regent::cli
