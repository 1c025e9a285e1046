#include "schema/protobuf/text_parser.h"

#include <gtest/gtest.h>

#include "base/error_reason.h"

namespace regent::protobuf {
namespace {

TEST(ProtobufTextParserTest, NamesStayAsWrittenAndOptionsUninterpreted) {
  const auto parsed = ParseText("syntax = \"proto3\"; option java_package = \"x\"; message M { a.N n = 1; }", 10);
  ASSERT_TRUE(parsed.ok()) << parsed.status();
  EXPECT_EQ(parsed->proto.syntax(), "proto3");
  EXPECT_EQ(parsed->proto.message_type(0).field(0).type_name(), "a.N");
  EXPECT_EQ(parsed->proto.options().uninterpreted_option_size(), 1);
  EXPECT_TRUE(parsed->proto.has_source_code_info());
}

TEST(ProtobufTextParserTest, TheFirstErrorHasItsLineAndTheOthersAreCounted) {
  const auto parsed = ParseText("syntax = \"proto3\";\nmessage M {\n  int32 = 1;\n  string 2;\n}\n", 10);
  ASSERT_EQ(ReasonOf(parsed.status()), ErrorReason::kSchemaInvalid);
  EXPECT_EQ(DetailOf(parsed.status()).line, 3);
  EXPECT_EQ(DetailOf(parsed.status()).column, 9);
  EXPECT_NE(parsed.status().message().find("more)"), absl::string_view::npos) << parsed.status();
}

TEST(ProtobufTextParserTest, RefusesASyntaxThatItDoesNotKnow) {
  EXPECT_EQ(ReasonOf(ParseText("syntax = \"proto4\";", 10).status()), ErrorReason::kSchemaInvalid);
  EXPECT_EQ(ReasonOf(ParseText("edition = \"2023\"; message M {}", 10).status()), ErrorReason::kSchemaInvalid);
}

TEST(ProtobufTextParserTest, BracesAreBoundedBeforeTheParserRecurses) {
  std::string deep;
  for (int i = 0; i < 100000; ++i) deep += "message M { ";
  EXPECT_EQ(ReasonOf(ParseText(deep, 100).status()), ErrorReason::kSchemaTooComplex);
}

TEST(ProtobufTextParserTest, ReadsWhatProtocRefusesAndRegistriesStore) {
  const auto parsed = ParseText("message M { oneof o {} message N { option map_entry = true; } }", 10);
  ASSERT_TRUE(parsed.ok()) << parsed.status();
  EXPECT_EQ(parsed->scan.empty_oneofs.size(), 1u);
}

}  // namespace
}  // namespace regent::protobuf
