// The rules of the log (docs/architecture.md) as several nodes on one log show them: what is fenced, settled, adopted
// and restored, and when a node stops writing.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <future>
#include <thread>

#include "base/error_reason.h"
#include "server/registry/testing/test_node.h"
#include "store/record_codec.h"

namespace regent {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using Tombstones = MemoryLogStorage::Tombstones;

RecordKey VersionKey(const std::string& subject, int version) {
  return {.type = KeyType::kSchema, .subject = Subject::Parse(subject), .version = Version(version)};
}

Record SchemaOf(const std::string& subject, int version, int id, const std::string& text, bool deleted = false) {
  SchemaRecord schema;
  schema.id = SchemaId(id);
  schema.content.text = text;
  schema.deleted = deleted;
  return EncodeRecord(VersionKey(subject, version), schema);
}

// The machine's clock, some hours ago: for records that are old when they are read.
class EarlierClock : public Clock {
 public:
  explicit EarlierClock(std::chrono::hours by) : by_(by) {}
  SteadyTime Now() const override { return SystemClock()->Now(); }
  int64_t WallMillis() const override {
    return SystemClock()->WallMillis() - std::chrono::milliseconds(by_.load()).count();
  }
  void Set(std::chrono::hours by) { by_ = by; }

 private:
  std::atomic<std::chrono::hours> by_;
};

class LogRulesTest : public ::testing::Test {
 protected:
  // "id:text" of a version, with "-" before it when it is softly deleted; "none".
  static std::string At(TestNode& node, const std::string& subject, int version) {
    const auto view = node.registry().state().FindSubject(Subject::Parse(subject));
    const VersionEntry* entry = view ? view->Find(Version(version)) : nullptr;
    if (entry == nullptr) return "none";
    return (entry->deleted ? "-" : "") + std::to_string(entry->stored->id.value()) + ":" + entry->stored->content.text;
  }
  void CompactEverything() {
    storage_->Compact(storage_->next(), Tombstones::kKeep);
    storage_->Compact(storage_->next(), Tombstones::kRemove);
  }
  // What a node sees that starts now.
  std::string Replayed(const std::string& subject, int version) {
    TestNode fresh(storage_, {.name = "fresh"});
    fresh.Start();
    return At(fresh, subject, version);
  }
  static absl::StatusOr<WriteResult> Delete(TestNode& node, const std::string& subject, DeleteKind kind) {
    return node.Write(DeleteSubject{Subject::Parse(subject), kind});
  }
  static absl::Status Resume(TestNode& node, WriteState reason) {
    std::promise<absl::Status> done;
    node.registry().Resume({reason}, [&](const absl::Status& status) { done.set_value(status); });
    return done.get_future().get();
  }
  // A record of `zombie`, a former primary, lands behind the claim of `next`, who is primary then.
  void LandLate(TestNode& zombie, TestNode& next, const std::string& subject, const std::string& text) {
    storage_->HoldAppends(zombie.handle());
    RegisterSchema late;
    late.subject = Subject::Parse(subject);
    late.content.text = text;
    auto answer = zombie.WriteLater(late, {.deadline = SystemClock()->Now() + std::chrono::milliseconds(300)});
    while (storage_->held_records(zombie.handle()) == 0) std::this_thread::yield();
    next.StartAsPrimary();
    zombie.election().Depose();
    storage_->ReleaseAppends(zombie.handle());
    EXPECT_FALSE(answer.get().ok());
    next.WaitUntilCaughtUp();
  }

