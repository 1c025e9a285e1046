#include "client/write_position.h"

#include <gtest/gtest.h>

namespace regent::client {
namespace {

Position At(const std::string& log_id, int64_t offset) { return {log_id, Offset(offset)}; }

TEST(WritePositionTest, KeepsTheHighestOfOneLog) {
  WritePosition position;
  EXPECT_EQ(position.Get().log_id, "");
  position.Advance(At("a", 7));
  position.Advance(At("a", 5));
  position.Advance(Position());
  EXPECT_EQ(position.Get(), At("a", 7));
}

TEST(WritePositionTest, FollowsTheLogThatIsWrittenTo) {
  WritePosition position;
  position.Advance(At("a", 7));
  position.Advance(At("b", 2));
  EXPECT_EQ(position.Get(), At("b", 2));
}

TEST(WritePositionTest, ForgetsOnlyWhatItStillHolds) {
  WritePosition position;
  position.Advance(At("a", 7));
  position.Advance(At("b", 2));
  position.Forget(At("a", 7));
  EXPECT_EQ(position.Get(), At("b", 2));
  position.Forget(At("b", 2));
  EXPECT_EQ(position.Get().log_id, "");
}

}  // namespace
}  // namespace regent::client
