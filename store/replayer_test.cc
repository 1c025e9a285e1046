#include "store/replayer.h"

#include <gtest/gtest.h>

#include <functional>
#include <string>
#include <vector>

#include "base/fake_clock.h"
#include "store/record_codec.h"

namespace regent {
namespace {

using std::chrono::hours;
using std::chrono::milliseconds;

class ReplayerTest : public ::testing::Test, protected ApplyListener {
 protected:
  void OnApplied(const Applied&) override { ++applied_; }
  void OnCaughtUp() override { ++caught_up_; }
  void OnReplaced(const absl::Status&) override {}
  bool OnFellBehind() override {
    ++fell_behind_;
    return on_fell_behind_();
  }
  void OnReadAgain() override { ++read_again_; }

  void Read(Replayer& replayer, const std::string& subject, const std::string& text, milliseconds age = {}) {
    SchemaRecord schema;
    schema.id = SchemaId(static_cast<int>(next_) + 1);
    schema.content.text = text;
    const RecordKey key{.type = KeyType::kSchema, .subject = Subject::Parse(subject), .version = Version(1)};
    replayer.OnRecord({Offset(next_++), clock_.WallMillis() - age.count(), EncodeRecord(key, schema)});
  }
  bool Has(const std::string& subject) const { return state_.FindSubject(Subject::Parse(subject)) != nullptr; }

  // A tombstone stays for two hours: an hour away is too long.
  static constexpr LogRetention kTwoHours{.compaction_lag = hours(2), .delete_retention = hours(2)};

  State state_{"log-a"};
  FakeClock clock_;
  std::function<bool()> on_fell_behind_ = [] { return false; };
  int64_t next_ = 0;
  int applied_ = 0;
  int caught_up_ = 0;
  int fell_behind_ = 0;
  int read_again_ = 0;
};

TEST_F(ReplayerTest, TellsWhatItAppliesAndWhenAllIsRead) {
  Replayer replayer({}, &state_, &clock_, this);
  Read(replayer, "orders", "a");
  EXPECT_FALSE(replayer.caught_up());
  replayer.OnCaughtUp(Offset(next_));
  EXPECT_TRUE(replayer.caught_up());
  EXPECT_TRUE(Has("orders"));
  EXPECT_EQ(applied_, 1);
  EXPECT_EQ(caught_up_, 1);
}

TEST_F(ReplayerTest, WhoWasAwayForHalfOfWhatTombstonesStayFellBehind) {
  Replayer replayer(kTwoHours, &state_, &clock_, this);
  replayer.OnCaughtUp(Offset(0));
  clock_.Advance(milliseconds(hours(1)));
  replayer.Tick();
  EXPECT_EQ(fell_behind_, 0);
  clock_.Advance(milliseconds(hours(1)) + milliseconds(1));
  replayer.Tick();
  EXPECT_EQ(fell_behind_, 1);
}

TEST_F(ReplayerTest, WhoHearsOfTheLogIsNotAway) {
  Replayer replayer(kTwoHours, &state_, &clock_, this);
  replayer.OnCaughtUp(Offset(0));
  for (int i = 0; i < 10; ++i) {
    clock_.Advance(milliseconds(hours(1)));
    Read(replayer, "orders", "a");
  }
  EXPECT_EQ(fell_behind_, 0);
  // Trouble is no contact.
  replayer.OnError(absl::UnavailableError("no broker"));
  clock_.Advance(milliseconds(hours(1)) + milliseconds(1));
  replayer.Tick();
  EXPECT_EQ(fell_behind_, 0) << "nothing can be read again now";
  Read(replayer, "orders", "a");
  EXPECT_EQ(fell_behind_, 1);
}

TEST_F(ReplayerTest, WhatIsReadAgainTakesTheOldStatesPlaceAtOnce) {
  Replayer replayer({}, &state_, &clock_, this);
  Read(replayer, "old", "a");
  replayer.OnCaughtUp(Offset(next_));
  replayer.BeginAgain("log-b");
  next_ = 0;
  Read(replayer, "new", "b");
  EXPECT_TRUE(Has("old"));
  EXPECT_FALSE(Has("new"));
  EXPECT_EQ(applied_, 1) << "nobody is told of single records";
  replayer.OnCaughtUp(Offset(next_));
  EXPECT_FALSE(Has("old"));
  EXPECT_TRUE(Has("new"));
  EXPECT_EQ(state_.position(), (Position{"log-b", Offset(0)}));
  EXPECT_EQ(read_again_, 1);
}

// Whoever reads again may begin before the word of it has come back: that reading used to count as spoiled, and the
// node waited for another one for ever.
TEST_F(ReplayerTest, ReadingThatBeginsAtOnceIsNotSpoiledByWhatLedToIt) {
  Replayer replayer(kTwoHours, &state_, &clock_, this);
  replayer.OnCaughtUp(Offset(0));
  on_fell_behind_ = [&] {
    replayer.BeginAgain("log-a");
    return true;
  };
  clock_.Advance(milliseconds(hours(1)) + milliseconds(1));
  replayer.Tick();
  ASSERT_EQ(fell_behind_, 1);
  Read(replayer, "orders", "a");
  replayer.OnCaughtUp(Offset(next_));
  EXPECT_EQ(read_again_, 1);
  EXPECT_TRUE(Has("orders"));
}

TEST_F(ReplayerTest, WhatWasReadBeforeItFellBehindIsNotTaken) {
  Replayer replayer(kTwoHours, &state_, &clock_, this);
  replayer.OnCaughtUp(Offset(0));
  replayer.BeginAgain("log-a");
  on_fell_behind_ = [] { return true; };
  Read(replayer, "orders", "a");
  clock_.Advance(milliseconds(hours(1)) + milliseconds(1));
  Read(replayer, "orders", "b");
  EXPECT_EQ(fell_behind_, 1);
  replayer.OnCaughtUp(Offset(next_));
  EXPECT_EQ(read_again_, 0);
  EXPECT_FALSE(Has("orders"));
}

TEST_F(ReplayerTest, FencedRecordReadLateMakesItsKeyUntrusted) {
  Replayer replayer(kTwoHours, &state_, &clock_, this);
  ClaimRecord claim;
  claim.log_id = "log-a";
  replayer.OnRecord({Offset(next_++), clock_.WallMillis(),
                     EncodeRecord({.type = KeyType::kClaim, .text = "t", .epoch = Epoch(1)}, claim)});
  Read(replayer, "young", "a", hours(1));
  EXPECT_FALSE(state_.AnyUntrusted());
  Read(replayer, "old", "a", hours(1) + milliseconds(1));
  EXPECT_TRUE(state_.AnyUntrusted());
}

}  // namespace
}  // namespace regent
