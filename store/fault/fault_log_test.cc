#include "store/fault/fault_log.h"

#include "base/error_reason.h"
#include "gtest/gtest.h"
#include "store/log_contract.h"
#include "store/log_testing.h"
#include "store/memory/memory_log.h"

namespace regent {
namespace {

using Kind = AppendOutcome::Kind;
using Fault = FaultLog::Fault;

class FaultUnderTest : public LogUnderTest {
 public:
  std::unique_ptr<Log> Open() override {
    auto log = std::make_unique<FaultLog>(storage_->Open());
    log_ = log.get();
    return log;
  }
  void Break() override { log_->FailNextAppends(1000, Fault::kFailed); }
  void Mend() override { log_->FailNextAppends(0, Fault::kFailed); }

 private:
  std::shared_ptr<MemoryLogStorage> storage_ = MemoryLogStorage::Create();
  FaultLog* log_ = nullptr;
};

INSTANTIATE_TEST_SUITE_P(Fault, LogContractTest,
                         testing::Values(LogFactory([] { return std::make_unique<FaultUnderTest>(); })));

class FaultLogTest : public testing::Test {
 protected:
  ~FaultLogTest() override { log_.Close(); }

  std::vector<std::string> Keys() const {
    std::vector<std::string> keys;
    for (const LogRecord& record : storage_->records()) keys.push_back(record.record.key);
    return keys;
  }
  Kind Append(const std::string& key) { return AppendAndWait(&log_, TextRecord(key, "")).kind; }
  // Returns when the append is held.
  void AppendHeld(const std::string& key) {
    const size_t before = log_.held_appends();
    const Record record = TextRecord(key, "");
    log_.Append({&record, 1}, outcomes_.Expect());
    while (log_.held_appends() == before) std::this_thread::yield();
  }

