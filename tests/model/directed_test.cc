// The counterexamples that the design's rules come from, step by step on the shipped code. Each ends with Finish():
// everything settled, compacted, and read by a fresh node.
#include <gtest/gtest.h>

#include "base/error_reason.h"
#include "store/record_codec.h"
#include "tests/model/simulation.h"

namespace regent::model {
namespace {

class DirectedTest : public ::testing::Test {
 protected:
  ~DirectedTest() override {
    if (sim_.ok()) sim_.Finish();
    EXPECT_TRUE(sim_.ok()) << sim_.violation().kind << ": " << sim_.violation().detail;
  }

  void Lead(int node) {
    for (int i = 0; i < Simulation::kNodes; ++i) {
      if (i != node) sim_.Depose(i);
    }
    sim_.Elect(node);
    for (int i = 0; i < 10 && !sim_.IsPrimary(node); ++i) {
      sim_.Quiet();
      sim_.Advance(std::chrono::seconds(2));
    }
    ASSERT_TRUE(sim_.IsPrimary(node));
  }
  static RegisterSchema Text(const std::string& text, const std::string& subject = "s") {
    RegisterSchema command;
    command.subject = Subject(".", subject);
    command.content.text = text;
    return command;
  }
  WriteResult Done(int node, WriteCommand command) {
    const std::string request = sim_.Write(node, std::move(command));
    sim_.Quiet();
    const auto answer = sim_.AnswerOf(request);
    EXPECT_TRUE(answer && answer->ok());
    return answer && answer->ok() ? **answer : WriteResult();
  }
  // Everything before is old enough for the cleaner, and tombstones go.
  void CompactAll() {
    for (int pass = 0; pass < 2; ++pass) {
      sim_.Advance(Simulation::kCompactionLag + Simulation::kDeleteRetention);
      sim_.Compact(1, 1);
    }
  }
  std::string At(int version) {
    const auto view = sim_.truth().FindSubject(Subject(".", "s"));
    const VersionEntry* entry = view ? view->Find(Version(version)) : nullptr;
    return entry ? (entry->deleted ? "-" : "") + entry->stored->content.text : "none";
  }

