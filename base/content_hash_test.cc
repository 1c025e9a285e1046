#include "base/content_hash.h"

#include <gtest/gtest.h>

#include <fstream>
#include <sstream>

#include "base/json_value.h"

namespace regent {
namespace {

// What SchemaContent a record of testdata/ has.
class RecordReader {
 public:
  static SchemaContent Content(const JsonValue& record) {
    SchemaContent content;
    content.text = Text(record, "schema");
    if (const JsonValue* references = record.Find("references")) {
      for (const JsonValue& reference : references->items()) {
        content.references.push_back({Text(reference, "name"), Subject::Parse(Text(reference, "subject")),
                                      Version(static_cast<int32_t>(*reference.Find("version")->ToInt64()))});
      }
    }
    if (const JsonValue* metadata = record.Find("metadata")) content.metadata = ReadMetadata(*metadata);
    if (const JsonValue* rules = record.Find("ruleSet")) content.rule_set = ReadRules(*rules);
    return content;
  }

 private:
  static std::string Text(const JsonValue& value, std::string_view name) { return value.Find(name)->string_value(); }

  static std::set<std::string> Texts(const JsonValue& list) {
    std::set<std::string> texts;
    for (const JsonValue& item : list.items()) texts.insert(item.string_value());
    return texts;
  }

  static std::map<std::string, std::string> Pairs(const JsonValue& object) {
    std::map<std::string, std::string> pairs;
    for (const auto& [name, value] : object.members()) pairs[name] = value.string_value();
    return pairs;
  }

  static Metadata ReadMetadata(const JsonValue& value) {
    Metadata metadata;
    for (const auto& [name, tags] : value.Find("tags")->members()) metadata.tags[name] = Texts(tags);
    metadata.properties = Pairs(*value.Find("properties"));
    metadata.sensitive = Texts(*value.Find("sensitive"));
    return metadata;
  }

