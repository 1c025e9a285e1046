#include "store/copy/copied_log.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <random>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/error_reason.h"
#include "store/log_testing.h"
#include "store/memory/memory_log.h"
#include "store/record_codec.h"
#include "store/replayer.h"
#include "store/sqlite/temporary_directory.h"
#include "store/state.h"
#include "store/state_dump.h"

namespace regent {
namespace {

RecordKey SchemaKey(const std::string& subject, int version) {
  return {.type = KeyType::kSchema, .subject = Subject::Parse(subject), .version = Version(version)};
}

Record Schema(const std::string& subject, int version, int id, const std::string& text, bool deleted = false) {
  SchemaRecord schema;
  schema.id = SchemaId(id);
  schema.content.text = text;
  schema.deleted = deleted;
  return EncodeRecord(SchemaKey(subject, version), schema);
}

Record Claim(int64_t epoch, const std::string& token, const std::string& log_id,
             std::map<std::string, SchemaId> high_ids = {}) {
  ClaimRecord claim;
  claim.node = "n";
  claim.log_id = log_id;
  claim.high_ids = std::move(high_ids);
  return EncodeRecord({.type = KeyType::kClaim, .text = token, .epoch = Epoch(epoch)}, claim);
}

Record Under(Record record, const std::string& token) {
  if (!token.empty()) record.headers.push_back({kClaimHeader, token});
  return record;
}

// Applies what it is told, as the replayer does; counts what it was told.
class StateSink : public RecordingSink {
 public:
  explicit StateSink(State* state) : state_(state) {}
  void OnRecord(LogRecord record) override {
    state_->Apply(record);
    RecordingSink::OnRecord(std::move(record));
  }
  void OnCopyRead() override { copy_read_ = true; }
  bool copy_read() const { return copy_read_; }

 private:
  State* const state_;
  std::atomic<bool> copy_read_{false};
};

// Everything that makes two states one, for any question that may be asked of them.
std::string Whole(const State& state) {
  std::string text = DumpState(state);
  const auto add = [&text](const auto& what) { text += " " + std::to_string(what.value()); };
  text += "claim " + state.current_claim().token;
  add(state.current_claim().offset);
  add(state.NextEpoch());
  add(state.LastForeign());
  add(state.AcceptedForeign());
  text += "\nlineage " + state.Lineage() + (state.MarksClaimed() ? " claimed" : " unclaimed") +
          (state.ForeignWriter() ? " foreign" : "") + " format " + std::to_string(state.NewestClaimFormat());
  add(state.applied());
  for (const auto& [context, id] : state.HighIds()) text += "\nhigh " + context + " " + std::to_string(id.value());
  for (const auto& [raw, key] : state.unsettled()) {
    text += "\nunsettled " + raw + (key.foreign ? " foreign" : "") + (key.trusted ? "" : " untrusted");
    add(key.first_offset);
    add(key.last_offset);
  }
  return text + "\ndigest " + state.Digest().second;
}

class CopiedLogTest : public ::testing::Test {
 protected:
  std::unique_ptr<CopiedLog> Open() { return Open(directory_.path()); }
  std::unique_ptr<CopiedLog> Open(const std::string& directory) {
    auto file = CopyFile::Open(directory);
    EXPECT_TRUE(file.ok()) << file.status();
    CopiedLog::Options options;
    options.write_pause = std::chrono::milliseconds(1);
    return std::make_unique<CopiedLog>(options, storage_->Open(), *std::move(file), &clock_);
  }
  // Reads all that stands in the log and writes the copy.
  void Copy() {
    auto log = Open();
    State state(log->Id());
    StateSink sink(&state);
    ASSERT_TRUE(log->StartReading(Offset(0), &sink).ok());
    ASSERT_TRUE(sink.WaitForCaughtUp());
    log->Flush();
    log->Close();
  }

  // Its wall clock is what copies are dated by.
  class WallClock : public Clock {
   public:
    SteadyTime Now() const override { return std::chrono::steady_clock::now(); }
    int64_t WallMillis() const override { return SystemClock()->WallMillis() + ahead_ms.load(); }
    std::atomic<int64_t> ahead_ms{0};
  };

