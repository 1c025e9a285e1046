#include "store/record_codec.h"

#include <fstream>
#include <random>
#include <sstream>

#include "base/error_reason.h"
#include "base/json_value.h"
#include "gtest/gtest.h"

namespace regent {
namespace {

RecordKey SchemaKey(std::string_view subject, int version) {
  RecordKey key;
  key.type = KeyType::kSchema;
  key.subject = Subject::Parse(subject);
  key.version = Version(version);
  return key;
}

RecordKey KeyOf(KeyType type, std::optional<std::string_view> subject = std::nullopt) {
  RecordKey key;
  key.type = type;
  if (subject) key.subject = Subject::Parse(*subject);
  return key;
}

RecordKey ClaimKey(int64_t epoch, std::string token) {
  RecordKey key;
  key.type = KeyType::kClaim;
  key.epoch = Epoch(epoch);
  key.text = std::move(token);
  return key;
}

constexpr char kSchemaKeyBytes[] = R"({"keytype":"SCHEMA","subject":"foo-value","version":1,"magic":1})";
constexpr char kClaimKeyBytes[] = R"({"keytype":"NOOP","magic":0,"epoch":7,"claim":"t-1"})";

Record Raw(std::string key, std::optional<std::string> value) { return Record{std::move(key), std::move(value), {}}; }

// The decoded value of kind T, or a failure.
template <typename T>
T Decode(const std::string& key, const std::string& value) {
  const absl::StatusOr<DecodedRecord> record = DecodeRecord(Raw(key, value));
  if (!record.ok()) {
    ADD_FAILURE() << value << ": " << record.status();
    return {};
  }
  const T* held = std::get_if<T>(&record->value);
  EXPECT_NE(held, nullptr) << value;
  return held == nullptr ? T{} : *held;
}

SchemaRecord DecodeSchema(const std::string& value) { return Decode<SchemaRecord>(kSchemaKeyBytes, value); }

void ExpectRefused(const std::string& key, std::optional<std::string> value, const std::string& complaint) {
  const absl::StatusOr<DecodedRecord> record = DecodeRecord(Raw(key, std::move(value)));
  ASSERT_FALSE(record.ok()) << key;
  EXPECT_EQ(ReasonOf(record.status()), ErrorReason::kSchemaInvalid);
  EXPECT_NE(std::string(record.status().message()).find(complaint), std::string::npos) << record.status();
}

std::vector<JsonValue> Vectors() {
  std::ifstream file("store/testdata/records.json");
  std::stringstream text;
  text << file.rdbuf();
  const absl::StatusOr<JsonValue> json = JsonValue::Parse(text.str());
  if (!json.ok()) return {};
  return json->Find("records")->items();
}

TEST(RecordCodecTest, ConfluentsRecordsAreReadAndWrittenBackByteForByte) {
  const std::vector<JsonValue> vectors = Vectors();
  ASSERT_EQ(vectors.size(), 14u);
  for (const JsonValue& row : vectors) {
    SCOPED_TRACE(row.Find("name")->string_value());
    Record raw = Raw(row.Find("key")->string_value(), std::nullopt);
    if (!row.Find("value")->is_null()) raw.value = row.Find("value")->string_value();
    const absl::StatusOr<DecodedRecord> record = DecodeRecord(raw);
    ASSERT_TRUE(record.ok()) << record.status();
    if (const JsonValue* rewritten = row.Find("rewritten")) raw.value = rewritten->string_value();
    EXPECT_EQ(EncodeKey(record->key), raw.key);
    const Record written = EncodeRecord(record->key, record->value);
    EXPECT_EQ(written.key, raw.key);
    EXPECT_EQ(written.value, raw.value);
  }
}

// Nothing that a stranger writes ends the process, and what is understood is written so that it is understood again.
TEST(RecordCodecTest, DamagedRecordsAreRefusedOrUnderstood) {
  const std::vector<JsonValue> vectors = Vectors();
  ASSERT_FALSE(vectors.empty());
  std::mt19937 random(20260401);
  const auto damage = [&](std::string* text) {
    const size_t place = random() % text->size();
    switch (random() % 4) {
      case 0:
        (*text)[place] = static_cast<char>(random());
        break;
      case 1:
        text->erase(place, 1 + random() % 8);
        break;
      case 2:
        text->insert(place, 1, "{}[]\",:0\\n"[random() % 10]);
        break;
      case 3:
        text->insert(place, text->substr(random() % text->size(), random() % 20));
        break;
    }
    if (text->empty()) *text = "x";
  };
  int understood = 0;
  for (int i = 0; i < 20000; ++i) {
    const JsonValue& row = vectors[random() % vectors.size()];
    Record raw = Raw(row.Find("key")->string_value(), std::nullopt);
    if (row.Find("value")->is_string()) raw.value = row.Find("value")->string_value();
    std::string* const text = raw.value && random() % 4 != 0 ? &*raw.value : &raw.key;
    for (size_t times = 1 + random() % 3; times > 0; --times) damage(text);
    const absl::StatusOr<DecodedRecord> record = DecodeRecord(raw);
    if (!record.ok()) {
      EXPECT_EQ(ReasonOf(record.status()), ErrorReason::kSchemaInvalid);
      continue;
    }
    ++understood;
    const Record written = EncodeRecord(record->key, record->value);
    const absl::StatusOr<DecodedRecord> again = DecodeRecord(written);
    ASSERT_TRUE(again.ok()) << again.status() << written.key << written.value.value_or("");
    EXPECT_EQ(EncodeRecord(again->key, again->value), written);
  }
  EXPECT_GT(understood, 1000);
}

// ---- keys ----

TEST(RecordCodecTest, KeysOfNamedContextsAreQualified) {
  EXPECT_EQ(EncodeKey(SchemaKey(":.c1:foo", 2)), R"({"keytype":"SCHEMA","subject":":.c1:foo","version":2,"magic":1})");
  EXPECT_EQ(EncodeKey(KeyOf(KeyType::kConfig, ":.c1:")), R"({"keytype":"CONFIG","subject":":.c1:","magic":0})");
}

TEST(RecordCodecTest, OtherSpellingsOfAKeyAreTheSameKey) {
  const RecordKey expected = SchemaKey("foo-value", 1);
  for (const char* bytes : {
           R"({"keytype":"SCHEMA","subject":"foo-value","version":1,"magic":0})",
           R"({"magic":1,"keytype":"SCHEMA","subject":"foo-value","version":1})",
           R"({"subject":"foo-value","version":1,"magic":1,"keytype":"SCHEMA"})",
           R"( { "keytype" : "SCHEMA", "subject" : "foo\u002dvalue", "version" : 1 } )",
           R"({"keytype":"SCHEMA","subject":":.:foo-value","version":1,"magic":1})",
           R"({"keytype":"SCHEMA","subject":"foo-value","version":1,"magic":1,"tenant":"default","x":[{"y":1.5e9}]})",
       }) {
    const absl::StatusOr<RecordKey> key = DecodeKey(bytes);
    ASSERT_TRUE(key.ok()) << bytes << key.status();
    EXPECT_EQ(*key, expected) << bytes;
  }
}

// What is written today is read by a shorter way, which must lead to the same place.
TEST(RecordCodecTest, BothWaysOfReadingASchemaKeyAgree) {
  const auto read = [](const std::string& subject, const std::string& version, const std::string& end) {
    const std::string text = "\"subject\":\"" + subject + "\",\"version\":" + version + end;
    const auto shorter = DecodeKey("{\"keytype\":\"SCHEMA\"," + text);
    const auto longer = DecodeKey("{ \"keytype\":\"SCHEMA\"," + text);
    EXPECT_EQ(shorter.ok(), longer.ok()) << text;
    EXPECT_TRUE(!shorter.ok() || !longer.ok() || *shorter == *longer) << text;
    return shorter.ok();
  };
  for (const char* subject : {"s", "", ":.c:s", ":.c:", ":.:s", "a b", "\\u0041", "a\\\"b", "caf\xc3\xa9", "\x7f"}) {
    EXPECT_TRUE(read(subject, "3", ",\"magic\":1}")) << subject;
  }
  for (const char* subject : {"\xff", "\n", "\\", "a\"b"}) EXPECT_FALSE(read(subject, "3", ",\"magic\":1}")) << subject;
  for (const char* version : {"1", "2147483647"}) EXPECT_TRUE(read("s", version, ",\"magic\":1}")) << version;
  for (const char* version : {"0", "-1", "01", "+1", "1.0", "1e1", "2147483648", "99999999999999999999", "", "null"}) {
    EXPECT_FALSE(read("s", version, ",\"magic\":1}")) << version;
  }
  EXPECT_TRUE(read("s", "1", ",\"magic\":0}"));
  EXPECT_TRUE(read("s", "1", ",\"magic\":1,\"x\":2}"));
  for (const char* end : {",\"magic\":2}", ",\"magic\":1}x", ",\"magic\":1", ""})
    EXPECT_FALSE(read("s", "1", end)) << end;
}

TEST(RecordCodecTest, TheGlobalKeyMayNameANullSubject) {
  for (const char* bytes :
       {R"({"keytype":"CONFIG","subject":null,"magic":0})", R"({"keytype":"CONFIG","magic":0})",
        R"({"keytype":"CONFIG","subject":"","magic":0})", R"({"keytype":"CONFIG","subject":":.:","magic":0})"}) {
    const absl::StatusOr<RecordKey> key = DecodeKey(bytes);
    ASSERT_TRUE(key.ok()) << bytes << key.status();
    EXPECT_EQ(*key, KeyOf(KeyType::kConfig)) << bytes;
  }
}

TEST(RecordCodecTest, TheEmptySubjectIsOmittedAndReadBack) {
  const RecordKey key = SchemaKey("", 3);
  EXPECT_EQ(EncodeKey(key), R"({"keytype":"SCHEMA","version":3,"magic":1})");
  EXPECT_EQ(*DecodeKey(EncodeKey(key)), key);
}

TEST(RecordCodecTest, ClearingTheDefaultContextIsNotClearingAll) {
  const RecordKey one = KeyOf(KeyType::kClearSubject, ":.:");
  EXPECT_EQ(*DecodeKey(EncodeKey(one)), one);
  EXPECT_NE(*DecodeKey(EncodeKey(KeyOf(KeyType::kClearSubject))), one);
}

TEST(RecordCodecTest, RefusesASchemaKeyOfAnotherMagic) {
  ExpectRefused(R"({"keytype":"SCHEMA","subject":"s","version":1,"magic":2})", std::nullopt, "magic 2");
}

TEST(RecordCodecTest, RefusesAnUnknownKeytype) {
  ExpectRefused(R"({"keytype":"FUTURE","magic":0})", std::nullopt, "unknown keytype \"FUTURE\"");
  ExpectRefused(R"({"magic":0})", std::nullopt, "unknown keytype");
}

TEST(RecordCodecTest, RefusesKeysThatAreNoJsonObject) {
  ExpectRefused("", std::nullopt, "record key");
  ExpectRefused("[]", std::nullopt, "not an object");
  ExpectRefused(R"({"keytype":"NOOP","magic":0})"
                "x",
                std::nullopt, "record key");
  ExpectRefused(std::string(R"({"keytype":"NOOP","magic":0})") + std::string("\0{", 2), std::nullopt, "after the end");
  ExpectRefused("{\"keytype\":\"NOOP\",\"x\":\"\xff\"}", std::nullopt, "UTF-8");
}

TEST(RecordCodecTest, RefusesVersionsThatAreNone) {
  ExpectRefused(R"({"keytype":"SCHEMA","subject":"s","version":0,"magic":1})", std::nullopt,
                "`version` is out of range");
  ExpectRefused(R"({"keytype":"SCHEMA","subject":"s","version":2147483648,"magic":1})", std::nullopt, "out of range");
  ExpectRefused(R"({"keytype":"SCHEMA","subject":"s","version":1.0,"magic":1})", std::nullopt, "whole number");
  ExpectRefused(R"({"keytype":"SCHEMA","subject":"s","magic":1})", std::nullopt, "without `version`");
}

TEST(RecordCodecTest, ADeepDocumentIsRefusedAtOnce) {
  const std::string deep = "{\"keytype\":\"NOOP\",\"x\":" + std::string(1 << 20, '[');
  ExpectRefused(deep, std::nullopt, "nested deeper");
}

// ---- SCHEMA ----

TEST(RecordCodecTest, ALegacyValueTakesItsSubjectFromTheKey) {
  const SchemaRecord record = DecodeSchema(R"({"id":7,"schema":"\"string\""})");
  EXPECT_EQ(record.id, SchemaId(7));
  EXPECT_EQ(record.content.type, SchemaType::kAvro);
  EXPECT_EQ(record.content.text, "\"string\"");
  EXPECT_FALSE(record.deleted);
  EXPECT_EQ(record.md5, std::nullopt);
}

TEST(RecordCodecTest, AKarapaceValueIsRead) {
  const SchemaRecord record =
      DecodeSchema(R"({"subject":"foo-value","version":1,"id":9,"schema":"syntax = \"proto3\";","deleted":true,)"
                   R"("references":[{"name":"a.proto","subject":"a","version":2}],"schemaType":"PROTOBUF"})");
  EXPECT_EQ(record.content.type, SchemaType::kProtobuf);
  EXPECT_TRUE(record.deleted);
  ASSERT_EQ(record.content.references.size(), 1u);
  EXPECT_EQ(record.content.references[0], (Reference{"a.proto", Subject::Parse("a"), Version(2)}));
}