  static inline const Subject kSubject{".", "s"};
  Simulation sim_;
};

TEST_F(DirectedTest, H1ClaimThatTimedOutAndLandedIsAnotherOneThanItsRepetition) {
  sim_.ReadAll(2);
  sim_.Elect(2);
  sim_.TimeOut(2);
  sim_.Run(2);
  sim_.Advance(std::chrono::seconds(5));  // it claims again, before the first claim has landed
  sim_.Run(2);
  Lead(2);
  EXPECT_EQ(Done(2, Text("a")).registered->version, Version(1));
  EXPECT_GT(sim_.counts().claims_refused, 0);
}

TEST_F(DirectedTest, H2DeleteOfASubjectIsNotRepeatedByItsRepair) {
  Lead(0);
  Done(0, Text("a"));
  Done(0, DeleteSubject{kSubject, DeleteKind::kSoft});
  Done(0, UndeleteVersion{kSubject, Version(1)});
  sim_.Put(EncodeRecord({.type = KeyType::kDeleteSubject, .subject = kSubject}, DeleteSubjectRecord{Version(1)}));
  sim_.Quiet();
  EXPECT_EQ(At(1), "a");
  EXPECT_FALSE(sim_.truth().AnyUnsettled());
}

TEST_F(DirectedTest, H3RepairWritesTheStateAndNotEarlierBytes) {
  SchemaRecord schema{SchemaId(1), {.text = "a"}};
  const RecordKey key{.type = KeyType::kSchema, .subject = kSubject, .version = Version(1)};
  sim_.Put(EncodeRecord(key, schema));
  sim_.Put(EncodeRecord({.type = KeyType::kDeleteSubject, .subject = kSubject}, DeleteSubjectRecord{Version(1)}));
  Lead(0);
  schema.content.text = "zombie";
  sim_.Put(EncodeRecord(key, schema));
  sim_.Quiet();
  EXPECT_EQ(At(1), "-a");
  EXPECT_FALSE(sim_.truth().AnyUnsettled());
}

TEST_F(DirectedTest, H4RepairDoesNotOvertakeAWriteToItsKey) {
  Lead(0);
  Done(0, Text("a"));
  const std::string late = sim_.Write(0, Text("zombie"));  // version 2, on its way
  Lead(1);                                                 // reads it: it landed before the claim, or behind it
  const std::string ours = sim_.Write(1, Text("b"));
  SchemaRecord stranger{SchemaId(70), {.text = "x"}};
  sim_.Put(EncodeRecord({.type = KeyType::kSchema, .subject = kSubject, .version = Version(3)}, stranger));
  sim_.Read(1, 1);
  sim_.Run(1);
  sim_.Quiet();
  ASSERT_TRUE(sim_.AnswerOf(ours)->ok());
  EXPECT_EQ(At((*sim_.AnswerOf(ours))->registered->version.value()), "b");
}

TEST_F(DirectedTest, H5WhatIsLostOnItsWayLeavesNoGap) {
  Lead(0);
  const std::string first = sim_.Write(0, Text("a"));
  const std::string second = sim_.Write(0, Text("b"));
  sim_.Lose(0);
  sim_.LandAll();
  sim_.TimeOut(0);
  sim_.Run(0);
  Lead(0);
  sim_.Quiet();
  EXPECT_TRUE(sim_.AnswerOf(first)->ok());
  EXPECT_TRUE(sim_.AnswerOf(second)->ok());
  EXPECT_NE(At(1), "none");
  EXPECT_NE(At(2), "none");
}

TEST_F(DirectedTest, H6ForeignRecordAndOursOnItsWayDoNotShareAnId) {
  Lead(0);
  const std::string ours = sim_.Write(0, Text("ours", "s"));  // id 1, on its way
  SchemaRecord stranger{SchemaId(1), {.text = "theirs"}};
  sim_.Put(EncodeRecord({.type = KeyType::kSchema, .subject = Subject(".", "other"), .version = Version(1)}, stranger));
  sim_.Quiet();
  ASSERT_TRUE(sim_.AnswerOf(ours)->ok());
  EXPECT_EQ(sim_.truth().FindById(".", SchemaId(1))->content.text, "ours");
  EXPECT_EQ(sim_.truth().FindSubject(Subject(".", "other")), nullptr);
}

TEST_F(DirectedTest, H6ForeignIdThatAPermanentDeleteFreedIsNotAdopted) {
  Lead(0);
  Done(0, Text("a"));
  Done(0, DeleteSubject{kSubject, DeleteKind::kSoft});
  Done(0, DeleteSubject{kSubject, DeleteKind::kPermanent});
  SchemaRecord stranger{SchemaId(1), {.text = "theirs"}};
  sim_.Put(EncodeRecord({.type = KeyType::kSchema, .subject = Subject(".", "other"), .version = Version(1)}, stranger));
  sim_.Quiet();
  EXPECT_EQ(sim_.truth().FindSubject(Subject(".", "other")), nullptr);
}

TEST_F(DirectedTest, H7IdIsNotGivenOutAgainWhenAllWhoSawItAreGone) {
  Lead(0);
  Done(0, Text("a"));
  Done(0, DeleteSubject{kSubject, DeleteKind::kSoft});
  Done(0, DeleteSubject{kSubject, DeleteKind::kPermanent});
  CompactAll();
  for (int i = 0; i < Simulation::kNodes; ++i) sim_.Start(i);
  Lead(1);
  EXPECT_EQ(Done(1, Text("b")).registered->stored->id, SchemaId(2));
}

TEST_F(DirectedTest, H8NodeThatCameAfterTheCleanerDoesNotRepairByGuess) {
  Lead(0);
  Done(0, Text("a"));
  const std::string late = sim_.Write(0, DeleteVersion{kSubject, Version(1), DeleteKind::kSoft});
  sim_.Depose(0);
  sim_.Elect(1);
  for (int i = 0; i < 10 && !sim_.IsPrimary(1); ++i) {
    sim_.Land(1, 1);  // the claim, and not what the zombie sent before
    sim_.ReadAll(1);
    sim_.Run(1);
    sim_.Advance(std::chrono::milliseconds(100));
  }
  ASSERT_TRUE(sim_.IsPrimary(1));
  sim_.Crash(1);
  sim_.LandAll();  // the zombie's record, and nobody leads
  sim_.Crash(0);
  sim_.ReadAll(2);  // in time
  sim_.Advance(Simulation::kCompactionLag * 2);
  sim_.Put(EncodeRecord({.type = KeyType::kNoop}, NoopRecord{}));  // so that the cleaner may pass the record
  sim_.Compact(1, 1);
  sim_.Start(0);
  sim_.ReadAll(0);
  sim_.Elect(0);
  sim_.Run(0);
  sim_.Quiet();
  EXPECT_FALSE(sim_.IsPrimary(0)) << "it cannot know what the record hid";
  Lead(2);
  EXPECT_EQ(At(1), "a");
  EXPECT_FALSE(sim_.AnswerOf(late).has_value() && sim_.AnswerOf(late)->ok());
}

TEST_F(DirectedTest, H9NodeThatWasAwayTooLongReadsFromTheStart) {
  Lead(0);
  Done(0, Text("a"));
  Done(0, DeleteSubject{kSubject, DeleteKind::kSoft});
  sim_.Write(0, DeleteSubject{kSubject, DeleteKind::kPermanent});
  for (int i = 0; i < 3; ++i) {
    sim_.LandAll();
    sim_.ReadAll(0);
    sim_.Run(0);
  }
  EXPECT_NE(sim_.state(1).FindSubject(kSubject), nullptr) << "it has not read that yet";
  CompactAll();
  sim_.Quiet();
  sim_.Quiet();
  EXPECT_EQ(sim_.state(1).FindSubject(kSubject), nullptr);
  EXPECT_GT(sim_.counts().read_again, 0);
}

TEST_F(DirectedTest, H12TombstonesOfTwoSpellingsLeaveNothing) {
  SchemaRecord schema{SchemaId(1), {.text = "a"}};
  const RecordKey key{.type = KeyType::kSchema, .subject = kSubject, .version = Version(1)};
  Record old = EncodeRecord(key, schema);
  old.key = R"({"magic":1,"keytype":"SCHEMA","subject":"s","version":1})";
  sim_.Put(old);
  schema.deleted = true;
  sim_.Put(EncodeRecord(key, schema));
  Lead(0);
  Done(0, DeleteSubject{kSubject, DeleteKind::kPermanent});
  CompactAll();
  EXPECT_EQ(At(1), "none");
}

TEST_F(DirectedTest, H13OldVersionStaysUntilTheNewOneIsRead) {
  Lead(0);
  Done(0, Text("a"));
  Done(0, DeleteVersion{kSubject, Version(1), DeleteKind::kSoft});
  sim_.Write(0, Text("a"));
  sim_.Lose(0);  // the new version; nothing else may be on its way
  EXPECT_EQ(sim_.BusySessions(), 0u);
  sim_.Quiet();
  EXPECT_EQ(At(1), "-a");
}

TEST_F(DirectedTest, H14DeposedByALateClaimTheElectedNodeClaimsAgain) {
  sim_.ReadAll(0);
  sim_.Elect(0);
  Lead(1);  // node 0's claim is on its way, of the same epoch or a lower one
  sim_.Elect(0);
  sim_.Quiet();
  sim_.Depose(0);
  for (int i = 0; i < 20 && !sim_.IsPrimary(1); ++i) {
    sim_.Advance(std::chrono::seconds(2));
    sim_.Quiet();
  }
  EXPECT_TRUE(sim_.IsPrimary(1));
}

}  // namespace
}  // namespace regent::model