  WallClock clock_;
  TemporaryDirectory directory_;
  std::shared_ptr<MemoryLogStorage> storage_ = MemoryLogStorage::Create("log-1");
};

TEST_F(CopiedLogTest, ASecondStartReadsOnlyWhatIsNew) {
  storage_->Put(Claim(1, "t", "log-1"));
  storage_->Put(Under(Schema("a", 1, 1, "x"), "t"));
  Copy();
  storage_->Put(Under(Schema("b", 1, 2, "y"), "t"));
  auto log = Open();
  State state("log-1");
  StateSink sink(&state);
  ASSERT_TRUE(log->StartReading(Offset(0), &sink).ok());
  ASSERT_TRUE(sink.WaitForCaughtUp());
  EXPECT_TRUE(sink.copy_read());
  ASSERT_EQ(sink.records().size(), 3u);
  for (int i = 0; i < 3; ++i) EXPECT_EQ(sink.records()[i].offset, Offset(i));
  // From the copy, as it was read then: whether a record was read in time is not judged anew.
  EXPECT_GT(sink.records()[1].read_ms, 0);
  EXPECT_EQ(state.applied(), Offset(2));
}

TEST_F(CopiedLogTest, WhatIsSupersededLeavesTheCopy) {
  storage_->Put(Claim(1, "t", "log-1"));
  const RecordKey config{.type = KeyType::kConfig, .subject = Subject(".", "a")};
  for (int i = 0; i < 100; ++i) {
    SubjectConfig value;
    value.level = i % 2 ? CompatibilityLevel::kFull : CompatibilityLevel::kNone;
    storage_->Put(Under(EncodeRecord(config, value), "t"));
    storage_->Put(Under(EncodeRecord({.type = KeyType::kNoop}, NoopRecord()), "t"));
  }
  Copy();
  auto file = CopyFile::Open(directory_.path());
  ASSERT_TRUE(file.ok());
  EXPECT_EQ((*file)->CountRecords(), 3);  // the claim, the last value and the last barrier
  EXPECT_EQ((*file)->position(), Offset(200));
}

// An id whose only trace is a record that was overwritten must not be given out again.
TEST_F(CopiedLogTest, TheTraceOfAnIdStays) {
  storage_->Put(Claim(1, "t", "log-1"));
  storage_->Put(Under(Schema("a", 1, 9, "x"), "t"));
  storage_->Put(Under(Schema("a", 1, 3, "y"), "t"));
  Copy();
  auto log = Open();
  State state("log-1");
  StateSink sink(&state);
  ASSERT_TRUE(log->StartReading(Offset(0), &sink).ok());
  ASSERT_TRUE(sink.WaitForCaughtUp());
  EXPECT_EQ(state.HighId("."), SchemaId(9));
}

TEST_F(CopiedLogTest, ACopyOfAnotherLogIsNotRead) {
  storage_->Put(Claim(1, "t", "log-1"));
  storage_->Put(Under(Schema("a", 1, 1, "x"), "t"));
  Copy();
  storage_ = MemoryLogStorage::Create("log-2");
  storage_->Put(Claim(1, "u", "log-2"));
  Copy();
  auto file = CopyFile::Open(directory_.path());
  ASSERT_TRUE(file.ok());
  EXPECT_EQ((*file)->log_id(), "log-2");
  EXPECT_EQ((*file)->CountRecords(), 1);
}

// Meanwhile the cleaner may have removed a tombstone whose record the copy still has.
TEST_F(CopiedLogTest, ACopyThatIsTooOldIsNotRead) {
  storage_->Put(Claim(1, "t", "log-1"));
  storage_->Put(Under(Schema("a", 1, 1, "x"), "t"));
  Copy();
  storage_->Put(Under(EncodeRecord(SchemaKey("a", 1), Tombstone()), "t"));
  storage_->Compact(storage_->next(), MemoryLogStorage::Tombstones::kRemove);
  clock_.ahead_ms = std::chrono::milliseconds(std::chrono::hours(13)).count();
  auto log = Open();
  State state("log-1");
  StateSink sink(&state);
  ASSERT_TRUE(log->StartReading(Offset(0), &sink).ok());
  ASSERT_TRUE(sink.WaitForCaughtUp());
  EXPECT_FALSE(sink.copy_read());
  EXPECT_EQ(state.FindSubject(Subject(".", "a")), nullptr);
}

// The topic was deleted while the node was down: the copy, old as it is, may be all that is left.
TEST_F(CopiedLogTest, AnOldCopyOfALogThatIsGoneIsStillTold) {
  storage_->Put(Claim(1, "t", "log-1"));
  storage_->Put(Under(Schema("a", 1, 1, "x"), "t"));
  Copy();
  clock_.ahead_ms = std::chrono::milliseconds(std::chrono::hours(1000)).count();
  auto log = Open();
  storage_->Replace("log-2");
  State state("log-1");
  StateSink sink(&state);
  ASSERT_TRUE(log->StartReading(Offset(0), &sink).ok());
  ASSERT_TRUE(sink.WaitForReplaced());
  EXPECT_TRUE(sink.copy_read());
  EXPECT_NE(state.FindSubject(Subject(".", "a")), nullptr);
  log->Close();
  log.reset();
  auto file = CopyFile::Open(directory_.path());
  ASSERT_TRUE(file.ok());
  EXPECT_EQ((*file)->log_id(), "log-1");
  EXPECT_EQ((*file)->CountRecords(), 2);
}

TEST_F(CopiedLogTest, ADamagedCopyIsMadeAnew) {
  storage_->Put(Claim(1, "t", "log-1"));
  Copy();
  std::ofstream(directory_.path() + "/copy.sqlite3", std::ios::binary | std::ios::trunc)
      << "this is no database at all";
  Copy();
  auto file = CopyFile::Open(directory_.path());
  ASSERT_TRUE(file.ok());
  EXPECT_EQ((*file)->log_id(), "log-1");
  EXPECT_EQ((*file)->CountRecords(), 1);
}

TEST_F(CopiedLogTest, TwoProcessesDoNotShareACopy) {
  auto file = CopyFile::Open(directory_.path());
  ASSERT_TRUE(file.ok());
  EXPECT_EQ(ReasonOf(CopyFile::Open(directory_.path()).status()), ErrorReason::kLogLocked);
}

// What a node does that is started while its log is away.
TEST_F(CopiedLogTest, WithoutTheLogTheCopyServes) {
  storage_->Put(Claim(1, "t", "log-1"));
  storage_->Put(Under(Schema("a", 1, 1, "x"), "t"));
  Copy();
  State state("log-1");
  class Listener : public ApplyListener {
   public:
    void OnApplied(const Applied&) override {}
    void OnCaughtUp() override {}
    void OnCopyServes() override { serves = true; }
    void OnReplaced(const absl::Status&) override {}
    bool serves = false;
  } listener;
  Replayer replayer({}, &state, &clock_, &listener);
  auto file = CopyFile::Open(directory_.path());
  ASSERT_TRUE(file.ok());
  const auto records = (*file)->Read(kBeforeFirst, 10);
  ASSERT_TRUE(records.ok());
  for (const CopiedRecord& copied : *records) replayer.OnRecord(copied.record);
  replayer.OnError(absl::UnavailableError("too early: this was no copy"));
  EXPECT_FALSE(replayer.copy_serves());
  replayer.OnCopyRead();
  EXPECT_FALSE(replayer.copy_serves());
  replayer.OnError(absl::UnavailableError("the log is away"));
  EXPECT_TRUE(replayer.copy_serves());
  EXPECT_TRUE(listener.serves);
  EXPECT_FALSE(replayer.caught_up());
  EXPECT_NE(state.FindSubject(Subject(".", "a")), nullptr);
  replayer.OnCaughtUp(Offset(2));
  EXPECT_FALSE(replayer.copy_serves());
  EXPECT_TRUE(replayer.caught_up());
}

// A node that was started on its copy beside a replaced log, and then was told to take the new one, called itself stale
// for ever after, as primary too.
TEST_F(CopiedLogTest, LogThatIsReadFromTheStartTakesTheCopysPlace) {
  storage_->Put(Claim(1, "t", "log-1"));
  Copy();
  State state("log-1");
  class Listener : public ApplyListener {
   public:
    void OnApplied(const Applied&) override {}
    void OnCaughtUp() override {}
    void OnReplaced(const absl::Status&) override {}
  } listener;
  Replayer replayer({}, &state, &clock_, &listener);
  replayer.OnCopyRead();
  replayer.OnReplaced(MakeError(ErrorReason::kLogReplaced, "another one now"));
  ASSERT_TRUE(replayer.copy_serves());
  replayer.BeginAgain("log-2");
  EXPECT_TRUE(replayer.copy_serves());
  replayer.OnCaughtUp(Offset(0));
  EXPECT_TRUE(replayer.caught_up());
  EXPECT_FALSE(replayer.copy_serves());
}

// --- copy and tail make what a whole replay makes
// ----------------------------------------------------------------------

// Appends what may stand in a log: claims that count and that do not, records under them and under others' tokens,
// another registry's, deletes of all kinds, keys in more than one spelling, and garbage.
class RandomLog {
 public:
  RandomLog(uint32_t seed, MemoryLogStorage* storage) : random_(seed), storage_(storage) {}

