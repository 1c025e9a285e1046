#include "store/memory/memory_log.h"

#include "base/error_reason.h"
#include "gtest/gtest.h"
#include "store/log_contract.h"
#include "store/log_testing.h"

namespace regent {
namespace {

using Kind = AppendOutcome::Kind;

class MemoryUnderTest : public LogUnderTest {
 public:
  std::unique_ptr<Log> Open() override {
    std::unique_ptr<MemoryLog> log = storage_->Open();
    handle_ = log->handle();
    return log;
  }
  void Break() override { storage_->BreakAppends(handle_, MakeError(ErrorReason::kLogUnavailable, "broken")); }
  void Mend() override { storage_->MendAppends(handle_); }

 private:
  std::shared_ptr<MemoryLogStorage> storage_ = MemoryLogStorage::Create();
  int handle_ = 0;
};

INSTANTIATE_TEST_SUITE_P(Memory, LogContractTest,
                         testing::Values(LogFactory([] { return std::make_unique<MemoryUnderTest>(); })));

class MemoryLogTest : public testing::Test {
 protected:
  std::vector<std::string> Keys() const {
    std::vector<std::string> keys;
    for (const LogRecord& record : storage_->records()) keys.push_back(record.record.key);
    return keys;
  }
  // Appends and waits until the storage holds it back.
  void AppendHeld(Log* log, int handle, const std::vector<Record>& records, AppendDone done) {
    const size_t before = storage_->held_records(handle);
    log->Append(records, std::move(done));
    while (storage_->held_records(handle) < before + records.size()) std::this_thread::yield();
  }

