// Every pair of schemas in testdata/compare_*.json: what differs, and what the policies make of it.
#include "schema/json_schema/compare.h"

#include <algorithm>
#include <fstream>
#include <set>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

#include "base/error_reason.h"
#include "base/json_value.h"
#include "gtest/gtest.h"
#include "schema/json_schema/parsed.h"

namespace regent::json_schema {
namespace {

using Found = std::multiset<std::pair<std::string, std::string>>;  // type and path

std::string ReadTestData(const std::string& name) {
  std::ifstream file("schema/json_schema/testdata/" + name);
  EXPECT_TRUE(file.good()) << name;
  std::stringstream text;
  text << file.rdbuf();
  return text.str();
}

std::string TextOf(const JsonValue* value) {
  if (value == nullptr) return "";
  return value->is_string() ? value->string_value() : value->ToString();
}

std::shared_ptr<const Parsed> ParseOk(std::string_view text, const std::vector<NamedSchema>& references = {}) {
  auto parsed = Parsed::Parse(text, references, Validation::kStrict, FormatLimits());
  EXPECT_TRUE(parsed.ok()) << parsed.status() << "\n" << text;
  return parsed.ok() ? *parsed : Parsed::Parse("{}", {}, Validation::kStrict, FormatLimits()).value();
}

JudgedComparison CompareOk(std::string_view old_text, std::string_view new_text, CompatibilityPolicy policy,
                           Listing listing = Listing::kIncompatible) {
  auto comparison =
      CompareModels(ParseOk(old_text)->model(), ParseOk(new_text)->model(), policy, listing, FormatLimits());
  EXPECT_TRUE(comparison.ok()) << comparison.status();
  return comparison.value_or(JudgedComparison());
}

Found FoundIn(const JudgedComparison& comparison) {
  Found found;
  for (const JudgedDifference& each : comparison.differences) {
    found.emplace(each.difference.type, each.difference.path);
  }
  return found;
}

Found Expected(const JsonValue* list) {
  Found found;
  if (list == nullptr) return found;
  for (const JsonValue& each : list->items()) {
    if (each.is_string()) {  // "TYPE path"
      const std::string& text = each.string_value();
      const size_t space = text.find(' ');
      found.emplace(text.substr(0, space), space == std::string::npos ? "" : text.substr(space + 1));
    } else {
      const JsonValue* path = each.Find("path");
      found.emplace(TextOf(each.Find("errorType")), path->is_string() ? path->string_value() : "");
    }
  }
  return found;
}

class VectorTest : public testing::TestWithParam<std::string> {};

// What Confluent's registry reports: STRICT and LENIENT, types and paths, in its order.
TEST_P(VectorTest, AgreesWithTheReference) {
  const JsonValue cases = JsonValue::Parse(ReadTestData(GetParam())).value();
  ASSERT_GT(cases.items().size(), 15u);
  for (const JsonValue& each : cases.items()) {
    for (const auto& [policy, key] :
         {std::pair(CompatibilityPolicy::kStrict, "strict"), {CompatibilityPolicy::kLenient, "lenient"}}) {
      const JudgedComparison comparison = CompareOk(TextOf(each.Find("old")), TextOf(each.Find("new")), policy);
      EXPECT_EQ(FoundIn(comparison), Expected(each.Find(key))) << TextOf(each.Find("name")) << " " << key << "\n"
                                                               << each.ToPrettyString();
      EXPECT_EQ(comparison.compatible, comparison.differences.empty());
      for (const JudgedDifference& difference : comparison.differences) {
        EXPECT_NE(difference.difference.message, "");
        EXPECT_NE(difference.difference.fix, "");
      }
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Files, VectorTest, testing::Values("vectors_compatibility.json", "vectors_basic.json"),
                         [](const auto& info) { return info.param.substr(0, info.param.find('.')); });

}  // namespace
}  // namespace regent::json_schema
