#include "schema/protobuf/test_support.h"

#include <gtest/gtest.h>

#include <fstream>
#include <sstream>

#include "schema/protobuf/protobuf_format.h"

namespace regent::protobuf {

std::string ReadTestdata(std::string_view name) {
  const std::string path = "schema/protobuf/testdata/" + std::string(name);
  std::ifstream file(path);
  EXPECT_TRUE(file.good()) << "no test data in " << path;
  std::stringstream text;
  text << file.rdbuf();
  return text.str();
}

JsonValue ReadTestdataJson(std::string_view name) {
  JsonLimits limits;
  limits.max_depth = 1000;
  absl::StatusOr<JsonValue> value = JsonValue::Parse(ReadTestdata(name), limits);
  EXPECT_TRUE(value.ok()) << name << ": " << value.status();
  return value.ok() ? *std::move(value) : JsonValue();
}

std::string StringOf(const JsonValue& object, std::string_view name) {
  const JsonValue* member = object.Find(name);
  EXPECT_TRUE(member != nullptr && member->is_string()) << "a test case lacks " << name;
  return member != nullptr && member->is_string() ? member->string_value() : "";
}

std::vector<NamedSchema> ReferencesOf(const JsonValue& test_case) {
  std::vector<NamedSchema> references;
  const JsonValue* list = test_case.Find("references");
  if (list == nullptr) return references;
  for (const JsonValue& item : list->items()) references.push_back({StringOf(item, "name"), StringOf(item, "text")});
  return references;
}

std::shared_ptr<const ParsedSchema> MustParse(std::string_view text, const std::vector<NamedSchema>& references,
                                              Validation validation) {
  auto parsed = ProtobufFormat().Parse(text, references, validation, FormatLimits());
  EXPECT_TRUE(parsed.ok()) << parsed.status() << " in:\n" << text;
  return parsed.ok() ? *parsed : nullptr;
}

std::vector<std::string> TypesAndPaths(const Comparison& comparison) {
  std::vector<std::string> found;
  for (const Difference& difference : comparison.differences) found.push_back(difference.type + "@" + difference.path);
  return found;
}

}  // namespace regent::protobuf