TEST(RecordCodecTest, ARecordOfAnUnknownTypeIsKept) {
  const std::string value =
      R"({"subject":"foo-value","version":1,"id":7,"schemaType":"XSD","schema":"<xsd/>","deleted":false})";
  const SchemaRecord record = DecodeSchema(value);
  EXPECT_EQ(record.content.type, SchemaType::kOther);
  EXPECT_EQ(record.content.other_type, "XSD");
  EXPECT_EQ(EncodeRecord(SchemaKey("foo-value", 1), record).value, value);
}

TEST(RecordCodecTest, AReferencesBareSubjectIsInTheReferrersContext) {
  const std::string value =
      R"({"subject":":.c1:s","version":1,"id":7,"schemaType":"AVRO","references":[)"
      R"({"name":"a","subject":"near","version":1},{"name":"b","subject":":.c2:far","version":2}],)"
      R"("schema":"\"a\"","deleted":false})";
  const SchemaRecord record = Decode<SchemaRecord>(EncodeKey(SchemaKey(":.c1:s", 1)), value);
  ASSERT_EQ(record.content.references.size(), 2u);
  EXPECT_EQ(record.content.references[0].subject, Subject(".c1", "near"));
  EXPECT_EQ(record.content.references[1].subject, Subject(".c2", "far"));
  EXPECT_EQ(record.md5, std::nullopt);
  EXPECT_EQ(EncodeRecord(SchemaKey(":.c1:s", 1), record).value, value);
}

