#include "server/registry/leadership_gate.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/error_reason.h"
#include "base/fake_clock.h"
#include "election/testing/hand_driven_election.h"
#include "store/record_codec.h"

namespace regent {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

// Takes appends and lets the test decide what becomes of them.
class ScriptedLog : public Log {
 public:
  struct Appended {
    std::vector<Record> records;
    AppendDone done;
  };
  absl::Status StartReading(Offset, LogSink*) override { return absl::OkStatus(); }
  void Append(absl::Span<const Record> records, AppendDone done) override {
    appended.push_back({{records.begin(), records.end()}, std::move(done)});
  }
  void AbandonPending() override { ++abandoned; }
  std::string Id() const override { return "log-a"; }
  LogDescription Describe() const override { return {}; }
  void Close() override {}

  std::vector<Appended> appended;
  int abandoned = 0;
};

class LeadershipGateTest : public ::testing::Test, protected LeadershipListener {
 protected:
  LeadershipGateTest() {
    gate_.SetIdentity({.node = "n1", .grpc_address = "127.0.0.1:1"});
    EXPECT_TRUE(election_.Start("n1", &gate_).ok());
  }

  void OnPrimary() override { events_.push_back("primary"); }
  void OnClaimCounted(const std::string& token) override { events_.push_back("claim " + token); }

  // Reads one record, as the applier does.
  void Read(const Record& record) { gate_.OnApplied(state_.Apply({Offset(next_++), 0, record})); }
  // Lands the last append and reads it.
  void LandLast() {
    const Record record = log_.appended.back().records[0];
    log_.appended.back().done({AppendOutcome::Kind::kAppended, Offset(next_), {}});
    Read(record);
  }
  void FailLast(AppendOutcome::Kind kind) {
    log_.appended.back().done({kind, kBeforeFirst, absl::UnavailableError("no disk")});
  }
  Record ClaimOf(const std::string& token, int epoch, int format = ClaimRecord::kFormatVersion,
                 const std::string& address = "") {
    ClaimRecord claim;
    claim.grpc_address = address;
    claim.log_id = "log-a";
    claim.format_version = format;
    return EncodeRecord({.type = KeyType::kClaim, .text = token, .epoch = Epoch(epoch)}, claim);
  }
  Record SchemaOf(const std::string& token, int id) {
    SchemaRecord schema;
    schema.id = SchemaId(id);
    schema.content.text = "x";
    Record record =
        EncodeRecord({.type = KeyType::kSchema, .subject = Subject::Parse("s"), .version = Version(id)}, schema);
    record.headers.push_back({kClaimHeader, token});
    return record;
  }
  ClaimRecord LastClaim() { return std::get<ClaimRecord>(DecodeRecord(log_.appended.back().records[0])->value); }

