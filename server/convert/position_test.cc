#include "server/convert/position.h"

#include <gtest/gtest.h>

namespace regent {
namespace {

TEST(PositionTextTest, GoesThereAndBack) {
  for (const Position& position :
       {Position{"log", Offset(0)}, Position{"a@b/c", Offset(9007199254740993)}, Position{"log", kBeforeFirst}}) {
    EXPECT_EQ(PositionFromText(PositionToText(position)), position);
  }
  EXPECT_EQ(PositionToText({"log", Offset(42)}), "42@log");
}

TEST(PositionTextTest, RefusesWhatIsNone) {
  for (const char* text : {"", "@", "42", "42@", "@log", "x@log", "4 2@log", "-2@log", "99999999999999999999@log"}) {
    EXPECT_EQ(PositionFromText(text), std::nullopt) << text;
  }
}

}  // namespace
}  // namespace regent