  void Add() {
    switch (Pick(30)) {
      case 0:
        return Claim();
      case 1:
        storage_->Put({.key = "garbage", .value = "x"});
        return;
      case 2:
        return Put(EncodeRecord({.type = KeyType::kNoop}, NoopRecord()));
      case 3:
        return Put(EncodeRecord({.type = KeyType::kDeleteSubject, .subject = AnySubject()},
                                DeleteSubjectRecord{Version(1 + Pick(3))}));
      case 4:
        return Put(EncodeRecord({.type = KeyType::kDeleteSubject, .subject = AnySubject()}, Tombstone()));
      case 5:
        return Put(EncodeRecord({.type = KeyType::kClearSubject, .subject = AnySubject()}, ClearSubjectRecord()));
      case 6:
        return Put(EncodeRecord({.type = KeyType::kContext, .text = ".c"},
                                Pick(2) ? RecordValue(ContextRecord()) : RecordValue(Tombstone())));
      case 7:
        return Put(EncodeRecord({.type = KeyType::kMode, .subject = AnySubject()},
                                Pick(2) ? RecordValue(Mode::kReadOnly) : RecordValue(Tombstone())));
      case 8:
      case 9: {
        SubjectConfig config;
        config.level = Pick(2) ? CompatibilityLevel::kFull : CompatibilityLevel::kNone;
        return Put(EncodeRecord({.type = KeyType::kConfig, .subject = AnySubject()},
                                Pick(3) ? RecordValue(config) : RecordValue(Tombstone())));
      }
      default:
        return Schema();
    }
  }

