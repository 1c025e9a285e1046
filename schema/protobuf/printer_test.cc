#include "schema/protobuf/printer.h"

#include <gtest/gtest.h>

namespace regent::protobuf {
namespace {

Option Named(const std::string& name, const std::string& word) {
  return {.name = {{.name = name}}, .value = {.text = word}};
}

TEST(ProtobufPrinterTest, AnEmptyFileIsAnEmptyText) { EXPECT_EQ(PrintFile(File()), ""); }

TEST(ProtobufPrinterTest, GroupsOfStatementsAreSetApartByBlankLines) {
  File file;
  file.syntax = "proto3";
  file.package = "a.b";
  file.imports = {"x.proto"};
  file.public_imports = {"y.proto"};
  file.options = {Named("java_package", "x")};
  file.messages = {Message{.name = "M"}, Message{.name = "N"}};
  file.services = {Service{.name = "S"}};
  EXPECT_EQ(
      PrintFile(file),
      "syntax = \"proto3\";\npackage a.b;\n\nimport \"x.proto\";\nimport public \"y.proto\";\n\noption java_package = "
      "x;\n\nmessage M {}\nmessage N {}\n\nservice S {}\n");
}

TEST(ProtobufPrinterTest, OneOptionStaysOnTheLineSeveralDoNot) {
  Field field{.label = Label::kOptional, .type = "int32", .name = "a", .number = 1, .options = {Named("default", "3")}};
  EXPECT_EQ(PrintElement(field), "optional int32 a = 1 [default = 3];\n");
  field.options.push_back(Named("deprecated", "true"));
  EXPECT_EQ(PrintElement(field), "optional int32 a = 1 [\n  default = 3,\n  deprecated = true\n];\n");
}

TEST(ProtobufPrinterTest, TextIsEscapedAndStaysReadable) {
  Field field{.type = "string", .name = "a", .number = 1};
  field.options.push_back({.name = {{.name = "x", .is_extension = true}},
                           .value = {.kind = OptionValue::Kind::kString, .text = "ä\"\\\n\x01\xFF'"}});
  EXPECT_EQ(PrintElement(field), "string a = 1 [(x) = \"ä\\\"\\\\\\n\\001\\377\\'\"];\n");
}

TEST(ProtobufPrinterTest, MapsAndOneofs) {
  EXPECT_EQ(PrintElement(Field{.type = "M", .map_key_type = "string", .name = "m", .number = 2}),
            "map<string, M> m = 2;\n");
  EXPECT_EQ(PrintElement(Oneof{.name = "o", .fields = {Field{.type = "int32", .name = "a", .number = 1}}}),
            "oneof o {\n  int32 a = 1;\n}\n");
  EXPECT_EQ(PrintElement(Oneof{.name = "o"}), "oneof o {}\n");
}

TEST(ProtobufPrinterTest, MessagesAndEnumsAloneShowTheirName) {
  EXPECT_EQ(PrintElement(Message{.name = "M", .fields = {Field{}}}), "message M { ... }");
  EXPECT_EQ(PrintElement(Enum{.name = "E"}), "enum E { ... }");
}

}  // namespace
}  // namespace regent::protobuf
