#include "store/sqlite/sqlite_log.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <future>
#include <thread>

#include "base/error_reason.h"
#include "gtest/gtest.h"
#include "store/log_contract.h"
#include "store/log_testing.h"
#include "store/sqlite/faulty_disk.h"
#include "store/sqlite/temporary_directory.h"

namespace regent {
namespace {

using Kind = AppendOutcome::Kind;
using Fault = FaultyDisk::Fault;

std::unique_ptr<Log> OpenLog(const std::string& directory) {
  SqliteLogOptions options;
  options.directory = directory;
  absl::StatusOr<std::unique_ptr<Log>> log = OpenSqliteLog(options);
  EXPECT_TRUE(log.ok()) << log.status();
  return log.ok() ? std::move(*log) : nullptr;
}

class SqliteUnderTest : public LogUnderTest {
 public:
  ~SqliteUnderTest() override { Mend(); }
  std::unique_ptr<Log> Open() override {
    FaultyDisk::Get();
    return OpenLog(directory_.path());
  }
  void Break() override { FaultyDisk::Get().Set(Fault::kFull); }
  void Mend() override { FaultyDisk::Get().Set(Fault::kNone); }

 private:
  TemporaryDirectory directory_;
};

INSTANTIATE_TEST_SUITE_P(Sqlite, LogContractTest,
                         testing::Values(LogFactory([] { return std::make_unique<SqliteUnderTest>(); })));

class SqliteLogTest : public testing::Test {
 protected:
  SqliteLogTest() { FaultyDisk::Get().Forget(); }
  ~SqliteLogTest() override { FaultyDisk::Get().Set(Fault::kNone); }

  std::unique_ptr<Log> Open() { return OpenLog(directory_.path()); }
  // The keys that a log opened afresh in `directory` holds.
  static std::vector<std::string> KeysIn(const std::string& directory) {
    const std::unique_ptr<Log> log = OpenLog(directory);
    RecordingSink sink;
    EXPECT_TRUE(log->StartReading(Offset(0), &sink).ok());
    EXPECT_TRUE(sink.WaitForCaughtUp());
    log->Close();
    return Keys(sink);
  }
  static std::vector<std::string> Keys(const RecordingSink& sink) {
    std::vector<std::string> keys;
    for (const LogRecord& record : sink.records()) keys.push_back(record.record.key);
    return keys;
  }

