// Each format through a whole node: what is registered over gRPC is canonical, compared, referred to and kept.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>

#include <memory>
#include <string>
#include <vector>

#include "base/error_reason.h"
#include "tests/support/node_process.h"

namespace regent::testing {
namespace {

using ::testing::EndsWith;
using ::testing::HasSubstr;

// One subject's story: `text` becomes `canonical`; `breaking` is refused for `difference` at `path`; `invalid` is
// refused with `problem`; `user` refers to the subject as `name`.
struct Story {
  SchemaType type;
  std::string text;
  std::string canonical;
  std::string compatible;
  std::string breaking;
  std::string difference;
  std::string path;
  std::string old_snippet;
  std::string new_snippet;
  std::string invalid;
  std::string problem;
  std::string user;
  std::string name;
};

std::vector<Story> Stories() {
  return {
      {.type = SchemaType::kAvro,
       .text = R"({ "type": "record", "name": "Money", "fields": [ {"name": "cents", "type": "int"} ] })",
       .canonical = R"({"type":"record","name":"Money","fields":[{"name":"cents","type":"int"}]})",
       .compatible = R"({"type":"record","name":"Money","fields":[{"name":"cents","type":"long"}]})",
       .breaking = R"({"type":"record","name":"Money","fields":[{"name":"cents","type":"string"}]})",
       .difference = "TYPE_MISMATCH",
       .path = "/fields/0/type",
       .old_snippet = R"("int")",
       .new_snippet = R"("string")",
       .invalid = R"({"type":"record","name":"Money"})",
       .problem = "fields",
       .user = R"({"type":"array","items":"Money"})",
       .name = "Money"},
      {.type = SchemaType::kJson,
       .text = R"({ "type": "object", "properties": { "cents": {"type": "integer"} }, "additionalProperties": false })",
       .canonical = R"({"type":"object","properties":{"cents":{"type":"integer"}},"additionalProperties":false})",
       .compatible = R"({"type":"object","properties":{"cents":{"type":"number"}},"additionalProperties":false})",
       .breaking = R"({"type":"object","properties":{"cents":{"type":"string"}},"additionalProperties":false})",
       .difference = "TYPE_CHANGED",
       .path = "#/properties/cents",
       .old_snippet = R"({"type":"integer"})",
       .new_snippet = R"({"type":"string"})",
       .invalid = R"({"type":"object","required":"cents"})",
       .problem = "required",
       .user = R"({"type":"array","items":{"$ref":"money.json"}})",
       .name = "money.json"},
      {.type = SchemaType::kProtobuf,
       .text = "syntax = \"proto3\";\n// cents\nmessage Money { int32 cents = 1; }",
       .canonical = "syntax = \"proto3\";\n\nmessage Money {\n  int32 cents = 1;\n}\n",
       .compatible = "syntax = \"proto3\"; message Money { int64 cents = 1; }",
       .breaking = "syntax = \"proto3\"; message Money { string cents = 1; }",
       .difference = "FIELD_SCALAR_KIND_CHANGED",
       .path = "#/Money/1",
       .old_snippet = "int32 cents = 1;",
       .new_snippet = "string cents = 1;",
       .invalid = "syntax = \"proto3\"; message Money { int32 cents = 0; }",
       .problem = "Field numbers must be positive",
       .user = "syntax = \"proto3\"; import \"money.proto\"; message Bill { repeated Money lines = 1; }",
       .name = "money.proto"},
  };
}

class FormatsTest : public ::testing::Test {
 protected:
  FormatsTest() : data_dir_(NewDirectory("formats")), node_(std::make_unique<NodeProcess>(data_dir_)) {}

  absl::StatusOr<client::RegisterSchemaResult> Register(const std::string& subject, const Story& story,
                                                        const std::string& text,
                                                        std::vector<Reference> references = {}) {
    return node_->Client().Register(Subject::Parse(subject),
                                    {.type = story.type, .text = text, .references = std::move(references)});
  }

  static std::string SubjectOf(const Story& story) { return "money-" + std::string(SchemaTypeName(story.type)); }

