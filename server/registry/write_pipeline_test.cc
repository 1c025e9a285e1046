#include "server/registry/write_pipeline.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <iostream>
#include <thread>

#include "base/error_reason.h"
#include "base/fake_clock.h"
#include "election/testing/hand_driven_election.h"
#include "store/record_codec.h"

namespace regent {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

// Keeps what is appended until the test reads it.
class ScriptedLog : public Log {
 public:
  absl::Status StartReading(Offset, LogSink*) override { return absl::OkStatus(); }
  void Append(absl::Span<const Record> records, AppendDone done) override {
    if (!refusal.ok()) return done({AppendOutcome::Kind::kFailed, kBeforeFirst, refusal});
    MutexLock lock(&mutex_);
    appended_.insert(appended_.end(), records.begin(), records.end());
  }
  void AbandonPending() override {}
  std::string Id() const override { return "log-a"; }
  LogDescription Describe() const override { return {}; }
  void Close() override {}

  absl::Status refusal;  // of what is appended from now on

  std::vector<Record> Take() {
    MutexLock lock(&mutex_);
    return std::exchange(appended_, {});
  }

 private:
  Mutex mutex_;
  std::vector<Record> appended_ GUARDED_BY(mutex_);
};

// Writes one configuration.
class OneRecord : public WriteOperation {
 public:
  OneRecord(
      std::string hold, std::string subject, std::function<void()> deciding = [] {})
      : hold_(std::move(hold)), subject_(std::move(subject)), deciding_(std::move(deciding)) {}
  std::optional<WriteAnswer> Prepare() override { return std::nullopt; }
  std::vector<HoldKey> Holds() const override { return {{hold_}}; }
  WriteStep Decide() override {
    deciding_();
    return WriteStep::Append(
        {EncodeRecord({.type = KeyType::kConfig, .subject = Subject::Parse(subject_)}, SubjectConfig())});
  }
  WriteStep AfterReadBack(const Position& position) override {
    WriteResult result;
    result.position = position;
    return WriteStep::Answer(result);
  }

 private:
  const std::string hold_;
  const std::string subject_;
  const std::function<void()> deciding_;
};

class WritePipelineTest : public ::testing::Test, protected LeadershipListener {
 protected:
  WritePipelineTest() {
    EXPECT_TRUE(election_.Start("n1", &gate_).ok());
    gate_.OnCaughtUp();
    election_.Elect();
    ReadAll();
    EXPECT_EQ(gate_.role(), Role::kPrimary);
  }
  void OnPrimary() override { pipeline_.OnPrimary(); }
  void OnClaimCounted(const std::string& token) override { pipeline_.OnClaimCounted(token); }

  // What was appended lands and is read, as by the thread that applies the log; the keys of it.
  std::vector<std::string> ReadAll() {
    std::vector<std::string> keys;
    for (Record& record : log_.Take()) {
      keys.push_back(record.key);
      const Applied applied = state_.Apply({Offset(next_++), 0, std::move(record)});
      gate_.OnApplied(applied);
      pipeline_.OnApplied(applied);
    }
    return keys;
  }
  WriteDone Into(std::optional<absl::Status>* answer) {
    return [answer](const WriteAnswer& result) { *answer = result.status(); };
  }