  TemporaryDirectory directory_;
  const std::string path_ = directory_.path() + "/log.sqlite3";
};

TEST_F(SqliteLogTest, ASecondOneInTheDirectoryIsRefused) {
  const std::unique_ptr<Log> log = Open();
  SqliteLogOptions options;
  options.directory = directory_.path();
  EXPECT_EQ(ReasonOf(OpenSqliteLog(options).status()), ErrorReason::kLogLocked);
}

TEST_F(SqliteLogTest, RefusesToLiveNowhere) {
  SqliteLogOptions options;
  options.directory = "";
  EXPECT_EQ(ReasonOf(OpenSqliteLog(options).status()), ErrorReason::kConfigurationInvalid);
}

TEST_F(SqliteLogTest, ADiskThatCannotBeWrittenIsAnError) {
  FaultyDisk::Get().Set(Fault::kWriteError);
  SqliteLogOptions options;
  options.directory = directory_.path();
  const absl::Status status = OpenSqliteLog(options).status();
  EXPECT_EQ(ReasonOf(status), ErrorReason::kLogUnavailable) << status;
  EXPECT_NE(std::string(status.message()).find(path_), std::string::npos) << status;
  FaultyDisk::Get().Set(Fault::kNone);
  EXPECT_TRUE(OpenSqliteLog(options).ok());
}

TEST_F(SqliteLogTest, DescribesItsFile) {
  const std::unique_ptr<Log> log = Open();
  EXPECT_EQ(log->Describe().kind, "sqlite");
  EXPECT_EQ(log->Describe().location, path_);
}

// ---- durability ----

TEST_F(SqliteLogTest, EveryAcknowledgedAppendWasSynced) {
  const std::unique_ptr<Log> log = Open();
  for (int i = 0; i < 20; ++i) {
    const int before = FaultyDisk::Get().syncs();
    ASSERT_EQ(AppendAndWait(log.get(), TextRecord("k", "v")).kind, Kind::kAppended);
    EXPECT_GT(FaultyDisk::Get().syncs(), before);
  }
}

TEST_F(SqliteLogTest, AppendsThatWaitTogetherShareASync) {
  const std::unique_ptr<Log> log = Open();
  Outcomes outcomes;
  std::promise<void> all_wait;
  const Record record = TextRecord("k", "v");
  log->Append({&record, 1}, [done = outcomes.Expect(), waiting = all_wait.get_future().share()](auto& outcome) {
    waiting.wait();
    done(outcome);
  });
  // The log's thread may not have come to the first yet; it cannot go on after it.
  for (int i = 0; i < 200; ++i) log->Append({&record, 1}, outcomes.Expect());
  const int before = FaultyDisk::Get().syncs();
  all_wait.set_value();
  ASSERT_TRUE(outcomes.WaitForAll());
  EXPECT_LE(FaultyDisk::Get().syncs() - before, 3);
}

TEST_F(SqliteLogTest, APowerLossTakesNothingAcknowledged) {
  std::unique_ptr<Log> log = Open();
  std::vector<std::string> acknowledged;
  TemporaryDirectory after;
  // Enough to go through several checkpoints of the write-ahead log.
  for (int i = 0; i < 300; ++i) {
    const Record record = TextRecord("key" + std::to_string(i), std::string(20000, 'x'));
    ASSERT_EQ(AppendAndWait(log.get(), record).kind, Kind::kAppended);
    acknowledged.push_back(record.key);
    if (i % 50 != 49) continue;
    const std::string directory = after.path() + "/" + std::to_string(i);
    std::filesystem::create_directory(directory);
    for (const auto& [path, bytes] : FaultyDisk::Get().durable_files()) {
      if (path.rfind(directory_.path(), 0) != 0) continue;
      std::ofstream(directory + path.substr(directory_.path().size()), std::ios::binary) << bytes;
    }
    EXPECT_EQ(KeysIn(directory), acknowledged) << i;
  }
}

// ---- a disk that fails ----

TEST_F(SqliteLogTest, AFullDiskSaysSo) {
  const std::unique_ptr<Log> log = Open();
  FaultyDisk::Get().Set(Fault::kFull);
  const AppendOutcome outcome = AppendAndWait(log.get(), TextRecord("k", "v"));
  EXPECT_EQ(outcome.kind, Kind::kFailed);
  EXPECT_EQ(ReasonOf(outcome.status), ErrorReason::kLogUnavailable);
  const std::string message(outcome.status.message());
  EXPECT_NE(message.find("full"), std::string::npos) << message;
  EXPECT_NE(message.find(path_), std::string::npos) << message;
}

TEST_F(SqliteLogTest, AFailedSyncLeavesTheOutcomeOpen) {
  const std::unique_ptr<Log> log = Open();
  FaultyDisk::Get().Set(Fault::kSyncError);
  EXPECT_EQ(AppendAndWait(log.get(), TextRecord("a", "")).kind, Kind::kUnknown);
  EXPECT_EQ(AppendAndWait(log.get(), TextRecord("b", "")).kind, Kind::kFailed);
}

// Whether the disk heals before or after the log looks again decides whether the record landed.
TEST_F(SqliteLogTest, AfterAFailedSyncLiveReadersAndTheFileAgree) {
  for (const bool heals_first : {true, false}) {
    SCOPED_TRACE(heals_first);
    TemporaryDirectory directory;
    std::unique_ptr<Log> log = OpenLog(directory.path());
    RecordingSink sink;
    ASSERT_TRUE(log->StartReading(Offset(0), &sink).ok());
    ASSERT_EQ(AppendAndWait(log.get(), TextRecord("before", "")).kind, Kind::kAppended);
    FaultyDisk::Get().Set(Fault::kSyncError);
    EXPECT_EQ(AppendAndWait(log.get(), TextRecord("open", "")).kind, Kind::kUnknown);
    if (heals_first) FaultyDisk::Get().Set(Fault::kNone);
    log->AbandonPending();
    if (!heals_first) {
      // What it says does not matter; that it looked again does.
      AppendAndWait(log.get(), TextRecord("meanwhile", ""));
      FaultyDisk::Get().Set(Fault::kNone);
      log->AbandonPending();
    }
    const AppendOutcome after = AppendAndWait(log.get(), TextRecord("after", ""));
    ASSERT_EQ(after.kind, Kind::kAppended);
    while (sink.records().empty() || sink.records().back().offset < after.last_offset) std::this_thread::yield();
    log->Close();
    log.reset();
    const std::vector<std::string> keys = Keys(sink);
    EXPECT_EQ(keys, KeysIn(directory.path()));
    EXPECT_EQ(std::count(keys.begin(), keys.end(), "open"), heals_first ? 0 : 1);
  }
}

TEST_F(SqliteLogTest, ReadingReportsTroubleAndGoesOn) {
  AppendAndWait(Open().get(), std::vector<Record>(3000, TextRecord("k", std::string(100, 'x'))));
  const std::unique_ptr<Log> log = Open();
  FaultyDisk::Get().Set(Fault::kReadError);
  RecordingSink sink;
  ASSERT_TRUE(log->StartReading(Offset(0), &sink).ok());
  ASSERT_TRUE(sink.WaitForErrors(1));
  EXPECT_EQ(ReasonOf(sink.errors()[0]), ErrorReason::kLogUnavailable);
  FaultyDisk::Get().Set(Fault::kNone);
  ASSERT_TRUE(sink.WaitForCaughtUp());
  EXPECT_EQ(sink.records().size(), 3000u);
  log->Close();
  EXPECT_EQ(sink.errors().size(), 1u);
}

// ---- the reader ----

// Lets nothing through before it is opened.
class GatedSink : public RecordingSink {
 public:
  void OnRecord(LogRecord record) override {
    open_.wait();
    RecordingSink::OnRecord(std::move(record));
  }
  void OpenUp() { gate_.set_value(); }

