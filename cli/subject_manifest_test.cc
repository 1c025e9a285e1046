#include "cli/subject_manifest.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/error_reason.h"

namespace regent::cli {
namespace {

using ::testing::HasSubstr;

constexpr char kChain[] = R"({"subjects":[
    {"subject":"money","type":"AVRO","file":"money.avsc"},
    {"subject":":.eu:order","type":"JSON","file":"order.json","level":"full","policy":"LENIENT",
     "references":[{"name":"acme.Money","subject":"money"}]},
    {"subject":"basket","type":"PROTOBUF","file":"basket.proto",
     "references":[{"name":"acme.Order","subject":":.eu:order"},{"name":"acme.Money","subject":"money"}]}]})";

TEST(SubjectManifestTest, ReadsSubjectsAndWhatTheyUse) {
  const auto manifest = ParseManifest(kChain);
  ASSERT_TRUE(manifest.ok()) << manifest.status();
  ASSERT_EQ(manifest->size(), 3u);
  const ManifestSubject& order = (*manifest)[1];
  EXPECT_EQ(order.subject, Subject(".eu", "order"));
  EXPECT_EQ(order.type, SchemaType::kJson);
  EXPECT_EQ(order.file, "order.json");
  EXPECT_EQ(order.level, CompatibilityLevel::kFull);
  EXPECT_EQ(order.policy, CompatibilityPolicy::kLenient);
  ASSERT_EQ(order.references.size(), 1u);
  EXPECT_EQ(order.references[0].name, "acme.Money");
  EXPECT_EQ(order.references[0].subject, Subject(".", "money"));
  EXPECT_EQ((*manifest)[0].level, std::nullopt);
}

TEST(SubjectManifestTest, GivesTheTextsChildrenFirstAndEachOnce) {
  const auto manifest = ParseManifest(kChain);
  ASSERT_TRUE(manifest.ok());
  const std::vector<NamedSchema> used = TextsUsedBy(*manifest, 2, {"the money", "the order", "the basket"});
  ASSERT_EQ(used.size(), 2u);
  EXPECT_EQ(used[0].name, "acme.Money");
  EXPECT_EQ(used[0].text, "the money");
  EXPECT_EQ(used[1].name, "acme.Order");
  EXPECT_TRUE(TextsUsedBy(*manifest, 0, {"", "", ""}).empty());
}

TEST(SubjectManifestTest, SaysWhatIsWrong) {
  const std::vector<std::pair<std::string, std::string>> cases = {
      {"{", "is no JSON"},
      {"{}", "has no subjects"},
      {R"({"subjects":[]})", "has no subjects"},
      {R"({"subjects":[{"subject":"a"}]})", "has a subject without a name or a file"},
      {R"({"subjects":[{"file":"a"}]})", "has a subject without a name or a file"},
      {R"({"subjects":[{"subject":"a","file":"f","type":"XML"}]})", "gives a a type that does not exist"},
      {R"({"subjects":[{"subject":"a","file":"f","level":"SOME"}]})", "the level SOME, which does not exist"},
      {R"({"subjects":[{"subject":"a","file":"f","policy":"HARD"}]})", "the policy HARD, which does not exist"},
      {R"({"subjects":[{"subject":"a","file":"f","references":[{"name":"n","subject":"a"}]}]})",
       "a reference of a to what does not come before it"},
  };
  for (const auto& [text, message] : cases) {
    const absl::Status status = ParseManifest(text).status();
    EXPECT_EQ(ReasonOf(status), ErrorReason::kRequestInvalid) << text;
    EXPECT_THAT(std::string(status.message()), HasSubstr(message));
  }
}

}  // namespace
}  // namespace regent::cli
