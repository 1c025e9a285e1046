#include "schema/logical/from_protobuf.h"

#include <gtest/gtest.h>

#include "schema/logical/test_support.h"

namespace regent::logical {
namespace {

std::string Table(std::string_view schema) { return TableText(SchemaType::kProtobuf, schema); }

TEST(TableFromProtobufTest, TheFirstMessageIsTheTable) {
  EXPECT_EQ(
      Table("syntax = \"proto3\"; package p; message M { int32 a = 1; repeated string b = 2; map<string, N> c = 3;"
            "  oneof o { bool d = 4; E e = 5; } } message N { uint32 x = 1; uint64 y = 2; } enum E { Z = 0; }"),
      "row{a: optional int, b: optional list<string>, "
      "c: optional map<string, row{x: optional long, y: optional decimal(20, 0)}>, "
      "d: optional boolean, e: optional string}");
}

TEST(TableFromProtobufTest, OnlyRequiredFieldsAreRequired) {
  EXPECT_EQ(
      Table(
          "message M { required bytes a = 1; optional float b = 2; required group G = 3 { optional double x = 1; } }"),
      "row{a: binary, b: optional float, g: row{x: optional double}}");
}

TEST(TableFromProtobufTest, WellKnownMessagesAreValues) {
  EXPECT_EQ(
      Table("syntax = \"proto3\"; import \"google/protobuf/timestamp.proto\"; import \"google/type/date.proto\";"
            "import \"google/protobuf/wrappers.proto\";"
            "message M { google.protobuf.Timestamp t = 1; google.type.Date d = 2; google.protobuf.Int32Value i = 3; }"),
      "row{t: optional timestamp(6), d: optional date, i: optional int}");
}

TEST(TableFromProtobufTest, SaysWhatHasNoTable) {
  EXPECT_EQ(Table("message M { optional N n = 1; } message N { optional M m = 1; }"),
            "! a type that holds itself has no table at /n/m");
  EXPECT_EQ(Table("syntax = \"proto3\"; enum E { Z = 0; }"), "! there is no message to make a table of at /");
}

// Every level doubles what is written out.
TEST(TableFromProtobufTest, WhatIsUsedInManyPlacesIsBounded) {
  std::string text = "message M0 { optional int32 a = 1; }";
  for (int i = 1; i < 60; ++i) {
    const std::string name = "M" + std::to_string(i - 1);
    text = "message M" + std::to_string(i) + " { optional " + name + " a = 1; optional " + name + " b = 2; }" + text;
  }
  EXPECT_NE(Table(text).find("written out as a table it has more than"), std::string::npos);
}

// Scalar columns too, and the names of all, are written out wherever they are used.
TEST(TableFromProtobufTest, ManyColumnsAndLongNamesInManyPlacesAreBounded) {
  std::string uses, columns;
  for (int i = 1; i <= 1000; ++i) {
    uses += "optional Part u" + std::to_string(i) + "=" + std::to_string(i) + ";";
    columns += "optional int32 c" + std::to_string(i) + "=" + std::to_string(i) + ";";
  }
  for (const std::string& part : {columns, "optional int32 " + std::string(50000, 'n') + "=1;"}) {
    const std::string table = Table("message M {" + uses + "} message Part {" + part + "}");
    EXPECT_NE(table.substr(0, 500).find("written out as a table it has more than"), std::string::npos);
  }
}

}  // namespace
}  // namespace regent::logical
