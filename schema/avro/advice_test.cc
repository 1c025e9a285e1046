#include "schema/avro/advice.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace regent::avro {
namespace {

using ::testing::HasSubstr;

AvroSchema Named(AvroType type, const char* space, const char* name) {
  AvroSchema schema;
  schema.type = type;
  schema.name = {space, name};
  schema.full_name = schema.name.Full();
  return schema;
}

AvroSchema Plain(AvroType type) {
  AvroSchema schema;
  schema.type = type;
  return schema;
}

TEST(AvroAdviceTest, KeepsPathAndDetailAsFound) {
  const AvroSchema reader = Plain(AvroType::kInt);
  const AvroSchema writer = Plain(AvroType::kLong);
  const Difference difference = Explain({Problem::kTypeMismatch, "/items", "some detail", &reader, &writer});
  EXPECT_EQ(difference.type, "TYPE_MISMATCH");
  EXPECT_EQ(difference.path, "/items");
  EXPECT_EQ(difference.detail, "some detail");
}

TEST(AvroAdviceTest, ANewNameMayBecomeAnAlias) {
  const AvroSchema reader = Named(AvroType::kRecord, "y", "New");
  const AvroSchema writer = Named(AvroType::kRecord, "x", "Old");
  const Difference difference = Explain({Problem::kNameMismatch, "/name", "", &reader, &writer});
  EXPECT_EQ(difference.type, "NAME_MISMATCH");
  EXPECT_THAT(difference.fix, HasSubstr(R"(add "x.Old" to the aliases of the reader's "y.New")"));
}

TEST(AvroAdviceTest, ANullMayMakeTheFieldOptional) {
  const AvroSchema reader = Plain(AvroType::kInt);
  const AvroSchema writer = Plain(AvroType::kNull);
  EXPECT_THAT(Explain({Problem::kTypeMismatch, "/", "", &reader, &writer}).fix, HasSubstr("a union of null and int"));
}

TEST(AvroAdviceTest, ANewFieldWantsADefault) {
  const AvroSchema reader = Plain(AvroType::kInt);
  const AvroSchema writer = Named(AvroType::kRecord, "x", "R");
  AvroField field;
  field.schema = &reader;
  field.name = "amount";
  const Difference difference =
      Explain({Problem::kReaderFieldMissingDefaultValue, "/fields/1", "amount", &reader, &writer, &field});
  EXPECT_EQ(difference.type, "READER_FIELD_MISSING_DEFAULT_VALUE");
  EXPECT_THAT(difference.message, HasSubstr(R"(field "amount" is not in data written as record x.R)"));
  EXPECT_THAT(difference.fix, HasSubstr("default"));
  EXPECT_EQ(difference.new_snippet, R"({"name":"amount","type":"int"})");
  EXPECT_EQ(difference.old_snippet, "");
}

TEST(AvroAdviceTest, SnippetsNameTheTypesWithin) {
  AvroSchema writer = Named(AvroType::kRecord, "x", "R");
  const AvroSchema inner = Named(AvroType::kRecord, "x", "Inner");
  AvroSchema reader = Plain(AvroType::kUnion);
  const AvroSchema null = Plain(AvroType::kNull);
  reader.children = {&null, &inner};
  writer.fields.push_back({.name = "a", .schema = &reader});
  const Difference difference = Explain({Problem::kMissingUnionBranch, "/0", "", &reader, &writer});
  EXPECT_EQ(difference.new_snippet, R"(["null","x.Inner"])");
  EXPECT_EQ(difference.old_snippet,
            R"({"type":"record","name":"x.R","fields":[{"name":"a","type":["null","x.Inner"]}]})");
}

TEST(AvroAdviceTest, TheDefaultOfAnEnumIsNoneOfTheField) {
  const AvroSchema reader = Named(AvroType::kEnum, "", "E");
  const AvroSchema writer = Named(AvroType::kRecord, "", "R");
  AvroField field;
  field.schema = &reader;
  field.name = "kind";
  EXPECT_THAT(Explain({Problem::kTypeMismatch, "/", "", &reader, &writer, &field}).message,
              HasSubstr("the default of its enum stands in for unknown symbols only"));
}

}  // namespace
}  // namespace regent::avro
