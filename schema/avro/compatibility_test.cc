// The verdicts are cases in testdata/*_compatibility.json, tried by avro_format_test; here is what cases cannot say.
#include "schema/avro/compatibility.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/error_reason.h"
#include "schema/avro/parser.h"

namespace regent::avro {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

class AvroCompatibilityTest : public testing::Test {
 protected:
  absl::StatusOr<Comparison> Compare(const std::string& reader, const std::string& writer) {
    const auto to = ParseAvro(reader, {}, Validation::kLenient, FormatLimits());
    const auto from = ParseAvro(writer, {}, Validation::kLenient, FormatLimits());
    EXPECT_TRUE(to.ok()) << to.status();
    EXPECT_TRUE(from.ok()) << from.status();
    return CompareSchemas(*(*to)->root, *(*from)->root, limits_);
  }

  std::vector<std::string> Found(const std::string& reader, const std::string& writer) {
    const absl::StatusOr<Comparison> comparison = Compare(reader, writer);
    if (!comparison.ok()) return {comparison.status().ToString()};
    std::vector<std::string> found;
    for (const Difference& difference : comparison->differences) {
      found.push_back(difference.type + " " + difference.path);
    }
    return found;
  }

  FormatLimits limits_;
};

std::string Record(const std::string& fields) { return R"({"type":"record","name":"R","fields":[)" + fields + "]}"; }

// Where Avro itself fails: a reader field that names several writer fields.
TEST_F(AvroCompatibilityTest, OfSeveralFieldsTheNameWins) {
  const std::string reader = Record(R"({"name":"a","type":"int","aliases":["b"]})");
  EXPECT_THAT(Found(reader, Record(R"({"name":"b","type":"string"},{"name":"a","type":"int"})")), IsEmpty());
}

TEST_F(AvroCompatibilityTest, OfSeveralAliasesTheFirstWins) {
  const std::string reader = Record(R"({"name":"a","type":"int","aliases":["c","b"]})");
  EXPECT_THAT(Found(reader, Record(R"({"name":"b","type":"string"},{"name":"c","type":"int"})")), IsEmpty());
  EXPECT_THAT(Found(reader, Record(R"({"name":"b","type":"int"},{"name":"c","type":"string"})")),
              ElementsAre("TYPE_MISMATCH /fields/0/type"));
}

TEST_F(AvroCompatibilityTest, ListsNoMoreThanAllowedAndSaysSo) {
  limits_.max_differences = 2;
  const absl::StatusOr<Comparison> comparison =
      Compare(Record(R"({"name":"a","type":"int"},{"name":"b","type":"int"},{"name":"c","type":"int"})"), Record(""));
  ASSERT_TRUE(comparison.ok()) << comparison.status();
  EXPECT_EQ(comparison->differences.size(), 2u);
  EXPECT_TRUE(comparison->truncated);
}

TEST_F(AvroCompatibilityTest, ExactlyAsManyAsAllowedAreAll) {
  limits_.max_differences = 2;
  const absl::StatusOr<Comparison> comparison =
      Compare(Record(R"({"name":"a","type":"int"},{"name":"b","type":"int"})"), Record(""));
  EXPECT_EQ(comparison->differences.size(), 2u);
  EXPECT_FALSE(comparison->truncated);
}

TEST_F(AvroCompatibilityTest, TheBudgetIsOneOfSteps) {
  limits_.max_comparison_steps = 3;
  EXPECT_TRUE(Compare(R"({"type":"array","items":"int"})", R"({"type":"array","items":"int"})").ok());
  const absl::Status status =
      Compare(R"({"type":"array","items":{"type":"array","items":{"type":"array","items":"int"}}})",
              R"({"type":"array","items":{"type":"array","items":{"type":"array","items":"int"}}})")
          .status();
  EXPECT_EQ(ReasonOf(status), ErrorReason::kSchemaTooComplex);
  EXPECT_EQ(DetailOf(status).path, "/items/items/items");
}

// Large unions are looked up by name: the verdicts must be those of trying each branch.
TEST_F(AvroCompatibilityTest, LargeUnionsAreJudgedAsSmallOnes) {
  const auto with_padding = [](const std::string& branches, int padding) {
    std::string text = "[" + branches;
    for (int i = 0; i < padding; ++i) {
      absl::StrAppend(&text, R"(,{"type":"fixed","name":"pad.P)", i, R"(","size":1})");
    }
    return text + "]";
  };
  const std::string reader =
      R"("null","double",{"type":"array","items":"long"},{"type":"record","name":"x.R","fields":[]},)"
      R"({"type":"enum","name":"New","aliases":["y.Old"],"symbols":["A"]},{"type":"fixed","name":"F","size":2})";
  for (const char* writer :
       {R"("null")", R"("int")", R"("string")", R"({"type":"array","items":"int"})",
        R"({"type":"array","items":"string"})", R"({"type":"map","values":"int"})",
        R"({"type":"record","name":"z.R","fields":[]})", R"({"type":"record","name":"S","fields":[]})",
        R"({"type":"enum","name":"y.Old","symbols":["A"]})", R"({"type":"enum","name":"Old","symbols":["A"]})",
        R"({"type":"enum","name":"New","symbols":["B"]})", R"({"type":"fixed","name":"F","size":2})",
        R"({"type":"fixed","name":"F","size":3})", R"({"type":"enum","name":"F","symbols":[]})"}) {
    EXPECT_EQ(Found(with_padding(reader, 0), writer), Found(with_padding(reader, 50), writer)) << writer;
  }
}

TEST_F(AvroCompatibilityTest, SaysWhatDiffersAndWhatToDo) {
  const std::vector<std::pair<std::string, std::string>> pairs = {
      {Record(R"({"name":"a","type":"int"})"), Record("")},
      {Record(R"({"name":"a","type":{"type":"enum","name":"E","symbols":["A"],"default":"A"}})"), Record("")},
      {R"({"type":"record","name":"A","fields":[]})", R"({"type":"record","name":"B","fields":[]})"},
      {R"({"type":"fixed","name":"F","size":1})", R"({"type":"fixed","name":"F","size":2})"},
      {R"({"type":"enum","name":"E","symbols":[]})", R"({"type":"enum","name":"E","symbols":["A"]})"},
      {R"("int")", R"("long")"},
      {R"("int")", R"("null")"},
      {R"("int")", R"("string")"},
      {R"(["int"])", R"("null")"},
      {R"(["int"])", R"({"type":"record","name":"B","fields":[]})"},
  };
  for (const auto& [reader, writer] : pairs) {
    const absl::StatusOr<Comparison> comparison = Compare(reader, writer);
    ASSERT_EQ(comparison->differences.size(), 1u) << reader;
    EXPECT_GT(comparison->differences[0].message.size(), 20u) << reader;
    EXPECT_GT(comparison->differences[0].fix.size(), 20u) << reader;
  }
}

}  // namespace
}  // namespace regent::avro