// Another registry hashed the spelling; its GUID would be lost when we rewrite the record in ours.
TEST(RecordCodecTest, AnotherSpellingOfAReferenceKeepsItsHash) {
  const SchemaRecord record = Decode<SchemaRecord>(
      EncodeKey(SchemaKey(":.c1:s", 1)),
      R"({"id":7,"references":[{"name":"a","subject":":.c1:near","version":1}],"schema":"\"a\""})");
  EXPECT_EQ(record.content.references[0].subject, Subject(".c1", "near"));
  SchemaContent as_spelled = record.content;
  as_spelled.references[0].subject = Subject(".", ":.c1:near");
  ASSERT_TRUE(record.md5.has_value());
  EXPECT_EQ(*record.md5, HashOf(as_spelled));
  EXPECT_NE(*record.md5, HashOf(record.content, ".c1"));
}

TEST(RecordCodecTest, NullsAreAsGoodAsAbsent) {
  const SchemaRecord record = DecodeSchema(
      R"({"subject":null,"version":1,"id":7,"md5":null,"schemaType":null,"references":null,"metadata":null,)"
      R"("ruleSet":null,"schema":"\"string\"","deleted":null,"offset":null,"ts":null})");
  EXPECT_EQ(record.content, (SchemaContent{SchemaType::kAvro, "\"string\""}));
  EXPECT_FALSE(record.deleted);
}

