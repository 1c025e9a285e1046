#include "store/log_contract.h"

#include <algorithm>
#include <atomic>
#include <map>
#include <set>
#include <thread>

#include "base/clock.h"
#include "base/error_reason.h"
#include "store/log_testing.h"

namespace regent {

using Kind = AppendOutcome::Kind;

void LogContractTest::SetUp() {
  under_test_ = GetParam()();
  ASSERT_NE(under_test_, nullptr);
  log_ = under_test_->Open();
  ASSERT_NE(log_, nullptr);
}

namespace {

std::vector<Record> Numbered(int count, const std::string& prefix = "key") {
  std::vector<Record> records;
  for (int i = 0; i < count; ++i) records.push_back(TextRecord(prefix + std::to_string(i), std::to_string(i)));
  return records;
}

// What a fresh reader finds from `from` up to the end.
std::vector<LogRecord> ReadAll(Log* log, RecordingSink* sink, Offset from = Offset(0)) {
  EXPECT_TRUE(log->StartReading(from, sink).ok());
  EXPECT_TRUE(sink->WaitForCaughtUp());
  return sink->records();
}

std::vector<Record> Contents(const std::vector<LogRecord>& records) {
  std::vector<Record> out;
  for (const LogRecord& record : records) out.push_back(record.record);
  return out;
}

// ---- order and offsets ----

TEST_P(LogContractTest, RecordsAreReadInTheOrderOfTheirAppends) {
  const std::vector<Record> expected = Numbered(300);
  Outcomes outcomes;
  for (const Record& record : expected) log_->Append({&record, 1}, outcomes.Expect());
  ASSERT_TRUE(outcomes.WaitForAll());
  RecordingSink sink;
  EXPECT_EQ(Contents(ReadAll(log_.get(), &sink)), expected);
  log_->Close();
}

TEST_P(LogContractTest, RecordsOfOneAppendKeepTheirOrder) {
  const std::vector<Record> expected = Numbered(300);
  EXPECT_EQ(AppendAndWait(log_.get(), expected).kind, Kind::kAppended);
  RecordingSink sink;
  EXPECT_EQ(Contents(ReadAll(log_.get(), &sink)), expected);
  log_->Close();
}

TEST_P(LogContractTest, OffsetsRise) {
  ASSERT_EQ(AppendAndWait(log_.get(), Numbered(50)).kind, Kind::kAppended);
  RecordingSink sink;
  Offset last = kBeforeFirst;
  for (const LogRecord& record : ReadAll(log_.get(), &sink)) {
    EXPECT_GT(record.offset, last);
    last = record.offset;
  }
  log_->Close();
}

TEST_P(LogContractTest, TheOutcomeNamesTheOffsetOfTheLastRecord) {
  const AppendOutcome first = AppendAndWait(log_.get(), TextRecord("a", "1"));
  const AppendOutcome second = AppendAndWait(log_.get(), Numbered(3));
  RecordingSink sink;
  const std::vector<LogRecord> records = ReadAll(log_.get(), &sink);
  ASSERT_EQ(records.size(), 4u);
  EXPECT_EQ(first.last_offset, records[0].offset);
  EXPECT_EQ(second.last_offset, records[3].offset);
  log_->Close();
}

TEST_P(LogContractTest, ConcurrentAppendersEachKeepTheirOrder) {
  constexpr int kThreads = 4;
  constexpr int kAppends = 100;
  RecordingSink sink;
  ASSERT_TRUE(log_->StartReading(Offset(0), &sink).ok());
  Outcomes outcomes;
  Mutex mutex;
  std::map<std::string, size_t> outcome_of;  // by the key of the last record appended
  std::vector<std::thread> threads;
  for (int thread = 0; thread < kThreads; ++thread) {
    threads.emplace_back([&, thread] {
      for (int i = 0; i < kAppends; ++i) {
        const std::string name = std::to_string(thread) + "/" + std::to_string(i);
        const std::vector<Record> records = {TextRecord(name + "a", name), TextRecord(name + "b", name)};
        size_t index = 0;
        AppendDone done = outcomes.Expect(&index);
        {
          MutexLock lock(&mutex);
          outcome_of[name + "b"] = index;
        }
        log_->Append(records, std::move(done));
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  ASSERT_TRUE(outcomes.WaitForAll());
  ASSERT_TRUE(sink.WaitForRecords(2 * kThreads * kAppends));
  std::map<char, std::vector<std::string>> read;
  for (const LogRecord& record : sink.records()) {
    read[record.record.key[0]].push_back(record.record.key);
    const auto outcome = outcome_of.find(record.record.key);
    if (outcome == outcome_of.end()) continue;
    EXPECT_EQ(outcomes.at(outcome->second).last_offset, record.offset);
  }
  for (int thread = 0; thread < kThreads; ++thread) {
    std::vector<std::string> expected;
    for (int i = 0; i < kAppends; ++i) {
      const std::string name = std::to_string(thread) + "/" + std::to_string(i);
      expected.push_back(name + "a");
      expected.push_back(name + "b");
    }
    EXPECT_EQ(read['0' + thread], expected);
  }
  log_->Close();
}

// ---- outcomes ----

TEST_P(LogContractTest, EveryDoneRunsOnce) {
  Outcomes outcomes;
  for (const Record& record : Numbered(500)) log_->Append({&record, 1}, outcomes.Expect());
  ASSERT_TRUE(outcomes.WaitForAll());
  log_->Close();
  const std::vector<size_t> order = outcomes.order();
  EXPECT_EQ(order.size(), 500u);
  EXPECT_EQ(std::set<size_t>(order.begin(), order.end()).size(), 500u);
}

TEST_P(LogContractTest, DoneRunsOnAThreadOfTheLog) {
  std::thread::id ran_on;
  Outcomes outcomes;
  const Record record = TextRecord("k", "v");
  log_->Append({&record, 1}, [&ran_on, done = outcomes.Expect()](const AppendOutcome& outcome) {
    ran_on = std::this_thread::get_id();
    done(outcome);
  });
  ASSERT_TRUE(outcomes.WaitForAll());
  EXPECT_NE(ran_on, std::this_thread::get_id());
  log_->Close();
}

TEST_P(LogContractTest, DoneMayAppend) {
  Outcomes outcomes;
  const AppendDone second = outcomes.Expect();
  const Record record = TextRecord("k", "v");
  log_->Append({&record, 1}, [&](const AppendOutcome&) {
    const Record next = TextRecord("k2", "v2");
    log_->Append({&next, 1}, second);
  });
  ASSERT_TRUE(outcomes.WaitForAll());
  EXPECT_EQ(outcomes.at(0).kind, Kind::kAppended);
  log_->Close();
}

TEST_P(LogContractTest, AnAppendOfNothingFails) {
  EXPECT_EQ(AppendAndWait(log_.get(), std::vector<Record>()).kind, Kind::kFailed);
  EXPECT_EQ(AppendAndWait(log_.get(), TextRecord("k", "v")).kind, Kind::kAppended);
  log_->Close();
}

// ---- reading ----

TEST_P(LogContractTest, AnEmptyLogIsCaughtUpAtOnce) {
  RecordingSink sink;
  EXPECT_TRUE(ReadAll(log_.get(), &sink).empty());
  EXPECT_EQ(sink.caught_up().size(), 1u);
  EXPECT_GE(sink.caught_up()[0], Offset(0));
  log_->Close();
}

TEST_P(LogContractTest, CaughtUpComesOnceBehindAllThatStood) {
  ASSERT_EQ(AppendAndWait(log_.get(), Numbered(2000)).kind, Kind::kAppended);
  RecordingSink sink;
  ReadAll(log_.get(), &sink);
  EXPECT_GE(sink.records_before_caught_up(), 2000u);
  ASSERT_EQ(AppendAndWait(log_.get(), TextRecord("new", "")).kind, Kind::kAppended);
  ASSERT_TRUE(sink.WaitForRecords(2001));
  log_->Close();
  ASSERT_EQ(sink.caught_up().size(), 1u);
}

TEST_P(LogContractTest, NextIsBehindAllThatStoodAndNotBehindWhatComes) {
  const AppendOutcome before = AppendAndWait(log_.get(), TextRecord("a", ""));
  RecordingSink sink;
  ReadAll(log_.get(), &sink);
  const AppendOutcome after = AppendAndWait(log_.get(), TextRecord("b", ""));
  EXPECT_GT(sink.caught_up().at(0), before.last_offset);
  EXPECT_LE(sink.caught_up().at(0), after.last_offset);
  log_->Close();
}

TEST_P(LogContractTest, NewRecordsFollowTheOldOnesWithoutGap) {
  const std::vector<Record> old = Numbered(1000, "old");
  const std::vector<Record> fresh = Numbered(1000, "new");
  ASSERT_EQ(AppendAndWait(log_.get(), old).kind, Kind::kAppended);
  RecordingSink sink;
  ASSERT_TRUE(log_->StartReading(Offset(0), &sink).ok());
  Outcomes outcomes;
  for (const Record& record : fresh) log_->Append({&record, 1}, outcomes.Expect());
  ASSERT_TRUE(outcomes.WaitForAll());
  ASSERT_TRUE(sink.WaitForRecords(2000));
  std::vector<Record> expected = old;
  expected.insert(expected.end(), fresh.begin(), fresh.end());
  EXPECT_EQ(Contents(sink.records()), expected);
  log_->Close();
}

TEST_P(LogContractTest, ReadingFromAnOffsetDeliversItAndWhatFollows) {
  AppendAndWait(log_.get(), TextRecord("a", ""));
  const AppendOutcome second = AppendAndWait(log_.get(), TextRecord("b", ""));
  AppendAndWait(log_.get(), TextRecord("c", ""));
  RecordingSink sink;
  const std::vector<LogRecord> records = ReadAll(log_.get(), &sink, second.last_offset);
  ASSERT_EQ(records.size(), 2u);
  EXPECT_EQ(records[0].record.key, "b");
  EXPECT_EQ(records[0].offset, second.last_offset);
  EXPECT_EQ(records[1].record.key, "c");
  log_->Close();
}

TEST_P(LogContractTest, ReadingFromTheEndDeliversOnlyWhatIsNew) {
  RecordingSink first_sink;
  AppendAndWait(log_.get(), TextRecord("a", ""));
  ReadAll(log_.get(), &first_sink);
  log_->Close();
  log_.reset();
  log_ = under_test_->Open();
  ASSERT_NE(log_, nullptr);
  RecordingSink sink;
  EXPECT_TRUE(ReadAll(log_.get(), &sink, first_sink.caught_up().at(0)).empty());
  AppendAndWait(log_.get(), TextRecord("b", ""));
  ASSERT_TRUE(sink.WaitForRecords(1));
  EXPECT_EQ(sink.records()[0].record.key, "b");
  log_->Close();
}

// A backup was put back, or another log stands under the name.
TEST_P(LogContractTest, ALogThatEndsBeforeTheReaderIsReplaced) {
  const AppendOutcome last = AppendAndWait(log_.get(), TextRecord("a", ""));
  RecordingSink sink;
  ASSERT_TRUE(log_->StartReading(Offset(last.last_offset.value() + 1000), &sink).ok());
  ASSERT_TRUE(sink.WaitForReplaced());
  EXPECT_EQ(ReasonOf(sink.replaced()[0]), ErrorReason::kLogReplaced);
  log_->Close();
  EXPECT_EQ(sink.events(), 1u);
}

// ---- bytes ----

TEST_P(LogContractTest, ATombstoneIsNotAnEmptyValue) {
  const std::vector<Record> expected = {{"k", std::nullopt, {}}, {"k", "", {}}};
  AppendAndWait(log_.get(), expected);
  RecordingSink sink;
  EXPECT_EQ(Contents(ReadAll(log_.get(), &sink)), expected);
  log_->Close();
}

TEST_P(LogContractTest, EveryByteIsKept) {
  std::string bytes;
  for (int i = 0; i < 256; ++i) bytes.push_back(static_cast<char>(i));
  const std::vector<Record> expected = {{bytes, bytes, {}}, {std::string(1, '\0'), std::string(3, '\0'), {}}};
  AppendAndWait(log_.get(), expected);
  RecordingSink sink;
  EXPECT_EQ(Contents(ReadAll(log_.get(), &sink)), expected);
  log_->Close();
}

TEST_P(LogContractTest, HeadersKeepTheirBytesTheirOrderAndTheirNumber) {
  const std::vector<Record> expected = {
      {"k", "v", {{"b", "1"}, {"a", "2"}, {"b", "1"}, {"empty", ""}}},
      {"k", std::nullopt, {{"binary", std::string("\x00\xff\xc3(", 4)}, {"large", std::string(70000, 'x')}}},
      {"k", "v", {}},
  };
  AppendAndWait(log_.get(), expected);
  RecordingSink sink;
  EXPECT_EQ(Contents(ReadAll(log_.get(), &sink)), expected);
  log_->Close();
}

TEST_P(LogContractTest, AValueOfAMebibyteIsKept) {
  std::string value(1 << 20, '\0');
  for (size_t i = 0; i < value.size(); ++i) value[i] = static_cast<char>(i * 2654435761u >> 13);
  const std::vector<Record> expected = {TextRecord("before", ""), TextRecord("large", value), TextRecord("after", "")};
  ASSERT_EQ(AppendAndWait(log_.get(), expected).kind, Kind::kAppended);
  RecordingSink sink;
  EXPECT_TRUE(Contents(ReadAll(log_.get(), &sink)) == expected);  // not EXPECT_EQ: it would print them
  log_->Close();
}

TEST_P(LogContractTest, TheTimestampIsThatOfTheAppend) {
  const int64_t before_ms = SystemClock()->WallMillis();
  AppendAndWait(log_.get(), TextRecord("k", "v"));
  const int64_t after_ms = SystemClock()->WallMillis();
  RecordingSink sink;
  const std::vector<LogRecord> records = ReadAll(log_.get(), &sink);
  ASSERT_EQ(records.size(), 1u);
  EXPECT_GE(records[0].timestamp_ms, before_ms);
  EXPECT_LE(records[0].timestamp_ms, after_ms);
  log_->Close();
}

// ---- failures ----

TEST_P(LogContractTest, AfterAFailureAppendsFailUntilAbandoned) {
  under_test_->Break();
  const AppendOutcome broken = AppendAndWait(log_.get(), TextRecord("a", ""));
  EXPECT_EQ(broken.kind, Kind::kFailed);
  EXPECT_FALSE(broken.status.ok());
  under_test_->Mend();
  EXPECT_EQ(AppendAndWait(log_.get(), TextRecord("b", "")).kind, Kind::kFailed);
  log_->AbandonPending();
  EXPECT_EQ(AppendAndWait(log_.get(), TextRecord("c", "")).kind, Kind::kAppended);
  RecordingSink sink;
  const std::vector<LogRecord> records = ReadAll(log_.get(), &sink);
  ASSERT_EQ(records.size(), 1u);
  EXPECT_EQ(records[0].record.key, "c");
  log_->Close();
}

TEST_P(LogContractTest, ReadingGoesOnAfterAFailedAppend) {
  RecordingSink sink;
  ASSERT_TRUE(log_->StartReading(Offset(0), &sink).ok());
  ASSERT_TRUE(sink.WaitForCaughtUp());
  AppendAndWait(log_.get(), TextRecord("a", ""));
  under_test_->Break();
  EXPECT_EQ(AppendAndWait(log_.get(), TextRecord("b", "")).kind, Kind::kFailed);
  under_test_->Mend();
  log_->AbandonPending();
  AppendAndWait(log_.get(), TextRecord("c", ""));
  ASSERT_TRUE(sink.WaitForRecords(2));
  EXPECT_EQ(Contents(sink.records()), (std::vector<Record>{TextRecord("a", ""), TextRecord("c", "")}));
  log_->Close();
}

TEST_P(LogContractTest, PendingDonesRunBeforeLaterAppendsAreAccepted) {
  Outcomes outcomes;
  for (const Record& record : Numbered(200)) log_->Append({&record, 1}, outcomes.Expect());
  log_->AbandonPending();
  const Record later = TextRecord("later", "");
  log_->Append({&later, 1}, outcomes.Expect());
  ASSERT_TRUE(outcomes.WaitForAll());
  EXPECT_EQ(outcomes.order().back(), 200u);
  EXPECT_EQ(outcomes.at(200).kind, Kind::kAppended);
  log_->Close();
}

TEST_P(LogContractTest, AppendsReportedAsPurgedAreNeverRead) {
  Outcomes outcomes;
  const std::vector<Record> numbered = Numbered(200);
  for (const Record& record : numbered) log_->Append({&record, 1}, outcomes.Expect());
  log_->AbandonPending();
  AppendAndWait(log_.get(), TextRecord("later", ""));
  RecordingSink sink;
  std::set<std::string> read;
  for (const LogRecord& record : ReadAll(log_.get(), &sink)) read.insert(record.record.key);
  for (size_t i = 0; i < numbered.size(); ++i) {
    if (outcomes.at(i).kind == Kind::kUnknown) continue;
    EXPECT_EQ(read.count(numbered[i].key), outcomes.at(i).kind == Kind::kAppended ? 1u : 0u) << i;
  }
  log_->Close();
}

TEST_P(LogContractTest, AbandoningNothingChangesNothing) {
  log_->AbandonPending();
  log_->AbandonPending();
  EXPECT_EQ(AppendAndWait(log_.get(), TextRecord("k", "v")).kind, Kind::kAppended);
  log_->Close();
}

// ---- closing ----

TEST_P(LogContractTest, EveryDoneRunsBeforeCloseReturns) {
  Outcomes outcomes;
  for (const Record& record : Numbered(500)) log_->Append({&record, 1}, outcomes.Expect());
  log_->Close();
  EXPECT_EQ(outcomes.order().size(), 500u);
}

TEST_P(LogContractTest, WhatCloseReportedAsAppendedIsThereAfterwards) {
  Outcomes outcomes;
  const std::vector<Record> numbered = Numbered(500);
  for (const Record& record : numbered) log_->Append({&record, 1}, outcomes.Expect());
  log_->Close();
  log_.reset();
  log_ = under_test_->Open();
  ASSERT_NE(log_, nullptr);
  RecordingSink sink;
  std::set<std::string> read;
  for (const LogRecord& record : ReadAll(log_.get(), &sink)) read.insert(record.record.key);
  for (size_t i = 0; i < numbered.size(); ++i) {
    if (outcomes.at(i).kind == Kind::kUnknown) continue;
    EXPECT_EQ(read.count(numbered[i].key), outcomes.at(i).kind == Kind::kAppended ? 1u : 0u) << i;
  }
  log_->Close();
}

TEST_P(LogContractTest, ClosingTwiceIsClosingOnce) {
  RecordingSink sink;
  ReadAll(log_.get(), &sink);
  log_->Close();
  log_->Close();
  EXPECT_FALSE(log_->Id().empty());
}

TEST_P(LogContractTest, ClosingFromTwoThreadsWaitsInBoth) {
  Outcomes outcomes;
  for (const Record& record : Numbered(100)) log_->Append({&record, 1}, outcomes.Expect());
  size_t seen = 0;
  std::thread other([&] {
    log_->Close();
    seen = outcomes.order().size();
  });
  log_->Close();
  EXPECT_EQ(outcomes.order().size(), 100u);
  other.join();
  EXPECT_EQ(seen, 100u);
}

TEST_P(LogContractTest, NothingIsCalledAfterClose) {
  RecordingSink sink;
  Outcomes outcomes;
  AppendAndWait(log_.get(), Numbered(3000));
  ASSERT_TRUE(log_->StartReading(Offset(0), &sink).ok());
  ASSERT_TRUE(sink.WaitForRecords(1));
  for (const Record& record : Numbered(100)) log_->Append({&record, 1}, outcomes.Expect());
  log_->Close();
  const size_t events = sink.events();
  const size_t dones = outcomes.order().size();
  log_.reset();
  EXPECT_EQ(sink.events(), events);
  EXPECT_EQ(outcomes.order().size(), dones);
}

TEST_P(LogContractTest, AnAppendAfterCloseFailsWithinTheCall) {
  log_->Close();
  Outcomes outcomes;
  const Record record = TextRecord("k", "v");
  log_->Append({&record, 1}, outcomes.Expect());
  ASSERT_EQ(outcomes.order().size(), 1u);
  EXPECT_EQ(outcomes.at(0).kind, Kind::kFailed);
  EXPECT_EQ(ReasonOf(outcomes.at(0).status), ErrorReason::kShuttingDown);
}

TEST_P(LogContractTest, AppendsRacingWithCloseAllGetAnOutcome) {
  constexpr int kThreads = 4;
  Outcomes outcomes;
  std::atomic<bool> stop{false};
  std::vector<std::thread> threads;
  for (int i = 0; i < kThreads; ++i) {
    threads.emplace_back([&] {
      const Record record = TextRecord("k", "v");
      while (!stop) log_->Append({&record, 1}, outcomes.Expect());
    });
  }
  AppendAndWait(log_.get(), TextRecord("first", ""));
  log_->Close();
  stop = true;
  for (std::thread& thread : threads) thread.join();
  EXPECT_TRUE(outcomes.WaitForAll());
}

TEST_P(LogContractTest, ReopeningKeepsIdRecordsAndOffsets) {
  const std::string id = log_->Id();
  EXPECT_FALSE(id.empty());
  const AppendOutcome before = AppendAndWait(log_.get(), {{"a", "1", {{"h", "x"}}}, {"b", std::nullopt, {}}});
  log_->Close();
  log_.reset();
  log_ = under_test_->Open();
  ASSERT_NE(log_, nullptr);
  EXPECT_EQ(log_->Id(), id);
  const AppendOutcome after = AppendAndWait(log_.get(), TextRecord("c", "3"));
  EXPECT_GT(after.last_offset, before.last_offset);
  RecordingSink sink;
  const std::vector<LogRecord> records = ReadAll(log_.get(), &sink);
  EXPECT_EQ(Contents(records),
            (std::vector<Record>{{"a", "1", {{"h", "x"}}}, {"b", std::nullopt, {}}, TextRecord("c", "3")}));
  EXPECT_EQ(records.at(1).offset, before.last_offset);
  log_->Close();
}

TEST_P(LogContractTest, TheDescriptionSaysWhatAndWhere) {
  EXPECT_FALSE(log_->Describe().kind.empty());
  EXPECT_FALSE(log_->Describe().location.empty());
  log_->Close();
}

}  // namespace
}  // namespace regent
