// The exact bytes that Confluent's registry 8.5 was seen to answer with.
#include "server/rest/encode.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <sstream>

#include "base/json_value.h"

namespace regent {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

std::string Seen(std::string_view name) {
  std::ifstream file("server/rest/testdata/answers.json");
  std::stringstream text;
  text << file.rdbuf();
  const auto answers = JsonValue::Parse(text.str());
  EXPECT_TRUE(answers.ok()) << answers.status();
  const JsonValue* answer = answers.ok() ? answers->Find(name) : nullptr;
  EXPECT_NE(answer, nullptr) << name;
  return answer == nullptr ? "" : answer->string_value();
}

Metadata SampleMetadata() {
  Metadata metadata;
  metadata.tags["**.ssn"] = {"PII"};
  metadata.properties = {{"a", "b"}, {"owner", "x"}};
  metadata.sensitive = {"a"};
  return metadata;
}

RuleSet SampleRules() {
  Rule rule;
  rule.name = "r1";
  rule.doc = "d";
  rule.kind = "CONDITION";
  rule.mode = "WRITE";
  rule.type = "CEL";
  rule.tags = {"PII"};
  rule.params = {{"k", "v"}};
  rule.expr = "message.x>1";
  rule.on_success = "NONE";
  rule.on_failure = "ERROR";
  RuleSet rules;
  rules.domain_rules = {rule};
  return rules;
}

SchemaVersion Made(const std::string& subject, int version, int id, SchemaContent content) {
  StoredSchema stored;
  stored.context = ".";
  stored.id = SchemaId(id);
  stored.hash = HashOf(content);
  stored.content = std::move(content);
  SchemaVersion made;
  made.subject = Subject::Parse(subject);
  made.version = Version(version);
  made.stored = std::make_shared<const StoredSchema>(std::move(stored));
  return made;
}

SchemaVersion Full() {
  SchemaContent content;
  content.type = SchemaType::kJson;
  content.text = R"({"type":"object"})";
  content.references = {{"n.A", Subject::Parse("a-value"), Version(2)}};
  content.metadata = SampleMetadata();
  content.rule_set = SampleRules();
  return Made("b-value", 2, 8, std::move(content));
}

SchemaVersion Small() {
  SchemaContent content;
  content.text = R"("string")";
  SchemaVersion small = Made("foo-value", 1, 7, std::move(content));
  small.state = VersionState::kDeleted;
  small.create_time_ms = 99;
  return small;
}

TEST(EncodeTest, Schema) {
  std::string out;
  AppendSchema(Full(), {}, &out);
  EXPECT_EQ(out, Seen("json v2 entity"));
  out.clear();
  AppendSchema(Small(), {}, &out);
  EXPECT_EQ(out, Seen("json v entity"));
}

TEST(EncodeTest, SchemaString) {
  std::string out;
  AppendSchemaString(Full(), ShowSubject::kShow, SchemaId(), {}, &out);
  EXPECT_EQ(out, Seen("SchemaString"));
}

TEST(EncodeTest, SchemaStringWithoutItsSubjectAndWithTheHighestId) {
  std::string out;
  AppendSchemaString(Small(), ShowSubject::kHide, SchemaId(12), {}, &out);
  EXPECT_EQ(out,
            R"({"guid":"095d71cf-1255-6b9d-5e33-0ad575b3df5d","schemaType":"AVRO","schema":"\"string\"","maxId":12,)"
            R"("ts":99,"deleted":true})");
}

TEST(EncodeTest, RegisteredBeforeAndNow) {
  std::string out;
  AppendRegistered(Full(), Novelty::kKnown, {}, &out);
  EXPECT_EQ(out, Seen("RegisterSchemaResponse"));
  out.clear();
  AppendRegistered(Small(), Novelty::kNew, {}, &out);
  EXPECT_EQ(out, R"({"id":7,"version":1,"guid":"095d71cf-1255-6b9d-5e33-0ad575b3df5d","schemaType":"AVRO",)"
                 R"("schema":"\"string\""})");
}