 private:
  std::promise<void> gate_;
  std::shared_future<void> open_ = gate_.get_future().share();
};

TEST_F(SqliteLogTest, ASlowReaderHoldsUpNobodyAndMissesNothing) {
  const std::unique_ptr<Log> log = Open();
  GatedSink sink;
  ASSERT_TRUE(log->StartReading(Offset(0), &sink).ok());
  // More than the log keeps in memory for a reader.
  for (int i = 0; i < 40; ++i) {
    const std::vector<Record> records(10, TextRecord("k" + std::to_string(i), std::string(50000, 'x')));
    ASSERT_EQ(AppendAndWait(log.get(), records).kind, Kind::kAppended);
  }
  sink.OpenUp();
  ASSERT_TRUE(sink.WaitForRecords(400));
  const std::vector<LogRecord> records = sink.records();
  for (size_t i = 0; i < records.size(); ++i) {
    EXPECT_EQ(records[i].offset, Offset(i));
    EXPECT_EQ(records[i].record.key, "k" + std::to_string(i / 10));
  }
  log->Close();
}

// The reader's user used to go on believing in the trouble.
TEST_F(SqliteLogTest, AfterTroubleTheReaderHearsAnewThatAllWasRead) {
  const std::unique_ptr<Log> log = Open();
  GatedSink sink;
  ASSERT_TRUE(log->StartReading(Offset(0), &sink).ok());
  ASSERT_TRUE(sink.WaitForCaughtUp());
  // More than the log keeps in memory for a reader.
  for (int i = 0; i < 20; ++i) {
    AppendAndWait(log.get(), std::vector<Record>(10, TextRecord("k", std::string(50000, 'x'))));
  }
  FaultyDisk::Get().Set(Fault::kReadError);
  sink.OpenUp();
  ASSERT_TRUE(sink.WaitForErrors(1));
  FaultyDisk::Get().Set(Fault::kNone);
  ASSERT_TRUE(sink.WaitForRecords(200));
  while (sink.caught_up().size() < 2) std::this_thread::yield();
  EXPECT_EQ(sink.caught_up().back(), Offset(200));
  log->Close();
}

TEST_F(SqliteLogTest, OffsetsAreDense) {
  const std::unique_ptr<Log> log = Open();
  EXPECT_EQ(AppendAndWait(log.get(), TextRecord("a", "")).last_offset, Offset(0));
  EXPECT_EQ(AppendAndWait(log.get(), {TextRecord("b", ""), TextRecord("c", "")}).last_offset, Offset(2));
}

// ---- somebody tidies up ----

TEST_F(SqliteLogTest, ARemovedFileIsReportedAndStopsAppendsForGood) {
  const std::unique_ptr<Log> log = Open();
  RecordingSink sink;
  ASSERT_TRUE(log->StartReading(Offset(0), &sink).ok());
  ASSERT_EQ(AppendAndWait(log.get(), TextRecord("a", "")).kind, Kind::kAppended);
  std::filesystem::remove(path_);
  for (int i = 0; i < 2; ++i) {
    const AppendOutcome outcome = AppendAndWait(log.get(), TextRecord("b", ""));
    EXPECT_EQ(outcome.kind, Kind::kFailed);
    EXPECT_EQ(ReasonOf(outcome.status), ErrorReason::kLogReplaced);
    log->AbandonPending();
  }
  ASSERT_TRUE(sink.WaitForReplaced());
  EXPECT_EQ(ReasonOf(sink.replaced()[0]), ErrorReason::kLogReplaced);
  log->Close();
  EXPECT_EQ(sink.replaced().size(), 1u);
}

}  // namespace
}  // namespace regent
