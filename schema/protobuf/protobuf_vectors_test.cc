// Every Protobuf vector: what Confluent's registry answered, byte for byte.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "schema/protobuf/protobuf_format.h"
#include "schema/protobuf/test_support.h"

namespace regent::protobuf {
namespace {

const JsonValue& Vectors() {
  static const auto* vectors = new JsonValue(ReadTestdataJson("vectors.json"));
  return *vectors;
}

std::vector<std::string> Strings(const JsonValue& list) {
  std::vector<std::string> strings;
  for (const JsonValue& item : list.items()) strings.push_back(item.string_value());
  return strings;
}

TEST(ProtobufVectorsTest, CanonicalText) {
  for (const JsonValue& vector : Vectors().Find("canonical")->items()) {
    const auto schema = MustParse(StringOf(vector, "in"));
    ASSERT_NE(schema, nullptr);
    EXPECT_EQ(schema->canonical(), StringOf(vector, "canonical"));
  }
}

TEST(ProtobufVectorsTest, NormalizedText) {
  for (const JsonValue& vector : Vectors().Find("canonical")->items()) {
    const auto schema = MustParse(StringOf(vector, "in"));
    ASSERT_NE(schema, nullptr);
    EXPECT_EQ(schema->normalized(), StringOf(vector, "normalized"));
  }
}

TEST(ProtobufVectorsTest, SerializedDescriptor) {
  const JsonValue& vector = *Vectors().Find("serialized");
  const auto schema = MustParse(StringOf(vector, "in"));
  ASSERT_NE(schema, nullptr);
  const auto serialized = ProtobufFormat().Render(*schema, "serialized");
  ASSERT_TRUE(serialized.ok()) << serialized.status();
  EXPECT_EQ(*serialized, StringOf(vector, "base64"));
}

TEST(ProtobufVectorsTest, AllDifferencesInTheirOrder) {
  for (const JsonValue& vector : Vectors().Find("compatibility")->items()) {
    SCOPED_TRACE(StringOf(vector, "name"));
    const auto old = MustParse(StringOf(vector, "old"));
    const auto now = MustParse(StringOf(vector, "new"));
    ASSERT_TRUE(old != nullptr && now != nullptr);
    const auto compared = ProtobufFormat().CompareAll(*now, *old, FormatLimits());
    ASSERT_TRUE(compared.ok()) << compared.status();
    EXPECT_EQ(TypesAndPaths(*compared), Strings(*vector.Find("diffs")));
  }
}

TEST(ProtobufVectorsTest, IncompatibleDifferences) {
  for (const JsonValue& vector : Vectors().Find("compatibility")->items()) {
    SCOPED_TRACE(StringOf(vector, "name"));
    const auto old = MustParse(StringOf(vector, "old"));
    const auto now = MustParse(StringOf(vector, "new"));
    ASSERT_TRUE(old != nullptr && now != nullptr);
    const auto compared = ProtobufFormat().Compare(*now, *old, CompatibilityPolicy::kStrict, FormatLimits());
    ASSERT_TRUE(compared.ok()) << compared.status();
    std::vector<std::string> expected;
    for (const JsonValue& difference : vector.Find("incompatible")->items()) {
      expected.push_back(StringOf(difference, "errorType") + "@" + StringOf(difference, "path"));
    }
    EXPECT_EQ(TypesAndPaths(*compared), expected);
  }
}

}  // namespace
}  // namespace regent::protobuf
