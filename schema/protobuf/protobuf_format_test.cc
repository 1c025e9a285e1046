#include "schema/protobuf/protobuf_format.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "absl/strings/str_cat.h"
#include "base/error_reason.h"
#include "schema/protobuf/test_support.h"

namespace regent::protobuf {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

absl::StatusOr<std::shared_ptr<const ParsedSchema>> Parse(std::string_view text,
                                                          const std::vector<NamedSchema>& references = {},
                                                          Validation validation = Validation::kStrict) {
  return ProtobufFormat().Parse(text, references, validation, FormatLimits());
}

TEST(ProtobufFormatTest, WritesCanonicalAndNormalizedText) {
  const JsonValue cases = ReadTestdataJson("text_cases.json");
  for (const JsonValue& test_case : cases.items()) {
    SCOPED_TRACE(StringOf(test_case, "name"));
    const auto schema = MustParse(StringOf(test_case, "in"));
    ASSERT_NE(schema, nullptr);
    EXPECT_EQ(schema->canonical(), StringOf(test_case, "canonical"));
    EXPECT_EQ(schema->normalized(), StringOf(test_case, "normalized"));
    // Both are schemas that mean themselves.
    EXPECT_EQ(MustParse(schema->canonical())->canonical(), schema->canonical());
    EXPECT_EQ(MustParse(schema->normalized())->normalized(), schema->normalized());
  }
}

TEST(ProtobufFormatTest, RefusesBadInputSayingWhat) {
  const JsonValue cases = ReadTestdataJson("bad_input.json");
  for (const JsonValue& test_case : cases.items()) {
    SCOPED_TRACE(StringOf(test_case, "name"));
    const auto refused = Parse(StringOf(test_case, "text"));
    EXPECT_EQ(ReasonOf(refused.status()), ErrorReason::kSchemaInvalid) << refused.status();
    EXPECT_THAT(std::string(refused.status().message()), HasSubstr(StringOf(test_case, "problem")));
  }
}

TEST(ProtobufFormatTest, OddButLegalTextsAreAccepted) {
  for (const char* text : {"syntax = \"proto3\";\n", "syntax = \"proto2\";", "package a;", "message M {}",
                           "syntax = \"proto3\"; message M { oneof o { } }"}) {
    const auto schema = Parse(text);
    ASSERT_TRUE(schema.ok()) << text << ": " << schema.status();
    EXPECT_NE((*schema)->canonical(), "");
    EXPECT_NE((*schema)->normalized(), "");
  }
}

// They became a stored schema without text.
TEST(ProtobufFormatTest, ATextWithoutAStatementIsNoSchema) {
  for (const char* text : {"", " \n", "// nothing\n", "/* */", ";", "/////////////w=="}) {
    EXPECT_EQ(ReasonOf(Parse(text).status()), ErrorReason::kSchemaInvalid) << text;
    EXPECT_TRUE(Parse(text, {}, Validation::kLenient).ok()) << text;
  }
}

TEST(ProtobufFormatTest, StoredSchemasAreHeldToTheirTypesOnly) {
  constexpr char kOld[] = "syntax = \"proto3\"; message M { reserved 1; int32 a = 1; int32 a = 1; }";
  EXPECT_EQ(ReasonOf(Parse(kOld).status()), ErrorReason::kSchemaInvalid);
  EXPECT_TRUE(Parse(kOld, {}, Validation::kLenient).ok());
  EXPECT_EQ(ReasonOf(Parse("message M { optional Nowhere a = 1; }", {}, Validation::kLenient).status()),
            ErrorReason::kSchemaInvalid);
}

TEST(ProtobufFormatTest, ADescriptorSaysWhatItsTextSays) {
  constexpr char kText[] =
      "syntax = \"proto3\"; package p; import \"google/protobuf/timestamp.proto\"; message M { repeated string a = 1; "
      "map<string, int32> b = 2; optional google.protobuf.Timestamp c = 3 [deprecated = true]; enum E { Z = 0; } "
      "oneof o { E e = 4; bytes f = 5; } } service S { rpc Do (M) returns (M); }";
  const auto schema = MustParse(kText);
  ASSERT_NE(schema, nullptr);
  const auto serialized = ProtobufFormat().Render(*schema, "serialized");
  ASSERT_TRUE(serialized.ok()) << serialized.status();
  const auto back = MustParse(*serialized);
  ASSERT_NE(back, nullptr);
  EXPECT_EQ(*ProtobufFormat().Render(*back, "serialized"), *serialized);
  const auto compared = ProtobufFormat().CompareAll(*back, *schema, FormatLimits());
  ASSERT_TRUE(compared.ok()) << compared.status();
  EXPECT_THAT(compared->differences, ::testing::IsEmpty());
}

// They came out as 0.100000001490116.
TEST(ProtobufFormatTest, FloatsInOptionsOfADescriptorKeepTheirShortSpelling) {
  const auto schema = MustParse(
      "syntax = \"proto2\"; import \"google/protobuf/descriptor.proto\"; extend google.protobuf.FieldOptions { "
      "optional "
      "float weight = 50000; } message M { optional int32 a = 1 [(weight) = 0.1]; }");
  ASSERT_NE(schema, nullptr);
  const auto back = MustParse(*ProtobufFormat().Render(*schema, "serialized"));
  ASSERT_NE(back, nullptr);
  EXPECT_THAT(back->canonical(), HasSubstr("= 0.1]"));
}

TEST(ProtobufFormatTest, ExtensionsCanBeLeftOut) {
  const auto schema = MustParse(
      "syntax = \"proto2\"; import \"google/protobuf/descriptor.proto\"; extend google.protobuf.FieldOptions { "
      "optional "
      "string note = 50000; } message M { optional int32 a = 1 [(note) = \"x\", deprecated = true]; extensions 5; }");
  ASSERT_NE(schema, nullptr);
  EXPECT_EQ(
      *ProtobufFormat().Render(*schema, "ignore_extensions"),
      "syntax = \"proto2\";\n\nimport \"google/protobuf/descriptor.proto\";\n\nmessage M {\n  optional int32 a = 1 "
      "[deprecated = true];\n}\n");
  EXPECT_EQ(*ProtobufFormat().Render(*schema, "unknown"), schema->canonical());
}

TEST(ProtobufFormatTest, FieldsAtTheTopAreThoseOfTheFirstMessage) {
  EXPECT_THAT(
      ProtobufFormat().TopLevelFields(*MustParse(
          "syntax = \"proto3\"; message M { int32 a = 1; oneof o { int32 b = 2; } } message N { int32 c = 1; }")),
      ElementsAre("a", "b"));
}

TEST(ProtobufFormatTest, ImportsFollowReferencesAndTheBundledFiles) {
  const std::vector<NamedSchema> references = {
      {"b.proto", "syntax = \"proto3\"; import \"google/type/date.proto\"; message B { google.type.Date d = 1; }"},
      {"a.proto", "syntax = \"proto3\"; import public \"b.proto\"; message A { B b = 1; }"}};
  const auto schema =
      Parse("syntax = \"proto3\"; import \"a.proto\"; import \"confluent/meta.proto\"; message M { A a = 1; B b = 2; }",
            references);
  EXPECT_TRUE(schema.ok()) << schema.status();
}

TEST(ProtobufFormatTest, ABrokenReferenceIsNamed) {
  const auto refused = Parse("syntax = \"proto3\"; import \"a.proto\";", {{"a.proto", "message {"}});
  EXPECT_EQ(ReasonOf(refused.status()), ErrorReason::kSchemaInvalid);
  EXPECT_THAT(std::string(refused.status().message()), HasSubstr("reference \"a.proto\""));
}

TEST(ProtobufFormatTest, ImportsThatGoRoundAreRefused) {
  const auto refused =
      Parse("syntax = \"proto3\"; import \"a.proto\";", {{"a.proto", "syntax = \"proto3\"; import \"b.proto\";"},
                                                         {"b.proto", "syntax = \"proto3\"; import \"a.proto\";"}});
  EXPECT_EQ(ReasonOf(refused.status()), ErrorReason::kSchemaInvalid);
  EXPECT_THAT(std::string(refused.status().message()), HasSubstr("a.proto -> b.proto -> a.proto"));
}

// Whatever the text, the answer comes at once: an error that says so, or a schema.
class ProtobufHostileTest : public testing::Test {
 protected:
  static std::string Repeated(const std::string& text, int times) {
    std::string out;
    for (int i = 0; i < times; ++i) out += text;
    return out;
  }
};

TEST_F(ProtobufHostileTest, DeepNestingIsTooComplex) {
  for (const std::string& text :
       {Repeated("message M {", 2000) + Repeated("}", 2000),
        "message M { option (x) = " + Repeated("{ a: ", 5000) + "1" + Repeated("}", 5000) + "; }",
        "option (x) = { a: " + Repeated("[", 5000) + Repeated("]", 5000) + " };",
        Repeated("message M { optional group G = 1 {", 300) + Repeated("} }", 300)}) {
    EXPECT_EQ(ReasonOf(Parse(text).status()), ErrorReason::kSchemaTooComplex) << text.substr(0, 60);
  }
  // Not closed: malformed or too deep, but an answer.
  EXPECT_FALSE(Parse(Repeated("message M {", 100000)).ok());
}

TEST_F(ProtobufHostileTest, LargeTextsAreTooLarge) {
  FormatLimits limits;
  EXPECT_EQ(ReasonOf(Parse(std::string(limits.max_text_bytes + 1, ' ')).status()), ErrorReason::kSchemaTooLarge);
  const std::vector<NamedSchema> references(9, {"a.proto", std::string(limits.max_text_bytes, ' ')});
  EXPECT_EQ(ReasonOf(Parse("message M {}", references).status()), ErrorReason::kSchemaTooLarge);
}

TEST_F(ProtobufHostileTest, ManyFieldsAreReadAndCompared) {
  std::string text = "syntax = \"proto3\"; message M {";
  for (int i = 1; i < 19000; ++i) absl::StrAppend(&text, "int32 f", i, "=", i, ";");
  text += "}";
  const auto schema = MustParse(text);
  ASSERT_NE(schema, nullptr);
  const auto compared = ProtobufFormat().Compare(*schema, *schema, CompatibilityPolicy::kStrict, FormatLimits());
  EXPECT_TRUE(compared.ok()) << compared.status();
}

TEST_F(ProtobufHostileTest, ManyRangesAgainstManyRangesAreTooComplex) {
  std::string text = "message M {";
  for (int i = 1; i < 12000; ++i) absl::StrAppend(&text, "reserved ", 2 * i, ";");
  EXPECT_EQ(ReasonOf(Parse(text + "}").status()), ErrorReason::kSchemaTooComplex);
}

// Each part of a package is a name of its own to a pool, and within a deep one every name is looked for at every level.
TEST_F(ProtobufHostileTest, DeepPackagesAreTooComplex) {
  const auto within = [](int parts, const std::string& rest) {
    return "syntax = \"proto3\"; import \"google/protobuf/empty.proto\"; package a" + Repeated(".a", parts) + ";" +
           rest;
  };
  EXPECT_EQ(ReasonOf(Parse(within(20000, "message M {}")).status()), ErrorReason::kSchemaTooComplex);
  EXPECT_EQ(ReasonOf(Parse("syntax = \"proto3\"; import \"a.proto\";", {{"a.proto", within(20000, "")}}).status()),
            ErrorReason::kSchemaTooComplex);
  std::string fields, options, methods;
  for (int i = 1; i <= 3000; ++i) {
    absl::StrAppend(&fields, "google.protobuf.Empty f", i, "=", i, ";");
    absl::StrAppend(&options, "option (unknown", i, ") = 1;");
    absl::StrAppend(&methods, "rpc R", i, "(google.protobuf.Empty) returns (google.protobuf.Empty);");
  }
  for (const std::string& rest :
       {"message M {" + fields + "}", "message M { oneof o {" + fields + "} }", "message M {" + options + "}",
        "service S {" + methods + "}", "extend google.protobuf.Empty {" + fields + "}"}) {
    EXPECT_EQ(ReasonOf(Parse(within(1000, rest)).status()), ErrorReason::kSchemaTooComplex) << rest.substr(0, 60);
  }
  // What a company's package looks like costs nothing.
  const auto schema = Parse(within(12, "message M {" + fields + "} service S {" + methods + "}"));
  EXPECT_TRUE(schema.ok()) << schema.status();
}

TEST_F(ProtobufHostileTest, MessagesThatHoldEachOtherAreComparedOnce) {
  // Each of 200 imported messages has a field of each other one: 40,000 ways, 200 pairs.
  const auto file = [](const std::string& type) {
    std::string text = "syntax = \"proto3\";";
    for (int i = 0; i < 200; ++i) {
      absl::StrAppend(&text, "message N", i, "{ ", type, " x = 1000;");
      for (int j = 0; j < 200; ++j) absl::StrAppend(&text, "N", j, " f", j, "=", j + 1, ";");
      text += "}";
    }
    return text;
  };
  constexpr char kUser[] = "syntax = \"proto3\"; import \"n.proto\"; message M { N0 n = 1; }";
  const auto old = MustParse(kUser, {{"n.proto", file("int32")}}, Validation::kLenient);
  const auto now = MustParse(kUser, {{"n.proto", file("int64")}}, Validation::kLenient);
  ASSERT_TRUE(old != nullptr && now != nullptr);
  const auto compared = ProtobufFormat().Compare(*now, *old, CompatibilityPolicy::kStrict, FormatLimits());
  ASSERT_TRUE(compared.ok()) << compared.status();
  EXPECT_THAT(compared->differences, ::testing::IsEmpty());
}

}  // namespace
}  // namespace regent::protobuf
