#include "schema/snippet.h"

#include <gtest/gtest.h>

#include "base/utf8.h"

namespace regent {
namespace {

JsonValue Parse(std::string_view text) { return JsonValue::Parse(text).value(); }

TEST(SnippetTest, ShortTextStaysAsItIs) {
  EXPECT_EQ(Snippet("int32 cents = 1;"), "int32 cents = 1;");
  EXPECT_EQ(Snippet(""), "");
  EXPECT_EQ(Snippet(Parse(R"({"type": ["string", null], "maximum": 1.50, "const": true})")),
            R"({"type":["string",null],"maximum":1.50,"const":true})");
}

TEST(SnippetTest, LinesBecomeOne) {
  EXPECT_EQ(Snippet("message A {\n  int32 a = 1;\n\n}\n"), "message A { int32 a = 1; }");
}

TEST(SnippetTest, LongTextIsCutAtACharacter) {
  std::string text;
  for (int i = 0; i < 200; ++i) text += "ä";
  const std::string snippet = Snippet(text);
  EXPECT_EQ(snippet.size(), kSnippetBytesMax + 3);
  EXPECT_TRUE(IsValidUtf8(snippet));
  EXPECT_EQ(snippet.substr(snippet.size() - 3), "...");
}

TEST(SnippetTest, BytesThatAreNoTextDoNoHarm) { EXPECT_EQ(Snippet("a\xFF\xFE"), "a\xFF\xFE"); }

// A report of a hundred differences must not print a hundred copies of a large schema first.
TEST(SnippetTest, AHugeValueCostsNoMoreThanIsShown) {
  std::string deep;
  for (int i = 0; i < 400; ++i) deep += R"({"a":[)";
  for (int i = 0; i < 400; ++i) deep += "]}";
  JsonLimits limits;
  limits.max_depth = 1000;
  const std::string snippet = Snippet(JsonValue::Parse(deep, limits).value());
  EXPECT_EQ(snippet.substr(0, 12), R"({"a":[{"a":[)");
  EXPECT_LE(snippet.size(), kSnippetBytesMax + 3);

  std::vector<JsonValue> items(1000, JsonValue::String(std::string(1000, 'x')));
  EXPECT_LE(Snippet(JsonValue::Array(std::move(items))).size(), kSnippetBytesMax + 3);
}

}  // namespace
}  // namespace regent
