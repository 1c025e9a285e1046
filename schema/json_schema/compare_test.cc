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
      ASSERT_EQ(comparison.differences.size(), each.Find(key)->items().size());
      for (size_t i = 0; i < comparison.differences.size(); ++i) {
        const JudgedDifference& difference = comparison.differences[i];
        EXPECT_EQ(difference.difference.type, TextOf(each.Find(key)->items()[i].Find("errorType")));
        const JsonValue* path = each.Find(key)->items()[i].Find("path");
        EXPECT_EQ(difference.difference.path, path->is_null() ? "" : path->string_value());
        EXPECT_NE(difference.difference.message, "");
        EXPECT_NE(difference.difference.fix, "");
      }
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Files, VectorTest, testing::Values("vectors_compatibility.json", "vectors_basic.json"),
                         [](const auto& info) { return info.param.substr(0, info.param.find('.')); });

// The verdict of every type, as the specification lists them.
struct Verdicts {
  std::set<std::string> compatible;
  std::set<std::string> lenient;
  std::set<std::string> incompatible;

  // What of `all` a policy forbids.
  Found Forbidden(const std::vector<std::pair<std::string, std::string>>& all, CompatibilityPolicy policy) const {
    Found out;
    for (const auto& each : all) {
      const bool forbidden = incompatible.count(each.first) > 0 ||
                             (policy != CompatibilityPolicy::kLenient && lenient.count(each.first) > 0);
      if (forbidden) out.insert(each);
    }
    return out;
  }
};

Verdicts ReadVerdicts() {
  const JsonValue file = JsonValue::Parse(ReadTestData("verdicts.json")).value();
  const auto read = [&](const char* key) {
    std::set<std::string> names;
    for (const JsonValue& name : file.Find(key)->items()) names.insert(name.string_value());
    return names;
  };
  return {read("compatible"), read("compatible_under_lenient"), read("incompatible")};
}

TEST(DifferenceTypeTest, TheTableSaysWhatTheSpecificationSays) {
  const Verdicts verdicts = ReadVerdicts();
  EXPECT_EQ(AllDifferenceRows().size(),
            verdicts.compatible.size() + verdicts.lenient.size() + verdicts.incompatible.size());
  for (const DifferenceRow& row : AllDifferenceRows()) {
    const std::string name(row.name);
    EXPECT_EQ(&RowOf(row.type), &row) << name << " stands in the wrong row";
    EXPECT_EQ(verdicts.compatible.count(name) > 0, row.verdict == Verdict::kCompatible) << name;
    EXPECT_EQ(verdicts.lenient.count(name) > 0, row.verdict == Verdict::kLenient) << name;
    EXPECT_EQ(verdicts.incompatible.count(name) > 0, row.verdict == Verdict::kIncompatible) << name;
    EXPECT_EQ(row.message.empty(), row.verdict == Verdict::kCompatible) << name;
    EXPECT_EQ(row.fix.empty(), row.verdict == Verdict::kCompatible) << name;
    EXPECT_EQ(IsCompatible(row.type, CompatibilityPolicy::kLogical),
              IsCompatible(row.type, CompatibilityPolicy::kStrict));
  }
}

// Our own cases: everything that is found, in order, and from it what each policy forbids.
TEST(CompareTest, FindsWhatTheRulesSay) {
  const Verdicts verdicts = ReadVerdicts();
  const JsonValue cases = JsonValue::Parse(ReadTestData("compare_cases.json")).value();
  ASSERT_GT(cases.items().size(), 300u);
  std::set<std::string> seen;
  for (const JsonValue& each : cases.items()) {
    const std::string name = TextOf(each.Find("name"));
    const std::string old_text = each.Find("old")->ToString();
    const std::string new_text = each.Find("new")->ToString();
    const std::string both = name + "\n" + old_text + "\n" + new_text;
    std::vector<std::pair<std::string, std::string>> found;
    for (const JudgedDifference& difference :
         CompareOk(old_text, new_text, CompatibilityPolicy::kStrict, Listing::kEverything).differences) {
      found.emplace_back(difference.difference.type, difference.difference.path);
      seen.insert(difference.difference.type);
    }
    const Found expected = Expected(each.Find("differences"));
    EXPECT_EQ(Found(found.begin(), found.end()), expected) << both;
    for (size_t i = 0; i < found.size() && i < each.Find("differences")->items().size(); ++i) {
      const std::string shown = found[i].first + (found[i].second.empty() ? "" : " " + found[i].second);
      EXPECT_EQ(shown, each.Find("differences")->items()[i].string_value()) << "order: " << both;
    }
    for (const auto& [policy, key] :
         {std::pair(CompatibilityPolicy::kStrict, "strict"), {CompatibilityPolicy::kLenient, "lenient"}}) {
      const Found forbidden = each.Find(key) != nullptr ? Expected(each.Find(key)) : verdicts.Forbidden(found, policy);
      EXPECT_EQ(FoundIn(CompareOk(old_text, new_text, policy)), forbidden) << key << ": " << both;
    }
    EXPECT_EQ(FoundIn(CompareOk(new_text, new_text, CompatibilityPolicy::kStrict, Listing::kEverything)), Found())
        << "with itself: " << both;
  }
  // What no pair of schemas can show: two are about metadata, one is history.
  const std::set<std::string> never = {"PROPERTY_ADDED_TO_OPEN_CONTENT_MODEL", "RESERVED_PROPERTY_REMOVED",
                                       "RESERVED_PROPERTY_CONFLICTS_WITH_PROPERTY"};
  for (const DifferenceRow& row : AllDifferenceRows()) {
    EXPECT_NE(seen.count(std::string(row.name)) > 0, never.count(std::string(row.name)) > 0)
        << row.name << " has no case of its own";
  }
}

}  // namespace
}  // namespace regent::json_schema
