#include "server/rest/decode.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <ctime>
#include <string>

#include "base/error_reason.h"
#include "server/rest/rest_error.h"

namespace regent {
namespace {

using ::testing::HasSubstr;
using Action = FieldUpdate<std::string>::Action;

SchemaRequest Decoded(std::string_view body, std::string_view context = ".") {
  const auto request = DecodeSchemaRequest(body, context);
  EXPECT_TRUE(request.ok()) << request.status();
  return request.ok() ? *request : SchemaRequest();
}

TEST(DecodeTest, SchemaRequestInFull) {
  const SchemaRequest request = Decoded(R"({"schema":"{}","schemaType":"JSON","version":3,"id":9,
    "references":[{"name":"n","subject":"a","version":-1},{"name":"m","subject":":.d:b","version":2}],
    "metadata":{"tags":{"x":["T"]},"properties":{"p":"v"},"sensitive":["p"]},
    "ruleSet":{"domainRules":[{"name":"r","kind":"CONDITION","type":"CEL","tags":["T"],"params":{"k":"v"},"disabled":true}],
               "enableAt":"CLIENT"}})",
                                        ".c");
  EXPECT_EQ(request.content.text, "{}");
  EXPECT_EQ(request.content.type, SchemaType::kJson);
  EXPECT_EQ(request.version, Version(3));
  EXPECT_EQ(request.id, SchemaId(9));
  ASSERT_EQ(request.content.references.size(), 2u);
  EXPECT_EQ(request.content.references[0].subject, Subject(".c", "a")) << "bare names are of the context";
  EXPECT_EQ(request.content.references[0].version, Version(-1));
  EXPECT_EQ(request.content.references[1].subject, Subject(".d", "b"));
  EXPECT_EQ(request.content.metadata->tags.at("x").count("T"), 1u);
  EXPECT_EQ(request.content.metadata->properties.at("p"), "v");
  EXPECT_EQ(request.content.metadata->sensitive.count("p"), 1u);
  const Rule& rule = request.content.rule_set->domain_rules.at(0);
  EXPECT_EQ(rule.name, "r");
  EXPECT_EQ(rule.params.at("k"), "v");
  EXPECT_TRUE(rule.disabled);
  EXPECT_EQ(request.content.rule_set->enable_at, "CLIENT");
}

TEST(DecodeTest, AbsentNullAndUnknownMembersAreNothing) {
  const SchemaRequest request =
      Decoded(R"({"schema":"x","schemaType":null,"references":null,"metadata":null,"id":-1,"version":0,"later":[1]})");
  EXPECT_EQ(request.content.type, SchemaType::kAvro);
  EXPECT_EQ(request.content.metadata, std::nullopt);
  EXPECT_EQ(request.id, std::nullopt);
  EXPECT_EQ(request.version, std::nullopt);
}

TEST(DecodeTest, NumbersMayBeWrittenAsStrings) { EXPECT_EQ(Decoded(R"({"version":"4"})").version, Version(4)); }

struct Wrong {
  const char* body;
  ErrorReason reason;
  const char* names;
};

class WrongSchemaRequestTest : public ::testing::TestWithParam<Wrong> {};

TEST_P(WrongSchemaRequestTest, IsNamed) {
  const auto request = DecodeSchemaRequest(GetParam().body, ".");
  EXPECT_EQ(ReasonOf(request.status()), GetParam().reason) << request.status();
  EXPECT_THAT(std::string(request.status().message()), HasSubstr(GetParam().names));
}

INSTANTIATE_TEST_SUITE_P(
    Bodies, WrongSchemaRequestTest,
    ::testing::Values(Wrong{"{", ErrorReason::kRequestInvalid, "line 1"},
                      Wrong{"[]", ErrorReason::kRequestInvalid, "body"},
                      Wrong{"5", ErrorReason::kRequestInvalid, "body"},
                      Wrong{R"({"schema":"a"} x)", ErrorReason::kRequestInvalid, "body"},
                      Wrong{R"({"schema":NaN})", ErrorReason::kRequestInvalid, "body"},
                      Wrong{"{\"schema\":\"\xff\"}", ErrorReason::kRequestInvalid, "UTF-8"},
                      Wrong{R"({"schema":{}})", ErrorReason::kRequestInvalid, "schema: is no string"},
                      Wrong{R"({"schema":[]})", ErrorReason::kRequestInvalid, "schema"},
                      Wrong{R"({"schemaType":"THRIFT"})", ErrorReason::kSchemaInvalid, "THRIFT"},
                      Wrong{R"({"references":{}})", ErrorReason::kRequestInvalid, "references: is no array"},
                      Wrong{R"({"references":[1]})", ErrorReason::kRequestInvalid, "references[0]"},
                      Wrong{R"({"references":[{"subject":"a","version":1}]})", ErrorReason::kSchemaInvalid, "name"},
                      Wrong{R"({"references":[{"name":"a","version":1}]})", ErrorReason::kSchemaInvalid, "subject"},
                      Wrong{R"({"references":[{"name":"a","subject":"a"}]})", ErrorReason::kSchemaInvalid, "version"},
                      Wrong{R"({"references":[{"name":"a","subject":"a","version":0}]})", ErrorReason::kSchemaInvalid,
                            "references[0].version"},
                      Wrong{R"({"references":[{"name":"a","subject":"a","version":"x"}]})",
                            ErrorReason::kRequestInvalid, "references[0].version"},
                      Wrong{R"({"id":99999999999})", ErrorReason::kRequestInvalid, "id"},
                      Wrong{R"({"metadata":{"tags":{"a":"b"}}})", ErrorReason::kRequestInvalid, "metadata.tags.a"},
                      Wrong{R"({"metadata":{"properties":{"a":1}}})", ErrorReason::kRequestInvalid,
                            "metadata.properties.a"},
                      Wrong{R"({"ruleSet":{"domainRules":[{"disabled":7}]}})", ErrorReason::kRequestInvalid,
                            "ruleSet.domainRules[0].disabled"}));