 private:
  int Pick(int below) { return static_cast<int>(random_() % static_cast<uint32_t>(below)); }
  Subject AnySubject() { return Subject(Pick(4) ? "." : ".c", std::string(1, static_cast<char>('a' + Pick(3)))); }

  void Claim() {
    ClaimRecord claim;
    claim.node = "n";
    claim.log_id = Pick(6) ? "log-1" : "log-of-a-mirror";
    if (Pick(2)) claim.high_ids = {{".", SchemaId(high_)}, {".c", SchemaId(high_)}};
    if (Pick(3) == 0) claim.accepted_foreign = Offset(storage_->next().value());
    const std::string token = "t" + std::to_string(tokens_.size());
    epoch_ += Pick(3);
    storage_->Put(EncodeRecord({.type = KeyType::kClaim, .text = token, .epoch = Epoch(epoch_)}, claim));
    tokens_.push_back(token);
  }

  void Schema() {
    const RecordKey key{.type = KeyType::kSchema, .subject = AnySubject(), .version = Version(1 + Pick(3))};
    SchemaRecord schema;
    schema.id = SchemaId(Pick(3) ? 1 + Pick(8) : ++high_);
    high_ = std::max(high_, schema.id.value());
    schema.content.text = "text " + std::to_string(schema.id.value() % 5);
    schema.deleted = Pick(3) == 0;
    Record record = EncodeRecord(key, Pick(4) ? RecordValue(schema) : RecordValue(Tombstone()));
    // As another registry spells the same key.
    if (Pick(6) == 0) {
      const size_t magic = record.key.find(R"("magic":1)");
      if (magic != std::string::npos) record.key.replace(magic, 9, R"("magic":0)");
    }
    Put(std::move(record));
  }

  void Put(Record record) {
    // Mostly the last claimant; now and then an earlier one, late, or somebody who knows no claims.
    const int who = Pick(8);
    if (!tokens_.empty() && who > 1) record.headers.push_back({kClaimHeader, tokens_.back()});
    if (!tokens_.empty() && who == 1) record.headers.push_back({kClaimHeader, tokens_[Pick(tokens_.size())]});
    storage_->Put(std::move(record));
  }

  std::mt19937 random_;
  MemoryLogStorage* const storage_;
  std::vector<std::string> tokens_;
  int64_t epoch_ = 1;
  int32_t high_ = 8;
};

class CopyAndTailTest : public CopiedLogTest, public ::testing::WithParamInterface<uint32_t> {};

TEST_P(CopyAndTailTest, MakeWhatAReplayOfTheWholeLogMakes) {
  const int logs = std::getenv("REGENT_FULL") != nullptr ? 400 : 10;
  for (int i = 0; i < logs; ++i) {
    const uint32_t seed = GetParam() * 100000 + i;
    SCOPED_TRACE("seed " + std::to_string(seed));
    TemporaryDirectory directory;
    storage_ = MemoryLogStorage::Create("log-1");
    RandomLog random(seed, storage_.get());
    std::mt19937 cuts(seed);
    // Cut and started again at several places.
    for (int start = 0; start < 3; ++start) {
      for (uint32_t records = cuts() % 60; records > 0; --records) random.Add();
      auto log = Open(directory.path());
      State copied("log-1");
      StateSink sink(&copied);
      ASSERT_TRUE(log->StartReading(Offset(0), &sink).ok());
      ASSERT_TRUE(sink.WaitForCaughtUp());
      if (start < 2) log->Flush();
      log->Close();

      State whole("log-1");
      for (const LogRecord& record : storage_->records()) whole.Apply(record);
      ASSERT_EQ(Whole(copied), Whole(whole));
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Seeds, CopyAndTailTest, ::testing::Range(1u, 4u));

}  // namespace
}  // namespace regent