  ScriptedLog log_;
  State state_{"log-a"};
  HandDrivenElection election_;
  FakeClock clock_;
  int tokens_ = 0;
  int64_t next_ = 0;
  std::vector<std::string> events_;
  LeadershipGate gate_{{.new_token = [this] { return "t" + std::to_string(++tokens_); },
                        .pause = [](int failures) { return std::chrono::milliseconds(100 * failures); }},
                       &log_,
                       &state_,
                       &election_,
                       &clock_,
                       &clock_,
                       this};
};

TEST_F(LeadershipGateTest, ElectedNodeClaimsOnlyAfterItHasReadTheLog) {
  gate_.ShouldClaim();
  EXPECT_THAT(log_.appended, IsEmpty());
  EXPECT_EQ(gate_.role(), Role::kReplaying);
  gate_.OnCaughtUp();
  ASSERT_EQ(log_.appended.size(), 1u);
  EXPECT_EQ(gate_.role(), Role::kClaiming);
  EXPECT_EQ(LastClaim().node, "n1");
  EXPECT_EQ(LastClaim().grpc_address, "127.0.0.1:1");
}

TEST_F(LeadershipGateTest, NotElectedNodeNeverClaims) {
  gate_.OnCaughtUp();
  EXPECT_THAT(log_.appended, IsEmpty());
  EXPECT_EQ(gate_.role(), Role::kFollower);
  EXPECT_EQ(ReasonOf(gate_.WhyNotPrimary()), ErrorReason::kNoPrimary);
}

TEST_F(LeadershipGateTest, PrimaryOnlyWhenItsClaimWasReadBack) {
  gate_.OnCaughtUp();
  gate_.ShouldClaim();
  log_.appended[0].done({AppendOutcome::Kind::kAppended, Offset(0), {}});
  EXPECT_EQ(gate_.role(), Role::kClaiming) << "the broker's word is not enough";
  EXPECT_EQ(gate_.BeginAppend(), std::nullopt);
  Read(log_.appended[0].records[0]);
  EXPECT_EQ(gate_.role(), Role::kPrimary);
  EXPECT_EQ(gate_.BeginAppend(), "t1");
  EXPECT_THAT(events_, ElementsAre("claim t1", "primary"));
}

TEST_F(LeadershipGateTest, LaterClaimOfAnotherDeposes) {
  gate_.OnCaughtUp();
  gate_.ShouldClaim();
  LandLast();
  Read(ClaimOf("other", 2));
  EXPECT_EQ(gate_.role(), Role::kFollower);
  EXPECT_EQ(gate_.BeginAppend(), std::nullopt);
}

TEST_F(LeadershipGateTest, DeposedAndStillElectedClaimsAgainAfterAPause) {
  gate_.OnCaughtUp();
  gate_.ShouldClaim();
  LandLast();
  Read(ClaimOf("other", 2));
  EXPECT_EQ(log_.appended.size(), 1u);
  clock_.Advance(std::chrono::milliseconds(100));
  ASSERT_EQ(log_.appended.size(), 2u);
  LandLast();
  EXPECT_EQ(gate_.role(), Role::kPrimary);
  EXPECT_EQ(state_.current_claim().epoch, Epoch(3));
}

TEST_F(LeadershipGateTest, LosingTouchWithTheElectionDeposesNobody) {
  gate_.OnCaughtUp();
  gate_.ShouldClaim();
  LandLast();
  gate_.ContactLost();
  EXPECT_EQ(gate_.role(), Role::kPrimary);
}

TEST_F(LeadershipGateTest, DeposedWhileOutOfTouchWaitsForTheElectionsNextWord) {
  gate_.OnCaughtUp();
  gate_.ShouldClaim();
  LandLast();
  gate_.ContactLost();
  Read(ClaimOf("whom-the-election-named-meanwhile", 2));
  clock_.Advance(std::chrono::minutes(1));
  EXPECT_EQ(log_.appended.size(), 1u);
  EXPECT_EQ(gate_.role(), Role::kFollower);
  gate_.ShouldClaim();
  EXPECT_EQ(log_.appended.size(), 2u);
}

TEST_F(LeadershipGateTest, RefusedClaimIsRepeatedWithANewTokenAndAHigherEpoch) {
  gate_.OnCaughtUp();
  gate_.ShouldClaim();
  Read(ClaimOf("faster", 1));
  LandLast();
  EXPECT_NE(gate_.role(), Role::kPrimary);
  clock_.Advance(std::chrono::milliseconds(1000));
  LandLast();
  EXPECT_EQ(gate_.role(), Role::kPrimary);
  EXPECT_EQ(state_.current_claim().token, "t2");
}

TEST_F(LeadershipGateTest, ClaimOfUnknownOutcomeIsAbandonedAndRepeated) {
  gate_.OnCaughtUp();
  gate_.ShouldClaim();
  FailLast(AppendOutcome::Kind::kUnknown);
  EXPECT_EQ(ReasonOf(gate_.WhyNotPrimary()), ErrorReason::kLogUnavailable);
  clock_.Advance(std::chrono::milliseconds(100));
  EXPECT_EQ(log_.abandoned, 1);
  ASSERT_EQ(log_.appended.size(), 2u);
  // The first one lands after all, late, and counts: it is not the one that is waited for.
  Read(log_.appended[0].records[0]);
  EXPECT_NE(gate_.role(), Role::kPrimary);
}

TEST_F(LeadershipGateTest, BadAppendMeansANewClaimBeforeAnythingElse) {
  gate_.OnCaughtUp();
  gate_.ShouldClaim();
  LandLast();
  const auto token = gate_.BeginAppend();
  gate_.EndAppend();
  gate_.AppendFailed(*token, absl::UnavailableError("no disk"));
  EXPECT_EQ(gate_.role(), Role::kClaiming);
  EXPECT_EQ(gate_.BeginAppend(), std::nullopt);
  EXPECT_EQ(log_.abandoned, 1);
  LandLast();
  EXPECT_EQ(gate_.BeginAppend(), "t2");
}

TEST_F(LeadershipGateTest, FailureUnderAnOlderTokenIsOldNews) {
  gate_.OnCaughtUp();
  gate_.ShouldClaim();
  LandLast();
  gate_.AppendFailed("t0", absl::UnavailableError("no disk"));
  EXPECT_EQ(gate_.role(), Role::kPrimary);
}

TEST_F(LeadershipGateTest, NewClaimDoesNotOvertakeAnAppendOnItsWayToTheLog) {
  gate_.OnCaughtUp();
  gate_.ShouldClaim();
  LandLast();
  ASSERT_TRUE(gate_.BeginAppend().has_value());
  gate_.RenewClaim();
  EXPECT_EQ(log_.appended.size(), 1u);
  gate_.EndAppend();
  EXPECT_EQ(log_.appended.size(), 2u);
}

TEST_F(LeadershipGateTest, RenewedClaimCarriesTheHighestIds) {
  gate_.OnCaughtUp();
  gate_.ShouldClaim();
  LandLast();
  Read(SchemaOf("t1", 5));
  gate_.RenewClaim();
  EXPECT_EQ(LastClaim().high_ids.at("."), SchemaId(5));
  LandLast();
  EXPECT_TRUE(state_.MarksClaimed());
  EXPECT_EQ(gate_.role(), Role::kPrimary);
}

TEST_F(LeadershipGateTest, ClaimThatMissedAnIdIsRepeatedAtOnce) {
  Read(ClaimOf("old", 1));
  gate_.OnCaughtUp();
  gate_.ShouldClaim();
  Read(SchemaOf("old", 5));  // landed before our claim, after it was written
  LandLast();
  EXPECT_EQ(gate_.role(), Role::kClaiming);
  LandLast();
  EXPECT_EQ(gate_.role(), Role::kPrimary);
  EXPECT_TRUE(state_.MarksClaimed());
}

TEST_F(LeadershipGateTest, ResignedNodeDoesNotWriteAndIgnoresItsOwnLateClaim) {
  gate_.OnCaughtUp();
  gate_.ShouldClaim();
  gate_.ShouldResign();
  LandLast();
  EXPECT_EQ(gate_.role(), Role::kFollower);
  EXPECT_EQ(gate_.BeginAppend(), std::nullopt);
}

TEST_F(LeadershipGateTest, LogOfANewerRegentIsReadAndNotClaimed) {
  Read(ClaimOf("future", 1, ClaimRecord::kFormatVersion + 1));
  gate_.OnCaughtUp();
  gate_.ShouldClaim();
  EXPECT_THAT(log_.appended, IsEmpty());
  EXPECT_EQ(gate_.role(), Role::kFollower);
  EXPECT_THAT(std::string(gate_.WhyNotPrimary().message()), ::testing::HasSubstr("newer Regent"));
}

// A node that could not lead used to keep the office for ever.
TEST_F(LeadershipGateTest, ElectedNodeThatIsTooOldForTheLogLeavesTheOfficeToOthers) {
  Read(ClaimOf("future", 1, ClaimRecord::kFormatVersion + 1));
  gate_.OnCaughtUp();
  election_.Elect();
  EXPECT_EQ(election_.yielded(), std::chrono::seconds(15));
  EXPECT_FALSE(election_.Describe().elected);
  EXPECT_EQ(ReasonOf(gate_.WhyUnable()), ErrorReason::kNotEligible);
}

TEST_F(LeadershipGateTest, PrimaryThatDoesNotKnowAKeyLeavesTheOfficeUntilItDoes) {
  gate_.OnCaughtUp();
  election_.Elect();
  LandLast();
  Read(ClaimOf("other", 2));
  clock_.Advance(std::chrono::milliseconds(100));
  LandLast();
  ASSERT_EQ(gate_.role(), Role::kPrimary);
  gate_.OnApplied(state_.Apply({Offset(next_++), 0, SchemaOf("other", 1)}, Reading::kLate));
  EXPECT_EQ(gate_.role(), Role::kFollower);
  EXPECT_EQ(election_.yielded(), std::chrono::seconds(15));
  // Elected again before it knows: nobody else took the office, and it leaves it again.
  election_.Elect();
  EXPECT_EQ(election_.yielded(), std::chrono::seconds(15));
  state_.TrustAll();
  gate_.OnTrusted();
  EXPECT_EQ(election_.yielded(), std::nullopt) << "it did not come back at once";
  LandLast();
  EXPECT_EQ(gate_.role(), Role::kPrimary);
}

TEST_F(LeadershipGateTest, ElectedNodeThatReadsForLongLetsOthersLeadAndComesBackWhenItHasRead) {
  election_.Elect();
  clock_.Advance(std::chrono::milliseconds(2999));
  EXPECT_EQ(election_.yielded(), std::nullopt);
  clock_.Advance(std::chrono::milliseconds(1));
  EXPECT_EQ(election_.yielded(), std::chrono::seconds(15));
  gate_.OnCaughtUp();
  EXPECT_TRUE(election_.Describe().elected);
  LandLast();
  EXPECT_EQ(gate_.role(), Role::kPrimary);
}

TEST_F(LeadershipGateTest, NodeThatReadsAgainInTimeKeepsTheOffice) {
  gate_.OnCaughtUp();
  election_.Elect();
  LandLast();
  gate_.BeginAgain();
  clock_.Advance(std::chrono::milliseconds(2999));
  gate_.OnCaughtUp();
  clock_.Advance(std::chrono::milliseconds(1));
  EXPECT_EQ(election_.yielded(), std::nullopt);
  LandLast();
  EXPECT_EQ(gate_.role(), Role::kPrimary);
}

TEST_F(LeadershipGateTest, NodeWhoseLogWasReplacedLeavesTheOfficeToThoseWhoFollowTheNewOne) {
  gate_.OnCaughtUp();
  election_.Elect();
  LandLast();
  gate_.OnReplaced(MakeError(ErrorReason::kLogReplaced, "another topic"));
  EXPECT_EQ(election_.yielded(), std::chrono::seconds(15));
  EXPECT_EQ(ReasonOf(gate_.WhyNotPrimary()), ErrorReason::kLogReplaced);
  // An operator accepts the new log: the node stands again when it has read it.
  gate_.BeginAgain();
  EXPECT_FALSE(election_.Describe().elected);
  gate_.OnCaughtUp();
  EXPECT_TRUE(election_.Describe().elected);
}

TEST_F(LeadershipGateTest, ThreeFailedClaimsInARowGiveOthersTheirTurn) {
  gate_.OnCaughtUp();
  election_.Elect();
  for (int i = 0; i < 2; ++i) {
    FailLast(AppendOutcome::Kind::kUnknown);
    EXPECT_EQ(election_.yielded(), std::nullopt);
    clock_.Advance(std::chrono::milliseconds(200));
  }
  ASSERT_EQ(log_.appended.size(), 3u);
  FailLast(AppendOutcome::Kind::kUnknown);
  EXPECT_GE(election_.yielded(), std::chrono::seconds(3));
  EXPECT_EQ(gate_.role(), Role::kFollower);
  EXPECT_EQ(ReasonOf(gate_.WhyNotPrimary()), ErrorReason::kLogUnavailable);
  clock_.Advance(std::chrono::minutes(1));
  EXPECT_EQ(log_.appended.size(), 3u) << "it claims although it has left the office to others";
  election_.Elect();
  LandLast();
  EXPECT_EQ(gate_.role(), Role::kPrimary);
}

TEST_F(LeadershipGateTest, ClaimThatIsNeverReadBackHasFailed) {
  gate_.OnCaughtUp();
  election_.Elect();
  log_.appended.back().done({AppendOutcome::Kind::kAppended, Offset(next_), {}});
  clock_.Advance(std::chrono::seconds(10));
  EXPECT_EQ(ReasonOf(gate_.WhyNotPrimary()), ErrorReason::kLogUnavailable);
  clock_.Advance(std::chrono::milliseconds(100));
  ASSERT_EQ(log_.appended.size(), 2u);
  LandLast();
  EXPECT_EQ(gate_.role(), Role::kPrimary);
}

TEST_F(LeadershipGateTest, NodeThatStandsAsideComesBackWhenAnotherOneHasClaimed) {
  gate_.OnCaughtUp();
  election_.Elect();
  LandLast();
  gate_.StandAside(std::chrono::seconds(8));
  EXPECT_EQ(gate_.role(), Role::kFollower);
  EXPECT_EQ(election_.yielded(), std::chrono::seconds(8));
  // The one that hands over may still renew its claim.
  Read(ClaimOf("renewed", 2, ClaimRecord::kFormatVersion, "127.0.0.1:1"));
  EXPECT_EQ(election_.yielded(), std::chrono::seconds(8));
  Read(ClaimOf("next", 3, ClaimRecord::kFormatVersion, "127.0.0.1:2"));
  EXPECT_EQ(election_.yielded(), std::nullopt);
}

TEST_F(LeadershipGateTest, NodeThatStandsAsideComesBackWhenItIsToldTo) {
  gate_.OnCaughtUp();
  election_.Elect();
  LandLast();
  EXPECT_FALSE(gate_.ComeBack()) << "it is there";
  gate_.StandAside(std::chrono::seconds(8));
  EXPECT_TRUE(gate_.ComeBack());
  EXPECT_EQ(election_.yielded(), std::nullopt);
  LandLast();
  EXPECT_EQ(gate_.role(), Role::kPrimary);
  gate_.StandAside(std::chrono::seconds(8));
  Read(ClaimOf("next", 3, ClaimRecord::kFormatVersion, "127.0.0.1:2"));
  EXPECT_FALSE(gate_.ComeBack()) << "somebody has taken the office";
}

// Its own trouble of before used to be told of a log that another node wrote to.
TEST_F(LeadershipGateTest, TroubleWithTheLogIsOverWhenAnotherNodeHasClaimedIt) {
  gate_.OnCaughtUp();
  election_.Elect();
  LandLast();
  gate_.AppendFailed("t1", absl::UnavailableError("no disk"));
  EXPECT_EQ(ReasonOf(gate_.WhyNotPrimary()), ErrorReason::kLogUnavailable);
  election_.Depose();
  Read(ClaimOf("next", 5));
  EXPECT_EQ(ReasonOf(gate_.WhyNotPrimary()), ErrorReason::kNoPrimary);
}

TEST_F(LeadershipGateTest, StoppedGateStaysStopped) {
  gate_.OnCaughtUp();
  gate_.ShouldClaim();
  gate_.Stop();
  LandLast();
  EXPECT_EQ(gate_.role(), Role::kStopped);
  EXPECT_EQ(ReasonOf(gate_.WhyNotPrimary()), ErrorReason::kShuttingDown);
}

TEST_F(LeadershipGateTest, ReplacedLogStopsWritingAndSaysWhy) {
  gate_.OnCaughtUp();
  gate_.ShouldClaim();
  LandLast();
  gate_.OnReplaced(MakeError(ErrorReason::kLogReplaced, "another topic"));
  EXPECT_EQ(gate_.BeginAppend(), std::nullopt);
  EXPECT_EQ(ReasonOf(gate_.WhyNotPrimary()), ErrorReason::kLogReplaced);
}

TEST_F(LeadershipGateTest, RejectedNodeSaysWhy) {
  gate_.OnCaughtUp();
  gate_.Rejected(MakeError(ErrorReason::kElectionMixed, "an sr member"));
  EXPECT_EQ(ReasonOf(gate_.WhyNotPrimary()), ErrorReason::kElectionMixed);
}

}  // namespace
}  // namespace regent
