#include "base/logging.h"

// Beside the headers that could define the same names.
#include <google/protobuf/message.h>
#include <gtest/gtest.h>

#include "absl/status/statusor.h"
#include "base/mutex.h"

namespace regent {
namespace {

TEST(LoggingTest, WritesLinesWithLevelAndPlaceToStderr) {
  testing::internal::CaptureStderr();
  LOG(WARNING) << "the disk is nearly full";
  const std::string line = testing::internal::GetCapturedStderr();
  EXPECT_EQ(line.substr(0, 1), "W");
  EXPECT_NE(line.find("logging_test.cc"), std::string::npos) << line;
  EXPECT_NE(line.find("the disk is nearly full\n"), std::string::npos) << line;
}

TEST(LoggingTest, LevelDecidesWhatIsWritten) {
  testing::internal::CaptureStderr();
  SetLogLevel(LogLevel::kError, 0);
  LOG(WARNING) << "kept back";
  LOG(ERROR) << "written";
  SetLogLevel(LogLevel::kInfo, 0);
  const std::string lines = testing::internal::GetCapturedStderr();
  EXPECT_EQ(lines.find("kept back"), std::string::npos);
  EXPECT_NE(lines.find("written"), std::string::npos);
}

TEST(LoggingTest, VerbosityDecidesWhichDetailIsWritten) {
  testing::internal::CaptureStderr();
  VLOG(1) << "before";
  SetLogLevel(LogLevel::kInfo, 1);
  VLOG(1) << "detail";
  VLOG(2) << "more";
  SetLogLevel(LogLevel::kInfo, 0);
  const std::string lines = testing::internal::GetCapturedStderr();
  EXPECT_EQ(lines.find("before"), std::string::npos);
  EXPECT_NE(lines.find("detail"), std::string::npos);
  EXPECT_EQ(lines.find("more"), std::string::npos);
}

TEST(LoggingDeathTest, CheckEndsTheProcessWithItsMessage) {
  EXPECT_DEATH(CHECK_EQ(1 + 1, 3) << "arithmetic", "arithmetic");
}

TEST(LogLevelTest, NamesAreRead) {
  EXPECT_EQ(ParseLogLevel("info"), LogLevel::kInfo);
  EXPECT_EQ(ParseLogLevel("warning"), LogLevel::kWarning);
  EXPECT_EQ(ParseLogLevel("error"), LogLevel::kError);
  EXPECT_EQ(ParseLogLevel("loud"), std::nullopt);
}

}  // namespace
}  // namespace regent
