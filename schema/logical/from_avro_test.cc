#include "schema/logical/from_avro.h"

#include <gtest/gtest.h>

#include "schema/logical/test_support.h"

namespace regent::logical {
namespace {

std::string Table(std::string_view schema) { return TableText(SchemaType::kAvro, schema); }

TEST(TableFromAvroTest, PrimitiveAndLogicalTypes) {
  EXPECT_EQ(Table(R"("int")"), "int");
  EXPECT_EQ(Table(R"({"type":"int","logicalType":"date"})"), "date");
  EXPECT_EQ(Table(R"({"type":"int","logicalType":"time-millis"})"), "time(3)");
  EXPECT_EQ(Table(R"({"type":"long","logicalType":"time-micros"})"), "time(6)");
  EXPECT_EQ(Table(R"({"type":"long","logicalType":"timestamp-millis"})"), "timestamp(3)");
  EXPECT_EQ(Table(R"({"type":"long","logicalType":"local-timestamp-micros"})"), "timestamp without time zone(6)");
  EXPECT_EQ(Table(R"({"type":"bytes","logicalType":"decimal","precision":9,"scale":2})"), "decimal(9, 2)");
  EXPECT_EQ(Table(R"({"type":"fixed","name":"F","size":4})"), "fixed(4)");
  EXPECT_EQ(Table(R"({"type":"enum","name":"E","symbols":["A"]})"), "string");
}

TEST(TableFromAvroTest, LogicalTypesThatAvroWouldIgnoreAreIgnored) {
  EXPECT_EQ(Table(R"({"type":"bytes","logicalType":"decimal","precision":2,"scale":3})"), "binary");
  EXPECT_EQ(Table(R"({"type":"bytes","logicalType":"decimal"})"), "binary");
  EXPECT_EQ(Table(R"({"type":"string","logicalType":"date"})"), "string");
}

TEST(TableFromAvroTest, RecordsContainersAndUnions) {
  EXPECT_EQ(Table(R"({"type":"record","name":"R","fields":[{"name":"a","type":["null","int"]},
                      {"name":"b","type":{"type":"array","items":["string","null"]}},
                      {"name":"c","type":{"type":"map","values":"long"}},
                      {"name":"d","type":["null","int","string"]}]})"),
            "row{a: optional int, b: list<optional string>, c: map<string, long>, "
            "d: optional row{int: optional int, string: optional string}}");
}

TEST(TableFromAvroTest, SaysWhatHasNoTable) {
  EXPECT_EQ(Table(R"({"type":"record","name":"R","fields":[{"name":"next","type":["null","R"]}]})"),
            "! a type that holds itself has no table at /next");
  EXPECT_EQ(Table(R"("null")"), "! null alone is no type of a column at /");
  EXPECT_EQ(Table(R"({"type":"bytes","logicalType":"decimal","precision":39})"),
            "! a decimal has at most 38 digits in a table at /");
  EXPECT_EQ(Table(R"({"type":"long","logicalType":"timestamp-nanos"})"),
            "! tables keep microseconds, not nanoseconds at /");
}

}  // namespace
}  // namespace regent::logical