  std::shared_ptr<MemoryLogStorage> storage_ = MemoryLogStorage::Create();
  Outcomes outcomes_;
  RecordingSink sink_;
  FaultLog log_{storage_->Open()};
};

TEST_F(FaultLogTest, AFailureWritesNothing) {
  log_.FailNextAppends(1, Fault::kFailed);
  EXPECT_EQ(Append("a"), Kind::kFailed);
  EXPECT_EQ(log_.faults_left(), 0);
  EXPECT_TRUE(Keys().empty());
}

TEST_F(FaultLogTest, AnUnknownAppendMayHaveLanded) {
  log_.FailNextAppends(1, Fault::kUnknownLanded);
  EXPECT_EQ(Append("a"), Kind::kUnknown);
  EXPECT_EQ(Keys(), std::vector<std::string>{"a"});
}

TEST_F(FaultLogTest, AnUnknownAppendMayBeLost) {
  log_.FailNextAppends(1, Fault::kUnknownLost);
  EXPECT_EQ(Append("a"), Kind::kUnknown);
  EXPECT_TRUE(Keys().empty());
}

TEST_F(FaultLogTest, BehindAnUnknownAppendOthersFailUntilAbandoned) {
  log_.FailNextAppends(1, Fault::kUnknownLost);
  EXPECT_EQ(Append("a"), Kind::kUnknown);
  EXPECT_EQ(Append("b"), Kind::kFailed);
  log_.AbandonPending();
  EXPECT_EQ(Append("c"), Kind::kAppended);
  EXPECT_EQ(Keys(), std::vector<std::string>{"c"});
}

TEST_F(FaultLogTest, FailuresCountOnlyAcceptedAppends) {
  log_.FailNextAppends(2, Fault::kFailed);
  EXPECT_EQ(Append("a"), Kind::kFailed);
  EXPECT_EQ(Append("behind"), Kind::kFailed);
  EXPECT_EQ(log_.faults_left(), 1);
  log_.AbandonPending();
  EXPECT_EQ(Append("b"), Kind::kFailed);
  log_.AbandonPending();
  EXPECT_EQ(Append("c"), Kind::kAppended);
}

TEST_F(FaultLogTest, HeldAppendsGoOnInOrderWhenReleased) {
  log_.HoldAppends();
  AppendHeld("a");
  AppendHeld("b");
  EXPECT_TRUE(Keys().empty());
  log_.ReleaseAppends();
  ASSERT_TRUE(outcomes_.WaitForAll());
  EXPECT_EQ(outcomes_.at(0).kind, Kind::kAppended);
  EXPECT_EQ(Append("c"), Kind::kAppended);
  EXPECT_EQ(Keys(), (std::vector<std::string>{"a", "b", "c"}));
}

TEST_F(FaultLogTest, AbandonedAppendsMayStillLand) {
  log_.HoldAppends(FaultLog::Abandoned::kStillLand);
  AppendHeld("zombie");
  log_.AbandonPending();
  ASSERT_TRUE(outcomes_.WaitForAll());
  EXPECT_EQ(outcomes_.at(0).kind, Kind::kUnknown);
  EXPECT_TRUE(Keys().empty());
  log_.ReleaseAppends();
  EXPECT_EQ(Append("later"), Kind::kAppended);
  EXPECT_EQ(Keys(), (std::vector<std::string>{"zombie", "later"}));
  EXPECT_EQ(outcomes_.order().size(), 1u);
}

TEST_F(FaultLogTest, AbandonedAppendsMayNeverLand) {
  log_.HoldAppends(FaultLog::Abandoned::kNeverLand);
  AppendHeld("lost");
  log_.AbandonPending();
  ASSERT_TRUE(outcomes_.WaitForAll());
  EXPECT_EQ(outcomes_.at(0).kind, Kind::kUnknown);
  log_.ReleaseAppends();
  EXPECT_EQ(Append("later"), Kind::kAppended);
  EXPECT_EQ(Keys(), std::vector<std::string>{"later"});
}

TEST_F(FaultLogTest, HeldAppendsAreUnknownWhenClosed) {
  log_.HoldAppends();
  AppendHeld("a");
  log_.Close();
  ASSERT_EQ(outcomes_.order().size(), 1u);
  EXPECT_EQ(outcomes_.at(0).kind, Kind::kUnknown);
}

TEST_F(FaultLogTest, HeldDeliveryComesInOrderWhenReleased) {
  log_.HoldDelivery();
  ASSERT_TRUE(log_.StartReading(Offset(0), &sink_).ok());
  EXPECT_EQ(Append("a"), Kind::kAppended);
  EXPECT_EQ(Append("b"), Kind::kAppended);
  EXPECT_EQ(sink_.events(), 0u);
  log_.ReleaseDelivery();
  ASSERT_TRUE(sink_.WaitForRecords(2));
  ASSERT_TRUE(sink_.WaitForCaughtUp());
  EXPECT_EQ(sink_.records()[0].record.key, "a");
  EXPECT_EQ(sink_.records()[1].record.key, "b");
}

TEST_F(FaultLogTest, AfterACutTheSinkHearsNothing) {
  ASSERT_TRUE(log_.StartReading(Offset(0), &sink_).ok());
  ASSERT_TRUE(sink_.WaitForCaughtUp());
  log_.CutDelivery();
  EXPECT_EQ(Append("a"), Kind::kAppended);
  log_.Close();
  EXPECT_EQ(sink_.events(), 1u);
}

TEST_F(FaultLogTest, AReportedReplacementIsTheLastThingHeard) {
  ASSERT_TRUE(log_.StartReading(Offset(0), &sink_).ok());
  ASSERT_TRUE(sink_.WaitForCaughtUp());
  log_.ReportReplaced(MakeError(ErrorReason::kLogReplaced, "another topic id"));
  ASSERT_TRUE(sink_.WaitForReplaced());
  EXPECT_EQ(sink_.replaced()[0].message(), "another topic id");
  EXPECT_EQ(Append("a"), Kind::kAppended);
  log_.Close();
  EXPECT_EQ(sink_.events(), 2u);
}

TEST_F(FaultLogTest, AReportedErrorStopsNothing) {
  ASSERT_TRUE(log_.StartReading(Offset(0), &sink_).ok());
  log_.ReportError(MakeError(ErrorReason::kLogUnavailable, "away"));
  ASSERT_TRUE(sink_.WaitForErrors(1));
  EXPECT_EQ(Append("a"), Kind::kAppended);
  ASSERT_TRUE(sink_.WaitForRecords(1));
}

}  // namespace
}  // namespace regent
