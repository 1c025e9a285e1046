#include "store/state.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <memory>
#include <thread>
#include <utility>

#include "store/record_codec.h"

namespace regent {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

SchemaRecord Schema(int id, const std::string& text, bool deleted = false) {
  SchemaRecord record;
  record.id = SchemaId(id);
  record.content.text = text;
  record.deleted = deleted;
  return record;
}

RecordKey SchemaKeyOf(const std::string& subject, int version) {
  return {.type = KeyType::kSchema, .subject = Subject::Parse(subject), .version = Version(version)};
}

class StateTest : public ::testing::Test {
 protected:
  Applied Put(Record record, const std::string& token = "") {
    if (!token.empty()) record.headers.push_back({kClaimHeader, token});
    return state_.Apply({Offset(next_), 1000 + next_++, std::move(record)});
  }
  Applied Put(const RecordKey& key, const RecordValue& value, const std::string& token = "") {
    return Put(EncodeRecord(key, value), token);
  }
  Applied PutSchema(const std::string& subject, int version, int id, const std::string& text, bool deleted = false,
                    const std::string& token = "") {
    return Put(SchemaKeyOf(subject, version), Schema(id, text, deleted), token);
  }
  void Claim(int epoch, const std::string& token) {
    ClaimRecord claim;
    claim.log_id = "log-a";
    Put({.type = KeyType::kClaim, .text = token, .epoch = Epoch(epoch)}, claim);
  }
  std::string TextOf(const std::string& subject, int version) const {
    const auto view = state_.FindSubject(Subject::Parse(subject));
    const VersionEntry* entry = view ? view->Find(Version(version)) : nullptr;
    return entry ? entry->stored->content.text + (entry->deleted ? " deleted" : "") : "none";
  }

