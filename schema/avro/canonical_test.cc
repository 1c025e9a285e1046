#include "schema/avro/canonical.h"

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "base/error_reason.h"
#include "schema/avro/parser.h"

namespace regent::avro {
namespace {

absl::StatusOr<std::string> Write(const std::string& text, Dress dress, const std::vector<NamedSchema>& references = {},
                                  int max_depth = 256) {
  const auto document = ParseAvro(text, references, Validation::kStrict, FormatLimits());
  return document.ok() ? WriteSchema(**document, dress, max_depth) : document.status();
}

const std::vector<NamedSchema>& Shared() {
  static const auto* const kShared =
      new std::vector<NamedSchema>({{"x.N", R"({"type":"record","name":"x.N","fields":[]})"}});
  return *kShared;
}

constexpr char kUser[] =
    R"({"type":"record","name":"R","fields":[{"name":"a","type":"x.N"},{"name":"b","type":"x.N"}]})";

TEST(AvroCanonicalTest, NamesReferencesUnlessResolved) {
  EXPECT_EQ(*Write(kUser, Dress::kCanonical, Shared()), kUser);
  EXPECT_EQ(*Write(kUser, Dress::kNormalized, Shared()), kUser);
  EXPECT_EQ(
      *Write(kUser, Dress::kResolved, Shared()),
      R"({"type":"record","name":"R","fields":[{"name":"a","type":{"type":"record","name":"N","namespace":"x","fields":[]}},{"name":"b","type":"x.N"}]})");
}

TEST(AvroCanonicalTest, AForwardUseBecomesTheDefinition) {
  EXPECT_EQ(
      *Write(
          R"({"type":"record","name":"R","fields":[{"name":"a","type":"F"},{"name":"b","type":{"type":"fixed","name":"F","size":1}}]})",
          Dress::kCanonical),
      R"({"type":"record","name":"R","fields":[{"name":"a","type":{"type":"fixed","name":"F","size":1}},{"name":"b","type":"F"}]})");
}

TEST(AvroCanonicalTest, RefusesANameThatWouldMeanAnotherType) {
  EXPECT_EQ(ReasonOf(Write(R"([{"type":"record","name":"N","fields":[]},{"type":"record","name":"x.R","fields":[)"
                           R"({"name":"a","type":"x.N"},{"name":"b","type":"N"},)"
                           R"({"name":"c","type":{"type":"record","name":"N","fields":[]}}]}])",
                           Dress::kCanonical)
                         .status()),
            ErrorReason::kSchemaInvalid);
}

TEST(AvroCanonicalTest, ReferencesWrittenOutMayBeTooDeep) {
  const std::string text = R"({"type":"array","items":{"type":"array","items":"x.N"}})";
  EXPECT_TRUE(Write(text, Dress::kCanonical, Shared(), 2).ok());
  const std::vector<NamedSchema> deep = {
      {"x.N", R"({"type":"record","name":"x.N","fields":[{"name":"a","type":{"type":"array","items":"int"}}]})"}};
  EXPECT_TRUE(Write(text, Dress::kCanonical, deep, 2).ok());
  EXPECT_EQ(ReasonOf(Write(text, Dress::kResolved, deep, 2).status()), ErrorReason::kSchemaTooComplex);
}

TEST(AvroCanonicalTest, EscapesAsJacksonDoes) {
  EXPECT_EQ(*Write(R"({"type":"int","p":"\u0001\u001f\b\f\n\r\t\"\\\/\u007f\u2028é😀"})", Dress::kCanonical),
            "{\"type\":\"int\",\"p\":\"\\u0001\\u001F\\b\\f\\n\\r\\t\\\"\\\\/\x7f\u2028é😀\"}");
}

}  // namespace
}  // namespace regent::avro
