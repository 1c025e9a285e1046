#include "schema/avro/default_value.h"

#include <gtest/gtest.h>

#include <memory>
#include <string>

#include "schema/avro/parser.h"

namespace regent::avro {
namespace {

JsonValue Json(const std::string& text) { return *JsonValue::Parse(text); }

// Keeps what it parsed.
class DefaultValueTest : public testing::Test {
 protected:
  const AvroSchema& Type(const std::string& text) {
    document_ = ParseAvro(text, {}, Validation::kStrict, FormatLimits()).value();
    return *document_->root;
  }
  bool Fits(const std::string& value, const std::string& type) { return DefaultFits(Json(value), Type(type)); }
  std::string Retyped(const std::string& value, const std::string& type) {
    return RetypeDefault(Json(value), Type(type)).ToString();
  }

 private:
  std::unique_ptr<AvroDocument> document_;
};

TEST_F(DefaultValueTest, WholeNumbersHaveTheirRange) {
  EXPECT_TRUE(Fits("2147483647", R"("int")"));
  EXPECT_FALSE(Fits("2147483648", R"("int")"));
  EXPECT_TRUE(Fits("-9223372036854775808", R"("long")"));
  EXPECT_FALSE(Fits("9223372036854775808", R"("long")"));
  EXPECT_FALSE(Fits("1.0", R"("int")"));
  EXPECT_FALSE(Fits("1e3", R"("long")"));
}

TEST_F(DefaultValueTest, BytesAreCharactersUpTo255) {
  EXPECT_TRUE(Fits(R"("\u0000\u00ff")", R"("bytes")"));
  EXPECT_FALSE(Fits(R"("\u0100")", R"("bytes")"));
  EXPECT_TRUE(Fits(R"("\u00ff\u00fe")", R"({"type":"fixed","name":"F","size":2})"));
  EXPECT_FALSE(Fits(R"("a")", R"({"type":"fixed","name":"F","size":2})"));
}

TEST_F(DefaultValueTest, AUnionTakesItsFirstBranch) {
  EXPECT_TRUE(Fits("null", R"(["null","int"])"));
  EXPECT_FALSE(Fits("1", R"(["null","int"])"));
  EXPECT_FALSE(Fits("null", "[]"));
}

TEST_F(DefaultValueTest, ARecordFillsInItsOwnDefaults) {
  const std::string record =
      R"({"type":"record","name":"R","fields":[{"name":"a","type":"int"},{"name":"b","type":"int","default":1}]})";
  EXPECT_TRUE(Fits(R"({"a":1})", record));
  EXPECT_TRUE(Fits(R"({"b":2,"a":1,"unknown":[]})", record));
  EXPECT_FALSE(Fits(R"({"b":2})", record));
  EXPECT_FALSE(Fits(R"({"a":1,"b":"x"})", record));
}

TEST_F(DefaultValueTest, ARecordWithinItselfComesToAnEnd) {
  EXPECT_TRUE(Fits("{}", R"({"type":"record","name":"R","fields":[{"name":"a","type":"R","default":{}}]})"));
  EXPECT_FALSE(Fits(R"({"a":{"a":{}}})", R"({"type":"record","name":"R","fields":[{"name":"a","type":"R"}]})"));
}

TEST_F(DefaultValueTest, RetypesNumbersWhereverTheyAre) {
  EXPECT_EQ(Retyped("1", R"("double")"), "1.0");
  EXPECT_EQ(Retyped("1", R"("long")"), "1");
  EXPECT_EQ(Retyped("[1,2]", R"({"type":"array","items":"float"})"), "[1.0,2.0]");
  EXPECT_EQ(Retyped(R"({"z":1,"a":2})", R"({"type":"map","values":"double"})"), R"({"z":1.0,"a":2.0})");
  EXPECT_EQ(
      Retyped(R"({"x":1,"y":1,"z":1})",
              R"({"type":"record","name":"R","fields":[{"name":"x","type":"double"},{"name":"y","type":"int"}]})"),
      R"({"x":1.0,"y":1,"z":1})");
}

TEST_F(DefaultValueTest, RetypesByTheFirstBranchThatMayBeMeant) {
  EXPECT_EQ(Retyped("1", R"(["double","int"])"), "1.0");
  EXPECT_EQ(Retyped("1", R"(["null","int","double"])"), "1");
  EXPECT_EQ(Retyped("1.5", R"(["int","double"])"), "1.5");
  EXPECT_EQ(Retyped("[1]", R"(["null",{"type":"array","items":"double"}])"), "[1.0]");
}

TEST_F(DefaultValueTest, LeavesAloneWhatDoesNotFit) {
  EXPECT_EQ(Retyped(R"("x")", R"("double")"), R"("x")");
  EXPECT_EQ(Retyped("{}", R"({"type":"array","items":"double"})"), "{}");
  EXPECT_EQ(Retyped("true", R"(["null","int"])"), "true");
}

TEST_F(DefaultValueTest, FloatsBeyondTheirRangeAreInfinite) {
  EXPECT_EQ(Retyped("1e39", R"("float")"), R"("Infinity")");
  EXPECT_EQ(Retyped("-1e39", R"("float")"), R"("-Infinity")");
}

}  // namespace
}  // namespace regent::avro