  std::string data_dir_;
  std::unique_ptr<NodeProcess> node_;
};

TEST_F(FormatsTest, CanonicalTextIsStoredAndServedAlsoAfterARestart) {
  for (const Story& story : Stories()) {
    const auto registered = Register(SubjectOf(story), story, story.text);
    ASSERT_TRUE(registered.ok()) << registered.status();
    EXPECT_EQ(registered->registered.stored->content.text, story.canonical);
    // The same schema in another dress is no new one.
    const auto again = Register(SubjectOf(story), story, story.canonical);
    ASSERT_TRUE(again.ok()) << again.status();
    EXPECT_FALSE(again->result.changed);
  }
  node_->Signal(SIGTERM);
  ASSERT_EQ(node_->Wait(), 0) << node_->output();
  node_ = std::make_unique<NodeProcess>(data_dir_);
  for (const Story& story : Stories()) {
    const auto latest = node_->Client().GetLatest(Subject::Parse(SubjectOf(story)));
    ASSERT_TRUE(latest.ok()) << latest.status();
    EXPECT_EQ(latest->stored->content.type, story.type);
    EXPECT_EQ(latest->stored->content.text, story.canonical);
  }
}

TEST_F(FormatsTest, NewVersionsAreHeldToTheLevel) {
  for (const Story& story : Stories()) {
    ASSERT_TRUE(Register(SubjectOf(story), story, story.text).ok());
    const auto refused = Register(SubjectOf(story), story, story.breaking);
    ASSERT_EQ(ReasonOf(refused.status()), ErrorReason::kSchemaIncompatible) << refused.status();
    const ErrorDetail detail = DetailOf(refused.status());
    ASSERT_TRUE(detail.report.has_value());
    const Difference& difference = detail.report->versions.at(0).differences.at(0);
    EXPECT_EQ(difference.type, story.difference);
    EXPECT_EQ(difference.path, story.path);
    EXPECT_EQ(difference.old_snippet, story.old_snippet);
    EXPECT_EQ(difference.new_snippet, story.new_snippet);
    EXPECT_NE(difference.message, "");
    EXPECT_NE(difference.fix, "");
    const auto accepted = Register(SubjectOf(story), story, story.compatible);
    ASSERT_TRUE(accepted.ok()) << accepted.status();
    EXPECT_EQ(accepted->registered.version, Version(2));
  }
}

TEST_F(FormatsTest, ReservedNamesAreKeptWhereFieldsAreValidated) {
  SubjectConfig config;
  config.validate_fields = true;
  ASSERT_TRUE(node_->Client().UpdateConfig({.config = config}).ok());
  for (const Story& story : Stories()) {
    SchemaContent content{.type = story.type, .text = story.text, .metadata = Metadata()};
    content.metadata->properties["confluent:reserved"] = "pence";
    ASSERT_TRUE(node_->Client().Register(Subject::Parse(SubjectOf(story)), content).ok());
    content.metadata->properties["confluent:reserved"] = "cents";
    const auto refused = node_->Client().Register(Subject::Parse(SubjectOf(story)), content);
    ASSERT_EQ(ReasonOf(refused.status()), ErrorReason::kSchemaIncompatible) << refused.status();
    const std::vector<Difference> differences = DetailOf(refused.status()).report->versions.at(0).differences;
    ASSERT_EQ(differences.size(), 2u);
    EXPECT_THAT(differences[0].type, EndsWith("_REMOVED"));
    EXPECT_EQ(differences[0].detail, "pence");
    EXPECT_THAT(differences[1].type, HasSubstr("_CONFLICTS_WITH_"));
    EXPECT_EQ(differences[1].detail, "cents");
  }
}

TEST_F(FormatsTest, AVersionOfAnotherFormatDoesNotFit) {
  const std::vector<Story> stories = Stories();
  ASSERT_TRUE(Register("mixed", stories[1], stories[1].text).ok());
  const auto refused = Register("mixed", stories[2], stories[2].text);
  ASSERT_EQ(ReasonOf(refused.status()), ErrorReason::kSchemaIncompatible) << refused.status();
  EXPECT_EQ(DetailOf(refused.status()).report->versions.at(0).differences.at(0).type, "INCOMPATIBLE_TYPE");
}

TEST_F(FormatsTest, AnInvalidSchemaIsRefusedByName) {
  for (const Story& story : Stories()) {
    const auto refused = Register(SubjectOf(story), story, story.invalid);
    EXPECT_EQ(ReasonOf(refused.status()), ErrorReason::kSchemaInvalid) << refused.status();
    EXPECT_THAT(std::string(refused.status().message()), HasSubstr(story.problem));
  }
}

TEST_F(FormatsTest, AReferenceIsPinnedFollowedAndProtected) {
  for (const Story& story : Stories()) {
    const std::string money = SubjectOf(story);
    const std::string bill = "bill-" + money;
    // Without it the schema says nothing.
    EXPECT_EQ(ReasonOf(Register(bill, story, story.user).status()), ErrorReason::kSchemaInvalid);
    ASSERT_TRUE(Register(money, story, story.text).ok());
    const auto user = Register(bill, story, story.user, {{story.name, Subject::Parse(money), Version(-1)}});
    ASSERT_TRUE(user.ok()) << user.status();
    EXPECT_EQ(user->registered.stored->content.references.at(0).version, Version(1));

    // What changes in the referenced schema changes the referring one.
    SubjectConfig none;
    none.level = CompatibilityLevel::kNone;
    ASSERT_TRUE(node_->Client().UpdateConfig({.target = Subject::Parse(money), .config = none}).ok());
    ASSERT_TRUE(Register(money, story, story.breaking).ok());
    const auto broken = Register(bill, story, story.user, {{story.name, Subject::Parse(money), Version(2)}});
    ASSERT_EQ(ReasonOf(broken.status()), ErrorReason::kSchemaIncompatible) << broken.status();
    EXPECT_EQ(DetailOf(broken.status()).report->versions.at(0).differences.at(0).type, story.difference);

    const auto deleted = node_->Client().DeleteVersion({.subject = Subject::Parse(money), .version = Version(1)});
    EXPECT_EQ(ReasonOf(deleted.status()), ErrorReason::kReferenceExists) << deleted.status();
  }
}

TEST_F(FormatsTest, AMissingReferenceIsNamed) {
  for (const Story& story : Stories()) {
    const auto refused = Register("bill", story, story.user, {{story.name, Subject::Parse("nobody"), Version(3)}});
    EXPECT_EQ(ReasonOf(refused.status()), ErrorReason::kReferenceNotFound) << refused.status();
    EXPECT_THAT(std::string(refused.status().message()), HasSubstr("nobody"));
  }
}

}  // namespace
}  // namespace regent::testing