  std::shared_ptr<MemoryLogStorage> storage_ = MemoryLogStorage::Create("log-1");
  std::unique_ptr<MemoryLog> first_ = storage_->Open();
  std::unique_ptr<MemoryLog> second_ = storage_->Open();
};

TEST_F(MemoryLogTest, HandlesReadEachOthersRecords) {
  RecordingSink sink;
  ASSERT_TRUE(second_->StartReading(Offset(0), &sink).ok());
  AppendAndWait(first_.get(), TextRecord("a", "1"));
  AppendAndWait(second_.get(), TextRecord("b", "2"));
  ASSERT_TRUE(sink.WaitForRecords(2));
  EXPECT_EQ(sink.records()[0].record, TextRecord("a", "1"));
  EXPECT_EQ(first_->Id(), second_->Id());
  second_->Close();
}

TEST_F(MemoryLogTest, HeldAppendsLandLate) {
  Outcomes outcomes;
  storage_->HoldAppends(first_->handle());
  AppendHeld(first_.get(), 0, {TextRecord("zombie", "")}, outcomes.Expect());
  AppendAndWait(second_.get(), TextRecord("b", ""));
  storage_->ReleaseAppends(first_->handle());
  ASSERT_TRUE(outcomes.WaitForAll());
  EXPECT_EQ(outcomes.at(0).kind, Kind::kAppended);
  EXPECT_EQ(Keys(), (std::vector<std::string>{"b", "zombie"}));
}

TEST_F(MemoryLogTest, AnAbandonedAppendStillLandsWhenReleased) {
  Outcomes outcomes;
  storage_->HoldAppends(0);
  AppendHeld(first_.get(), 0, {TextRecord("zombie", "")}, outcomes.Expect());
  first_->AbandonPending();
  ASSERT_TRUE(outcomes.WaitForAll());
  EXPECT_EQ(outcomes.at(0).kind, Kind::kUnknown);
  EXPECT_TRUE(Keys().empty());
  storage_->ReleaseAppends(0);
  EXPECT_EQ(Keys(), (std::vector<std::string>{"zombie"}));
  EXPECT_EQ(outcomes.order().size(), 1u);
}

TEST_F(MemoryLogTest, AZombieOutlivesItsHandle) {
  Outcomes outcomes;
  storage_->HoldAppends(0);
  AppendHeld(first_.get(), 0, {TextRecord("zombie", "")}, outcomes.Expect());
  first_.reset();
  EXPECT_EQ(outcomes.at(0).kind, Kind::kUnknown);
  storage_->ReleaseAppends(0);
  EXPECT_EQ(Keys(), (std::vector<std::string>{"zombie"}));
}

TEST_F(MemoryLogTest, HeldAppendsMayLandInPart) {
  Outcomes outcomes;
  storage_->HoldAppends(0);
  AppendHeld(first_.get(), 0, {TextRecord("a", ""), TextRecord("b", "")}, outcomes.Expect());
  storage_->ReleaseAppends(0, 1);
  EXPECT_EQ(Keys(), (std::vector<std::string>{"a"}));
  EXPECT_TRUE(outcomes.order().empty());
  storage_->DropHeld(0);
  ASSERT_TRUE(outcomes.WaitForAll());
  EXPECT_EQ(outcomes.at(0).kind, Kind::kUnknown);
  EXPECT_EQ(Keys(), (std::vector<std::string>{"a"}));
}

TEST_F(MemoryLogTest, CompactionKeepsTheLastOfEveryExactKey) {
  AppendAndWait(first_.get(), {TextRecord("a", "1"), TextRecord("b", "1"), TextRecord("a", "2"), TextRecord("A", "1")});
  storage_->Compact(storage_->next(), MemoryLogStorage::Tombstones::kKeep);
  EXPECT_EQ(Keys(), (std::vector<std::string>{"b", "a", "A"}));
  EXPECT_EQ(storage_->records()[1].offset, Offset(2));
  EXPECT_EQ(AppendAndWait(first_.get(), TextRecord("c", "")).last_offset, Offset(4));
}

TEST_F(MemoryLogTest, CompactionLeavesWhatComesAfterItsEnd) {
  AppendAndWait(first_.get(), {TextRecord("a", "1"), TextRecord("a", "2"), TextRecord("a", "3")});
  storage_->Compact(Offset(2), MemoryLogStorage::Tombstones::kKeep);
  EXPECT_EQ(Keys(), (std::vector<std::string>{"a", "a"}));
}

TEST_F(MemoryLogTest, CompactionRemovesTombstonesWhenTold) {
  AppendAndWait(first_.get(), {TextRecord("a", "1"), {"a", std::nullopt, {}}, TextRecord("b", "1")});
  storage_->Compact(storage_->next(), MemoryLogStorage::Tombstones::kKeep);
  EXPECT_EQ(Keys(), (std::vector<std::string>{"a", "b"}));
  storage_->Compact(storage_->next(), MemoryLogStorage::Tombstones::kRemove);
  EXPECT_EQ(Keys(), (std::vector<std::string>{"b"}));
}

TEST_F(MemoryLogTest, AReaderOfACompactedLogCatchesUpBehindTheHole) {
  AppendAndWait(first_.get(), {TextRecord("a", "1"), {"a", std::nullopt, {}}});
  storage_->Compact(storage_->next(), MemoryLogStorage::Tombstones::kRemove);
  RecordingSink sink;
  ASSERT_TRUE(second_->StartReading(Offset(0), &sink).ok());
  ASSERT_TRUE(sink.WaitForCaughtUp());
  EXPECT_EQ(sink.caught_up()[0], Offset(2));
  second_->Close();
}

TEST_F(MemoryLogTest, ReplacingTheLogIsReportedAndStopsAppends) {
  RecordingSink sink;
  ASSERT_TRUE(first_->StartReading(Offset(0), &sink).ok());
  ASSERT_TRUE(sink.WaitForCaughtUp());
  storage_->Replace("log-2");
  ASSERT_TRUE(sink.WaitForReplaced());
  EXPECT_EQ(ReasonOf(sink.replaced()[0]), ErrorReason::kLogReplaced);
  const AppendOutcome outcome = AppendAndWait(first_.get(), TextRecord("a", ""));
  EXPECT_EQ(outcome.kind, Kind::kFailed);
  EXPECT_EQ(ReasonOf(outcome.status), ErrorReason::kLogReplaced);
  EXPECT_EQ(storage_->Open()->Id(), "log-2");
  first_->Close();
}

}  // namespace
}  // namespace regent
