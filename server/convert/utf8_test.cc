#include "server/convert/utf8.h"

#include <gtest/gtest.h>

namespace regent {
namespace {

TEST(CleanUtf8Test, GoodTextStaysAsItIs) {
  EXPECT_EQ(CleanUtf8("", 10), "");
  EXPECT_EQ(CleanUtf8("gr\xc3\xbc\xc3\x9f \xe2\x82\xac \xf0\x9f\x98\x80", 100),
            "gr\xc3\xbc\xc3\x9f \xe2\x82\xac \xf0\x9f\x98\x80");
}

TEST(CleanUtf8Test, EveryBadByteBecomesAQuestionMark) {
  EXPECT_EQ(CleanUtf8("a\xff"
                      "b\xc3",
                      10),
            "a?b?");
  EXPECT_EQ(CleanUtf8("\xc0\x80", 10), "??");            // overlong
  EXPECT_EQ(CleanUtf8("\xe0\x80\x80", 10), "???");       // overlong
  EXPECT_EQ(CleanUtf8("\xed\xa0\x80", 10), "???");       // a surrogate
  EXPECT_EQ(CleanUtf8("\xf4\x90\x80\x80", 10), "????");  // above U+10FFFF
}

TEST(CleanUtf8Test, CutsBetweenCharacters) {
  EXPECT_EQ(CleanUtf8("abcdefgh", 8), "abcdefgh");
  EXPECT_EQ(CleanUtf8("abcdefghi", 8), "abcde...");
  EXPECT_EQ(CleanUtf8("abcd\xc3\xbc"
                      "fghi",
                      8),
            "abcd...");  // the two bytes of u-umlaut would not fit
}

TEST(CleanUtf8Test, CutsToAlmostNothing) {
  EXPECT_EQ(CleanUtf8("abcdef", 3), "...");
  EXPECT_EQ(CleanUtf8("abcdef", 2), "ab");
  EXPECT_EQ(CleanUtf8("abcdef", 0), "");
}

}  // namespace
}  // namespace regent