TEST(RecordCodecTest, NullsWithinMetadataAndRulesAreAsGoodAsAbsent) {
  const SchemaRecord record = DecodeSchema(
      R"({"id":7,"schema":"\"string\"","metadata":{"tags":{"a":null,"b":["x",null]},"properties":{"p":null,"q":"1"},)"
      R"("sensitive":null},"ruleSet":{"migrationRules":null,"domainRules":[null,{"name":"r","doc":null,"tags":null,)"
      R"("params":null,"disabled":null}],"encodingRules":[],"enableAt":null}})");
  Metadata metadata;
  metadata.tags = {{"a", {}}, {"b", {"x"}}};
  metadata.properties = {{"q", "1"}};
  EXPECT_EQ(record.content.metadata, metadata);
  RuleSet rules;
  rules.domain_rules.push_back(Rule{"r"});
  EXPECT_EQ(record.content.rule_set, rules);
}

TEST(RecordCodecTest, EmptyMetadataIsNotNone) {
  const std::string value =
      R"({"subject":"foo-value","version":1,"id":7,"schemaType":"AVRO","metadata":{},"ruleSet":{},)"
      R"("schema":"\"a\"","deleted":false})";
  const SchemaRecord record = DecodeSchema(value);
  EXPECT_EQ(record.content.metadata, Metadata());
  EXPECT_EQ(EncodeRecord(SchemaKey("foo-value", 1), record).value, value);
}

