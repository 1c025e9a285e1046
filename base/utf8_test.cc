#include "base/utf8.h"

#include <gtest/gtest.h>

namespace regent {
namespace {

using std::string_literals::operator""s;

TEST(Utf8Test, EveryCodePointIsReadBack) {
  for (uint32_t code_point = 0; code_point <= 0x10FFFF; ++code_point) {
    if (code_point >= 0xD800 && code_point <= 0xDFFF) continue;
    std::string text;
    AppendUtf8(code_point, &text);
    ASSERT_EQ(Utf8SequenceLength(text), text.size()) << code_point;
  }
}

TEST(Utf8Test, WhatIsNoCodePointBecomesTheReplacementCharacter) {
  for (const uint32_t code_point : {0xD800u, 0xDFFFu, 0x110000u}) {
    std::string text;
    AppendUtf8(code_point, &text);
    EXPECT_EQ(text, "\uFFFD");
  }
}

TEST(Utf8Test, RefusesOverlongForms) {
  EXPECT_FALSE(IsValidUtf8("\xC0\x80"));
  EXPECT_FALSE(IsValidUtf8("\xC1\xBF"));
  EXPECT_FALSE(IsValidUtf8("\xE0\x9F\xBF"));
  EXPECT_FALSE(IsValidUtf8("\xF0\x8F\xBF\xBF"));
}

TEST(Utf8Test, RefusesSurrogatesAndWhatIsTooHigh) {
  EXPECT_FALSE(IsValidUtf8("\xED\xA0\x80"));
  EXPECT_FALSE(IsValidUtf8("\xED\xBF\xBF"));
  EXPECT_FALSE(IsValidUtf8("\xF4\x90\x80\x80"));
  EXPECT_FALSE(IsValidUtf8("\xF5\x80\x80\x80"));
  EXPECT_FALSE(IsValidUtf8("\xFF"));
}

TEST(Utf8Test, RefusesSequencesCutShort) {
  for (const std::string& whole : {"é"s, "€"s, "😀"s}) {
    for (size_t size = 1; size < whole.size(); ++size) {
      EXPECT_FALSE(IsValidUtf8(whole.substr(0, size)));
      EXPECT_FALSE(IsValidUtf8(whole.substr(0, size) + "a"));
    }
  }
  EXPECT_FALSE(IsValidUtf8("\x80"));
}

TEST(Utf8Test, NulIsACharacterLikeOthers) { EXPECT_TRUE(IsValidUtf8("a\0b"s)); }

}  // namespace
}  // namespace regent
