#include "server/convert/schema.h"

#include <gtest/gtest.h>

#include <memory>

namespace regent {
namespace {

// Every field set, and no two alike.
SchemaContent WholeContent() {
  SchemaContent content;
  content.type = SchemaType::kProtobuf;
  content.text = "syntax = \"proto3\";";
  content.references = {{"a.proto", Subject(".eu", "a"), Version(3)}, {"b.proto", Subject(".", "b"), Version(1)}};
  content.metadata = Metadata{{{"/a", {"PII", "X"}}, {"/b", {}}}, {{"owner", "me"}}, {"owner"}};
  Rule rule{"encrypt",    "doc",  "TRANSFORM", "WRITEREAD", "ENCRYPT", {"PII"},
            {{"k", "v"}}, "expr", "NONE",      "ERROR",     true};
  Rule bare;
  bare.name = "bare";
  Rule empty{"empty", "", "", "", "", {}, {}, "", "", "", false};
  content.rule_set = RuleSet{{bare}, {rule, empty}, {empty, bare}, "CLIENT"};
  return content;
}

TEST(ConvertSchemaTest, ContentGoesThereAndBack) {
  for (const SchemaType type : {SchemaType::kAvro, SchemaType::kJson, SchemaType::kProtobuf}) {
    SchemaContent content = WholeContent();
    content.type = type;
    v1::Schema proto;
    ToProto(content, &proto);
    Violations violations;
    EXPECT_EQ(FromProto(proto, ".eu", "schema", &violations), content);
    EXPECT_TRUE(violations.empty());
  }
}

TEST(ConvertSchemaTest, AbsentAndEmptyStayDifferent) {
  SchemaContent content;
  v1::Schema proto;
  ToProto(content, &proto);
  EXPECT_FALSE(proto.has_metadata());
  EXPECT_FALSE(proto.has_rule_set());

  content.metadata.emplace();
  content.rule_set.emplace();
  ToProto(content, &proto);
  Violations violations;
  EXPECT_EQ(FromProto(proto, ".", "schema", &violations), content);
}

TEST(ConvertSchemaTest, TypeLeftOutIsAvro) {
  Violations violations;
  EXPECT_EQ(FromProto(v1::Schema(), ".", "schema", &violations).type, SchemaType::kAvro);
  EXPECT_TRUE(violations.empty());
}

TEST(ConvertSchemaTest, ReferenceIsTakenWithinTheContextOfTheReferrer) {
  v1::Schema proto;
  v1::Reference* reference = proto.add_references();
  reference->set_name("a");
  reference->mutable_subject()->set_subject("other");
  reference->set_version(-1);
  Violations violations;
  EXPECT_EQ(FromProto(proto, ".eu", "schema", &violations).references.at(0).subject, Subject(".eu", "other"));
  EXPECT_TRUE(violations.empty());
}

TEST(ConvertSchemaTest, BadReferenceIsNamedByItsPlace) {
  v1::Schema proto;
  proto.add_references()->set_name("a");
  Violations violations;
  FromProto(proto, ".", "schema", &violations);
  EXPECT_EQ(violations.ToStatus().message(),
            "schema.references[0].version: 1 or above, or -1 for the newest; "
            "schema.references[0].subject.subject: required");
}

TEST(ConvertSchemaTest, UnknownTypesAreRefused) {
  for (const int type : {99, -1}) {
    v1::Schema proto;
    proto.set_type(static_cast<v1::SchemaType>(type));
    Violations violations;
    FromProto(proto, ".", "schema", &violations);
    EXPECT_FALSE(violations.empty()) << type;
  }
}

TEST(ConvertSchemaTest, TypeOfAnotherRegistryHasANameOfItsOwn) {
  const auto read = [](v1::SchemaType type, const std::string& name, bool* refused) {
    v1::Schema proto;
    proto.set_type(type);
    proto.set_other_type(name);
    Violations violations;
    SchemaContent content = FromProto(proto, ".", "schema", &violations);
    *refused = !violations.empty();
    return content;
  };
  bool refused = false;
  const SchemaContent content = read(v1::SCHEMA_TYPE_OTHER, "XSD", &refused);
  EXPECT_FALSE(refused);
  EXPECT_EQ(content.type, SchemaType::kOther);
  EXPECT_EQ(content.other_type, "XSD");
  read(v1::SCHEMA_TYPE_OTHER, "", &refused);
  EXPECT_TRUE(refused);
  read(v1::SCHEMA_TYPE_OTHER, "JSON", &refused);
  EXPECT_TRUE(refused);
  read(v1::SCHEMA_TYPE_AVRO, "XSD", &refused);
  EXPECT_TRUE(refused);
}

TEST(ConvertSchemaTest, SchemaOfAnotherRegistrysTypeIsShown) {
  SchemaContent content;
  content.type = SchemaType::kOther;
  content.other_type = "XSD";
  v1::Schema proto;
  ToProto(content, &proto);
  EXPECT_EQ(proto.type(), v1::SCHEMA_TYPE_OTHER);
  EXPECT_EQ(proto.other_type(), "XSD");
}

v1::SubjectRef Ref(std::string context, std::string subject) {
  v1::SubjectRef proto;
  proto.set_context(std::move(context));
  proto.set_subject(std::move(subject));
  return proto;
}

TEST(ConvertSubjectTest, EmptyContextIsTheDefaultOne) {
  Violations violations;
  EXPECT_EQ(FromProto(Ref("", "orders"), "subject", &violations), Subject(".", "orders"));
  EXPECT_EQ(FromProto(Ref(".eu", "a/b:c"), "subject", &violations), Subject(".eu", "a/b:c"));
  EXPECT_TRUE(violations.empty());
}

TEST(ConvertSubjectTest, RefusesWhatARecordCouldNotTellApart) {
  for (const v1::SubjectRef& proto : {Ref("", ""), Ref(".", ":.eu:orders"), Ref("eu", "a"), Ref(".e:u", "a"),
                                      Ref(".e\nu", "a"), Ref(std::string(".\0", 2), "a")}) {
    Violations violations;
    FromProto(proto, "subject", &violations);
    EXPECT_FALSE(violations.empty()) << proto.ShortDebugString();
  }
}

TEST(ConvertVersionTest, EveryFieldIsShown) {
  const auto stored = std::make_shared<const StoredSchema>(StoredSchema{
      ".eu", SchemaId(7), *ContentHash::ParseGuid("095d71cf-1255-6b9d-5e33-0ad575b3df5d"), WholeContent()});
  const SchemaVersion version{Subject(".eu", "orders"),  Version(2), VersionState::kDeleted, stored, 1700000000123,
                              Position{"log", Offset(9)}};
  v1::SchemaVersion proto;
  ToProto(version, &proto);
  EXPECT_EQ(proto.subject().context(), ".eu");
  EXPECT_EQ(proto.subject().subject(), "orders");
  EXPECT_EQ(proto.version(), 2);
  EXPECT_EQ(proto.state(), v1::VERSION_STATE_DELETED);
  EXPECT_EQ(proto.stored().context(), ".eu");
  EXPECT_EQ(proto.stored().id(), 7);
  EXPECT_EQ(proto.stored().guid(), "095d71cf-1255-6b9d-5e33-0ad575b3df5d");
  EXPECT_EQ(proto.stored().schema().text(), WholeContent().text);
  EXPECT_EQ(proto.create_time().seconds(), 1700000000);
  EXPECT_EQ(proto.create_time().nanos(), 123000000);
  EXPECT_EQ(proto.position().log_id(), "log");
  EXPECT_EQ(proto.position().offset(), 9);

  v1::VersionSummary summary;
  ToProto(version, &summary);
  EXPECT_EQ(summary.version(), 2);
  EXPECT_EQ(summary.state(), v1::VERSION_STATE_DELETED);
  EXPECT_EQ(summary.id(), 7);
  EXPECT_EQ(summary.guid(), "095d71cf-1255-6b9d-5e33-0ad575b3df5d");
  EXPECT_EQ(summary.type(), v1::SCHEMA_TYPE_PROTOBUF);
  EXPECT_EQ(summary.create_time().seconds(), 1700000000);
}

TEST(ConvertVersionTest, UnknownTimeIsAbsent) {
  v1::SchemaVersion proto;
  ToProto(SchemaVersion{Subject(".", "a"), Version(1)}, &proto);
  EXPECT_FALSE(proto.has_create_time());
  EXPECT_FALSE(proto.has_position());
  EXPECT_EQ(proto.state(), v1::VERSION_STATE_ACTIVE);
}

TEST(ConvertVersionTest, TimeBefore1970HasPositiveNanos) {
  SchemaVersion version{Subject(".", "a"), Version(1)};
  version.create_time_ms = -1;
  v1::SchemaVersion proto;
  ToProto(version, &proto);
  EXPECT_EQ(proto.create_time().seconds(), -1);
  EXPECT_EQ(proto.create_time().nanos(), 999000000);
}

}  // namespace
}  // namespace regent