  std::shared_ptr<MemoryLogStorage> storage_ = MemoryLogStorage::Create();
};

// --- settling --------------------------------------------------------------------------------------------------------

TEST_F(LogRulesTest, AcknowledgedSchemaSurvivesAZombiesRecordAndTheCleaner) {
  TestNode first(storage_);
  first.StartAsPrimary();
  ASSERT_TRUE(first.Register("orders", "a").ok());
  TestNode second(storage_, {.name = "node-2"});
  storage_->HoldAppends(first.handle());
  RegisterSchema late;
  late.subject = Subject::Parse("orders");
  late.content.text = "a zombie";
  auto zombie = first.WriteLater(late, {.deadline = SystemClock()->Now() + std::chrono::milliseconds(300)});
  while (storage_->held_records(first.handle()) == 0) std::this_thread::yield();
  second.StartAsPrimary();
  first.election().Depose();
  ASSERT_EQ(second.Register("orders", "a b")->version, Version(2));
  storage_->ReleaseAppends(first.handle());  // the same key, behind it
  EXPECT_FALSE(zombie.get().ok());
  second.WaitUntilCaughtUp();
  second.WaitUntilSettled();
  CompactEverything();
  const std::string acknowledged = At(second, "orders", 2);
  EXPECT_THAT(acknowledged, HasSubstr(":a b"));
  EXPECT_EQ(Replayed("orders", 2), acknowledged);
  EXPECT_EQ(second.registry().settler().settled(), 1);
}

TEST_F(LogRulesTest, KeyThatOnlyAZombieWroteGetsATombstone) {
  TestNode first(storage_);
  first.StartAsPrimary();
  TestNode second(storage_, {.name = "node-2"});
  LandLate(first, second, "orders", "zombie");
  second.WaitUntilSettled();
  CompactEverything();
  EXPECT_EQ(Replayed("orders", 1), "none");
  EXPECT_EQ(second.Register("orders", "x")->stored->id, SchemaId(2)) << "the zombie's id is taken all the same";
}

TEST_F(LogRulesTest, NextPrimarySettlesWhatTheLastOneCouldNot) {
  TestNode first(storage_);
  first.StartAsPrimary();
  ASSERT_TRUE(first.Register("orders", "a").ok());
  first.registry().Stop();
  storage_->Put(SchemaOf("orders", 1, 9, "stranger"));
  TestNode second(storage_, {.name = "node-2"});
  second.Start();
  EXPECT_TRUE(second.registry().state().AnyUnsettled());
  second.election().Elect();
  second.WaitUntilSettled();
  EXPECT_EQ(At(second, "orders", 1), "1:a");
  CompactEverything();
  EXPECT_EQ(Replayed("orders", 1), "1:a");
}

TEST_F(LogRulesTest, UnreadableRecordDoesNotHideTheOneBefore) {
  TestNode node(storage_);
  node.StartAsPrimary();
  ASSERT_TRUE(node.Register("orders", "a").ok());
  storage_->Put({EncodeKey(VersionKey("orders", 1)), "no JSON", {}});
  node.WaitUntilCaughtUp();
  node.WaitUntilSettled();
  CompactEverything();
  EXPECT_EQ(Replayed("orders", 1), "1:a");
}

TEST_F(LogRulesTest, OverwrittenDeleteSubjectStaysDone) {
  const RecordKey key{.type = KeyType::kDeleteSubject, .subject = Subject::Parse("orders")};
  storage_->Put(SchemaOf("orders", 1, 1, "a"));
  storage_->Put(SchemaOf("orders", 2, 2, "b"));
  storage_->Put(EncodeRecord(key, DeleteSubjectRecord{Version(1)}));
  TestNode node(storage_);
  node.StartAsPrimary();
  storage_->Put(EncodeRecord(key, DeleteSubjectRecord{Version(2)}));
  node.WaitUntilCaughtUp();
  node.WaitUntilSettled();
  CompactEverything();
  EXPECT_EQ(Replayed("orders", 1), "-1:a");
  EXPECT_EQ(Replayed("orders", 2), "2:b");
  for (const LogRecord& record : storage_->records()) {
    EXPECT_EQ(record.record.key.find("DELETE_SUBJECT"), std::string::npos);
  }
}

TEST_F(LogRulesTest, VersionsAreHiddenForThemselvesBeforeTheirDeleteSubjectGoes) {
  const RecordKey key{.type = KeyType::kDeleteSubject, .subject = Subject::Parse("orders")};
  storage_->Put(SchemaOf("orders", 1, 1, "a"));
  storage_->Put(EncodeRecord(key, DeleteSubjectRecord{Version(1)}));
  TestNode node(storage_);
  node.StartAsPrimary();
  storage_->HoldAppends(node.handle());
  storage_->Put(Record{EncodeKey(key), std::nullopt, {}});
  while (storage_->held_records(node.handle()) == 0) std::this_thread::yield();
  // One flight: were the tombstone in it, it could land without the other record.
  EXPECT_EQ(storage_->held_records(node.handle()), 1u);
  storage_->ReleaseAppends(node.handle());
  node.WaitUntilSettled();
  EXPECT_EQ(At(node, "orders", 1), "-1:a");
}

TEST_F(LogRulesTest, OverwrittenClearSubjectStaysDone) {
  // What it removed would come back once the cleaner has dropped it.
  const RecordKey key{.type = KeyType::kClearSubject, .subject = Subject::Parse("orders")};
  storage_->Put(SchemaOf("orders", 1, 1, "a", /*deleted=*/true));
  storage_->Put(EncodeRecord(key, ClearSubjectRecord{}));
  TestNode node(storage_);
  node.StartAsPrimary();
  storage_->Put(EncodeRecord(key, ClearSubjectRecord{}));
  node.WaitUntilCaughtUp();
  node.WaitUntilSettled();
  CompactEverything();
  EXPECT_EQ(Replayed("orders", 1), "none");
}

TEST_F(LogRulesTest, ClearSubjectOfAHistoryIsMadeToStandForItself) {
  // The later DELETE_SUBJECT replaces the one that the CLEAR_SUBJECT was about: found by the model.
  const RecordKey hide{.type = KeyType::kDeleteSubject, .subject = Subject::Parse("orders")};
  storage_->Put(SchemaOf("orders", 1, 1, "a"));
  storage_->Put(EncodeRecord(hide, DeleteSubjectRecord{Version(1)}));
  storage_->Put(SchemaOf("orders", 2, 2, "b"));
  storage_->Put(
      EncodeRecord({.type = KeyType::kClearSubject, .subject = Subject::Parse("orders")}, ClearSubjectRecord{}));
  storage_->Put(EncodeRecord(hide, DeleteSubjectRecord{Version(2)}));
  TestNode node(storage_);
  node.StartAsPrimary();
  node.WaitUntilSettled();
  CompactEverything();
  EXPECT_EQ(Replayed("orders", 1), "none");
  EXPECT_EQ(Replayed("orders", 2), "-2:b");
}

TEST_F(LogRulesTest, KeyThatIsFoughtOverIsNotSettledAgainAtOnce) {
  TestNode node(storage_);
  node.StartAsPrimary();
  ASSERT_TRUE(node.Register("orders", "a").ok());
  storage_->Put(SchemaOf("orders", 1, 7, "x"));
  node.WaitUntilCaughtUp();
  node.WaitUntilSettled();
  storage_->Put(SchemaOf("orders", 1, 8, "y"));
  storage_->Put(SchemaOf("payments", 1, 9, "z"));
  node.WaitUntilCaughtUp();
  while (node.registry().settler().settled() < 2) std::this_thread::yield();
  const auto unsettled = node.registry().state().unsettled();
  ASSERT_EQ(unsettled.size(), 1u) << "another key does not wait";
  EXPECT_EQ(unsettled.begin()->second.key, VersionKey("orders", 1));
}

// Each of them used to make the settler look at all keys that were unsettled then.
TEST_F(LogRulesTest, FloodOfFencedRecordsIsSettledInStepsThatGrowWithItAlone) {
  constexpr int kKeys = 500;
  TestNode node(storage_);
  node.StartAsPrimary();
  const auto put_fenced = [&](const std::string& subject) {
    for (int i = 1; i <= kKeys; ++i) {
      Record record = SchemaOf(subject, i, i, "x");
      record.headers.push_back({kClaimHeader, "zombie"});
      storage_->Put(record);
    }
    node.WaitUntilCaughtUp();
  };
  put_fenced("orders");
  node.WaitUntilSettled();
  put_fenced("orders");  // these wait now, for they are fought over
  put_fenced("payments");
  node.WaitUntilSettled();
  EXPECT_LE(node.registry().settler().looked_at(), 3 * 3 * kKeys);
}

// --- another registry on the log -------------------------------------------------------------------------------------

class ForeignWriterTest : public LogRulesTest {
 protected:
  ForeignWriterTest() {
    node_.StartAsPrimary();
    EXPECT_TRUE(node_.Register("orders", "a").ok());
  }
  void Foreign(const Record& record) {
    storage_->Put(record);
    node_.WaitUntilCaughtUp();
    node_.WaitUntilSettled();
  }

