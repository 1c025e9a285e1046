#include "schema/protobuf/descriptor_builder.h"

#include <gtest/gtest.h>

#include "base/error_reason.h"
#include "schema/protobuf/text_parser.h"

namespace regent::protobuf {
namespace {

ParsedText Parsed(std::string_view text) {
  auto parsed = ParseText(text, 100);
  EXPECT_TRUE(parsed.ok()) << parsed.status();
  return std::move(parsed).value_or(ParsedText());
}

ImportedFiles Imports(const std::vector<std::string>& names, const std::vector<NamedSchema>& references) {
  auto imports = LoadImports(names, references, FormatLimits());
  EXPECT_TRUE(imports.ok()) << imports.status();
  return std::move(imports).value_or(ImportedFiles());
}

TEST(ProtobufDescriptorBuilderTest, BuildsASchemaAboveItsImportsAndTheBundledFiles) {
  DescriptorSet set;
  const ImportedFiles imports = Imports({"a.proto", "google/protobuf/timestamp.proto"},
                                        {{"a.proto", "syntax = \"proto3\"; package a; message N { int32 x = 1; }"}});
  ASSERT_TRUE(set.AddImports(imports).ok());
  ParsedText parsed = Parsed(
      "syntax = \"proto3\"; import \"a.proto\"; import \"google/protobuf/timestamp.proto\";"
      "message M { a.N n = 1; google.protobuf.Timestamp t = 2; }");
  const auto file = set.AddSchema(&parsed.proto, parsed.locations.get());
  ASSERT_TRUE(file.ok()) << file.status();
  EXPECT_EQ((*file)->message_type(0)->field(0)->message_type()->full_name(), "a.N");
  EXPECT_NE(set.pool().FindMessageTypeByName("google.protobuf.Timestamp"), nullptr);
}

TEST(ProtobufDescriptorBuilderTest, SaysWhatIsWrongAndWhere) {
  struct Case {
    const char* text;
    const char* element;
    int line;
  };
  for (const Case& each : {
           Case{"message M {\n  optional int32 a = 1;\n  optional int32 b = 1;\n}", "M.b", 3},
           Case{"message M {\n  optional int32 a = 0;\n}", "M.a", 2},
           Case{"message M {\n  optional int32 a = 19000;\n}", "M.a", 2},
           Case{"message M {\n  reserved 2;\n  optional int32 a = 2;\n}", "M.a", 0},  // which libprotobuf does not tell
           Case{"message M {}\nmessage M {}", "M", 2},
           Case{"enum E {\n  A = 0;\n  B = 0;\n}", "E", 3},
           Case{"syntax = \"proto3\";\nenum E {\n  A = 1;\n}", "E", 3},
           Case{"message M {\n  optional Gone a = 1;\n}", "M.a", 2},
       }) {
    DescriptorSet set;
    ParsedText parsed = Parsed(each.text);
    const auto file = set.AddSchema(&parsed.proto, parsed.locations.get());
    ASSERT_EQ(ReasonOf(file.status()), ErrorReason::kSchemaInvalid) << each.text;
    EXPECT_EQ(DetailOf(file.status()).path, each.element) << file.status();
    EXPECT_EQ(DetailOf(file.status()).line, each.line) << file.status();
  }
}

TEST(ProtobufDescriptorBuilderTest, NamesTheReferenceThatIsAtFault) {
  DescriptorSet set;
  const absl::Status status =
      set.AddImports(Imports({"bad.proto"}, {{"bad.proto", "message M { optional Gone a = 1; }"}}));
  ASSERT_EQ(ReasonOf(status), ErrorReason::kSchemaInvalid);
  EXPECT_NE(status.message().find("bad.proto"), absl::string_view::npos) << status;
}

TEST(ProtobufDescriptorBuilderTest, AReferenceMayHaveTheNameThatTheSchemaGets) {
  DescriptorSet set;
  ASSERT_TRUE(set.AddImports(Imports({"default"}, {{"default", "message N {}"}})).ok());
  ParsedText parsed = Parsed("import \"default\"; message M { optional N n = 1; }");
  const auto file = set.AddSchema(&parsed.proto, nullptr);
  ASSERT_TRUE(file.ok()) << file.status();
  EXPECT_NE((*file)->name(), "default");
}

}  // namespace
}  // namespace regent::protobuf
