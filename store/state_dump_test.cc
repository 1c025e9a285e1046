#include "store/state_dump.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "store/record_codec.h"

namespace regent {
namespace {

using ::testing::IsEmpty;

SchemaRecord Schema(int id, const std::string& text, bool deleted = false) {
  SchemaRecord record;
  record.id = SchemaId(id);
  record.content.text = text;
  record.deleted = deleted;
  return record;
}

RecordKey SchemaKeyOf(const std::string& subject, int version) {
  return {.type = KeyType::kSchema, .subject = Subject::Parse(subject), .version = Version(version)};
}

class StateDumpTest : public ::testing::Test {
 protected:
  void Put(State* state, const RecordKey& key, const RecordValue& value) { Put(state, EncodeRecord(key, value)); }
  void Put(State* state, Record record) { state->Apply({Offset(next_++), 1000, std::move(record)}); }
  void Fill(State* state) {
    Put(state, {.type = KeyType::kContext, .text = ".eu"}, ContextRecord{});
    Put(state, SchemaKeyOf(":.eu:orders", 1), Schema(1, "x"));
    Put(state, SchemaKeyOf("orders", 1), Schema(2, "b"));
    Put(state, SchemaKeyOf("orders", 2), Schema(1, "a", true));
    SubjectConfig config;
    config.level = CompatibilityLevel::kFull;
    Put(state, {.type = KeyType::kConfig, .subject = Subject::Parse("orders")}, config);
    Put(state, {.type = KeyType::kConfig}, config);
    Put(state, {.type = KeyType::kMode}, Mode::kReadOnly);
    Put(state,
        Record{R"({"keytype":"ASSOC","tenant":"default","resourceName":"t1","magic":0})", "{\"frozen\":\n true}", {}});
  }

  int64_t next_ = 0;
};

TEST_F(StateDumpTest, IsSortedWholeAndOneLineForEachRecord) {
  State state("a");
  Fill(&state);
  EXPECT_EQ(DumpState(state),
            "{\"key\":{\"keytype\":\"CONTEXT\",\"tenant\":\"default\",\"context\":\".eu\",\"magic\":0},"
            "\"value\":{\"tenant\":\"default\",\"context\":\".eu\"}}\n"
            "{\"key\":{\"keytype\":\"SCHEMA\",\"subject\":\"orders\",\"version\":2,\"magic\":1},"
            "\"value\":{\"subject\":\"orders\",\"version\":2,\"id\":1,\"schemaType\":\"AVRO\",\"schema\":\"a\","
            "\"deleted\":true}}\n"
            "{\"key\":{\"keytype\":\"SCHEMA\",\"subject\":\"orders\",\"version\":1,\"magic\":1},"
            "\"value\":{\"subject\":\"orders\",\"version\":1,\"id\":2,\"schemaType\":\"AVRO\",\"schema\":\"b\","
            "\"deleted\":false}}\n"
            "{\"key\":{\"keytype\":\"SCHEMA\",\"subject\":\":.eu:orders\",\"version\":1,\"magic\":1},"
            "\"value\":{\"subject\":\":.eu:orders\",\"version\":1,\"id\":1,\"schemaType\":\"AVRO\",\"schema\":\"x\","
            "\"deleted\":false}}"
            "\n"
            "{\"key\":{\"keytype\":\"CONFIG\",\"magic\":0},\"value\":{\"compatibilityLevel\":\"FULL\"}}\n"
            "{\"key\":{\"keytype\":\"CONFIG\",\"subject\":\"orders\",\"magic\":0},"
            "\"value\":{\"subject\":\"orders\",\"compatibilityLevel\":\"FULL\"}}\n"
            "{\"key\":{\"keytype\":\"MODE\",\"magic\":0},\"value\":{\"mode\":\"READONLY\"}}\n"
            "{\"key\":{\"keytype\":\"ASSOC\",\"tenant\":\"default\",\"resourceName\":\"t1\",\"magic\":0},\"value\":{"
            "\"frozen\":  "
            "true}}\n");
}

TEST_F(StateDumpTest, ItsRecordsMakeTheSameState) {
  State state("a");
  Fill(&state);
  State copy("b");
  for (Record& record : RecordsOf(state)) Put(&copy, std::move(record));
  EXPECT_EQ(DumpState(copy), DumpState(state));
  EXPECT_EQ(copy.Digest().second, state.Digest().second);
}

TEST_F(StateDumpTest, EmptyStateHasNoRecords) {
  State state("a");
  Fill(&state);
  for (const Record& record : RecordsOf(state)) Put(&state, Record{record.key, std::nullopt, {}});
  EXPECT_THAT(RecordsOf(state), IsEmpty());
  EXPECT_EQ(state.Digest().second, State("b").Digest().second);
}

TEST_F(StateDumpTest, HashThatAnotherRegistryFrozeIsKept) {
  State state("a");
  Put(&state, Record{EncodeKey(SchemaKeyOf(":.eu:orders", 1)),
                     R"({"id":1,"schema":"a","references":[{"name":"n","subject":":.eu:base","version":1}]})",
                     {}});
  State copy("b");
  for (Record& record : RecordsOf(state)) Put(&copy, std::move(record));
  EXPECT_EQ(copy.FindById(".eu", SchemaId(1))->hash, state.FindById(".eu", SchemaId(1))->hash);
  EXPECT_EQ(DumpState(copy), DumpState(state));
}

TEST_F(StateDumpTest, DigestSeesWhatADeleteSubjectHides) {
  State state("a");
  Put(&state, SchemaKeyOf("orders", 1), Schema(1, "a"));
  Put(&state, {.type = KeyType::kDeleteSubject, .subject = Subject::Parse("orders")}, DeleteSubjectRecord{Version(1)});
  State other("b");
  Put(&other, SchemaKeyOf("orders", 1), Schema(1, "a", true));
  EXPECT_EQ(state.Digest().second, other.Digest().second);
}

}  // namespace
}  // namespace regent