  static RuleSet ReadRules(const JsonValue& value) {
    RuleSet rules;
    for (const JsonValue& item : value.Find("domainRules")->items()) {
      Rule& rule = rules.domain_rules.emplace_back();
      rule.name = Text(item, "name");
      rule.doc = Text(item, "doc");
      rule.kind = Text(item, "kind");
      rule.mode = Text(item, "mode");
      rule.type = Text(item, "type");
      rule.tags = Texts(*item.Find("tags"));
      rule.params = Pairs(*item.Find("params"));
      rule.expr = Text(item, "expr");
      rule.on_success = Text(item, "onSuccess");
      rule.on_failure = Text(item, "onFailure");
      rule.disabled = item.Find("disabled")->bool_value();
    }
    return rules;
  }
};

SchemaContent OfText(std::string text) {
  SchemaContent content;
  content.text = std::move(text);
  return content;
}

// The hash of bare bytes: what a richer content must agree with.
ContentHash OfBytes(std::string bytes) { return HashOf(OfText(std::move(bytes))); }

using std::string_literals::operator""s;

TEST(ContentHashTest, AgreesWithRecordedGuids) {
  std::ifstream file("base/testdata/content_hash.json");
  std::stringstream text;
  text << file.rdbuf();
  const absl::StatusOr<JsonValue> rows = JsonValue::Parse(text.str());
  ASSERT_TRUE(rows.ok()) << rows.status();
  ASSERT_EQ(rows->items().size(), 2u);
  for (const JsonValue& row : rows->items()) {
    const ContentHash hash = HashOf(RecordReader::Content(*row.Find("record")));
    EXPECT_EQ(hash.ToGuid(), row.Find("guid")->string_value());
    const JsonValue* md5 = row.Find("record")->Find("md5");
    if (md5 != nullptr) {
      EXPECT_EQ(hash.ToBase64(), md5->string_value());
    }
  }
}

TEST(ContentHashTest, TypeDoesNotCount) {
  SchemaContent content = OfText("x");
  content.type = SchemaType::kProtobuf;
  EXPECT_EQ(HashOf(content), OfBytes("x"));
}

TEST(ContentHashTest, ReferencesCountInTheirOrderWithBigEndianVersions) {
  SchemaContent content = OfText("x");
  content.references = {{"n", Subject(".", "s"), Version(0x01020304)}, {"m", Subject(".", "t"), Version(2)}};
  EXPECT_EQ(HashOf(content), OfBytes("xns\x01\x02\x03\x04mt\0\0\0\x02"s));
}

TEST(ContentHashTest, ReferencesCountAsTheRecordSpellsThem) {
  SchemaContent content = OfText("x");
  content.references = {{"n", Subject(".eu", "s"), Version(1)}, {"m", Subject(".", "t"), Version(1)}};
  EXPECT_EQ(HashOf(content, ".eu"), OfBytes("xns\0\0\0\x01m:.:t\0\0\0\x01"s));
  EXPECT_EQ(HashOf(content, "."), OfBytes("xn:.eu:s\0\0\0\x01mt\0\0\0\x01"s));
}

TEST(ContentHashTest, EmptyMetadataAndRulesDifferFromNone) {
  SchemaContent content = OfText("x");
  content.metadata.emplace();
  EXPECT_EQ(HashOf(content), OfBytes("x\x01"));
  content.rule_set.emplace();
  EXPECT_EQ(HashOf(content), OfBytes("x\x01\x01"));
}

TEST(ContentHashTest, MetadataCountsInSortedOrder) {
  SchemaContent content = OfText("x");
  content.metadata.emplace();
  content.metadata->tags = {{"t2", {"b", "a"}}, {"t1", {"c"}}};
  content.metadata->properties = {{"q", "2"}, {"p", "1"}};
  content.metadata->sensitive = {"z", "y"};
  EXPECT_EQ(HashOf(content), OfBytes("x\x01"
                                     "t1ct2abp1q2yz"));
}

TEST(ContentHashTest, RulesCountListByListWithMarksOnDisabledOnes) {
  SchemaContent content = OfText("x");
  content.rule_set.emplace();
  content.rule_set->encoding_rules.push_back({.name = "e"});
  content.rule_set->migration_rules.push_back({.name = "m", .mode = "UPGRADE", .disabled = true});
  content.rule_set->domain_rules.push_back({.name = "d", .on_failure = "ERROR"});
  content.rule_set->enable_at = "ALL";
  EXPECT_EQ(HashOf(content), OfBytes("x\x01mUPGRADE\x01"
                                     "dERROReALL"));
}

TEST(ContentHashTest, GuidIsReadInBothForms) {
  const ContentHash hash = OfBytes("\"string\"");
  EXPECT_EQ(ContentHash::ParseGuid("095d71cf-1255-6b9d-5e33-0ad575b3df5d"), hash);
  EXPECT_EQ(ContentHash::ParseGuid("095D71CF12556B9D5E330AD575B3DF5D"), hash);
}

TEST(ContentHashTest, RefusesWhatIsNoGuid) {
  for (const char* text : {"", "095d71cf-1255-6b9d-5e33-0ad575b3df5", "095d71cf-1255-6b9d-5e33-0ad575b3df5dd",
                           "095d71cf12556b9d5e330ad575b3df5", "095d71cf112556b9d-5e33-0ad575b3df5d1",
                           "095d71cg12556b9d5e330ad575b3df5d", "-95d71cf12556b9d5e330ad575b3df5d",
                           "{095d71cf-1255-6b9d-5e33-0ad575b3df}", "095d71cf-1255-6b9d-5e330-ad575b3df5d"}) {
    EXPECT_EQ(ContentHash::ParseGuid(text), std::nullopt) << text;
  }
}

TEST(ContentHashTest, Base64IsReadBack) {
  for (int i = 0; i < 256; ++i) {
    std::array<uint8_t, 16> bytes = {};
    for (size_t k = 0; k < bytes.size(); ++k) bytes[k] = static_cast<uint8_t>(i * 7 + static_cast<int>(k) * 31);
    const ContentHash hash(bytes);
    EXPECT_EQ(ContentHash::ParseBase64(hash.ToBase64()), hash);
    EXPECT_EQ(ContentHash::ParseGuid(hash.ToGuid()), hash);
  }
}

TEST(ContentHashTest, RefusesWhatIsNoBase64Of16Bytes) {
  for (const char* text :
       {"", "CV1xzxJVa51eMwrVdbPfXQ", "CV1xzxJVa51eMwrVdbPfXQ=", "CV1xzxJVa51eMwrVdbPfXR==", "CV1xzxJVa51eMwrVdbPf-Q==",
        "CV1xzxJVa51eMwrVdbPfXQ==\n", "CV1xzxJVa51eMwrVdbPfXQAA", "CV1xzxJVa51eMwrVdbPfX==="}) {
    EXPECT_EQ(ContentHash::ParseBase64(text), std::nullopt) << text;
  }
}

TEST(SpellReferenceSubjectTest, IsBareWithinTheContextAndQualifiedElsewhere) {
  EXPECT_EQ(SpellReferenceSubject(Subject(".", "a"), "."), "a");
  EXPECT_EQ(SpellReferenceSubject(Subject(".eu", "a"), ".eu"), "a");
  EXPECT_EQ(SpellReferenceSubject(Subject(".eu", "a"), "."), ":.eu:a");
  EXPECT_EQ(SpellReferenceSubject(Subject(".", "a"), ".eu"), ":.:a");
}

TEST(SpellReferenceSubjectTest, IsReadBackByTheReferrersContext) {
  for (const char* context : {".", ".eu"}) {
    for (const Subject& subject : {Subject(".", "a"), Subject(".eu", "a"), Subject(".us", "a:b")}) {
      EXPECT_EQ(Subject::Parse(SpellReferenceSubject(subject, context), context), subject);
    }
  }
}

// The name ":.x:y" in the default context would be read back as y in .x: it is spelled out.
TEST(SpellReferenceSubjectTest, NameThatLooksQualifiedIsQualified) {
  EXPECT_EQ(Subject::Parse(SpellReferenceSubject(Subject(".eu", ":.x:y"), ".eu"), ".eu"), Subject(".eu", ":.x:y"));
}

}  // namespace
}  // namespace regent