TEST(RecordCodecTest, AnUnreadableHashIsAsGoodAsNone) {
  EXPECT_EQ(DecodeSchema(R"({"id":7,"schema":"\"a\"","md5":"nonsense"})").md5, std::nullopt);
}

TEST(RecordCodecTest, TheLastOfTwoMembersCounts) {
  EXPECT_EQ(DecodeSchema(R"({"id":7,"schema":"1","id":8,"schema":"2"})").id, SchemaId(8));
}

TEST(RecordCodecTest, TextIsWrittenRaw) {
  SchemaRecord record;
  record.id = SchemaId(1);
  record.content.text = "\"\xc3\xa9/\\\n\x01\xf0\x9f\x98\x80\"";
  const Record written = EncodeRecord(SchemaKey("caf\xc3\xa9", 1), record);
  EXPECT_EQ(written.key, "{\"keytype\":\"SCHEMA\",\"subject\":\"caf\xc3\xa9\",\"version\":1,\"magic\":1}");
  EXPECT_EQ(*written.value,
            "{\"subject\":\"caf\xc3\xa9\",\"version\":1,\"id\":1,\"schemaType\":\"AVRO\",\"schema\":"
            "\"\\\"\xc3\xa9/\\\\\\n\\u0001\xf0\x9f\x98\x80\\\"\",\"deleted\":false}");
  EXPECT_EQ(std::get<SchemaRecord>(DecodeRecord(written)->value).content, record.content);
}

TEST(RecordCodecTest, RefusesIdsThatAreNone) {
  ExpectRefused(kSchemaKeyBytes, R"({"schema":"\"a\""})", "no `id`");
  ExpectRefused(kSchemaKeyBytes, R"({"id":0,"schema":"\"a\""})", "`id` is out of range");
  ExpectRefused(kSchemaKeyBytes, R"({"id":-1,"schema":"\"a\""})", "`id` is out of range");
  ExpectRefused(kSchemaKeyBytes, R"({"id":2147483648,"schema":"\"a\""})", "`id` is out of range");
  ExpectRefused(kSchemaKeyBytes, R"({"id":99999999999999999999,"schema":"\"a\""})", "whole number");
  ExpectRefused(kSchemaKeyBytes, R"({"id":"7","schema":"\"a\""})", "whole number");
}

TEST(RecordCodecTest, RefusesFieldsOfAnotherShape) {
  ExpectRefused(kSchemaKeyBytes, R"({"id":7,"schema":{}})", "`schema` must be a string");
  ExpectRefused(kSchemaKeyBytes, R"({"id":7,"schema":"a","deleted":"no"})", "`deleted` must be true or false");
  ExpectRefused(kSchemaKeyBytes, R"({"id":7,"schema":"a","references":{}})", "`references` must be an array");
  ExpectRefused(kSchemaKeyBytes, R"({"id":7,"schema":"a","metadata":[]})", "`metadata` must be an object");
  ExpectRefused(kSchemaKeyBytes, R"({"id":7,"schema":"a","ruleSet":{"domainRules":[1]}})", "`rule` must be an object");
}

