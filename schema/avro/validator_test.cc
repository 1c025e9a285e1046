#include "schema/avro/validator.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "base/error_reason.h"
#include "schema/avro/parser.h"

namespace regent::avro {
namespace {

absl::Status Validate(const std::string& text, Validation validation = Validation::kStrict,
                      const std::vector<NamedSchema>& references = {}) {
  const auto document = ParseAvro(text, references, validation, FormatLimits());
  return document.ok() ? ValidateSchema(**document, validation) : document.status();
}

std::string PathOf(const absl::Status& status) {
  EXPECT_EQ(ReasonOf(status), ErrorReason::kSchemaInvalid) << status;
  return DetailOf(status).path;
}

TEST(AvroValidatorTest, NamesThePlaceOfADefaultThatDoesNotFit) {
  EXPECT_EQ(
      PathOf(Validate(
          R"({"type":"array","items":{"type":"record","name":"R","fields":[{"name":"a","type":"int","default":"x"}]}})")),
      "/items/fields/0/default");
}

TEST(AvroValidatorTest, StoredDefaultsAreNotChecked) {
  EXPECT_TRUE(Validate(R"({"type":"record","name":"R","fields":[{"name":"a","type":"int","default":"x"}]})",
                       Validation::kLenient)
                  .ok());
}

TEST(AvroValidatorTest, UnionsAreCheckedStoredOrNot) {
  EXPECT_EQ(PathOf(Validate(R"(["int","int"])")), "/1");
  EXPECT_EQ(PathOf(Validate(R"(["int","int"])", Validation::kLenient)), "/1");
}

TEST(AvroValidatorTest, AUnionMayHoldManyNamedTypes) {
  EXPECT_TRUE(Validate(R"([{"type":"fixed","name":"a.F","size":1},{"type":"fixed","name":"b.F","size":1}])").ok());
  EXPECT_EQ(PathOf(Validate(R"([{"type":"fixed","name":"a.F","size":1},"a.F"])")), "/1");
}

TEST(AvroValidatorTest, ReferencesAreNotCheckedAgain) {
  EXPECT_TRUE(Validate(R"("R")", Validation::kStrict,
                       {{"R", R"({"type":"record","name":"R","fields":[{"name":"a","type":"int","default":"x"}]})"}})
                  .ok());
}

TEST(AvroValidatorTest, LongDefaultsAreCutInMessages) {
  const std::string text(5000, 'x');
  const absl::Status status =
      Validate(R"({"type":"record","name":"R","fields":[{"name":"a","type":"int","default":")" + text + "\"}]}");
  EXPECT_LT(status.message().size(), 300u);
}

}  // namespace
}  // namespace regent::avro