TEST(DecodeTest, AMissingBodyIs422) {
  for (const char* body : {"", " \r\n", "null"}) {
    EXPECT_EQ(ToRestError(DecodeSchemaRequest(body, ".").status(), CompatProfile::k8).code, 422) << body;
  }
}

TEST(DecodeTest, DepthIsBounded) {
  const std::string deep = R"({"metadata":)" + std::string(100000, '[') + std::string(100000, ']') + "}";
  EXPECT_EQ(ReasonOf(DecodeSchemaRequest(deep, ".").status()), ErrorReason::kRequestInvalid);
}

TEST(DecodeTest, ConfigSetsKeepsAndClears) {
  const auto update =
      DecodeConfigRequest(R"({"compatibility":"full_transitive","alias":null,"normalize":true,"defaultMetadata":{}})");
  ASSERT_TRUE(update.ok()) << update.status();
  EXPECT_EQ(update->level.value, CompatibilityLevel::kFullTransitive);
  EXPECT_EQ(update->alias.action, Action::kClear);
  EXPECT_TRUE(update->normalize.value);
  EXPECT_EQ(update->compatibility_group.action, Action::kKeep);
  EXPECT_EQ(update->default_metadata.action, FieldUpdate<Metadata>::Action::kSet);
}

TEST(DecodeTest, LevelsAndPoliciesThatAreNoneAre42203) {
  for (const char* body : {R"({"compatibility":"sometimes"})", R"({"compatibilityPolicy":"x"})"}) {
    EXPECT_EQ(ToRestError(DecodeConfigRequest(body).status(), CompatProfile::k8).code, 42203);
  }
}

TEST(DecodeTest, ModesAreNamesOrNull) {
  EXPECT_EQ(**DecodeModeRequest(R"({"mode":"import"})"), Mode::kImport);
  EXPECT_EQ(*DecodeModeRequest(R"({"mode":null})"), std::nullopt);
  for (const char* body : {R"({"mode":"x"})", R"({"mode":""})", "{}"}) {
    EXPECT_EQ(ToRestError(DecodeModeRequest(body).status(), CompatProfile::k8).code, 42204) << body;
  }
}

// Hundreds of thousands of members: none may be looked for among all others.
TEST(DecodeTest, ManyPropertiesAndTagsTakeTimeByTheirNumber) {
  std::string properties, tags;
  for (int i = 0; i < 140000; ++i) {
    const std::string name = (i == 0 ? "\"k" : ",\"k") + std::to_string(i);
    properties += name + "\":\"v\"";
    if (i < 25000) tags += name + "\":[\"t\"]";
  }
  const std::clock_t begin = std::clock();
  const auto request = DecodeSchemaRequest(
      R"({"schema":"x","metadata":{"properties":{)" + properties + R"(},"tags":{)" + tags + "}}}", ".");
  ASSERT_TRUE(request.ok()) << request.status();
  EXPECT_EQ(request->content.metadata->properties.size(), 140000u);
  EXPECT_EQ(request->content.metadata->tags.size(), 25000u);
  EXPECT_LT((std::clock() - begin) / CLOCKS_PER_SEC, 10);
}

TEST(DecodeTest, BodiesOfTooManyValuesAreRefused) {
  const auto with = [](const std::string& rest) {
    return DecodeModeRequest("{\"mode\":\"IMPORT\",\"x\":" + rest + "}");
  };
  std::string many = "[0", nested = "[[]", text = "\"";
  for (int i = 0; i < 200000; ++i) {
    many += ",0";
    nested += ",[]";
    text += ",[{\\\"";
  }
  for (const std::string& rest : {many + "]", nested + "]"}) {
    const absl::Status status = with(rest).status();
    EXPECT_EQ(ReasonOf(status), ErrorReason::kRequestInvalid);
    EXPECT_NE(std::string(status.message()).find("200000 values"), std::string::npos) << status;
  }
  EXPECT_TRUE(with(text + "\"").ok()) << "one long text is one value";
}

}  // namespace
}  // namespace regent
