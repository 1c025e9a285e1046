#include "schema/avro/json_comments.h"

#include <gtest/gtest.h>

namespace regent::avro {
namespace {

TEST(JsonCommentsTest, TextWithoutCommentsIsLeftAlone) {
  EXPECT_EQ(BlankComments(R"({"type":"int"})"), std::nullopt);
  EXPECT_EQ(BlankComments(""), std::nullopt);
  EXPECT_EQ(BlankComments("1/2"), std::nullopt);
}

TEST(JsonCommentsTest, BlocksAndLinesBecomeSpaces) {
  EXPECT_EQ(BlankComments("/* a */1"), "       1");
  EXPECT_EQ(BlankComments("1 // b"), "1     ");
  EXPECT_EQ(BlankComments("// a\n1"), "    \n1");
}

TEST(JsonCommentsTest, LinesStay) {
  EXPECT_EQ(BlankComments("/* a\nb\r\n*/1"), "    \n \r\n  1");
  EXPECT_EQ(BlankComments("//a\r\n1"), "   \r\n1");
}

TEST(JsonCommentsTest, TextsKeepWhatLooksLikeAComment) {
  EXPECT_EQ(BlankComments(R"({"p":"/* x */ // y"})"), std::nullopt);
  EXPECT_EQ(BlankComments(R"("a\"/*" /*c*/)"), R"("a\"/*"      )");
  EXPECT_EQ(BlankComments(R"("a\\" /*c*/)"), R"("a\\"      )");
}

TEST(JsonCommentsTest, WhatNeverClosesIsLeftAlone) {
  EXPECT_EQ(BlankComments("1 /* x"), std::nullopt);
  EXPECT_EQ(BlankComments("1 /*/"), std::nullopt);
  EXPECT_EQ(BlankComments("\"/* x"), std::nullopt);
  EXPECT_EQ(BlankComments("\"\\"), std::nullopt);
  EXPECT_EQ(BlankComments("/**/1 /* x"), "    1 /* x");
}

}  // namespace
}  // namespace regent::avro
