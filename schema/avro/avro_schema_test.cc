#include "schema/avro/avro_schema.h"

#include <gtest/gtest.h>

#include <string>

namespace regent::avro {
namespace {

TEST(AvroNameTest, ADottedNameBringsItsNamespace) {
  EXPECT_EQ(AvroName::Of("R", "a.b"), (AvroName{"a.b", "R"}));
  EXPECT_EQ(AvroName::Of("x.y.R", "a.b"), (AvroName{"x.y", "R"}));
  EXPECT_EQ(AvroName::Of(".R", "a.b"), (AvroName{"", "R"}));
  EXPECT_EQ(AvroName::Of("R", ""), (AvroName{"", "R"}));
}

TEST(AvroNameTest, FullNameJoinsBoth) {
  EXPECT_EQ((AvroName{"a.b", "R"}).Full(), "a.b.R");
  EXPECT_EQ((AvroName{"", "R"}).Full(), "R");
}

TEST(AvroNameTest, IsShortWithinItsNamespaceOnly) {
  EXPECT_EQ((AvroName{"a", "R"}).WithinNamespace("a"), "R");
  EXPECT_EQ((AvroName{"a", "R"}).WithinNamespace("b"), "a.R");
  EXPECT_EQ((AvroName{"a", "R"}).WithinNamespace(""), "a.R");
  EXPECT_EQ((AvroName{"", "R"}).WithinNamespace("a"), "R");
}

TEST(AvroNameTest, ATypeNamedLikeOneOfAvrosStaysFull) {
  EXPECT_EQ((AvroName{"a", "int"}).WithinNamespace("a"), "a.int");
  EXPECT_EQ((AvroName{"a", "record"}).WithinNamespace("a"), "a.record");
  EXPECT_EQ((AvroName{"a", "error"}).WithinNamespace("a"), "error");
}

TEST(AvroTypeTest, PrimitivesAreTheEight) {
  for (const char* name : {"null", "boolean", "int", "long", "float", "double", "bytes", "string"}) {
    ASSERT_TRUE(PrimitiveOf(name)) << name;
    EXPECT_EQ(AvroTypeName(*PrimitiveOf(name)), name);
    EXPECT_TRUE(IsPrimitive(*PrimitiveOf(name)));
    EXPECT_FALSE(IsNamed(*PrimitiveOf(name)));
  }
  for (const char* name : {"array", "map", "union", "fixed", "enum", "record", "error", "Int", ""}) {
    EXPECT_FALSE(PrimitiveOf(name)) << name;
  }
}

TEST(AvroSchemaTest, FindsFieldsAndSymbolsHoweverMany) {
  for (int count : {3, 100}) {
    AvroSchema record;
    AvroSchema symbols;
    for (int i = 0; i < count; ++i) {
      record.fields.emplace_back().name = "f" + std::to_string(i);
      symbols.symbols.push_back("S" + std::to_string(i));
    }
    record.fields[1].default_value = JsonValue();
    record.Seal();
    symbols.Seal();
    for (int i = 0; i < count; ++i) {
      EXPECT_EQ(record.FindField("f" + std::to_string(i)), i);
      EXPECT_EQ(symbols.FindSymbol("S" + std::to_string(i)), i);
    }
    EXPECT_EQ(record.FindField("S0"), -1);
    EXPECT_EQ(symbols.FindSymbol("f0"), -1);
    EXPECT_EQ(record.fields_without_default, count - 1);
  }
}

}  // namespace
}  // namespace regent::avro