TEST(EncodeTest, Profile7KnowsFewerFields) {
  const SchemaDress dress{.profile = CompatProfile::k7};
  std::string out;
  AppendSchema(Small(), dress, &out);
  EXPECT_EQ(out, R"({"subject":"foo-value","version":1,"id":7,"schema":"\"string\""})");
  out.clear();
  AppendSchemaString(Small(), ShowSubject::kShow, SchemaId(), dress, &out);
  EXPECT_EQ(out, R"({"schema":"\"string\""})");
  out.clear();
  AppendRegistered(Small(), Novelty::kKnown, dress, &out);
  EXPECT_EQ(out, R"({"id":7})");
}

TEST(EncodeTest, AnotherDressTakesTheTextsPlace) {
  const std::string text = "resolved";
  std::string out;
  AppendSchema(Small(), {.text = &text}, &out);
  EXPECT_THAT(out, HasSubstr(R"("schema":"resolved")"));
}

TEST(EncodeTest, ReferencesOutsideTheContextAreQualified) {
  SchemaContent content;
  content.references = {{"A", Subject::Parse(":.other:a"), Version(1)}};
  std::string out;
  AppendSchema(Made("b", 1, 1, std::move(content)), {}, &out);
  EXPECT_THAT(out, HasSubstr(R"("references":[{"name":"A","subject":":.other:a","version":1}])"));
}

TEST(EncodeTest, TypesOfPlugInsKeepTheirNames) {
  SchemaContent content;
  content.type = SchemaType::kOther;
  content.other_type = "THRIFT";
  std::string out;
  AppendSchema(Made("b", 1, 1, std::move(content)), {}, &out);
  EXPECT_THAT(out, HasSubstr(R"("schemaType":"THRIFT")"));
}

TEST(EncodeTest, ConfigAsItIsStoredAndAsItIsAsked) {
  SubjectConfig config;
  config.normalize = true;
  config.level = CompatibilityLevel::kFull;
  config.compatibility_group = "grp";
  config.default_metadata = SampleMetadata();
  config.override_rule_set = SampleRules();
  std::string out;
  AppendConfig(config, ConfigForm::kStored, &out);
  // The record has the subject in front.
  std::string record = Seen("v.config");
  record.replace(0, std::string(R"({"subject":"foo-value",)").size(), "{");
  EXPECT_EQ(out, record);
  out.clear();
  AppendConfig({.alias = "a", .level = CompatibilityLevel::kNone}, ConfigForm::kRequest, &out);
  EXPECT_EQ(out, R"({"alias":"a","compatibility":"NONE"})");
}

TEST(EncodeTest, ReportsNameTypePathVersionAndOldText) {
  CompatibilityReport report;
  report.compatible = false;
  report.versions.push_back({.version = Version(3)});
  report.versions.push_back(
      {.version = Version(2),
       .differences = {{.type = "TYPE_MISMATCH", .path = "/a", .detail = "more", .message = "no"}}});
  EXPECT_THAT(ReportMessages(report, {{Version(2), "old"}}, false),
              ElementsAre("{errorType:'TYPE_MISMATCH', description:'no (path '/a')', additionalInfo:'more'}",
                          "{oldSchemaVersion: 2}", "{oldSchema: 'old'}",
                          "{validateFields: 'false', compatibility: 'BACKWARD'}"));
  EXPECT_THAT(ReportMessages({}, {}, true), IsEmpty());
}

TEST(EncodeTest, LongOldTextsAreCutBetweenCharacters) {
  CompatibilityReport report;
  report.versions.push_back({.version = Version(1), .differences = {{.type = "T"}}});
  std::string text(10239, 'a');
  text += "\xc3\xa4" + std::string(100, 'b');
  const std::vector<std::string> messages = ReportMessages(report, {{Version(1), text}}, false);
  EXPECT_EQ(messages[2], "{oldSchema: '" + std::string(10239, 'a') + "'}");
}

}  // namespace
}  // namespace regent