  TestNode node_{storage_};
};

TEST_F(ForeignWriterTest, StopsWritesAndNotReadsUntilResumed) {
  Foreign(SchemaOf("payments", 1, 50, "theirs"));
  EXPECT_EQ(ReasonOf(node_.Register("orders", "a b").status()), ErrorReason::kForeignWriter);
  EXPECT_EQ(ReasonOf(Delete(node_, "orders", DeleteKind::kSoft).status()), ErrorReason::kForeignWriter);
  EXPECT_TRUE(node_.Write(ReadBarrier{}).ok());  // linearizable reads go on as well
  EXPECT_EQ(node_.Register("orders", "a")->version, Version(1)) << "what is there already needs no write";
  EXPECT_TRUE(node_.registry().GetSchemaById(".", SchemaId(1)).ok());
  EXPECT_EQ(node_.registry().GetWriteStatus().state, WriteState::kForeignWriter);
  EXPECT_THAT(node_.registry().GetWriteStatus().reason, HasSubstr("regent cluster resume"));
  ASSERT_TRUE(Resume(node_, WriteState::kForeignWriter).ok());
  EXPECT_EQ(node_.registry().GetWriteStatus().state, WriteState::kAccepting);
  EXPECT_EQ(node_.Register("orders", "a b")->stored->id, SchemaId(51));
}

TEST_F(ForeignWriterTest, StopAndResumeOutliveThePrimary) {
  Foreign(SchemaOf("payments", 1, 50, "theirs"));
  node_.election().Depose();
  TestNode second(storage_, {.name = "node-2"});
  second.StartAsPrimary();
  node_.WaitUntilCaughtUp();
  EXPECT_EQ(ReasonOf(second.Register("orders", "a b").status()), ErrorReason::kForeignWriter);
  EXPECT_EQ(ReasonOf(Resume(node_, WriteState::kForeignWriter)), ErrorReason::kNotPrimary);
  ASSERT_TRUE(Resume(second, WriteState::kForeignWriter).ok());
  second.registry().Stop();
  TestNode third(storage_, {.name = "node-3"});
  third.StartAsPrimary();
  EXPECT_TRUE(third.Register("orders", "a b").ok());
  storage_->Put(SchemaOf("payments", 2, 60, "again"));
  third.WaitUntilCaughtUp();
  third.WaitUntilSettled();
  EXPECT_EQ(ReasonOf(third.Register("orders", "a b c").status()), ErrorReason::kForeignWriter);
}

TEST_F(ForeignWriterTest, ResumingWhatIsNotStoppedIsRefused) {
  EXPECT_EQ(ReasonOf(Resume(node_, WriteState::kForeignWriter)), ErrorReason::kRequestInvalid);
}

TEST_F(ForeignWriterTest, NewSchemaIsAdopted) {
  Foreign(SchemaOf("payments", 1, 50, "theirs"));
  EXPECT_EQ(At(node_, "payments", 1), "50:theirs");
  CompactEverything();
  EXPECT_EQ(Replayed("payments", 1), "50:theirs");
}

TEST_F(ForeignWriterTest, KnownContentUnderItsIdIsAdopted) {
  Foreign(SchemaOf("payments", 1, 1, "a"));
  EXPECT_EQ(At(node_, "payments", 1), "1:a");
}

TEST_F(ForeignWriterTest, LivingIdWithAnotherTextIsNotAdopted) {
  Foreign(SchemaOf("payments", 1, 1, "theirs"));
  EXPECT_EQ(At(node_, "payments", 1), "none");
  CompactEverything();
  EXPECT_EQ(Replayed("payments", 1), "none");
  EXPECT_EQ(node_.registry().GetSchemaById(".", SchemaId(1)).value()->content.text, "a");
}

TEST_F(ForeignWriterTest, IdThatWasUsedBeforeIsNotAdopted) {
  ASSERT_TRUE(Delete(node_, "orders", DeleteKind::kPurge).ok());
  Foreign(SchemaOf("payments", 1, 1, "theirs"));
  EXPECT_EQ(At(node_, "payments", 1), "none");
}

TEST_F(ForeignWriterTest, TakenKeyIsRestored) {
  Foreign(SchemaOf("orders", 1, 50, "theirs"));
  EXPECT_EQ(At(node_, "orders", 1), "1:a");
  CompactEverything();
  EXPECT_EQ(Replayed("orders", 1), "1:a");
}

TEST_F(ForeignWriterTest, DeletesAndSettingsAreRestored) {
  Foreign({EncodeKey(VersionKey("orders", 1)), std::nullopt, {}});
  SubjectConfig config;
  config.level = CompatibilityLevel::kNone;
  const RecordKey key{.type = KeyType::kConfig, .subject = Subject::Parse("orders")};
  Foreign(EncodeRecord(key, config));
  EXPECT_EQ(At(node_, "orders", 1), "1:a");
  EXPECT_EQ(node_.registry().state().FindConfig(Subject::Parse("orders")), nullptr);
  CompactEverything();
  EXPECT_EQ(Replayed("orders", 1), "1:a");
}

// Both used to wait without end.
class PendingResumeTest : public ForeignWriterTest {
 protected:
  PendingResumeTest() {
    Foreign(SchemaOf("orders", 1, 9, "stranger"));
    while (node_.registry().gate().role() != Role::kPrimary) std::this_thread::yield();
    storage_->HoldAppends(node_.handle());  // the claim that accepts it does not arrive
    node_.registry().Resume({WriteState::kForeignWriter},
                            [this](const absl::Status& status) { resumed_.set_value(status); });
  }
  std::promise<absl::Status> resumed_;
};

TEST_F(PendingResumeTest, EndsWhenAnotherNodeTakesOver) {
  node_.election().Depose();
  TestNode other(storage_, {.name = "other"});
  other.StartAsPrimary();
  EXPECT_EQ(ReasonOf(resumed_.get_future().get()), ErrorReason::kNotPrimary);
}

TEST_F(PendingResumeTest, EndsWhenTheNodeStops) {
  node_.registry().Stop();
  EXPECT_EQ(ReasonOf(resumed_.get_future().get()), ErrorReason::kShuttingDown);
}

TEST_F(ForeignWriterTest, BareNoopIsOnlyCounted) {
  Foreign(EncodeRecord({}, NoopRecord{}));
  EXPECT_EQ(node_.registry().GetLogFacts().foreign_markers, 1);
  EXPECT_TRUE(node_.Register("orders", "a b").ok());
}

// --- read too late to know -------------------------------------------------------------------------------------------

class UntrustedKeyTest : public LogRulesTest {
 protected:
  UntrustedKeyTest() {
    storage_ = MemoryLogStorage::Create("memory-1", &clock_);
    TestNode first(storage_);
    first.StartAsPrimary();
    EXPECT_TRUE(first.Register("orders", "a").ok());
    first.registry().Stop();
    storage_->Put(SchemaOf("orders", 1, 9, "stranger"));
  }
  TestNode::Options Reader(const std::string& name) {
    return {.name = name, .retention = {.compaction_lag = std::chrono::hours(10)}};
  }

