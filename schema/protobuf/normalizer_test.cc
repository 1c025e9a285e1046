#include "schema/protobuf/normalizer.h"

#include <gtest/gtest.h>

#include "schema/protobuf/test_support.h"

namespace regent::protobuf {
namespace {

std::string Normalized(std::string_view text) {
  const auto schema = MustParse(text);
  return schema == nullptr ? "" : schema->normalized();
}

TEST(ProtobufNormalizerTest, ImportsAreSortedAndEachOnce) {
  EXPECT_EQ(
      Normalized(
          "syntax = \"proto3\"; import \"google/protobuf/any.proto\"; import \"google/protobuf/api.proto\"; import "
          "\"google/protobuf/any.proto\";"),
      "syntax = \"proto3\";\n\nimport \"google/protobuf/any.proto\";\nimport \"google/protobuf/api.proto\";\n");
}

TEST(ProtobufNormalizerTest, OptionsAreSortedByName) {
  EXPECT_EQ(Normalized("syntax = \"proto3\"; option java_package = \"b\"; option go_package = \"a\";"),
            "syntax = \"proto3\";\n\noption go_package = \"a\";\noption java_package = \"b\";\n");
}

TEST(ProtobufNormalizerTest, PartsOfOneOptionBecomeOneLiteral) {
  const std::string normalized = Normalized(
      "syntax = \"proto2\"; import \"google/protobuf/descriptor.proto\"; message Note { optional int32 a = 1; optional "
      "int32 b = 2; } "
      "extend google.protobuf.MessageOptions { optional Note note = 50000; } "
      "message M { option (note).b = 2; option (note).a = 1; }");
  EXPECT_NE(normalized.find("  option (note) = {\n    b: 2,\n    a: 1\n  };\n"), std::string::npos) << normalized;
}

TEST(ProtobufNormalizerTest, OneofsGoByTheirLowestNumber) {
  EXPECT_EQ(
      Normalized(
          "syntax = \"proto3\"; message M { oneof late { int32 c = 9; int32 d = 3; } oneof soon { int32 b = 2; } }"),
      "syntax = \"proto3\";\n\nmessage M {\n  oneof soon {\n    int32 b = 2;\n  }\n  oneof late {\n    int32 d = 3;\n  "
      "  int32 c = "
      "9;\n  }\n}\n");
}

TEST(ProtobufNormalizerTest, AMapWrittenOutByHandBecomesAMap) {
  EXPECT_EQ(Normalized("syntax = \"proto3\"; message M { repeated AEntry a = 1; message AEntry { option map_entry = "
                       "true; string key = 1; "
                       "int32 value = 2; } }"),
            "syntax = \"proto3\";\n\nmessage M {\n  map<string, int32> a = 1;\n}\n");
}

TEST(ProtobufNormalizerTest, MessagesServicesAndRpcsKeepTheirOrder) {
  const std::string normalized = Normalized(
      "syntax = \"proto3\"; message B { } message A { } service T { rpc Y (A) returns (B); rpc X (A) returns (B); } "
      "service S { }");
  EXPECT_LT(normalized.find("message B"), normalized.find("message A"));
  EXPECT_LT(normalized.find("service T"), normalized.find("service S"));
  EXPECT_LT(normalized.find("rpc Y"), normalized.find("rpc X"));
}

}  // namespace
}  // namespace regent::protobuf
