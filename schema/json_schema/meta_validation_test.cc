#include "schema/json_schema/meta_validation.h"

#include <fstream>
#include <set>
#include <sstream>
#include <string>
#include <vector>

#include "gtest/gtest.h"
#include "schema/json_schema/meta_schemas.h"

namespace regent::json_schema {
namespace {

std::string ReadTestData(const std::string& name) {
  std::ifstream file("schema/json_schema/testdata/" + name);
  EXPECT_TRUE(file.good()) << name;
  std::stringstream text;
  text << file.rdbuf();
  return text.str();
}

// The first problem of a schema and those within it.
std::optional<KeywordProblem> Check(const JsonValue& schema, Draft draft) {
  std::optional<KeywordProblem> problem = CheckKeywords(schema, draft);
  if (problem) return problem;
  ForEachSubschema(schema, draft, [&](const Subschema& subschema) {
    if (!problem) problem = Check(*subschema.value, draft);
  });
  return problem;
}

// The verdicts in the file are those of Python's jsonschema 4.26 with the official meta-schemas.
TEST(MetaValidationTest, AgreesWithTheOfficialMetaSchemas) {
  const JsonValue rows = JsonValue::Parse(ReadTestData("keyword_values.json")).value();
  ASSERT_GT(rows.items().size(), 250u);
  for (const JsonValue& row : rows.items()) {
    const std::string& keyword = row.Find("keyword")->string_value();
    for (const auto& [list, valid] : {std::pair("valid", true), {"invalid", false}}) {
      for (const JsonValue& value : row.Find(list)->items()) {
        JsonValue schema = JsonValue::Object({{"$schema", *row.Find("schema")}, {keyword, value}});
        const Draft draft = DraftOf(schema);
        if (draft == Draft::k4) {  // where exclusiveMaximum is nothing without maximum
          schema.Set("maximum", JsonValue::Number(3));
          schema.Set("minimum", JsonValue::Number(3));
          schema.Set(keyword, value);
        }
        const std::optional<KeywordProblem> problem = Check(schema, draft);
        EXPECT_EQ(!problem.has_value(), valid)
            << schema.ToString() << (problem ? " " + problem->where + " " + problem->what : "");
      }
    }
  }
}

TEST(MetaValidationTest, KnowsEveryKeywordOfTheMetaSchemas) {
  const std::vector<std::pair<Draft, std::string>> meta_schemas = {
      {Draft::k4, "json-schema.org/draft-04/schema"},
      {Draft::k6, "json-schema.org/draft-06/schema"},
      {Draft::k7, "json-schema.org/draft-07/schema"},
      {Draft::k2019, "json-schema.org/draft/2019-09/meta/core"},
      {Draft::k2019, "json-schema.org/draft/2019-09/meta/applicator"},
      {Draft::k2019, "json-schema.org/draft/2019-09/meta/validation"},
      {Draft::k2019, "json-schema.org/draft/2019-09/meta/meta-data"},
      {Draft::k2019, "json-schema.org/draft/2019-09/meta/format"},
      {Draft::k2019, "json-schema.org/draft/2019-09/meta/content"},
      {Draft::k2020, "json-schema.org/draft/2020-12/meta/core"},
      {Draft::k2020, "json-schema.org/draft/2020-12/meta/applicator"},
      {Draft::k2020, "json-schema.org/draft/2020-12/meta/unevaluated"},
      {Draft::k2020, "json-schema.org/draft/2020-12/meta/validation"},
      {Draft::k2020, "json-schema.org/draft/2020-12/meta/meta-data"},
      {Draft::k2020, "json-schema.org/draft/2020-12/meta/format-annotation"},
      {Draft::k2020, "json-schema.org/draft/2020-12/meta/format-assertion"},
      {Draft::k2020, "json-schema.org/draft/2020-12/meta/content"},
  };
  std::set<std::pair<std::string, Draft>> named;
  for (const auto& [draft, address] : meta_schemas) {
    const JsonValue meta_schema = JsonValue::Parse(FindMetaSchema("https://" + address)).value();
    ASSERT_TRUE(meta_schema.is_object()) << address;
    EXPECT_EQ(Check(meta_schema, draft), std::nullopt) << address;
    for (const JsonValue::Member& keyword : meta_schema.Find("properties")->members()) {
      EXPECT_NE(FindKeyword(keyword.first, draft), nullptr) << DraftName(draft) << " " << keyword.first;
      named.emplace(keyword.first, draft);
    }
  }
  // What we know beyond them: $ref, which draft-04 leaves to another document; $defs before its time; and what the
  // root meta-schemas of 2019-09 and 2020-12 keep of older drafts.
  for (const Keyword& keyword : AllKeywords()) {
    const std::set<std::string> extra = {"$ref",         "$defs",         "definitions",
                                         "dependencies", "$recursiveRef", "$recursiveAnchor"};
    if (extra.count(std::string(keyword.name)) > 0) continue;
    EXPECT_EQ(named.count({std::string(keyword.name), keyword.since}), 1u) << keyword.name;
    EXPECT_EQ(named.count({std::string(keyword.name), keyword.until}), 1u) << keyword.name;
  }
}

TEST(MetaValidationTest, NamesThePlaceAndTheReason) {
  const std::vector<std::vector<std::string>> cases = {
      {R"({"required":"a"})", "/required", "required must be an array of names, not a string (a)"},
      {R"({"enum":5})", "/enum", "enum must be an array, not a number (5)"},
      {R"({"minLength":-1})", "/minLength", "minLength must be a whole number that is not negative, not a number (-1)"},
      {R"({"pattern":"(["})", "/pattern", "pattern is not a regular expression: a '[' is never closed (at byte 2)"},
      {R"({"patternProperties":{"a":{},"b/(":{}}})", "/patternProperties/b~1(",
       "patternProperties is not a regular expression: a '(' is never closed (at byte 4)"},
      {R"({"type":"any"})", "/type",
       "type must be one of array, boolean, integer, null, number, object, string, not a string (any)"},
      {R"({"type":["string","string"]})", "/type/1", "type names a type twice"},
      {R"({"required":["a","b","a"]})", "/required/2", "required names \"a\" twice"},
      {R"({"properties":{"a":5}})", "/properties/a",
       "properties must be a schema (an object or a boolean), not a number (5)"},
      {R"({"oneOf":[]})", "/oneOf", "oneOf must name at least one schema"},
      {R"({"multipleOf":0})", "/multipleOf", "multipleOf must be a number above 0, not a number (0)"},
  };
  for (const std::vector<std::string>& each : cases) {
    const std::optional<KeywordProblem> problem = CheckKeywords(JsonValue::Parse(each[0]).value(), Draft::k7);
    ASSERT_TRUE(problem.has_value()) << each[0];
    EXPECT_EQ(problem->where, each[1]);
    EXPECT_EQ(problem->what, each[2]);
  }
}

// Deliberate: see docs/decisions.
TEST(MetaValidationTest, AllowsInDraft4WhatLaterDraftsAllow) {
  for (const char* schema : {R"({"required":[]})", R"({"dependencies":{"a":[]}})", R"({"maxLength":2.0})"}) {
    EXPECT_EQ(CheckKeywords(JsonValue::Parse(schema).value(), Draft::k4), std::nullopt) << schema;
  }
}

TEST(DraftTest, IsWhatTheSchemaNamesAndElseDraft7) {
  const std::vector<std::pair<std::string, Draft>> cases = {
      {"http://json-schema.org/draft-04/schema#", Draft::k4},
      {"https://json-schema.org/draft-04/schema", Draft::k4},
      {"http://json-schema.org/draft-06/schema#", Draft::k6},
      {"http://json-schema.org/draft-07/schema", Draft::k7},
      {"https://json-schema.org/draft/2019-09/schema", Draft::k2019},
      {"https://json-schema.org/draft/2020-12/schema#", Draft::k2020},
      {"http://json-schema.org/schema#", Draft::k7},
      {"http://127.0.0.1:9/meta.json", Draft::k7},
  };
  for (const auto& [uri, draft] : cases) {
    EXPECT_EQ(DraftOf(JsonValue::Object({{"$schema", JsonValue::String(uri)}})), draft) << uri;
  }
  EXPECT_EQ(DraftOf(JsonValue::Object()), Draft::k7);
  EXPECT_EQ(DraftOf(JsonValue::Object(), Draft::k2020), Draft::k2020);
}

}  // namespace
}  // namespace regent::json_schema