  ScriptedLog log_;
  State state_{"log-a"};
  HandDrivenElection election_;
  FakeClock clock_;
  ThreadPool executor_{1};
  int64_t next_ = 0;
  LeadershipGate gate_{
      {.new_token = [] { return std::string("t1"); }, .pause = [](int) { return std::chrono::milliseconds(100); }},
      &log_,
      &state_,
      &election_,
      &clock_,
      &clock_,
      this};
  WritePipeline pipeline_{{}, &log_, &state_, &gate_, &clock_, &clock_, &executor_};
};

TEST_F(WritePipelineTest, IsAnsweredWhenItWasReadBack) {
  std::optional<absl::Status> answer;
  pipeline_.Submit(std::make_unique<OneRecord>("a", "orders"), {}, Into(&answer));
  EXPECT_EQ(answer, std::nullopt);
  ReadAll();
  ASSERT_TRUE(answer.has_value());
  EXPECT_TRUE(answer->ok()) << *answer;
  EXPECT_EQ(pipeline_.operations(), 0);
}

// The deadline used to be told as "nothing was written", and the holds to go, while the record went out.
TEST_F(WritePipelineTest, DeadlineThatPassesWhileItIsDecidedTellsTheTruth) {
  constexpr int kRounds = 1000;
  std::atomic<int> deciding{0};
  std::atomic<int> passed{0};
  std::thread timer([&] {
    for (int round = 1; round <= kRounds; ++round) {
      while (deciding != round) {
      }
      clock_.Advance(std::chrono::milliseconds(1));
      passed = round;
    }
  });
  int unwritten = 0;
  for (int round = 1; round <= kRounds; ++round) {
    std::optional<absl::Status> answer;
    const auto decide = [&, round] {
      deciding = round;
      // For as long as the other thread needs to get there, more or less.
      for (int i = 0; i < round * 37 % 4000; ++i) deciding.load();
    };
    pipeline_.Submit(std::make_unique<OneRecord>("a", "orders", decide),
                     {.deadline = clock_.Now() + std::chrono::milliseconds(1)}, Into(&answer));
    while (passed != round) std::this_thread::yield();
    const std::vector<std::string> keys = ReadAll();
    if (!answer.has_value()) {
      ADD_FAILURE() << "no answer in round " << round;
    } else if (ReasonOf(*answer) == ErrorReason::kOutcomeUnknown) {
      EXPECT_FALSE(keys.empty());
    } else {
      ++unwritten;
      EXPECT_EQ(ReasonOf(*answer), ErrorReason::kDeadlineExceeded);
      EXPECT_THAT(keys, IsEmpty()) << "in round " << round;
    }
    EXPECT_EQ(pipeline_.operations(), 0);
  }
  timer.join();
  std::cout << "FIGURE deadlines that came before the append: " << unwritten << " of " << kRounds << std::endl;
}

// It used to be tried until its deadline, with a new claim each time.
TEST_F(WritePipelineTest, WhatTheLogNeverTakesIsRefusedAndNothingElseNotices) {
  log_.refusal = MakeError(ErrorReason::kSchemaTooLarge, "larger than the topic takes");
  std::optional<absl::Status> refused;
  pipeline_.Submit(std::make_unique<OneRecord>("a", "orders"), {}, Into(&refused));
  ASSERT_TRUE(refused.has_value());
  EXPECT_EQ(ReasonOf(*refused), ErrorReason::kSchemaTooLarge);
  log_.refusal = absl::OkStatus();
  EXPECT_EQ(gate_.role(), Role::kPrimary);
  EXPECT_EQ(pipeline_.operations(), 0);
  // Its holds are free.
  std::optional<absl::Status> answer;
  pipeline_.Submit(std::make_unique<OneRecord>("a", "orders"), {}, Into(&answer));
  ReadAll();
  EXPECT_EQ(answer, absl::OkStatus());
}

// The pipeline knows records by their keys: of two for one key the first would be taken for the second.
TEST_F(WritePipelineTest, RecordForAKeyThatIsOnItsWayWaits) {
  std::optional<absl::Status> first;
  std::optional<absl::Status> second;
  pipeline_.Submit(std::make_unique<OneRecord>("a", "orders"), {}, Into(&first));
  pipeline_.Submit(std::make_unique<OneRecord>("b", "orders"), {}, Into(&second));
  const std::string key = EncodeKey({.type = KeyType::kConfig, .subject = Subject::Parse("orders")});
  EXPECT_THAT(ReadAll(), ElementsAre(key));
  EXPECT_EQ(first, absl::OkStatus());
  EXPECT_EQ(second, std::nullopt);
  clock_.Advance(std::chrono::milliseconds(100));
  executor_.Stop();
  EXPECT_THAT(ReadAll(), ElementsAre(key));
  EXPECT_EQ(second, absl::OkStatus());
  EXPECT_EQ(pipeline_.operations(), 0);
}

}  // namespace
}  // namespace regent