  EarlierClock clock_{std::chrono::hours(6)};
};

TEST_F(UntrustedKeyTest, NodeIsNotReadyAndDoesNotClaim) {
  TestNode node(storage_, Reader("late"));
  node.BeginReading();
  node.election().Elect();
  node.WaitUntilCaughtUp();
  EXPECT_EQ(ReasonOf(node.registry().Ready()), ErrorReason::kNotReady);
  EXPECT_THAT(std::string(node.registry().Ready().message()), HasSubstr("\"subject\":\"orders\""));
  EXPECT_EQ(node.registry().gate().role(), Role::kFollower);
  const WriteStatus status = node.registry().GetWriteStatus();
  EXPECT_EQ(status.state, WriteState::kUntrustedKeys);
  EXPECT_THAT(status.raw_keys, ElementsAre(EncodeKey(VersionKey("orders", 1))));
}

TEST_F(UntrustedKeyTest, NodeBecomesReadyOnceAnotherOneSettledTheKey) {
  TestNode late(storage_, Reader("late"));
  late.BeginReading();
  late.election().Elect();
  late.WaitUntilCaughtUp();
  EXPECT_FALSE(late.registry().Ready().ok());
  clock_.Set(std::chrono::hours(0));
  TestNode knows(storage_, {.name = "knows"});  // its log has no cleaner
  knows.StartAsPrimary();
  knows.WaitUntilSettled();
  late.WaitUntilCaughtUp();
  late.WaitUntilSettled();
  EXPECT_TRUE(late.registry().Ready().ok());
  EXPECT_EQ(At(late, "orders", 1), "1:a");
  late.WaitUntilPrimary();
}

TEST_F(UntrustedKeyTest, OperatorMayDecideToTakeTheStateAsItIs) {
  TestNode node(storage_, Reader("late"));
  node.BeginReading();
  node.WaitUntilCaughtUp();
  clock_.Set(std::chrono::hours(0));
  EXPECT_TRUE(Resume(node, WriteState::kUntrustedKeys).ok());
  EXPECT_TRUE(node.registry().Ready().ok());
  node.election().Elect();
  node.WaitUntilPrimary();
  node.WaitUntilSettled();
  EXPECT_EQ(Replayed("orders", 1), "1:a");
}

TEST_F(UntrustedKeyTest, YoungRecordIsTrusted) {
  clock_.Set(std::chrono::hours(4));
  storage_ = MemoryLogStorage::Create("memory-2", &clock_);
  {
    TestNode first(storage_);
    first.StartAsPrimary();
    ASSERT_TRUE(first.Register("orders", "a").ok());
  }
  storage_->Put(SchemaOf("orders", 1, 9, "stranger"));
  TestNode node(storage_, Reader("in-time"));
  node.Start();
  EXPECT_TRUE(node.registry().state().AnyUnsettled());
  EXPECT_FALSE(node.registry().state().AnyUntrusted());
}

TEST_F(UntrustedKeyTest, PrimaryThatReadsAFencedRecordLateResigns) {
  const auto storage = MemoryLogStorage::Create("memory-2", &clock_);
  clock_.Set(std::chrono::hours(0));
  TestNode node(storage, Reader("primary"));
  node.StartAsPrimary();
  clock_.Set(std::chrono::hours(6));
  storage->Put(SchemaOf("orders", 1, 9, "stranger"));
  node.WaitUntilCaughtUp();
  while (node.registry().gate().role() == Role::kPrimary) std::this_thread::yield();
  EXPECT_EQ(At(node, "orders", 1), "none");
}

}  // namespace
}  // namespace regent
