#include "schema/avro/test_cases.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <sstream>
#include <utility>

namespace regent::avro {

std::string TestCase::Text(std::string_view member) const {
  const JsonValue* value = json_.Find(member);
  return value != nullptr && value->is_string() ? value->string_value() : "";
}

bool TestCase::Flag(std::string_view member) const {
  const JsonValue* value = json_.Find(member);
  return value == nullptr || value->bool_value();
}

int TestCase::Number(std::string_view member) const {
  const JsonValue* value = json_.Find(member);
  return value == nullptr ? 0 : static_cast<int>(value->ToInt64().value_or(0));
}

std::vector<NamedSchema> TestCase::References(std::string_view member) const {
  std::vector<NamedSchema> references;
  const JsonValue* value = json_.Find(member);
  if (value == nullptr) return references;
  for (const JsonValue& text : value->items()) {
    references.push_back({"reference-" + std::to_string(references.size()), text.string_value()});
  }
  return references;
}

std::vector<std::string> TestCase::Differences(std::string_view member) const {
  std::vector<std::string> differences;
  const JsonValue* value = json_.Find(member);
  if (value == nullptr) return differences;
  for (const JsonValue& item : value->items()) {
    const TestCase difference(item);
    differences.push_back(difference.Text("errorType") + " " + difference.Text("path") + " " +
                          difference.Text("additionalInfo"));
  }
  return differences;
}

std::vector<TestCase> LoadCases(const std::string& file) {
  std::ifstream in("schema/avro/testdata/" + file);
  std::stringstream text;
  text << in.rdbuf();
  absl::StatusOr<JsonValue> json = JsonValue::Parse(text.str());
  if (!json.ok() || !json->is_array()) {
    ADD_FAILURE() << "cannot read testdata/" << file << ": " << json.status();
    return {};
  }
  std::vector<TestCase> cases;
  for (JsonValue& item : json->items()) cases.emplace_back(std::move(item));
  return cases;
}

}  // namespace regent::avro
