#include "store/claim_tracker.h"

#include <gtest/gtest.h>

namespace regent {
namespace {

constexpr char kLog[] = "log-a";

class ClaimTrackerTest : public ::testing::Test {
 protected:
  Verdict Claim(int64_t epoch, const std::string& token, const std::string& log_id = kLog,
                std::map<std::string, SchemaId> high_ids = {}) {
    ClaimRecord claim;
    claim.log_id = log_id;
    claim.high_ids = std::move(high_ids);
    return Judge({.key = {.type = KeyType::kClaim, .text = token, .epoch = Epoch(epoch)}, .value = claim});
  }
  Verdict Write(const std::string& token, int id = 1, const std::string& context = ".") {
    SchemaRecord record;
    record.id = SchemaId(id);
    return Judge({.key = {.type = KeyType::kSchema, .subject = Subject(context, "s"), .version = Version(1)},
                  .value = record,
                  .claim_token = token});
  }
  Verdict Marker(const std::string& token) { return Judge({.key = {}, .value = NoopRecord{}, .claim_token = token}); }
  Verdict Judge(const DecodedRecord& record) { return tracker_.Judge(Offset(next_++), record); }

  ClaimTracker tracker_{kLog};
  int64_t next_ = 0;
};

TEST_F(ClaimTrackerTest, RecordsWithoutATokenBeforeAnyClaimAreHistory) { EXPECT_EQ(Write(""), Verdict::kHistory); }

TEST_F(ClaimTrackerTest, TokenBeforeItsClaimIsFenced) { EXPECT_EQ(Write("t1"), Verdict::kFenced); }

TEST_F(ClaimTrackerTest, OnlyTheCurrentTokenCounts) {
  EXPECT_EQ(Claim(1, "t1"), Verdict::kClaimCounted);
  EXPECT_EQ(Write("t1"), Verdict::kValid);
  EXPECT_EQ(Claim(2, "t2"), Verdict::kClaimCounted);
  EXPECT_EQ(Write("t1"), Verdict::kFenced);
  EXPECT_EQ(Write("t2"), Verdict::kValid);
}

TEST_F(ClaimTrackerTest, OfEqualEpochsTheFirstWins) {
  EXPECT_EQ(Claim(1, "t1"), Verdict::kClaimCounted);
  EXPECT_EQ(Claim(1, "t2"), Verdict::kClaimRefused);
  EXPECT_EQ(tracker_.current().token, "t1");
}

TEST_F(ClaimTrackerTest, LateClaimOfALowerEpochIsRefused) {
  Claim(5, "t5");
  EXPECT_EQ(Claim(3, "t3"), Verdict::kClaimRefused);
}

TEST_F(ClaimTrackerTest, NextEpochIsAboveRefusedClaimsToo) {
  Claim(1, "t1");
  Claim(9, "mirrored", "log-b");
  EXPECT_EQ(tracker_.NextEpoch(), Epoch(10));
}

TEST_F(ClaimTrackerTest, RecordWithoutATokenAfterAClaimIsForeign) {
  Claim(1, "t1");
  EXPECT_EQ(Write(""), Verdict::kForeign);
}

TEST_F(ClaimTrackerTest, BareNoopIsAMarkerBeforeClaimsAndASignOfAnotherRegistryAfter) {
  EXPECT_EQ(Marker(""), Verdict::kMarker);
  Claim(1, "t1");
  EXPECT_EQ(Marker("t1"), Verdict::kMarker);
  EXPECT_EQ(Marker(""), Verdict::kForeignMarker);
}

TEST_F(ClaimTrackerTest, MirroredClaimCountsUntilOneOfThisLogDid) {
  EXPECT_EQ(Claim(4, "b4", "log-b"), Verdict::kClaimCounted);
  EXPECT_EQ(Write("b4"), Verdict::kValid);
  EXPECT_EQ(Claim(5, "a5"), Verdict::kClaimCounted);
  EXPECT_EQ(Claim(9, "b9", "log-b"), Verdict::kClaimRefused) << "a replicator left running must not depose us";
  EXPECT_EQ(Write("b9"), Verdict::kFenced);
  EXPECT_EQ(Write("a5"), Verdict::kValid);
}

TEST_F(ClaimTrackerTest, RoundTripThroughAnotherLogKeepsEverything) {
  // A topic recreated on A and filled from B holds A's old claims, of another log id, and then B's.
  EXPECT_EQ(Claim(1, "a1", "old-a"), Verdict::kClaimCounted);
  EXPECT_EQ(Claim(2, "b2", "log-b"), Verdict::kClaimCounted);
  EXPECT_EQ(Write("b2"), Verdict::kValid);
  EXPECT_EQ(Claim(3, "a3"), Verdict::kClaimCounted);
}

TEST_F(ClaimTrackerTest, LineageIsTheLogOfTheFirstClaimThatCounted) {
  EXPECT_EQ(tracker_.lineage(), "");
  EXPECT_EQ(Claim(1, "t1", "log-of-another-site"), Verdict::kClaimCounted);
  EXPECT_EQ(Claim(2, "t2"), Verdict::kClaimCounted);
  EXPECT_EQ(tracker_.lineage(), "log-of-another-site");
}

TEST_F(ClaimTrackerTest, HighestIdsComeFromFencedRecordsAndFromClaims) {
  Claim(1, "t1", kLog, {{".", SchemaId(7)}, {".eu", SchemaId(3)}});
  EXPECT_EQ(tracker_.HighId("."), SchemaId(7));
  Write("zombie", 12);
  EXPECT_EQ(tracker_.HighId("."), SchemaId(12));
  EXPECT_EQ(tracker_.HighId(".eu"), SchemaId(3));
  EXPECT_EQ(tracker_.HighId(".us"), SchemaId(0));
}

TEST_F(ClaimTrackerTest, MarksAreClaimedOnlyByAClaimThatCounts) {
  Claim(1, "t1");
  EXPECT_TRUE(tracker_.marks_claimed());
  Write("t1", 4);
  EXPECT_FALSE(tracker_.marks_claimed());
  Claim(1, "late", kLog, {{".", SchemaId(4)}});
  EXPECT_FALSE(tracker_.marks_claimed());
  Claim(2, "t2", kLog, {{".", SchemaId(4)}});
  EXPECT_TRUE(tracker_.marks_claimed());
  Write("t2", 1, ".eu");
  EXPECT_FALSE(tracker_.marks_claimed()) << "contexts have marks of their own";
}

TEST_F(ClaimTrackerTest, ForeignWriterIsKnownUntilAClaimOfThisLogAcceptsIt) {
  Claim(1, "t1");
  Write("");
  EXPECT_GT(tracker_.last_foreign(), tracker_.accepted_foreign());
  ClaimRecord accepting;
  accepting.accepted_foreign = tracker_.last_foreign();
  accepting.log_id = "log-b";
  Judge({.key = {.type = KeyType::kClaim, .text = "b2", .epoch = Epoch(2)}, .value = accepting});
  EXPECT_GT(tracker_.last_foreign(), tracker_.accepted_foreign()) << "an offset of another log";
  accepting.log_id = kLog;
  Judge({.key = {.type = KeyType::kClaim, .text = "t1", .epoch = Epoch(1)}, .value = accepting});
  EXPECT_GT(tracker_.last_foreign(), tracker_.accepted_foreign()) << "a claim that does not count";
  Judge({.key = {.type = KeyType::kClaim, .text = "t3", .epoch = Epoch(3)}, .value = accepting});
  EXPECT_EQ(tracker_.last_foreign(), tracker_.accepted_foreign());
  Write("");
  EXPECT_GT(tracker_.last_foreign(), tracker_.accepted_foreign());
}

TEST_F(ClaimTrackerTest, NewerFormatIsNoticed) {
  ClaimRecord claim;
  claim.log_id = kLog;
  claim.format_version = 9;
  Judge({.key = {.type = KeyType::kClaim, .text = "t1", .epoch = Epoch(1)}, .value = claim});
  EXPECT_EQ(tracker_.newest_format(), 9);
}

}  // namespace
}  // namespace regent
