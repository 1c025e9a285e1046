#include "schema/reserved_fields.h"

#include <gtest/gtest.h>

#include "base/error_reason.h"
#include "schema/avro/avro_format.h"
#include "schema/json_schema/json_format.h"
#include "schema/protobuf/protobuf_format.h"

namespace regent {
namespace {

std::shared_ptr<const ParsedSchema> Parse(const Format& format, std::string_view text) {
  auto parsed = format.Parse(text, {}, Validation::kLenient, FormatLimits());
  EXPECT_TRUE(parsed.ok()) << parsed.status();
  return parsed.ok() ? *parsed : nullptr;
}

Metadata Reserving(const std::string& names) {
  Metadata metadata;
  metadata.properties["confluent:reserved"] = names;
  return metadata;
}

std::vector<std::string> Found(const Format& format, std::string_view text, const Boxed<Metadata>& now,
                               const Boxed<Metadata>& before) {
  std::vector<std::string> found;
  for (const Difference& difference : CheckReservedFields(format, *Parse(format, text), now, before)) {
    EXPECT_NE(difference.message, "");
    EXPECT_NE(difference.fix, "");
    found.push_back(difference.type + "@" + difference.path);
  }
  return found;
}

using Strings = std::vector<std::string>;

constexpr char kAvro[] = R"({"type":"record","name":"R","fields":[{"name":"a","type":"int"}]})";
constexpr char kJson[] = R"({"type":"object","properties":{"a":{},"$$b":{}}})";
constexpr char kProtobuf[] =
    R"(syntax = "proto3"; message M { int32 a = 1; oneof o { int32 c = 2; } message N { int32 b = 1; } })";

TEST(ReservedFieldsTest, FieldThatUsesAReservedNameIsFoundInEveryFormat) {
  EXPECT_EQ(Found(AvroFormat(), kAvro, Reserving("a"), std::nullopt),
            Strings{"RESERVED_FIELD_CONFLICTS_WITH_FIELD@/fields/a"});
  EXPECT_EQ(Found(*JsonSchemaFormat(), kJson, Reserving("a"), Reserving("a")),
            Strings{"RESERVED_PROPERTY_CONFLICTS_WITH_PROPERTY@#/properties/a"});
  EXPECT_EQ(Found(ProtobufFormat(), kProtobuf, Reserving("a,c,b"), std::nullopt),
            (Strings{"RESERVED_FIELD_CONFLICTS_WITH_FIELD@#/a", "RESERVED_FIELD_CONFLICTS_WITH_FIELD@#/c"}));
}

TEST(ReservedFieldsTest, NameThatIsReservedNoLongerIsFound) {
  EXPECT_EQ(Found(*JsonSchemaFormat(), kJson, Reserving("x, z"), Reserving("x,y , z")),
            Strings{"RESERVED_PROPERTY_REMOVED@#/properties/y"});
  EXPECT_EQ(Found(AvroFormat(), kAvro, std::nullopt, Reserving("y")), Strings{"RESERVED_FIELD_REMOVED@/fields/y"});
}

TEST(ReservedFieldsTest, NothingIsReservedWithoutTheProperty) {
  EXPECT_EQ(Found(*JsonSchemaFormat(), kJson, Metadata(), std::nullopt), Strings{});
  EXPECT_EQ(Found(*JsonSchemaFormat(), kJson, Reserving(" ,"), Reserving("")), Strings{});
}

TEST(ReservedFieldsTest, NamesThatBeginWithTwoDollarsAreRefused) {
  const absl::Status json = CheckFieldNames(*JsonSchemaFormat(), *Parse(*JsonSchemaFormat(), kJson));
  EXPECT_EQ(ReasonOf(json), ErrorReason::kSchemaInvalid);
  EXPECT_NE(std::string(json.message()).find("$$b"), std::string::npos);
  EXPECT_EQ(CheckFieldNames(ProtobufFormat(), *Parse(ProtobufFormat(), kProtobuf)), absl::OkStatus());
}

TEST(ReservedFieldsTest, WhatIsNoRecordHasNoFields) {
  EXPECT_EQ(AvroFormat().TopLevelFields(*Parse(AvroFormat(), R"("int")")), Strings{});
  EXPECT_EQ(JsonSchemaFormat()->TopLevelFields(*Parse(*JsonSchemaFormat(), "true")), Strings{});
  EXPECT_EQ(ProtobufFormat().TopLevelFields(*Parse(ProtobufFormat(), "syntax = \"proto3\";")), Strings{});
}

}  // namespace
}  // namespace regent
