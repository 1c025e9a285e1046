#include "schema/protobuf/descriptor_cleaner.h"

#include <gtest/gtest.h>

#include "base/error_reason.h"
#include "schema/protobuf/text_parser.h"
#include "schema/protobuf/tree_builder.h"

namespace regent::protobuf {
namespace {

ParsedText Parsed(std::string_view text) {
  auto parsed = ParseText(text, 100);
  EXPECT_TRUE(parsed.ok()) << parsed.status();
  return std::move(parsed).value_or(ParsedText());
}

// Cleaned as the schema itself, knowing only what it defines.
google::protobuf::FileDescriptorProto Cleaned(std::string_view text) {
  ParsedText parsed = Parsed(text);
  const auto tree = BuildTree(parsed.proto, parsed.scan, 100);
  EXPECT_TRUE(tree.ok()) << tree.status();
  SymbolTable symbols;
  if (tree.ok()) symbols.AddFile(*tree);
  CleanSchema(parsed.scan, symbols, &parsed.proto);
  return parsed.proto;
}

TEST(ProtobufDescriptorCleanerTest, RepeatedImportsGoAndPublicOnesStayPublic) {
  const auto proto = Cleaned("import \"a\"; import \"a\"; import public \"b\"; import weak \"c\";");
  ASSERT_EQ(proto.dependency_size(), 3);
  ASSERT_EQ(proto.public_dependency_size(), 1);
  EXPECT_EQ(proto.dependency(proto.public_dependency(0)), "b");
  EXPECT_EQ(proto.weak_dependency_size(), 0);  // a pool without the file would refuse it
}

TEST(ProtobufDescriptorCleanerTest, EmptyOneofsGoAndEnumsStay) {
  const auto proto = Cleaned("message M { oneof o {} enum E { Z = 0; } message N { oneof p {} } }");
  ASSERT_EQ(proto.message_type(0).enum_type_size(), 1);
  EXPECT_EQ(proto.message_type(0).enum_type(0).name(), "E");
  EXPECT_EQ(proto.message_type(0).nested_type(0).enum_type_size(), 0);
}

TEST(ProtobufDescriptorCleanerTest, OptionsOfUnknownExtensionsGo) {
  const auto proto = Cleaned(
      "import \"google/protobuf/descriptor.proto\"; extend google.protobuf.FileOptions { optional string known = "
      "50000; }"
      "option (known) = \"a\"; option (unknown) = \"b\"; option java_package = \"c\";"
      "service S { option (unknown) = 1; rpc Do (M) returns (M) { option (unknown) = 1; } }"
      "message M { optional int32 a = 1 [(unknown) = 1, deprecated = true]; oneof o { option (unknown) = 1; int32 b = "
      "2; } }"
      "enum E { Z = 0 [(unknown) = 1]; }");
  EXPECT_EQ(proto.options().uninterpreted_option_size(), 2);
  EXPECT_EQ(proto.service(0).options().uninterpreted_option_size(), 0);
  EXPECT_EQ(proto.service(0).method(0).options().uninterpreted_option_size(), 0);
  EXPECT_EQ(proto.message_type(0).field(0).options().uninterpreted_option_size(), 1);
  EXPECT_EQ(proto.message_type(0).oneof_decl(0).options().uninterpreted_option_size(), 0);
  EXPECT_EQ(proto.enum_type(0).value(0).options().uninterpreted_option_size(), 0);
}

TEST(ProtobufDescriptorCleanerTest, TheZeroOfAProto3EnumComesFirst) {
  EXPECT_EQ(Cleaned("syntax = \"proto3\"; enum E { A = -1; Z = 0; }").enum_type(0).value(0).name(), "Z");
  EXPECT_EQ(Cleaned("enum E { A = -1; Z = 0; }").enum_type(0).value(0).name(), "A");
}

TEST(ProtobufDescriptorCleanerTest, AReferenceKeepsOnlyOptionsThatDecideWhatIsValid) {
  ParsedText parsed =
      Parsed("option java_package = \"x\"; enum E { option allow_alias = true; option (y) = 1; A = 0; B = 0; }");
  CleanReference(parsed.scan, &parsed.proto);
  EXPECT_EQ(parsed.proto.options().uninterpreted_option_size(), 0);
  const auto& options = parsed.proto.enum_type(0).options();
  ASSERT_EQ(options.uninterpreted_option_size(), 1);
  EXPECT_EQ(options.uninterpreted_option(0).name(0).name_part(), "allow_alias");
  EXPECT_FALSE(parsed.proto.has_source_code_info());
}

TEST(ProtobufDescriptorCleanerTest, LongScopesAndManyRangesCost) {
  google::protobuf::FileDescriptorProto proto;
  auto* message = proto.add_message_type();
  message->set_name(std::string(1000, 'M'));
  for (int i = 0; i < 10; ++i) message->add_field()->set_name("f");
  for (int i = 0; i < 5; ++i) message->add_reserved_range();
  const PoolCost cost = MeasurePoolCost(proto);
  EXPECT_GT(cost.full_name_bytes, 10 * 1000);
  EXPECT_EQ(cost.range_pairs, 5 * (5 + 10));
  EXPECT_TRUE(CheckPoolCost(cost).ok());
  EXPECT_EQ(ReasonOf(CheckPoolCost({.full_name_bytes = int64_t{1} << 40})), ErrorReason::kSchemaTooComplex);
  EXPECT_EQ(ReasonOf(CheckPoolCost({.range_pairs = int64_t{1} << 40})), ErrorReason::kSchemaTooComplex);
  EXPECT_EQ(ReasonOf(CheckPoolCost({.lookup_bytes = int64_t{1} << 40})), ErrorReason::kSchemaTooComplex);
  PoolCost sum = cost;
  sum += cost;
  EXPECT_EQ(sum.range_pairs, 2 * cost.range_pairs);
}

// "a", "a.b", "a.b.c", "a.b.c.M", "a.b.c.M.f"; T is looked for in the last four scopes and in none.
TEST(ProtobufDescriptorCleanerTest, EveryLevelOfAScopeCosts) {
  google::protobuf::FileDescriptorProto proto;
  proto.set_package("a.b.c");
  auto* message = proto.add_message_type();
  message->set_name("M");
  auto* field = message->add_field();
  field->set_name("f");
  field->set_type_name("T");
  const PoolCost cost = MeasurePoolCost(proto);
  EXPECT_EQ(cost.full_name_bytes, 1 + 3 + 7 + 9);
  EXPECT_EQ(cost.lookup_bytes, 5 * (7 + 1));
  field->set_type_name(".a.b.c.T");
  EXPECT_EQ(MeasurePoolCost(proto).lookup_bytes, 0);
}

}  // namespace
}  // namespace regent::protobuf