TEST(RecordCodecTest, AnEmptyValueIsNoTombstone) {
  ExpectRefused(kSchemaKeyBytes, "", "record value");
  EXPECT_TRUE(std::holds_alternative<Tombstone>(DecodeRecord(Raw(kSchemaKeyBytes, std::nullopt))->value));
}

// ---- CONFIG, MODE and the rest ----

TEST(RecordCodecTest, EveryConfigFieldIsWrittenInOrderAndReadBack) {
  SubjectConfig config;
  config.alias = "other";
  config.alias_for_deks = "d";
  config.normalize = false;
  config.validate_fields = true;
  config.validate_new_schemas = true;
  config.validate_rules = false;
  config.level = CompatibilityLevel::kFullTransitive;
  config.policy = CompatibilityPolicy::kLenient;
  config.compatibility_group = "g";
  config.default_metadata = Metadata{{}, {{"a", "b"}}, {}};
  config.override_metadata = Metadata();
  config.default_rule_set = RuleSet{{}, {}, {}, "ALL"};
  config.override_rule_set = RuleSet();
  const RecordKey key = KeyOf(KeyType::kConfig, "s");
  const Record written = EncodeRecord(key, config);
  EXPECT_EQ(*written.value,
            R"({"subject":"s","alias":"other","aliasForDeks":"d","normalize":false,"validateFields":true,)"
            R"("validateNewSchemas":true,"validateRules":false,"compatibilityLevel":"FULL_TRANSITIVE",)"
            R"("compatibilityPolicy":"LENIENT","compatibilityGroup":"g","defaultMetadata":{"properties":{"a":"b"}},)"
            R"("overrideMetadata":{},"defaultRuleSet":{"enableAt":"ALL"},"overrideRuleSet":{}})");
  EXPECT_EQ(std::get<SubjectConfig>(DecodeRecord(written)->value), config);
}

TEST(RecordCodecTest, ALegacyConfigIsRead) {
  const auto config =
      Decode<SubjectConfig>(EncodeKey(KeyOf(KeyType::kConfig, "s")), R"({"compatibilityLevel":"none"})");
  EXPECT_EQ(config.level, CompatibilityLevel::kNone);
}

TEST(RecordCodecTest, RefusesAnUnknownLevel) {
  ExpectRefused(EncodeKey(KeyOf(KeyType::kConfig)), R"({"compatibilityLevel":"SOMEWHAT"})",
                "`compatibilityLevel` has an unknown value");
}

TEST(RecordCodecTest, RefusesAnUnknownMode) {
  ExpectRefused(EncodeKey(KeyOf(KeyType::kMode)), R"({"mode":"FROZEN"})", "`mode` has an unknown value");
}

TEST(RecordCodecTest, AModeOfNullIsATombstone) {
  Decode<Tombstone>(EncodeKey(KeyOf(KeyType::kMode, "s")), R"({"subject":"s","mode":null})");
}

TEST(RecordCodecTest, RefusesADeleteSubjectWithoutVersion) {
  ExpectRefused(EncodeKey(KeyOf(KeyType::kDeleteSubject, "s")), R"({"subject":"s"})", "`version` is missing");
}

TEST(RecordCodecTest, AnAssociationKeepsItsTextAndItsKeyItsFields) {
  const std::string key = R"({"magic":0,"subject":"t1-value","keytype":"ASSOC","resourceType":"topic",)"
                          R"("resourceNamespace":"lkc-1","associationType":"value","resourceName":"t1"})";
  const absl::StatusOr<DecodedRecord> record = DecodeRecord(Raw(key, R"({ "createTs": 1.50 })"));
  ASSERT_TRUE(record.ok()) << record.status();
  EXPECT_EQ(record->key.text, R"({"keytype":"ASSOC","resourceName":"t1","resourceNamespace":"lkc-1",)"
                              R"("resourceType":"topic","associationType":"value","subject":"t1-value","magic":0})");
  EXPECT_EQ(std::get<AssociationRecord>(record->value).json, R"({ "createTs": 1.50 })");
}

