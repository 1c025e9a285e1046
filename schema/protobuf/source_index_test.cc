#include "schema/protobuf/source_index.h"

#include <gtest/gtest.h>

#include "schema/protobuf/text_parser.h"

namespace regent::protobuf {
namespace {

namespace gp = google::protobuf;

constexpr int kMessage = gp::FileDescriptorProto::kMessageTypeFieldNumber;
constexpr int kFileExtension = gp::FileDescriptorProto::kExtensionFieldNumber;
constexpr int kFileEnum = gp::FileDescriptorProto::kEnumTypeFieldNumber;
constexpr int kReservedRange = gp::DescriptorProto::kReservedRangeFieldNumber;
constexpr int kReservedName = gp::DescriptorProto::kReservedNameFieldNumber;
constexpr int kExtensionRange = gp::DescriptorProto::kExtensionRangeFieldNumber;
constexpr int kField = gp::DescriptorProto::kFieldFieldNumber;

SourceIndex IndexOf(std::string_view text) {
  const auto parsed = ParseText(text, 100);
  EXPECT_TRUE(parsed.ok()) << parsed.status();
  return parsed.ok() ? SourceIndex(parsed->proto.source_code_info()) : SourceIndex();
}

TEST(ProtobufSourceIndexTest, TellsWhichValuesShareAReservedStatement) {
  const SourceIndex index =
      IndexOf("message M { reserved 1, 2; reserved 5 to 7; reserved \"a\", \"b\"; reserved \"c\"; }");
  const auto range = [&](int i) { return index.StatementOf({kMessage, 0, kReservedRange, i}); };
  const auto name = [&](int i) { return index.StatementOf({kMessage, 0, kReservedName, i}); };
  ASSERT_TRUE(range(0).has_value());
  EXPECT_EQ(range(0), range(1));
  EXPECT_LT(range(1), range(2));  // in the order they were written
  EXPECT_LT(range(2), name(0));
  EXPECT_EQ(name(0), name(1));
  EXPECT_LT(name(1), name(2));
  EXPECT_EQ(range(3), std::nullopt);
}

TEST(ProtobufSourceIndexTest, TellsExtendBlocksAndExtensionStatementsApart) {
  const SourceIndex index = IndexOf(
      "message M { extensions 10 to 19, 30; extensions 40; }"
      "extend M { optional int32 a = 10; optional int32 b = 11; } extend M { optional int32 c = 12; }");
  const auto extension = [&](int i) { return index.StatementOf({kFileExtension, i}); };
  ASSERT_TRUE(extension(0).has_value());
  EXPECT_EQ(extension(0), extension(1));
  EXPECT_NE(extension(1), extension(2));
  const auto range = [&](int i) { return index.StatementOf({kMessage, 0, kExtensionRange, i}); };
  ASSERT_TRUE(range(0).has_value());
  EXPECT_EQ(range(0), range(1));
  EXPECT_NE(range(1), range(2));
}

TEST(ProtobufSourceIndexTest, KnowsWhereNumbersAndBlocksStand) {
  const SourceIndex index = IndexOf("message M {\n  optional int32 a = 1 [default = 0x1F];\n}\nenum E { Z = 0; }");
  const auto value = index.PositionOf({kMessage, 0, kField, 0, gp::FieldDescriptorProto::kDefaultValueFieldNumber});
  ASSERT_TRUE(value.has_value());
  EXPECT_EQ(value->line, 1);
  const auto enumeration = index.PositionOf({kFileEnum, 0});
  ASSERT_TRUE(enumeration.has_value());
  EXPECT_EQ(enumeration->line, 3);
  EXPECT_EQ(enumeration->column, 0);
}

TEST(ProtobufSourceIndexTest, WithoutASourceNothingIsKnown) {
  const SourceIndex index;
  EXPECT_EQ(index.StatementOf({kMessage, 0, kReservedRange, 0}), std::nullopt);
  EXPECT_EQ(index.PositionOf({kFileEnum, 0}), std::nullopt);
}

}  // namespace
}  // namespace regent::protobuf
