#include "schema/protobuf/tree_builder.h"

#include <gtest/gtest.h>

#include "base/error_reason.h"
#include "schema/protobuf/printer.h"
#include "schema/protobuf/text_parser.h"

namespace regent::protobuf {
namespace {

absl::StatusOr<File> Build(std::string_view text, int max_depth = 100) {
  const auto parsed = ParseText(text, max_depth);
  EXPECT_TRUE(parsed.ok()) << parsed.status();
  if (!parsed.ok()) return parsed.status();
  return BuildTree(parsed->proto, parsed->scan, max_depth);
}

File MustBuild(std::string_view text) {
  auto file = Build(text);
  EXPECT_TRUE(file.ok()) << file.status();
  return std::move(file).value_or(File());
}

TEST(ProtobufTreeBuilderTest, ImportsGoByTheirKind) {
  const File file = MustBuild("import \"a\"; import public \"b\"; import weak \"c\"; import \"d\";");
  EXPECT_EQ(file.imports, (std::vector<std::string>{"a", "d"}));
  EXPECT_EQ(file.public_imports, std::vector<std::string>{"b"});
  EXPECT_EQ(file.weak_imports, std::vector<std::string>{"c"});
}

TEST(ProtobufTreeBuilderTest, GroupsHoldTheirBodyAndAreNoMessages) {
  const File file = MustBuild(
      "message M { optional group G = 1 { optional int32 a = 2; } oneof o { group H = 3 {} } extensions 9; }"
      "extend M { optional group X = 9 { optional string s = 1; } }");
  ASSERT_EQ(file.messages.size(), 1u);
  const Message& message = file.messages[0];
  EXPECT_TRUE(message.messages.empty());
  ASSERT_TRUE(message.fields[0].is_group());
  EXPECT_EQ(message.fields[0].type, "G");
  EXPECT_EQ(message.fields[0].group_body[0].fields[0].number, 2);
  ASSERT_TRUE(message.oneofs[0].fields[0].is_group());
  EXPECT_EQ(message.oneofs[0].fields[0].label, Label::kNone);
  ASSERT_TRUE(file.extends[0].fields[0].is_group());
}

TEST(ProtobufTreeBuilderTest, MapsAreFieldsAndNotMessages) {
  const File file = MustBuild("message M { map<string, a.N> m = 1; message MEntry {} }");
  const Message& message = file.messages[0];
  ASSERT_EQ(message.fields.size(), 1u);
  EXPECT_EQ(message.fields[0].map_key_type, "string");
  EXPECT_EQ(message.fields[0].type, "a.N");
  EXPECT_EQ(message.fields[0].label, Label::kNone);
  ASSERT_EQ(message.messages.size(), 1u);  // the one that was written, whatever its name
}

// The word was taken for a type, and what was printed could not be read again (found by fuzzing).
TEST(ProtobufTreeBuilderTest, AMapHoldsNoGroups) {
  for (const char* text : {"message M { map<group, string> a = 1; }", "message M { map<string, group> a = 1; }"}) {
    const auto file = Build(text);
    EXPECT_EQ(ReasonOf(file.status()), ErrorReason::kSchemaInvalid) << text;
    EXPECT_EQ(DetailOf(file.status()).path, "a") << text;
  }
}

TEST(ProtobufTreeBuilderTest, SyntheticOneofsAreLabels) {
  const Message message =
      MustBuild("syntax = \"proto3\"; message M { optional int32 a = 1; int32 b = 2; }").messages[0];
  EXPECT_TRUE(message.oneofs.empty());
  EXPECT_EQ(message.fields[0].label, Label::kOptional);
  EXPECT_EQ(message.fields[1].label, Label::kNone);
}

TEST(ProtobufTreeBuilderTest, StatementsKeepWhatTheyHeld) {
  const Message message =
      MustBuild("message M { reserved 1, 3 to 5, 9 to 9; reserved \"x\"; extensions 100 to 199, 300 to max; }")
          .messages[0];
  ASSERT_EQ(message.reserved.size(), 2u);
  ASSERT_EQ(message.reserved[0].ranges.size(), 3u);
  EXPECT_FALSE(message.reserved[0].ranges[0].spelt_as_range);
  EXPECT_EQ(message.reserved[0].ranges[1].last, 5);
  EXPECT_TRUE(message.reserved[0].ranges[2].spelt_as_range);
  EXPECT_EQ(message.reserved[1].names, std::vector<std::string>{"x"});
  ASSERT_EQ(message.extensions.size(), 1u);
  EXPECT_EQ(message.extensions[0].ranges[1].last, kFieldNumberMax);
}

TEST(ProtobufTreeBuilderTest, OptionValuesKeepTheirSpelling) {
  const File file = MustBuild(
      "option (a).b = 0x1F; option (c) = -1.50; option d = \"x\\ty\"; option e = { f: 1 g: [2, 3] }; option h = nan;");
  ASSERT_EQ(file.options.size(), 5u);
  EXPECT_TRUE(file.options[0].name[0].is_extension);
  EXPECT_EQ(file.options[0].name[1].name, "b");
  EXPECT_EQ(file.options[0].value.text, "0x1F");
  EXPECT_EQ(file.options[1].value.text, "-1.50");
  EXPECT_EQ(file.options[2].value.text, "x\ty");
  EXPECT_EQ(file.options[3].value.kind, OptionValue::Kind::kMap);
  EXPECT_EQ(file.options[3].value.entries[1].second.items.size(), 2u);
  EXPECT_EQ(file.options[4].value.text, "nan");
}

TEST(ProtobufTreeBuilderTest, AnEmptyOneofStandsWhereItWasWritten) {
  const Message message =
      MustBuild("message M { oneof a { int32 x = 1; } oneof b {} oneof c { int32 y = 2; } enum E { Z = 0; } }")
          .messages[0];
  ASSERT_EQ(message.oneofs.size(), 3u);
  EXPECT_EQ(message.oneofs[1].name, "b");
  EXPECT_EQ(message.enums.size(), 1u);
}

TEST(ProtobufTreeBuilderTest, LiteralsAreBoundedInDepth) {
  std::string literal = "option a = { b: 1 }; option c = ";
  for (int i = 0; i < 20; ++i) literal += "{ d ";
  for (int i = 0; i < 20; ++i) literal += "} ";
  const auto parsed = ParseText(literal + ";", 100);
  ASSERT_TRUE(parsed.ok()) << parsed.status();
  EXPECT_EQ(ReasonOf(BuildTree(parsed->proto, parsed->scan, 10).status()), ErrorReason::kSchemaTooComplex);
}

TEST(ProtobufTreeBuilderTest, OfADescriptorEveryValueHasItsStatement) {
  google::protobuf::FileDescriptorProto proto;
  auto* message = proto.add_message_type();
  message->set_name("M");
  for (const int number : {3, 7}) {
    auto* range = message->add_reserved_range();
    range->set_start(number);
    range->set_end(number + 1);
  }
  const auto file = BuildTree(proto, 10);
  ASSERT_TRUE(file.ok()) << file.status();
  EXPECT_EQ(PrintFile(*file), "\nmessage M {\n  reserved 3;\n  reserved 7;\n}\n");
}

}  // namespace
}  // namespace regent::protobuf