TEST(RecordCodecTest, ANoopSaysNothingWhateverItsValue) {
  const std::string key = R"({"keytype":"NOOP","magic":0})";
  Decode<NoopRecord>(key, "not even JSON");
  EXPECT_TRUE(std::holds_alternative<NoopRecord>(DecodeRecord(Raw(key, std::nullopt))->value));
}

// ---- claims and headers ----

TEST(RecordCodecTest, AClaimIsANoopKeyWithEpochAndToken) {
  EXPECT_EQ(EncodeKey(ClaimKey(7, "t-1")), kClaimKeyBytes);
  EXPECT_EQ(*DecodeKey(kClaimKeyBytes), ClaimKey(7, "t-1"));
  ExpectRefused(R"({"keytype":"NOOP","magic":0,"claim":"t-1"})", std::nullopt, "without `epoch`");
  ExpectRefused(R"({"keytype":"NOOP","magic":0,"epoch":9223372036854775807,"claim":"t"})", std::nullopt,
                "out of range");
}

TEST(RecordCodecTest, EveryClaimFieldIsWrittenAndReadBack) {
  ClaimRecord claim;
  claim.node = "n1";
  claim.grpc_address = "10.0.0.1:50051";
  claim.rest_address = "http://10.0.0.1:8081";
  claim.log_id = "log-1";
  claim.high_ids = {{".", SchemaId(42)}, {".c\"1", SchemaId(3)}};
  claim.accepted_foreign = Offset(12);
  const Record written = EncodeRecord(ClaimKey(7, "t-1"), claim);
  EXPECT_EQ(*written.value, R"({"claimFormat":1,"node":"n1","grpcAddress":"10.0.0.1:50051",)"
                            R"("restAddress":"http://10.0.0.1:8081","logId":"log-1",)"
                            R"("highIds":{".":42,".c\"1":3},"acceptedForeign":12})");
  const auto read = std::get<ClaimRecord>(DecodeRecord(written)->value);
  EXPECT_EQ(read.format_version, 1);
  EXPECT_EQ(read.node, claim.node);
  EXPECT_EQ(read.grpc_address, claim.grpc_address);
  EXPECT_EQ(read.rest_address, claim.rest_address);
  EXPECT_EQ(read.log_id, claim.log_id);
  EXPECT_EQ(read.high_ids, claim.high_ids);
  EXPECT_EQ(read.accepted_foreign, claim.accepted_foreign);
}

TEST(RecordCodecTest, AClaimOfALaterFormatShowsItsVersion) {
  const auto claim = Decode<ClaimRecord>(kClaimKeyBytes, R"({"node":{"id":1},"claimFormat":2,"logId":"l","new":[]})");
  EXPECT_EQ(claim.format_version, 2);
  EXPECT_EQ(claim.log_id, "l");
}

TEST(RecordCodecTest, RefusesAClaimOfThisFormatThatIsMalformed) {
  ExpectRefused(kClaimKeyBytes, R"({"claimFormat":1,"node":{}})", "`node` must be a string");
  ExpectRefused(kClaimKeyBytes, R"({"node":"n"})", "`claimFormat` is missing");
  ExpectRefused(kClaimKeyBytes, R"({"claimFormat":1,"highIds":{".":2147483648}})", "`.` is out of range");
}

TEST(RecordCodecTest, HeadersNameTheClaimAndTheRequest) {
  Record raw = Raw(R"({"keytype":"MODE","magic":0})", R"({"mode":"IMPORT"})");
  raw.headers = {{"traceparent", "x"}, {kClaimHeader, "t-1"}, {kRequestHeader, "r-1"}};
  const absl::StatusOr<DecodedRecord> record = DecodeRecord(raw);
  ASSERT_TRUE(record.ok()) << record.status();
  EXPECT_EQ(record->claim_token, "t-1");
  EXPECT_EQ(record->request_id, "r-1");
}

}  // namespace
}  // namespace regent
