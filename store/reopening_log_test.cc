#include "store/reopening_log.h"

#include <gtest/gtest.h>

#include "base/error_reason.h"
#include "store/log_contract.h"
#include "store/log_testing.h"
#include "store/memory/memory_log.h"

namespace regent {
namespace {

// A memory log behind it, opened again before every test.
class ReopeningUnderTest : public LogUnderTest {
 public:
  std::unique_ptr<Log> Open() override {
    class Owning : public ReopeningLog {
     public:
      explicit Owning(ReopeningUnderTest* test) : Owning(test->storage_->Open(), test) {}

     private:
      Owning(std::unique_ptr<MemoryLog> first, ReopeningUnderTest* test)
          : ReopeningLog(first.get(),
                         [test](const ReopenRequest&) -> absl::StatusOr<std::unique_ptr<Log>> {
                           auto log = test->storage_->Open();
                           test->handle_ = log->handle();
                           return log;
                         }),
            first_(std::move(first)) {}
      const std::unique_ptr<MemoryLog> first_;
    };
    auto log = std::make_unique<Owning>(this);
    EXPECT_TRUE(log->Reopen({}).ok());
    return log;
  }
  void Break() override { storage_->BreakAppends(handle_, absl::UnavailableError("broken")); }
  void Mend() override { storage_->MendAppends(handle_); }

 private:
  std::shared_ptr<MemoryLogStorage> storage_ = MemoryLogStorage::Create();
  int handle_ = 0;
};
INSTANTIATE_TEST_SUITE_P(Reopening, LogContractTest,
                         testing::Values(LogFactory([] { return std::make_unique<ReopeningUnderTest>(); })));

class ReopeningLogTest : public ::testing::Test {
 protected:
  std::shared_ptr<MemoryLogStorage> storage_ = MemoryLogStorage::Create("old");
  std::unique_ptr<MemoryLog> first_ = storage_->Open();
  ReopeningLog log_{first_.get(),
                    [this](const ReopenRequest&) -> absl::StatusOr<std::unique_ptr<Log>> { return storage_->Open(); }};
};

TEST_F(ReopeningLogTest, ReadsWhatTookTheOldLogsPlace) {
  RecordingSink sink;
  ASSERT_TRUE(log_.StartReading(Offset(0), &sink).ok());
  storage_->Replace("new");
  ASSERT_TRUE(sink.WaitForReplaced());
  EXPECT_EQ(log_.Id(), "old");
  ASSERT_TRUE(log_.Reopen({}).ok());
  EXPECT_EQ(log_.Id(), "new");
  AppendAndWait(&log_, TextRecord("k", "v"));
  RecordingSink again;
  ASSERT_TRUE(log_.StartReading(Offset(0), &again).ok());
  EXPECT_TRUE(again.WaitForRecords(1));
  log_.Close();
}

TEST_F(ReopeningLogTest, LogThatWasNeverOpenedTakesNothingUntilItIs) {
  ReopeningLog log(nullptr,
                   [this](const ReopenRequest&) -> absl::StatusOr<std::unique_ptr<Log>> { return storage_->Open(); });
  RecordingSink sink;
  EXPECT_FALSE(log.IsOpen());
  EXPECT_EQ(log.Id(), "");
  EXPECT_EQ(ReasonOf(log.StartReading(Offset(0), &sink)), ErrorReason::kLogUnavailable);
  EXPECT_EQ(AppendAndWait(&log, TextRecord("k", "v")).kind, AppendOutcome::Kind::kFailed);
  ASSERT_TRUE(log.Reopen({}).ok());
  EXPECT_EQ(log.Id(), "old");
  EXPECT_EQ(AppendAndWait(&log, TextRecord("k", "v")).kind, AppendOutcome::Kind::kAppended);
  log.Close();
}

TEST_F(ReopeningLogTest, ClosedStaysClosed) {
  log_.Close();
  EXPECT_EQ(ReasonOf(log_.Reopen({})), ErrorReason::kShuttingDown);
}

TEST_F(ReopeningLogTest, FailureToOpenIsPassedOnAndMayPass) {
  bool works = false;
  ReopeningLog log(first_.get(), [&](const ReopenRequest&) -> absl::StatusOr<std::unique_ptr<Log>> {
    if (!works) return MakeError(ErrorReason::kLogUnavailable, "no broker");
    return storage_->Open();
  });
  EXPECT_EQ(ReasonOf(log.Reopen({})), ErrorReason::kLogUnavailable);
  works = true;
  EXPECT_TRUE(log.Reopen({}).ok());
  log.Close();
}

}  // namespace
}  // namespace regent
