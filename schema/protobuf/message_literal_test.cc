#include "schema/protobuf/message_literal.h"

#include <gtest/gtest.h>

#include "base/error_reason.h"

namespace regent::protobuf {
namespace {

using Kind = OptionValue::Kind;

TEST(ProtobufMessageLiteralTest, ReadsEverythingALiteralMayHold) {
  const auto literal = ReadMessageLiteral(
      "word: TRUE number: -1.5e3, text: 'a' \"b\" ; list: [1, 2] inner { x: 1 } angle < y: 2 > [p.ext]: 3", 10);
  ASSERT_TRUE(literal.ok()) << literal.status();
  ASSERT_EQ(literal->kind, Kind::kMap);
  ASSERT_EQ(literal->entries.size(), 7u);
  EXPECT_EQ(literal->entries[0].second.text, "TRUE");
  EXPECT_EQ(literal->entries[1].second.text, "-1.5e3");
  EXPECT_EQ(literal->entries[2].second.kind, Kind::kString);
  EXPECT_EQ(literal->entries[2].second.text, "ab");
  EXPECT_EQ(literal->entries[3].second.items.size(), 2u);
  EXPECT_EQ(literal->entries[4].second.kind, Kind::kMap);
  EXPECT_EQ(literal->entries[5].second.entries[0].first, "y");
  EXPECT_EQ(literal->entries[6].first, "[p.ext]");
}

TEST(ProtobufMessageLiteralTest, AKeyWrittenAgainIsAList) {
  const auto literal = ReadMessageLiteral("a: 1 a: 2 a: [3, 4]", 10);
  ASSERT_TRUE(literal.ok()) << literal.status();
  ASSERT_EQ(literal->entries.size(), 1u);
  EXPECT_EQ(literal->entries[0].second.items.size(), 4u);
}

TEST(ProtobufMessageLiteralTest, MalformedOnesAreRefused) {
  for (const char* text :
       {"a", "a 1", "a:", "a: }", "a: [1", "a: [1 2]", "a {", "a: {", "[a: 1", ": 1", "a: -", "a: 'x"}) {
    EXPECT_EQ(ReasonOf(ReadMessageLiteral(text, 10).status()), ErrorReason::kSchemaInvalid) << text;
  }
}

TEST(ProtobufMessageLiteralTest, DepthIsBounded) {
  EXPECT_TRUE(ReadMessageLiteral("a { a { a: 1 } }", 3).ok());
  EXPECT_EQ(ReasonOf(ReadMessageLiteral("a { a { a: 1 } }", 2).status()), ErrorReason::kSchemaTooComplex);
  EXPECT_EQ(ReasonOf(ReadMessageLiteral("a: [[[1]]]", 3).status()), ErrorReason::kSchemaTooComplex);
}

}  // namespace
}  // namespace regent::protobuf
