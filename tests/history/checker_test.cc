#include "tests/history/checker.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>

namespace regent::history {
namespace {

using ::testing::HasSubstr;
using Kind = Operation::Kind;
using Result = Operation::Result;

Operation Register(int64_t call, int64_t answer, const std::string& text, int version, int id = 0) {
  return {.kind = Kind::kRegister,
          .result = Result::kOk,
          .subject = "s",
          .text = text,
          .version = version,
          .id = id ? id : text[0],
          .call = call,
          .answer = answer};
}
Operation Latest(int64_t call, int64_t answer, const std::string& text, int version) {
  return {.kind = Kind::kLatest,
          .result = Result::kOk,
          .subject = "s",
          .text = text,
          .version = version,
          .id = text[0],
          .call = call,
          .answer = answer};
}
Operation NoLatest(int64_t call, int64_t answer) {
  return {.kind = Kind::kLatest, .result = Result::kNotFound, .subject = "s", .call = call, .answer = answer};
}
Operation LookupMiss(int64_t call, int64_t answer, const std::string& text) {
  return {
      .kind = Kind::kLookup, .result = Result::kNotFound, .subject = "s", .text = text, .call = call, .answer = answer};
}
Operation Unknown(int64_t call, const std::string& text) {
  return {.kind = Kind::kRegister, .result = Result::kUnknown, .subject = "s", .text = text, .call = call};
}

TEST(CheckerTest, OneAfterTheOtherIsFine) {
  EXPECT_TRUE(Check({NoLatest(1, 2), Register(3, 4, "a", 1), Latest(5, 6, "a", 1), Register(7, 8, "b", 2),
                     Latest(9, 10, "b", 2), Register(11, 12, "a", 1)})
                  .ok);
}

TEST(CheckerTest, ReadThatMissesAnAcknowledgedWriteIsFound) {
  const Verdict verdict = CheckLinearizable({Register(1, 2, "a", 1), NoLatest(3, 4)});
  EXPECT_FALSE(verdict.ok);
  EXPECT_THAT(verdict.why, HasSubstr("subject s"));
  EXPECT_FALSE(CheckLinearizable({Register(1, 2, "a", 1), LookupMiss(3, 4, "a")}).ok);
}

TEST(CheckerTest, ReadDuringAWriteMaySeeItOrNot) {
  EXPECT_TRUE(CheckLinearizable({Register(1, 10, "a", 1), NoLatest(2, 3), Latest(4, 5, "a", 1)}).ok);
}

TEST(CheckerTest, ReadersMustAgreeOnWhenAWriteHappened) {
  // The known example: seen, and then not seen any more, while the write is still under way.
  EXPECT_FALSE(CheckLinearizable({Register(1, 10, "a", 1), Latest(2, 3, "a", 1), NoLatest(4, 5)}).ok);
}

TEST(CheckerTest, VersionGivenTwiceIsFound) {
  EXPECT_FALSE(CheckLinearizable({Register(1, 4, "a", 1), Register(2, 3, "b", 1)}).ok);
  EXPECT_TRUE(CheckLinearizable({Register(1, 4, "a", 2), Register(2, 3, "b", 1)}).ok);
  EXPECT_FALSE(CheckLinearizable({Register(1, 2, "a", 2), Register(3, 4, "b", 1)}).ok) << "order against time";
}

TEST(CheckerTest, GapIsFound) { EXPECT_FALSE(CheckLinearizable({Register(1, 2, "a", 1), Register(3, 4, "b", 3)}).ok); }

TEST(CheckerTest, WriteOfUnknownOutcomeMayHappenLateOrNever) {
  EXPECT_TRUE(CheckLinearizable({Unknown(1, "a"), NoLatest(2, 3), Register(4, 5, "b", 1)}).ok);
  EXPECT_TRUE(CheckLinearizable({Unknown(1, "a"), NoLatest(2, 3), Register(4, 5, "b", 2)}).ok);
  EXPECT_FALSE(CheckLinearizable({Unknown(1, "a"), Latest(2, 3, "a", 1), NoLatest(4, 5)}).ok);
  EXPECT_FALSE(CheckLinearizable({NoLatest(2, 3), Latest(4, 5, "a", 1), Unknown(6, "a")}).ok) << "before it was asked";
}

TEST(CheckerTest, FailedWriteHasNoEffect) {
  Operation failed = Unknown(1, "a");
  failed.result = Result::kFailed;
  EXPECT_FALSE(CheckLinearizable({failed, Latest(2, 3, "a", 1)}).ok);
}

TEST(CheckerTest, IdsAndVersionsNameOneText) {
  EXPECT_FALSE(CheckIds({Register(1, 2, "a", 1, 5), Register(3, 4, "b", 2, 5)}).ok);
  EXPECT_FALSE(CheckIds({Register(1, 2, "a", 1, 5), Register(3, 4, "a", 1, 6)}).ok);
  EXPECT_FALSE(CheckIds({Register(1, 2, "a", 1, 5), Register(3, 4, "b", 1, 6)}).ok);
}

TEST(CheckerTest, NodeThatGoesBackIsFoundAndAnotherNodeMayBeBehind) {
  Operation first = Latest(1, 2, "b", 2);
  Operation second = Latest(3, 4, "a", 1);
  first.read = second.read = Operation::Read::kDefault;
  EXPECT_FALSE(CheckSessions({first, second}).ok);
  second.node = 1;
  EXPECT_TRUE(CheckSessions({first, second}).ok);
}

TEST(CheckerTest, ReadBehindAPositionSeesTheWrite) {
  Operation write = Register(1, 2, "a", 1);
  write.position = 10;
  Operation read = NoLatest(3, 4);
  read.read = Operation::Read::kDefault;
  read.node = 1;
  EXPECT_TRUE(CheckSessions({write, read}).ok);
  read.min_position = 10;
  EXPECT_FALSE(CheckSessions({write, read}).ok);
}

// Histories made from an order that exists: each operation takes effect at an instant of its own.
TEST(CheckerTest, HistoriesOfARealRegistryAreAccepted) {
  for (int seed = 0; seed < 50; ++seed) {
    std::mt19937 random(seed);
    std::vector<std::string> texts;
    std::vector<Operation> history;
    for (int instant = 100; instant < 2500; instant += 20) {
      const int64_t call = instant - static_cast<int>(random() % 90);
      const int64_t answer = instant + static_cast<int>(random() % 90);
      const std::string text(1, static_cast<char>('a' + random() % 26));
      const auto found = std::find(texts.begin(), texts.end(), text);
      const int version = static_cast<int>(found - texts.begin()) + 1;
      switch (random() % 8) {
        case 0:
          if (found == texts.end()) texts.push_back(text);
          history.push_back(Register(call, answer, text, version));
          break;
        case 1:
          if (random() % 2 && found == texts.end()) texts.push_back(text);
          history.push_back(Unknown(call, text));
          break;
        case 2:
        case 3:
        case 4:
          history.push_back(texts.empty() ? NoLatest(call, answer)
                                          : Latest(call, answer, texts.back(), static_cast<int>(texts.size())));
          break;
        default:
          if (found == texts.end()) history.push_back(LookupMiss(call, answer, text));
      }
    }
    const Verdict verdict = CheckLinearizable(history);
    EXPECT_TRUE(verdict.ok) << "seed " << seed << ": " << verdict.why;
  }
}

TEST(HistoryTest, IsReadBackAsItWasWritten) {
  Operation read = Latest(3, 4, "a", 1);
  read.read = Operation::Read::kDefault;
  read.min_position = 7;
  read.position = 9;
  const std::vector<Operation> history = {Register(1, 2, "a", 1), Unknown(2, "b"), read, NoLatest(5, 6)};
  const auto again = FromText(ToText(history));
  ASSERT_TRUE(again.ok()) << again.status();
  EXPECT_EQ(*again, history);
}

TEST(HistoryTest, BadLineIsNamed) {
  EXPECT_FALSE(FromText("nonsense").ok());
  const auto bad = FromText(ToText({}) + "register\tok\n");
  EXPECT_THAT(std::string(bad.status().message()), HasSubstr("line 2"));
}

}  // namespace
}  // namespace regent::history