  State state_{"log-a"};
  int64_t next_ = 0;
};

TEST_F(StateTest, SchemaIsFoundBySubjectIdAndContent) {
  PutSchema("orders", 1, 7, "\"string\"");
  const auto stored = state_.FindById(".", SchemaId(7));
  ASSERT_NE(stored, nullptr);
  EXPECT_EQ(stored->hash.ToGuid(), "095d71cf-1255-6b9d-5e33-0ad575b3df5d");
  EXPECT_EQ(state_.FindByGuid(stored->hash), stored);
  EXPECT_EQ(state_.FindByContent(".", SchemaType::kAvro, stored->hash), stored);
  EXPECT_EQ(state_.FindSubject(Subject::Parse("orders"))->Find(Version(1))->stored, stored);
}

TEST_F(StateTest, OneContentIsKeptOnce) {
  PutSchema("orders", 1, 7, "a");
  PutSchema("payments", 1, 7, "a");
  EXPECT_EQ(state_.FindSubject(Subject::Parse("orders"))->versions.front().stored,
            state_.FindSubject(Subject::Parse("payments"))->versions.front().stored);
}

TEST_F(StateTest, IdLivesUntilItsLastVersionIsGone) {
  PutSchema("orders", 1, 7, "a");
  PutSchema("payments", 1, 7, "a");
  Put(SchemaKeyOf("orders", 1), Tombstone{});
  ASSERT_NE(state_.FindById(".", SchemaId(7)), nullptr);
  const ContentHash hash = state_.FindById(".", SchemaId(7))->hash;
  Put(SchemaKeyOf("payments", 1), Tombstone{});
  EXPECT_EQ(state_.FindById(".", SchemaId(7)), nullptr);
  EXPECT_EQ(state_.FindByContent(".", SchemaType::kAvro, hash), nullptr);
  EXPECT_EQ(state_.FindSubject(Subject::Parse("payments")), nullptr);
}

// The text of a version that was written again with metadata stayed in the index, under an id that was free again.
TEST_F(StateTest, ContentIsNotFoundUnderAnIdThatNamesAnotherText) {
  PutSchema("orders", 1, 7, "a");
  const ContentHash hash = state_.FindById(".", SchemaId(7))->hash;
  SchemaRecord tagged = Schema(7, "a");
  tagged.content.metadata = Metadata{.properties = {{"owner", "x"}}};
  Put(SchemaKeyOf("orders", 1), tagged);
  EXPECT_NE(state_.FindByContent(".", SchemaType::kAvro, hash), nullptr) << "the same text, and the id is there";
  Put(SchemaKeyOf("orders", 1), Tombstone{});
  PutSchema("payments", 1, 7, "b");
  EXPECT_EQ(state_.FindByContent(".", SchemaType::kAvro, hash), nullptr);
}

TEST_F(StateTest, TombstoneOfAnUnknownKeyIsNothing) {
  PutSchema("orders", 1, 7, "a");
  Put(SchemaKeyOf("nowhere", 3), Tombstone{});
  EXPECT_EQ(TextOf("orders", 1), "a");
}

TEST_F(StateTest, ContextsNumberTheirIdsThemselves) {
  PutSchema("orders", 1, 1, "a");
  PutSchema(":.eu:orders", 1, 1, "b");
  EXPECT_EQ(state_.FindById(".", SchemaId(1))->content.text, "a");
  EXPECT_EQ(state_.FindById(".eu", SchemaId(1))->content.text, "b");
  EXPECT_THAT(state_.Contexts(), ElementsAre(".", ".eu"));
}

TEST_F(StateTest, HistoryThatGivesALivingIdAnotherTextIsIgnored) {
  PutSchema("orders", 1, 7, "a");
  PutSchema("payments", 1, 7, "b");
  EXPECT_EQ(TextOf("payments", 1), "none");
  EXPECT_EQ(state_.counters().id_clashes, 1);
}

TEST_F(StateTest, DeleteSubjectHidesTheVersionsUpToItsOwn) {
  PutSchema("orders", 1, 1, "a");
  PutSchema("orders", 2, 2, "b");
  Put({.type = KeyType::kDeleteSubject, .subject = Subject::Parse("orders")}, DeleteSubjectRecord{Version(1)});
  PutSchema("orders", 3, 3, "c");
  EXPECT_EQ(TextOf("orders", 1), "a deleted");
  EXPECT_EQ(TextOf("orders", 2), "b");
  EXPECT_EQ(TextOf("orders", 3), "c");
}

TEST_F(StateTest, VersionPublishedAfterADeleteSubjectIsAliveAgain) {
  PutSchema("orders", 1, 1, "a");
  Put({.type = KeyType::kDeleteSubject, .subject = Subject::Parse("orders")}, DeleteSubjectRecord{Version(1)});
  PutSchema("orders", 1, 1, "a");
  EXPECT_EQ(TextOf("orders", 1), "a");
}

TEST_F(StateTest, ClearSubjectRemovesWhatIsDeleted) {
  PutSchema("orders", 1, 1, "a", true);
  PutSchema("orders", 2, 2, "b");
  Put({.type = KeyType::kClearSubject, .subject = Subject::Parse("orders")}, ClearSubjectRecord{});
  EXPECT_EQ(TextOf("orders", 1), "none");
  EXPECT_EQ(TextOf("orders", 2), "b");
}

TEST_F(StateTest, ConfigAndModeAreKeptPerTargetAndCleared) {
  const std::optional<Subject> orders = Subject::Parse("orders");
  SubjectConfig config;
  config.level = CompatibilityLevel::kFull;
  const uint64_t before = state_.config_revision();
  Put({.type = KeyType::kConfig, .subject = orders}, config);
  Put({.type = KeyType::kMode}, Mode::kReadOnly);
  EXPECT_GT(state_.config_revision(), before);
  EXPECT_EQ(state_.FindConfig(orders)->level, CompatibilityLevel::kFull);
  EXPECT_EQ(state_.FindConfig(std::nullopt), nullptr);
  EXPECT_EQ(state_.FindMode(std::nullopt), Mode::kReadOnly);
  Put({.type = KeyType::kConfig, .subject = orders}, Tombstone{});
  EXPECT_EQ(state_.FindConfig(orders), nullptr);
}

TEST_F(StateTest, ReferrersAreKnownUntilTheyAreGone) {
  PutSchema("base", 1, 1, "a");
  SchemaRecord referrer = Schema(2, "b");
  referrer.content.references = {{"a", Subject::Parse("base"), Version(1)}};
  Put(SchemaKeyOf("orders", 1), referrer);
  EXPECT_THAT(state_.ReferrersOf(Subject::Parse("base"), Version(1)),
              ElementsAre(std::pair(Subject::Parse("orders"), Version(1))));
  Put(SchemaKeyOf("orders", 1), Tombstone{});
  EXPECT_THAT(state_.ReferrersOf(Subject::Parse("base"), Version(1)), IsEmpty());
}

TEST_F(StateTest, UnreadableRecordIsSkippedAndTheOffsetGoesOn) {
  const Applied applied = Put(Record{"{\"keytype\":\"SURPRISE\",\"magic\":0}", "x", {}});
  EXPECT_FALSE(applied.understood);
  EXPECT_EQ(state_.applied(), Offset(0));
  EXPECT_EQ(state_.counters().unreadable, 1);
}

// --- fencing ---------------------------------------------------------------------------------------------------------

TEST_F(StateTest, FencedRecordChangesNothingAndLeavesItsKeyUnsettled) {
  Claim(1, "t1");
  PutSchema("orders", 1, 1, "a", false, "t1");
  Claim(2, "t2");
  EXPECT_EQ(PutSchema("orders", 1, 9, "zombie", false, "t1").verdict, Verdict::kFenced);
  EXPECT_EQ(TextOf("orders", 1), "a");
  EXPECT_EQ(state_.FindById(".", SchemaId(9)), nullptr);
  EXPECT_EQ(state_.HighId("."), SchemaId(9)) << "the id is taken all the same";
  ASSERT_THAT(state_.unsettled(), SizeIs(1));
  EXPECT_EQ(state_.unsettled().begin()->second.key, SchemaKeyOf("orders", 1));
}

TEST_F(StateTest, ValidRecordSettlesItsKey) {
  Claim(1, "t1");
  Claim(2, "t2");
  PutSchema("orders", 1, 9, "zombie", false, "t1");
  PutSchema("orders", 1, 10, "a", false, "t2");
  EXPECT_THAT(state_.unsettled(), IsEmpty());
}

TEST_F(StateTest, ForeignRecordIsCountedAsSuch) {
  Claim(1, "t1");
  PutSchema("orders", 1, 1, "stranger");
  EXPECT_EQ(TextOf("orders", 1), "none");
  EXPECT_EQ(state_.counters().foreign, 1);
  EXPECT_TRUE(state_.unsettled().begin()->second.foreign);
}

// Each of them used to cost a walk over all keys that were unsettled already: as many as here, and the test's time is
// over.
TEST_F(StateTest, FloodOfFencedRecordsCostsWhatItsRecordsCost) {
  Claim(1, "one");
#if defined(__SANITIZE_THREAD__) || defined(__SANITIZE_ADDRESS__)
  constexpr int kKeys = 20000;  // a hundred times slower, and about something else
#else
  constexpr int kKeys = 200000;
#endif
  for (int i = 1; i <= kKeys; ++i) PutSchema("orders", i, i, "\"string\"", false, "zombie");
  EXPECT_EQ(state_.counters().unsettled, kKeys);
  EXPECT_EQ(state_.UnsettledAfter({}, 10).size(), 10u);
}

TEST_F(StateTest, KeyReadTooLateIsUntrustedUntilAllAreTrusted) {
  Claim(1, "one");
  Record record = EncodeRecord(SchemaKeyOf("orders", 1), Schema(1, "\"string\""));
  record.headers.push_back({kClaimHeader, "zombie"});
  state_.Apply({Offset(next_), 1000 + next_++, record}, Reading::kLate);
  EXPECT_TRUE(state_.AnyUntrusted());
  EXPECT_THAT(state_.UntrustedKeys(10), ElementsAre(record.key));
  EXPECT_THAT(state_.UnsettledAfter({}, 10), IsEmpty());
  state_.TrustAll();
  EXPECT_FALSE(state_.AnyUntrusted());
  EXPECT_THAT(state_.UntrustedKeys(10), IsEmpty());
  EXPECT_EQ(state_.UnsettledAfter({}, 10).size(), 1u);
}

TEST_F(StateTest, UsesOfAnIdAreKnownUntilTheyAreGone) {
  PutSchema("orders", 1, 7, "\"string\"");
  PutSchema("payments", 1, 7, "\"string\"");
  PutSchema("payments", 2, 7, "\"string\"", /*deleted=*/true);
  PutSchema(":.eu:orders", 1, 7, "\"string\"");
  const Subject orders(".", "orders");
  const Subject payments(".", "payments");
  EXPECT_THAT(
      state_.UsesOf(".", SchemaId(7)),
      ElementsAre(std::pair(orders, Version(1)), std::pair(payments, Version(1)), std::pair(payments, Version(2))));
  PutSchema("payments", 1, 8, "\"int\"");
  Put(SchemaKeyOf("orders", 1), Tombstone{});
  EXPECT_THAT(state_.UsesOf(".", SchemaId(7)), ElementsAre(std::pair(payments, Version(2))));
  EXPECT_THAT(state_.UsesOf(".", SchemaId(8)), ElementsAre(std::pair(payments, Version(1))));
  EXPECT_THAT(state_.UsesOf(".", SchemaId(9)), IsEmpty());
  EXPECT_THAT(state_.UsesIn(payments, SchemaId(7)), ElementsAre(Version(2)));
  EXPECT_THAT(state_.UsesIn(payments, SchemaId(9)), IsEmpty());
}

// The same version written again, as a delete does, is one use.
TEST_F(StateTest, IdOfAVersionWrittenAgainIsForgottenWithIt) {
  PutSchema("orders", 1, 7, "\"string\"");
  PutSchema("orders", 1, 7, "\"string\"", /*deleted=*/true);
  EXPECT_NE(state_.FindById(".", SchemaId(7)), nullptr);
  Put(SchemaKeyOf("orders", 1), Tombstone{});
  EXPECT_EQ(state_.FindById(".", SchemaId(7)), nullptr);
  EXPECT_THAT(state_.SubjectsAfter(std::nullopt, 10), IsEmpty());
}

// Names, ids and listings refer to each other: all of one state goes, all of the other is there.
TEST_F(StateTest, BecomesAnotherWhileItIsRead) {
  constexpr int kSubjects = 200;
  for (int i = 0; i < kSubjects; ++i) PutSchema("old-" + std::to_string(i), 1, i + 1, "\"string\"");
  std::atomic<bool> stop{false};
  std::atomic<int> mixed{0};
  std::thread reader([&] {
    while (!stop) {
      const Position position = state_.position();
      if ((position.log_id == "log-a") != (position.offset == Offset(kSubjects - 1))) ++mixed;
      state_.SubjectsAfter(std::nullopt, 1000);
      state_.UsesOf(".", SchemaId(1));
    }
  });
  for (int round = 0; round < 20; ++round) {
    auto other = std::make_unique<State>(round % 2 == 0 ? "log-b" : "log-a");
    const int subjects = round % 2 == 0 ? kSubjects / 2 : kSubjects;
    for (int i = 0; i < subjects; ++i) {
      other->Apply({Offset(i), 1000, EncodeRecord(SchemaKeyOf("new-" + std::to_string(i), 1), Schema(1, "\"int\""))});
    }
    state_.Become(std::move(*other));
  }
  stop = true;
  reader.join();
  EXPECT_EQ(mixed, 0);
  EXPECT_EQ(state_.SubjectsAfter(std::nullopt, 1000).size(), static_cast<size_t>(kSubjects));
  EXPECT_EQ(state_.UsesOf(".", SchemaId(1)).size(), static_cast<size_t>(kSubjects));
}

TEST_F(StateTest, ValueOfAKeyIsItsPresentStateAndNotEarlierBytes) {
  PutSchema("orders", 1, 1, "a");
  Put({.type = KeyType::kDeleteSubject, .subject = Subject::Parse("orders")}, DeleteSubjectRecord{Version(1)});
  const RecordValue value = state_.ValueOf(SchemaKeyOf("orders", 1));
  ASSERT_TRUE(std::holds_alternative<SchemaRecord>(value));
  EXPECT_TRUE(std::get<SchemaRecord>(value).deleted);
}

// --- several spellings of one key ------------------------------------------------------------------------------------

constexpr char kOldOrder[] = R"({"magic":1,"keytype":"SCHEMA","subject":"orders","version":1})";

TEST_F(StateTest, SpellingWrittenLastDecides) {
  PutSchema("orders", 1, 1, "a");
  Put(Record{kOldOrder, EncodeRecord(SchemaKeyOf("orders", 1), Schema(2, "b")).value, {}});
  EXPECT_EQ(TextOf("orders", 1), "b");
  EXPECT_THAT(state_.RawKeysOf(SchemaKeyOf("orders", 1)), SizeIs(2));
}

TEST_F(StateTest, TombstoneOfOneSpellingUncoversTheOtherAsAReplayWould) {
  PutSchema("orders", 1, 1, "a");
  Put(Record{kOldOrder, EncodeRecord(SchemaKeyOf("orders", 1), Schema(2, "b")).value, {}});
  Put(Record{kOldOrder, std::nullopt, {}});
  EXPECT_EQ(TextOf("orders", 1), "a");
  EXPECT_THAT(state_.RawKeysOf(SchemaKeyOf("orders", 1)), ElementsAre(EncodeKey(SchemaKeyOf("orders", 1))));
}

TEST_F(StateTest, SpellingThatDecidesIsTheLastToBeRemoved) {
  // What an earlier one says would live again half way: found by the model.
  Put(Record{kOldOrder, EncodeRecord(SchemaKeyOf("orders", 1), Schema(1, "a")).value, {}});
  PutSchema("orders", 1, 1, "a", /*deleted=*/true);
  EXPECT_THAT(state_.RawKeysOf(SchemaKeyOf("orders", 1)), ElementsAre(kOldOrder, EncodeKey(SchemaKeyOf("orders", 1))));
  Put(Record{kOldOrder, std::nullopt, {}});
  EXPECT_EQ(TextOf("orders", 1), "a deleted");
}

TEST_F(StateTest, TombstonesOfAllSpellingsRemoveTheVersion) {
  Put(Record{kOldOrder, EncodeRecord(SchemaKeyOf("orders", 1), Schema(2, "b")).value, {}});
  EXPECT_THAT(state_.RawKeysOf(SchemaKeyOf("orders", 1)), ElementsAre(kOldOrder));
  Put(Record{kOldOrder, std::nullopt, {}});
  EXPECT_EQ(TextOf("orders", 1), "none");
  EXPECT_THAT(state_.RawKeysOf(SchemaKeyOf("orders", 1)), IsEmpty());
}

TEST_F(StateTest, DeletedSubjectStaysDeletedWhenASpellingIsUncovered) {
  PutSchema("orders", 1, 1, "a");
  Put(Record{kOldOrder, EncodeRecord(SchemaKeyOf("orders", 1), Schema(1, "a")).value, {}});
  Put({.type = KeyType::kDeleteSubject, .subject = Subject::Parse("orders")}, DeleteSubjectRecord{Version(1)});
  Put(Record{kOldOrder, std::nullopt, {}});
  EXPECT_EQ(TextOf("orders", 1), "a deleted");
}

// --- readers beside the one who applies ------------------------------------------------------------------------------

TEST_F(StateTest, ReadersSeeWholeVersionsWhileRecordsAreApplied) {
  constexpr int kVersions = 2000;
  std::atomic<bool> done{false};
  std::thread reader([&] {
    size_t seen = 0;
    while (!done) {
      if (const auto view = state_.FindSubject(Subject::Parse("orders"))) {
        ASSERT_GE(view->versions.size(), seen);
        seen = view->versions.size();
        ASSERT_EQ(view->Highest(), Version(seen));
        ASSERT_NE(state_.FindById(".", view->versions.back().stored->id), nullptr);
      }
      state_.SubjectsAfter(std::nullopt, 10);
      state_.HighId(".");
    }
  });
  for (int i = 1; i <= kVersions; ++i) PutSchema("orders", i, i, "t" + std::to_string(i));
  done = true;
  reader.join();
  EXPECT_THAT(state_.FindSubject(Subject::Parse("orders"))->versions, SizeIs(kVersions));
}

}  // namespace
}  // namespace regent
