#include "client/utf8.h"

#include <gtest/gtest.h>

#include <string>

namespace regent::client {
namespace {

using std::string_literals::operator""s;

TEST(ValidUtf8BytesTest, TakesCharactersOfEveryLength) {
  const std::string text = "a\u00e9\u20ac\U0001F600\u0000z"s;
  EXPECT_EQ(ValidUtf8Bytes(text), text.size());
  EXPECT_EQ(ValidUtf8Bytes(""), 0u);
}

TEST(ValidUtf8BytesTest, TakesTheLastCharacterOfEachLength) {
  for (const std::string& text : {"\x7f"s, "\xdf\xbf"s, "\xed\x9f\xbf"s, "\xef\xbf\xbf"s, "\xf4\x8f\xbf\xbf"s}) {
    EXPECT_EQ(ValidUtf8Bytes(text), text.size());
  }
}

TEST(ValidUtf8BytesTest, StopsAtOverlongForms) {
  for (const std::string& bad : {"\xc0\x80"s, "\xc1\xbf"s, "\xe0\x9f\xbf"s, "\xf0\x8f\xbf\xbf"s}) {
    EXPECT_EQ(ValidUtf8Bytes("ab" + bad), 2u);
  }
}

TEST(ValidUtf8BytesTest, StopsAtSurrogatesAndBeyondTheLastCharacter) {
  for (const std::string& bad : {"\xed\xa0\x80"s, "\xed\xbf\xbf"s, "\xf4\x90\x80\x80"s, "\xf5\x80\x80\x80"s, "\xff"s}) {
    EXPECT_EQ(ValidUtf8Bytes("ab" + bad), 2u);
  }
}

TEST(ValidUtf8BytesTest, StopsAtACharacterCutShort) {
  for (const std::string& bad : {"\xc3"s, "\xe2\x82"s, "\xf0\x9f\x98"s, "\x80"s, "\xc3("s}) {
    EXPECT_EQ(ValidUtf8Bytes("ab" + bad), 2u);
  }
}

}  // namespace
}  // namespace regent::client
