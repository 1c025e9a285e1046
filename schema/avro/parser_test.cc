#include "schema/avro/parser.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "base/error_reason.h"

namespace regent::avro {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

using Document = absl::StatusOr<std::unique_ptr<AvroDocument>>;

Document Parse(const std::string& text, const std::vector<NamedSchema>& references = {},
               Validation validation = Validation::kStrict) {
  return ParseAvro(text, references, validation, FormatLimits());
}

std::string PathOf(const Document& document) {
  EXPECT_EQ(ReasonOf(document.status()), ErrorReason::kSchemaInvalid) << document.status();
  return DetailOf(document.status()).path;
}

TEST(AvroParserTest, NamedTypesAreSharedByDefinition) {
  const Document document = Parse(
      R"({"type":"record","name":"R","fields":[{"name":"a","type":{"type":"fixed","name":"F","size":1}},{"name":"b","type":"F"}]})");
  ASSERT_TRUE(document.ok()) << document.status();
  const AvroSchema& root = *(*document)->root;
  EXPECT_EQ(root.fields[0].schema, root.fields[1].schema);
}

TEST(AvroParserTest, ARecordMayUseItself) {
  const Document document = Parse(R"({"type":"record","name":"R","fields":[{"name":"a","type":["null","R"]}]})");
  ASSERT_TRUE(document.ok()) << document.status();
  EXPECT_EQ((*document)->root->fields[0].schema->children[1], (*document)->root);
}

TEST(AvroParserTest, ARecordMayContainItselfOutright) {
  EXPECT_TRUE(Parse(R"({"type":"record","name":"R","fields":[{"name":"a","type":"R"}]})").ok());
}

TEST(AvroParserTest, ATypeMayBeUsedBeforeItIsDefined) {
  const Document document = Parse(
      R"([{"type":"record","name":"A","fields":[{"name":"b","type":{"type":"array","items":"B"}}]},{"type":"enum","name":"B","symbols":[]}])");
  ASSERT_TRUE(document.ok()) << document.status();
  const AvroSchema& root = *(*document)->root;
  EXPECT_EQ(root.children[0]->fields[0].schema->children[0], root.children[1]);
}

TEST(AvroParserTest, NamesAreLookedUpInTheEnclosingNamespaceFirst) {
  const Document document =
      Parse(R"({"type":"record","name":"x.R","fields":[{"name":"a","type":"T"},{"name":"b","type":"y.T"}]})",
            {{"T", R"({"type":"fixed","name":"T","size":1})"},
             {"x.T", R"({"type":"fixed","name":"x.T","size":2})"},
             {"y.T", R"({"type":"fixed","name":"y.T","size":3})"}});
  ASSERT_TRUE(document.ok()) << document.status();
  EXPECT_EQ((*document)->root->fields[0].schema->size, 2);
  EXPECT_EQ((*document)->root->fields[1].schema->size, 3);
}

TEST(AvroParserTest, NamesFallBackToNoNamespace) {
  const Document document = Parse(R"({"type":"record","name":"x.R","fields":[{"name":"a","type":"T"}]})",
                                  {{"T", R"({"type":"fixed","name":"T","size":1})"}});
  ASSERT_TRUE(document.ok()) << document.status();
  EXPECT_EQ((*document)->root->fields[0].schema->full_name, "T");
}

TEST(AvroParserTest, ReferencesAreToldFromOwnTypes) {
  const Document document = Parse(R"({"type":"record","name":"R","fields":[{"name":"a","type":"T"}]})",
                                  {{"T", R"({"type":"fixed","name":"T","size":1})"}});
  ASSERT_TRUE(document.ok()) << document.status();
  EXPECT_FALSE((*document)->IsReferenced(*(*document)->root));
  EXPECT_TRUE((*document)->IsReferenced(*(*document)->root->fields[0].schema));
}

TEST(AvroParserTest, KeepsUnknownAttributesInTheirOrder) {
  const Document document = Parse(R"({"z":1,"type":"string","a":{"y":1.50,"x":2},"doc":"d"})");
  ASSERT_TRUE(document.ok()) << document.status();
  const AvroProps& props = (*document)->root->props;
  ASSERT_EQ(props.size(), 2u);
  EXPECT_EQ(props[0].first, "z");
  EXPECT_EQ(props[1].second.ToString(), R"({"y":1.5,"x":2})");
}

TEST(AvroParserTest, QualifiesAndDeduplicatesAliases) {
  const Document document = Parse(R"({"type":"record","name":"n.R","aliases":["a","n.a","x.b","a"],"fields":[]})");
  ASSERT_TRUE(document.ok()) << document.status();
  EXPECT_THAT((*document)->root->aliases, ElementsAre(AvroName{"n", "a"}, AvroName{"x", "b"}));
}

TEST(AvroParserTest, TextDefaultsOfNumbersBecomeNumbers) {
  const Document document = Parse(
      R"({"type":"record","name":"R","fields":[{"name":"a","type":"double","default":"1.50"},{"name":"b","type":"float","default":"NaN"}]})");
  ASSERT_TRUE(document.ok()) << document.status();
  EXPECT_EQ((*document)->root->fields[0].default_value->ToString(), "1.5");
  EXPECT_EQ((*document)->root->fields[1].default_value->ToString(), R"("NaN")");
}

TEST(AvroParserTest, ErrorsNameThePathAndWhatToDo) {
  const Document document = Parse(
      R"({"type":"record","name":"R","fields":[{"name":"a","type":"int"},{"name":"b","type":{"type":"array","items":"Strng"}}]})");
  EXPECT_EQ(PathOf(document), "/fields/1/type/items");
  EXPECT_THAT(std::string(document.status().message()), HasSubstr(R"(unknown type "Strng")"));
  EXPECT_THAT(std::string(document.status().message()), HasSubstr("add a reference"));
}

TEST(AvroParserTest, ErrorsInNamesPointAtTheNameOrTheNamespace) {
  EXPECT_EQ(PathOf(Parse(R"({"type":"fixed","name":"a-b","size":1})")), "/name");
  EXPECT_EQ(PathOf(Parse(R"({"type":"fixed","name":"F","namespace":"a..b","size":1})")), "/namespace");
  EXPECT_EQ(PathOf(Parse(R"({"type":"fixed","name":"a.1.F","size":1})")), "/name");
}

TEST(AvroParserTest, ErrorsOfTheTextNameLineAndColumn) {
  const absl::Status status = Parse("{\n\"type\": }").status();
  EXPECT_EQ(ReasonOf(status), ErrorReason::kSchemaInvalid);
  EXPECT_EQ(DetailOf(status).line, 2);
  EXPECT_EQ(DetailOf(status).column, 9);
}

TEST(AvroParserTest, LenientTakesLettersOfAllScripts) {
  const std::string text =
      R"({"type":"record","name":"naïve","namespace":"日本","fields":[{"name":"é","type":"int"}]})";
  EXPECT_TRUE(Parse(text, {}, Validation::kLenient).ok());
  EXPECT_EQ(PathOf(Parse(text)), "/name");
}

TEST(AvroParserTest, ReferencesAreReadLeniently) {
  EXPECT_TRUE(Parse(R"("naïve")", {{"naïve", R"({"type":"record","name":"naïve","fields":[]})"}}).ok());
}

TEST(AvroParserTest, ANameMeansOneType) {
  EXPECT_EQ(PathOf(Parse(R"(["null",{"type":"record","name":"N","fields":[]}])",
                         {{"N", R"({"type":"record","name":"N","fields":[]})"}})),
            "/1");
}

TEST(AvroParserTest, SayingTheSameEnumAgainIsAUse) {
  const Document document = Parse(
      R"({"type":"record","name":"R","fields":[{"name":"a","type":{"type":"enum","name":"E","symbols":["A"]}},{"name":"b","type":{"type":"enum","name":"E","symbols":["A"]}}]})");
  ASSERT_TRUE(document.ok()) << document.status();
  EXPECT_EQ((*document)->root->fields[0].schema, (*document)->root->fields[1].schema);
}

TEST(AvroParserTest, TypesWithinTypesAreLimited) {
  FormatLimits limits;
  limits.max_depth = 2;
  const std::vector<NamedSchema> none;
  EXPECT_TRUE(
      ParseAvro(R"({"type":"array","items":{"type":"array","items":"int"}})", none, Validation::kStrict, limits).ok());
  EXPECT_EQ(ReasonOf(ParseAvro(R"({"type":"map","values":{"type":"array","items":{"type":"array","items":"int"}}})",
                               none, Validation::kStrict, limits)
                         .status()),
            ErrorReason::kSchemaTooComplex);
}

}  // namespace
}  // namespace regent::avro
