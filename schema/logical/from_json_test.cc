#include "schema/logical/from_json.h"

#include <gtest/gtest.h>

#include "schema/logical/test_support.h"

namespace regent::logical {
namespace {

std::string Table(std::string_view schema) { return TableText(SchemaType::kJson, schema); }

TEST(TableFromJsonTest, PropertiesAreOptionalUnlessRequired) {
  EXPECT_EQ(Table(R"({"type":"object","properties":{"a":{"type":"integer"},"b":{"type":"string"}},"required":["a"]})"),
            "row{a: long, b: optional string}");
}

TEST(TableFromJsonTest, ConnectTypesNarrow) {
  EXPECT_EQ(Table(R"({"type":"integer","connect.type":"int16"})"), "int");
  EXPECT_EQ(Table(R"({"type":"integer","connect.type":"int64"})"), "long");
  EXPECT_EQ(Table(R"({"type":"number","connect.type":"float32"})"), "float");
  EXPECT_EQ(Table(R"({"type":"string","connect.type":"bytes"})"), "binary");
  EXPECT_EQ(Table(R"({"type":"number"})"), "double");
}

TEST(TableFromJsonTest, ContainersReferencesAndChoices) {
  EXPECT_EQ(Table(R"({"type":"array","items":{"type":"boolean"}})"), "list<boolean>");
  EXPECT_EQ(Table(R"({"type":"object","additionalProperties":{"type":"number"}})"), "map<string, double>");
  EXPECT_EQ(Table(R"({"type":["null","string"]})"), "optional string");
  EXPECT_EQ(Table(R"({"oneOf":[{"type":"null"},{"type":"integer"},{"type":"string"}]})"),
            "optional row{connect_union_field_0: optional long, connect_union_field_1: optional string}");
  EXPECT_EQ(Table(R"({"properties":{"a":{"$ref":"#/definitions/d"},"b":{"$ref":"#/definitions/d"}},
                      "definitions":{"d":{"type":"boolean"}}})"),
            "row{a: optional boolean, b: optional boolean}");
}

TEST(TableFromJsonTest, APartOfAllOfThatSaysATypeCounts) {
  EXPECT_EQ(Table(R"({"type":"string","enum":["a","b"]})"), "string");
  EXPECT_EQ(Table(R"({"type":"integer","enum":[1,2]})"), "long");
  EXPECT_EQ(Table(R"({"allOf":[{"properties":{"a":{"type":"string"}}},{"properties":{"b":{"type":"string"}}}]})"),
            "row{a: optional string, b: optional string}");
  EXPECT_EQ(Table(R"({"type":"object","properties":{"a":{"type":"string"}},"oneOf":[{"required":["a"]}]})"),
            "row{a: optional string}");
}

// A part that is no type says nothing; one that is too much of a type is no reason to leave it out.
TEST(TableFromJsonTest, APartOfAllOfThatIsTooDeepIsNotPassedOver) {
  std::string deep = R"({"type":"string"})";
  for (int i = 0; i < 150; ++i) deep = R"({"type":"array","items":)" + deep + "}";
  EXPECT_NE(Table(R"({"allOf":[{"properties":{"a":{"type":"string"}}},{"properties":{"b":)" + deep + "}}]}")
                .find("written out as a table it has more than"),
            std::string::npos);
}

TEST(TableFromJsonTest, SaysWhatHasNoTable) {
  EXPECT_EQ(Table(R"({"properties":{"a":{}}})"),
            "! a schema that is a schema without rules is no type of a column at /a");
  EXPECT_EQ(Table(R"({"properties":{"a":{"$ref":"#"}}})"), "! a type that holds itself has no table at /a");
  EXPECT_EQ(Table(R"({"type":"array","items":[{"type":"string"}]})"),
            "! a list needs one schema for all of its items to be a column at /");
  EXPECT_EQ(Table(R"({"type":"object"})"),
            "! an object needs properties, or a schema for additional ones, to be a column at /");
}

}  // namespace
}  // namespace regent::logical
