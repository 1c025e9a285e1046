#include "schema/json_schema/json_format.h"

#include <time.h>

#include <fstream>
#include <sstream>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "base/error_reason.h"
#include "base/json_value.h"
#include "gtest/gtest.h"

namespace regent {
namespace {

using ParsedOr = absl::StatusOr<std::shared_ptr<const ParsedSchema>>;

JsonValue ReadCases(const std::string& name) {
  std::ifstream file("schema/json_schema/testdata/" + name);
  EXPECT_TRUE(file.good()) << name;
  std::stringstream text;
  text << file.rdbuf();
  return JsonValue::Parse(text.str()).value();
}

ParsedOr Parse(std::string_view text, const std::vector<NamedSchema>& references = {},
               Validation validation = Validation::kStrict, const FormatLimits& limits = {}) {
  return JsonSchemaFormat()->Parse(text, references, validation, limits);
}

std::string String(const JsonValue& row, std::string_view key) { return row.Find(key)->string_value(); }

std::vector<NamedSchema> ReferencesOf(const JsonValue& row) {
  std::vector<NamedSchema> references;
  for (const JsonValue& each : row.Find("references")->items()) {
    references.push_back({String(each, "name"), each.Find("schema")->ToString()});
  }
  return references;
}

std::vector<std::string> Differences(const ParsedSchema& reader, const ParsedSchema& writer,
                                     CompatibilityPolicy policy = CompatibilityPolicy::kStrict) {
  const absl::StatusOr<Comparison> comparison = JsonSchemaFormat()->Compare(reader, writer, policy, {});
  EXPECT_TRUE(comparison.ok()) << comparison.status();
  std::vector<std::string> found;
  for (const Difference& each : comparison->differences) found.push_back(each.type + " " + each.path);
  return found;
}

// The processor time that the parsing of a hostile input may take, and its comparison. What bounds a comparison is its
// budget of steps; that is the same everywhere, and this shows that a step costs no more than it is meant to. Builds
// with a sanitizer take smaller inputs and a smaller budget, and only have to end.
#if defined(__OPTIMIZE__) && !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
constexpr int kScale = 1;
constexpr double kMostSeconds = 2;
#else
constexpr int kScale = 10;
constexpr double kMostSeconds = 120;
#endif

class Stopwatch {
 public:
  double Seconds() const { return Now() - begin_; }
  bool IsPrompt() const { return Seconds() < kMostSeconds; }

 private:
  static double Now() {
    timespec now;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    return static_cast<double>(now.tv_sec) + 1e-9 * static_cast<double>(now.tv_nsec);
  }
  const double begin_ = Now();
};

TEST(JsonFormatTest, WritesTheTextsOfTheReference) {
  const JsonValue cases = ReadCases("vectors_canonical.json");
  ASSERT_EQ(cases.items().size(), 3u);
  for (const JsonValue& each : cases.items()) {
    const ParsedOr parsed = Parse(String(each, "in"));
    ASSERT_TRUE(parsed.ok()) << parsed.status();
    EXPECT_EQ((*parsed)->canonical(), String(each, "canonical"));
    EXPECT_EQ((*parsed)->normalized(), String(each, "normalized"));
    EXPECT_EQ(*JsonSchemaFormat()->Render(**parsed, "resolved"), String(each, "canonical"));
  }
}

TEST(JsonFormatTest, RefusesBadInputNamingThePlaceAndTheReason) {
  const JsonValue cases = ReadCases("parse_cases.json");
  ASSERT_GT(cases.items().size(), 30u);
  for (const JsonValue& each : cases.items()) {
    const ParsedOr parsed = Parse(String(each, "schema"));
    const std::string name = String(each, "name");
    EXPECT_EQ(parsed.ok(), each.Find("accepted")->bool_value()) << name << ": " << parsed.status();
    if (parsed.ok()) continue;
    EXPECT_EQ(ReasonOf(parsed.status()), ErrorReason::kSchemaInvalid) << name;
    EXPECT_EQ(DetailOf(parsed.status()).path, String(each, "path")) << name << ": " << parsed.status();
    EXPECT_NE(parsed.status().message().find(String(each, "message")), absl::string_view::npos)
        << name << ": " << parsed.status();
  }
}

TEST(JsonFormatTest, FollowsReferencesWhereTheyMayLead) {
  const JsonValue cases = ReadCases("reference_cases.json");
  ASSERT_GT(cases.items().size(), 50u);
  for (const JsonValue& each : cases.items()) {
    const std::string name = String(each, "name");
    const std::vector<NamedSchema> references = ReferencesOf(each);
    const ParsedOr parsed = Parse(each.Find("schema")->ToString(), references);
    if (each.Find("same_as") != nullptr) {
      ASSERT_TRUE(parsed.ok()) << name << ": " << parsed.status();
      const ParsedOr same = Parse(each.Find("same_as")->ToString());
      ASSERT_TRUE(same.ok()) << name << ": " << same.status();
      EXPECT_EQ(Differences(**parsed, **same), std::vector<std::string>()) << name;
      EXPECT_EQ(Differences(**same, **parsed), std::vector<std::string>()) << name;
      continue;
    }
    ASSERT_FALSE(parsed.ok()) << name;
    EXPECT_EQ(ReasonOf(parsed.status()), ErrorReason::kSchemaInvalid) << name;
    EXPECT_EQ(DetailOf(parsed.status()).path, String(each, "path")) << name << ": " << parsed.status();
    EXPECT_NE(parsed.status().message().find(String(each, "message")), absl::string_view::npos)
        << name << ": " << parsed.status();
  }
}

// A registry never fails to load its own log, whatever another registry once let in.
TEST(JsonFormatTest, ReadsStoredSchemasThatItWouldRefuseToday) {
  for (const char* file : {"reference_cases.json", "parse_cases.json"}) {
    const JsonValue cases = ReadCases(file);
    for (const JsonValue& each : cases.items()) {
      const JsonValue* schema = each.Find("schema");
      const std::string text = schema->is_string() ? schema->string_value() : schema->ToString();
      const absl::StatusOr<JsonValue> json = JsonValue::Parse(text);
      if (!json.ok() || !(json->is_object() || json->is_bool())) continue;
      if (text.find("1e99999999999") != std::string::npos) continue;  // no text to print it in
      std::vector<NamedSchema> references;
      if (each.Find("references") != nullptr) references = ReferencesOf(each);
      const ParsedOr parsed = Parse(text, references, Validation::kLenient);
      ASSERT_TRUE(parsed.ok()) << String(each, "name") << ": " << parsed.status();
      EXPECT_EQ(Differences(**parsed, **parsed), std::vector<std::string>()) << String(each, "name");
    }
  }
}

TEST(JsonFormatTest, UnresolvedReferencesOfStoredSchemasCompareByTheirText) {
  const auto stored = [](const char* text) { return Parse(text, {}, Validation::kLenient).value(); };
  const auto a = stored(R"({"properties":{"a":{"$ref":"gone.json"}}})");
  const auto same = stored(R"({"properties":{"a":{"$ref":"gone.json"},"b":{}}})");
  const auto other = stored(R"({"properties":{"a":{"$ref":"lost.json"}}})");
  EXPECT_EQ(Differences(*same, *a), std::vector<std::string>());
  EXPECT_EQ(Differences(*other, *a), std::vector<std::string>{"TYPE_CHANGED #/properties/a"});
}

TEST(JsonFormatTest, EquivalentIsEqualCanonicalText) {
  const auto parse = [](const char* text) { return Parse(text).value(); };
  const Format& format = *JsonSchemaFormat();
  EXPECT_TRUE(format.Equivalent(*parse(R"({ "type" : "number", "maximum": 1e3 })"),
                                *parse("{\"type\":\"number\",\n\"maximum\":1E+3}")));
  EXPECT_FALSE(
      format.Equivalent(*parse(R"({"type":"number","maximum":1})"), *parse(R"({"maximum":1,"type":"number"})")));
  EXPECT_FALSE(format.Equivalent(*parse(R"({"maximum":1})"), *parse(R"({"maximum":1.0})")));
}

TEST(JsonFormatTest, TellsPeopleWhatDiffersAndWhatToDo) {
  const auto writer = Parse(R"({"type":"object","properties":{"age":{"type":"number","maximum":150}}})").value();
  const auto reader =
      Parse(R"({"type":"object","properties":{"age":{"type":"number","maximum":99.50},"b":{"type":"string"}}})")
          .value();
  const Comparison comparison = JsonSchemaFormat()->Compare(*reader, *writer, CompatibilityPolicy::kStrict, {}).value();
  ASSERT_EQ(comparison.differences.size(), 2u);
  EXPECT_EQ(comparison.differences[0].type, "MAXIMUM_DECREASED");
  EXPECT_EQ(comparison.differences[0].path, "#/properties/age/maximum");
  EXPECT_EQ(comparison.differences[0].message, "the reader demands maximum 99.5, the writer only 150");
  EXPECT_EQ(comparison.differences[0].fix, "keep maximum 150, or a weaker limit");
  EXPECT_EQ(comparison.differences[0].detail, "150 -> 99.5");
  EXPECT_EQ(comparison.differences[1].message,
            "the writer's open schema allows property b with any content, the reader takes only string");
}

TEST(JsonFormatTest, NamesThePlaceWhereTheReportHasNoPath) {
  const auto writer = Parse(R"({"properties":{"list":{"type":"array"}}})").value();
  const auto reader = Parse(R"({"properties":{"list":{"type":"array","items":{"type":"string"}}}})").value();
  const Comparison comparison = JsonSchemaFormat()->Compare(*reader, *writer, CompatibilityPolicy::kStrict, {}).value();
  ASSERT_EQ(comparison.differences.size(), 1u);
  EXPECT_EQ(comparison.differences[0].type, "SCHEMA_ADDED");
  EXPECT_EQ(comparison.differences[0].path, "");
  EXPECT_EQ(comparison.differences[0].fix,
            "leave #/properties/list/items out, or let it be a schema without rules: {}");
}

TEST(JsonFormatTest, ListsNoMoreDifferencesThanAllowed) {
  std::string properties;
  for (int i = 0; i < 300; ++i) absl::StrAppend(&properties, i == 0 ? "" : ",", "\"p", i, "\":{\"type\":\"string\"}");
  const auto writer = Parse(R"({"type":"object"})").value();
  const auto reader = Parse(absl::StrCat(R"({"type":"object","properties":{)", properties, "}}")).value();
  const Comparison all = JsonSchemaFormat()->Compare(*reader, *writer, CompatibilityPolicy::kStrict, {}).value();
  EXPECT_EQ(all.differences.size(), 100u);
  EXPECT_TRUE(all.truncated);
  FormatLimits exact;
  exact.max_differences = 300;
  const Comparison whole = JsonSchemaFormat()->Compare(*reader, *writer, CompatibilityPolicy::kStrict, exact).value();
  EXPECT_EQ(whole.differences.size(), 300u);
  EXPECT_FALSE(whole.truncated);
  FormatLimits one;
  one.max_differences = 1;
  const Comparison first = JsonSchemaFormat()->Compare(*reader, *writer, CompatibilityPolicy::kStrict, one).value();
  ASSERT_EQ(first.differences.size(), 1u);
  EXPECT_EQ(first.differences[0].path, "#/properties/p0");
  EXPECT_TRUE(first.truncated);
}

std::string Repeat(const std::string& text, int times) {
  std::string out;
  for (int i = 0; i < times; ++i) out += text;
  return out;
}

// bad/146.
TEST(JsonFormatHostileTest, DeepNestingIsTooComplex) {
  const Stopwatch stopwatch;
  const ParsedOr deep = Parse(Repeat("{\"allOf\":[", 2000) + "{}" + Repeat("]}", 2000));
  EXPECT_EQ(ReasonOf(deep.status()), ErrorReason::kSchemaTooComplex) << deep.status();
  const ParsedOr arrays = Parse("{\"default\":" + Repeat("[", 400000) + Repeat("]", 400000) + "}");
  EXPECT_EQ(ReasonOf(arrays.status()), ErrorReason::kSchemaTooComplex) << arrays.status();
  const ParsedOr just = Parse(Repeat("{\"not\":", 256) + "{}" + Repeat("}", 256));
  EXPECT_TRUE(just.ok()) << just.status();
  const ParsedOr beyond = Parse(Repeat("{\"not\":", 257) + "{}" + Repeat("}", 257));
  EXPECT_EQ(ReasonOf(beyond.status()), ErrorReason::kSchemaTooComplex) << beyond.status();
  EXPECT_TRUE(stopwatch.IsPrompt());
}

TEST(JsonFormatHostileTest, LongTextsAreTooLarge) {
  const ParsedOr text = Parse("{\"title\":\"" + std::string(1 << 20, 'a') + "\"}");
  EXPECT_EQ(ReasonOf(text.status()), ErrorReason::kSchemaTooLarge);
  std::vector<NamedSchema> references;
  for (int i = 0; i < 9; ++i) {
    references.push_back({absl::StrCat(i, ".json"), "{\"title\":\"" + std::string(1000000, 'a') + "\"}"});
  }
  EXPECT_EQ(ReasonOf(Parse("{}", references).status()), ErrorReason::kSchemaTooLarge);
}

// Compares; the answer is there in time, or it is the budget error.
void CompareInTime(const std::string& old_text, const std::string& new_text, FormatLimits limits = {}) {
  limits.max_text_bytes = 16 << 20;
  limits.max_comparison_steps /= kScale;
  const Stopwatch stopwatch;
  const ParsedOr writer = Parse(old_text, {}, Validation::kStrict, limits);
  const ParsedOr reader = Parse(new_text, {}, Validation::kStrict, limits);
  ASSERT_TRUE(writer.ok()) << writer.status();
  ASSERT_TRUE(reader.ok()) << reader.status();
  EXPECT_TRUE(stopwatch.IsPrompt()) << "parsing took " << stopwatch.Seconds() << " s";
  const Stopwatch comparing;
  const auto comparison = JsonSchemaFormat()->Compare(**reader, **writer, CompatibilityPolicy::kStrict, limits);
  if (!comparison.ok()) {
    EXPECT_EQ(ReasonOf(comparison.status()), ErrorReason::kSchemaTooComplex) << comparison.status();
  }
  EXPECT_TRUE(comparing.IsPrompt()) << "comparing took " << comparing.Seconds() << " s";
}

// bad/147.
TEST(JsonFormatHostileTest, FiftyThousandProperties) {
  const auto schema = [](const char* type, const char* prefix, const char* rest) {
    std::string text = "{\"type\":\"object\",\"properties\":{";
    for (int i = 0; i < 50000 / kScale; ++i) {
      absl::StrAppend(&text, i == 0 ? "" : ",", "\"", prefix, i, "\":{\"type\":\"", type, "\"}");
    }
    return text + "}" + rest + "}";
  };
  CompareInTime(schema("integer", "p", ""), schema("number", "p", ""));
  CompareInTime(schema("string", "p", ""), schema("integer", "p", ""));
  CompareInTime(schema("string", "p", ",\"additionalProperties\":false"), schema("string", "q", ""));
  CompareInTime(schema("string", "p", ",\"patternProperties\":{\"9$\":{},\"(1|2)+$\":{},\"^.*$\":{}}"),
                schema("string", "q", ",\"patternProperties\":{\"9$\":{},\"(1|2)+$\":{},\"^.*$\":{}}"));
}

TEST(JsonFormatHostileTest, ManyPatternsAndManyNames) {
  std::string properties, patterns;
  for (int i = 0; i < 20000 / kScale; ++i) absl::StrAppend(&properties, i == 0 ? "" : ",", "\"p", i, "\":{}");
  for (int i = 0; i < 20000 / kScale; ++i) absl::StrAppend(&patterns, i == 0 ? "" : ",", "\"(a|b", i, ")*c\":{}");
  CompareInTime("{\"patternProperties\":{" + patterns + "},\"additionalProperties\":false}",
                "{\"patternProperties\":{" + patterns + "},\"properties\":{" + properties + "}}");
}

TEST(JsonFormatHostileTest, WideChoicesWithinChoices) {
  const auto choice = [](int branches, const std::string& within, int shift) {
    std::string text = "{\"oneOf\":[";
    for (int i = 0; i < branches; ++i) {
      absl::StrAppend(&text, i == 0 ? "" : ",", "{\"type\":\"object\",\"maxProperties\":", 5000 - i - shift,
                      ",\"properties\":{\"a\":", within, "}}");
    }
    return text + "]}";
  };
  std::string old_text = "{}";
  std::string new_text = "{\"type\":\"null\"}";
  for (int level = 0; level < 3; ++level) {
    old_text = choice(25, old_text, 0);
    new_text = choice(25, new_text, 1);
    CompareInTime(old_text, new_text);
  }
  CompareInTime(choice(1500 / kScale, "{}", 0), choice(1500 / kScale, "{}", 1));
}

TEST(JsonFormatHostileTest, ChoicesOfOneThatAreReferences) {
  // Every definition is a choice among all: as many pairs as there are, and every one rests on every other.
  const auto schema = [](int definitions, const char* leaf) {
    std::string all, text = "{\"$ref\":\"#/definitions/d0\",\"definitions\":{";
    for (int i = 0; i < definitions; ++i) {
      absl::StrAppend(&all, i == 0 ? "" : ",", "{\"type\":\"array\",\"minItems\":", i,
                      ",\"items\":{\"$ref\":\"#/definitions/d", i, "\"}}");
    }
    for (int i = 0; i < definitions; ++i) {
      absl::StrAppend(&text, i == 0 ? "" : ",", "\"d", i, "\":{\"oneOf\":[", all, ",", leaf, "]}");
    }
    return text + "}}";
  };
  CompareInTime(schema(30, "{\"type\":\"number\"}"), schema(30, "{\"type\":\"integer\"}"));
  CompareInTime(schema(60, "{\"type\":\"integer\"}"), schema(60, "{\"type\":\"number\"}"));
}

TEST(JsonFormatHostileTest, LongChainsOfReferences) {
  const auto chain = [](int length, const std::string& link, const char* end) {
    std::string text = "{\"$ref\":\"#/definitions/d0\",\"definitions\":{";
    for (int i = 0; i < length; ++i) {
      absl::StrAppend(&text, "\"d", i, "\":");
      const std::string target = absl::StrCat("{\"$ref\":\"#/definitions/d", i + 1, "\"}");
      const size_t hole = link.find('@');
      absl::StrAppend(&text, link.substr(0, hole), target, link.substr(hole + 1), ",");
    }
    return absl::StrCat(text, "\"d", length, "\":", end, "}}");
  };
  for (const char* link : {"@", "{\"properties\":{\"n\":@}}", "{\"allOf\":[@]}", "{\"not\":@}", "{\"items\":[@,@]}"}) {
    std::string full = link;
    if (full == "{\"items\":[@,@]}") full = "{\"items\":[{},@]}";
    CompareInTime(chain(20000 / kScale, full, "{\"type\":\"number\"}"),
                  chain(20000 / kScale, full, "{\"type\":\"integer\"}"));
  }
}

// Each of 1,000 branches begins a row of 12,000 references: every pair went the whole way again.
TEST(JsonFormatHostileTest, WideChoicesOfLongRowsOfReferences) {
  const auto schema = [](const char* end) {
    const int length = 12000 / kScale;
    std::string text = "{\"oneOf\":[{\"$ref\":\"#/definitions/d0\"}";
    for (int i = 1; i < 1000 / kScale; ++i) text += ",{\"$ref\":\"#/definitions/d0\"}";
    text += "],\"definitions\":{";
    for (int i = 0; i < length; ++i) {
      absl::StrAppend(&text, "\"d", i, "\":{\"$ref\":\"#/definitions/d", i + 1, "\"},");
    }
    return absl::StrCat(text, "\"d", length, "\":", end, "}}");
  };
  CompareInTime(schema("{\"type\":\"number\"}"), schema("{\"type\":\"integer\"}"));
}

// Every branch used to be held against every other to find its equal.
TEST(JsonFormatHostileTest, EqualBranchesTakeStepsInProportionInWhicheverOrder) {
  constexpr int kBranches = 30000 / kScale;
  std::vector<std::string> branches;
  for (int i = 0; i < kBranches; ++i) branches.push_back(absl::StrCat("{\"maxLength\":", i, "}"));
  std::vector<std::string> backwards(branches.rbegin(), branches.rend());
  const std::vector<std::string> alike(kBranches, "{}");
  const auto choice = [](const std::vector<std::string>& of) { return "{\"anyOf\":[" + absl::StrJoin(of, ",") + "]}"; };
  FormatLimits limits;
  limits.max_text_bytes = 16 << 20;
  limits.max_comparison_steps = 8 * kBranches;
  for (const auto& [old_branches, new_branches] :
       {std::pair(branches, backwards), {branches, branches}, {alike, alike}}) {
    const auto writer = Parse(choice(old_branches), {}, Validation::kStrict, limits).value();
    const auto reader = Parse(choice(new_branches), {}, Validation::kStrict, limits).value();
    const Stopwatch stopwatch;
    const auto comparison = JsonSchemaFormat()->Compare(*reader, *writer, CompatibilityPolicy::kStrict, limits);
    ASSERT_TRUE(comparison.ok()) << comparison.status();
    EXPECT_TRUE(comparison->differences.empty());
    EXPECT_TRUE(stopwatch.IsPrompt()) << stopwatch.Seconds();
  }
}

// A choice of `branches` objects, of which no two are equal; each holds `rest`.
std::string Choice(int branches, int shift, const std::string& rest) {
  std::string text = "{\"oneOf\":[";
  for (int i = 0; i < branches; ++i) {
    absl::StrAppend(&text, i == 0 ? "" : ",", "{\"type\":\"object\",\"maxProperties\":", 5000 - i - shift, rest, "}");
  }
  return text + "]}";
}

// What is the same in every branch is compared for every pair of them.
TEST(JsonFormatHostileTest, WideChoicesOfLargeParts) {
  const int branches = 500 / kScale;
  const int bytes = 1500;
  const std::string numbers = "[" + Repeat("1,", bytes / 2) + "1]";
  const std::string name(bytes, 'n');
  const std::string names = "[\"" + name + "\",\"" + name + "2\"]";
  for (const std::string& rest : {
           ",\"default\":" + numbers,
           ",\"title\":\"" + name + "\"",
           ",\"properties\":{\"" + name + "\":{}}",
           ",\"patternProperties\":{\"" + name + "\":{}}",
           ",\"dependencies\":{\"a\":" + names + "}",
           ",\"required\":" + names,
           ",\"properties\":{\"a\":{\"enum\":" + numbers.substr(0, 1) + "\"" + name + "\"]}}",
           ",\"properties\":{\"a\":{\"multipleOf\":1" + std::string(bytes, '2') + "}}",
           ",\"properties\":{\"a\":{\"pattern\":\"" + name + "\"}}",
       }) {
    SCOPED_TRACE(rest.substr(0, 40));
    CompareInTime(Choice(branches, 0, rest), Choice(branches, 1000, rest));
  }
}

TEST(JsonFormatHostileTest, PatternsThatAreSlowToCompileAndToRun) {
  std::string large, slow, properties;
  for (int i = 0; i < 40000 / kScale; ++i) {
    absl::StrAppend(&large, i == 0 ? "" : ",", "\"[^x]{999}", i, "\":{}");
  }
  for (int i = 0; i < 1000 / kScale; ++i) {
    absl::StrAppend(&slow, i == 0 ? "" : ",", "\"[ab]*a[ab]{", 900 - i % 100, "}c", i, "\":{}");
    absl::StrAppend(&properties, i == 0 ? "" : ",", "\"", i, Repeat("ab", 450), "\":{}");
  }
  const std::string too_large = "\"" + Repeat("[^x]{999}", 100) + "\":{}";
  for (const std::string& patterns : {large, slow, too_large}) {
    const std::string rest = "{\"additionalProperties\":false,\"patternProperties\":{" + patterns + "}";
    CompareInTime(rest + "}", rest + ",\"properties\":{" + properties + "}}");
  }
}

// Choices of choices that lead back to the first, and objects whose patterns cover each other's properties.
TEST(JsonFormatHostileTest, RecursionThroughChoicesAndPatterns) {
  const auto choices = [](int definitions, const char* leaf) {
    std::string text = "{\"$ref\":\"#/definitions/d0\",\"definitions\":{";
    for (int i = 0; i < definitions; ++i) {
      absl::StrAppend(&text, i == 0 ? "" : ",", "\"d", i, "\":{\"oneOf\":[{\"type\":\"", leaf, "\",\"maximum\":", i,
                      "}");
      for (int j = 1; j < 8; ++j) {
        const std::string target = absl::StrCat("{\"$ref\":\"#/definitions/d", (i * 7 + j * j) % definitions, "\"}");
        absl::StrAppend(&text, ",{\"oneOf\":[", target, ",{\"not\":", target, "},{\"minLength\":", j, "}]}");
      }
      text += "]}";
    }
    return text + "}}";
  };
  const auto covers = [](int definitions, const char* leaf, const char* prefix) {
    std::string text = "{\"$ref\":\"#/definitions/d0\",\"definitions\":{";
    for (int i = 0; i < definitions; ++i) {
      absl::StrAppend(&text, i == 0 ? "" : ",", "\"d", i, "\":{\"patternProperties\":{");
      for (int j = 0; j < 20; ++j) {
        absl::StrAppend(&text, j == 0 ? "" : ",", "\"^[", prefix, "pq]", j, "\":{\"$ref\":\"#/definitions/d",
                        (i * 13 + j) % definitions, "\"}");
      }
      absl::StrAppend(&text, "},\"properties\":{");
      for (int j = 0; j < 20; ++j) {
        absl::StrAppend(&text, j == 0 ? "" : ",", "\"", prefix, j, "\":{\"$ref\":\"#/definitions/d",
                        (i * 11 + j) % definitions, "\"}");
      }
      absl::StrAppend(&text, ",\"leaf\":{\"type\":\"", leaf, "\"}}}");
    }
    return text + "}}";
  };
  for (const int definitions : {20, 200 / kScale, 1000 / kScale}) {
    CompareInTime(choices(definitions, "integer"), choices(definitions, "number"));
    CompareInTime(choices(definitions, "number"), choices(definitions, "integer"));
    CompareInTime(covers(definitions, "integer", "p"), covers(definitions, "number", "q"));
    CompareInTime(covers(definitions, "number", "p"), covers(definitions, "integer", "q"));
  }
}

TEST(JsonFormatHostileTest, ReferencesIntoTheMiddleOfUnknownKeywords) {
  // Each names a place around the one before: nothing may be read twice.
  std::string inner = "{\"type\":\"string\"}";
  for (int i = 0; i < 120; ++i) inner = "{\"not\":" + inner + "}";
  std::string text = "{\"x\":" + inner + ",\"anyOf\":[";
  for (int i = 120; i >= 0; --i) absl::StrAppend(&text, "{\"$ref\":\"#/x", Repeat("/not", i), "\"},");
  text += "{}]}";
  CompareInTime(text, text);
}

TEST(JsonFormatHostileTest, ManyReferencesIntoOneLargeObject) {
  std::string definitions, properties;
  for (int i = 0; i < 20000 / kScale; ++i) {
    absl::StrAppend(&definitions, i == 0 ? "" : ",", "\"d", i, "\":{\"type\":\"string\"}");
    absl::StrAppend(&properties, i == 0 ? "" : ",", "\"p", i, "\":{\"$ref\":\"#/definitions/d", i, "\"}");
  }
  const std::string text = "{\"properties\":{" + properties + "},\"definitions\":{" + definitions + "}}";
  CompareInTime(text, text);
}

// What is relative to a long `$id` is as long itself.
TEST(JsonFormatHostileTest, LongIdentifiersOfManySchemas) {
  const std::string root = "{\"$schema\":\"https://json-schema.org/draft/2020-12/schema\",\"$id\":\"http://x/" +
                           std::string(100000, 'x') + "/\",";
  const auto many = [](const char* before, const char* after) {
    std::string text;
    for (int i = 0; i < 1000; ++i) absl::StrAppend(&text, i == 0 ? "" : ",", "\"d", i, "\":", before, i, after);
    return text;
  };
  for (const std::string& rest : {
           "\"$defs\":{" + many("{\"$id\":\"a", "\"}") + "}",
           "\"$defs\":{" + many("{\"$anchor\":\"a", "\"}") + "}",
           "\"x\":{" + many("{\"title\":\"", "\"}") + "},\"properties\":{" + many("{\"$ref\":\"#/x/d", "\"}") + "}",
           "\"$defs\":{" + many("{\"$dynamicRef\":\"#/x/d", "\"}") + "},\"x\":{" + many("[{},", "]") + "}",
       }) {
    SCOPED_TRACE(rest.substr(0, 60));
    const Stopwatch watch;
    EXPECT_EQ(ReasonOf(Parse(root + rest + "}", {}, Validation::kLenient).status()), ErrorReason::kSchemaTooComplex);
    EXPECT_TRUE(watch.IsPrompt()) << watch.Seconds();
  }
}

// Schemas behind unknown keywords of a part with an `$id` of its own: each is known by the whole way to it.
TEST(JsonFormatHostileTest, LongWaysToManySchemas) {
  std::string hidden, uses;
  for (int i = 0; i < 1000; ++i) {
    absl::StrAppend(&hidden, i == 0 ? "" : ",", "\"d", i, "\":{}");
    absl::StrAppend(&uses, i == 0 ? "" : ",", "\"p", i, "\":{\"$ref\":\"http://y/#/x/d", i, "\"}");
  }
  const std::string text = "{\"definitions\":{\"" + std::string(100000, 'n') + "\":{\"$id\":\"http://y/\",\"x\":{" +
                           hidden + "}}},\"properties\":{" + uses + "}}";
  EXPECT_EQ(ReasonOf(Parse(text).status()), ErrorReason::kSchemaTooComplex);
}

TEST(JsonFormatHostileTest, BracesThatAreNeverClosed) {
  for (const char* close : {"", "}"}) {
    const Stopwatch watch;
    const ParsedOr parsed = Parse("{\"pattern\":\"" + std::string(1000000, '{') + close + "\"}");
    EXPECT_TRUE(parsed.ok()) << parsed.status();
    EXPECT_TRUE(watch.IsPrompt()) << watch.Seconds();
  }
}

TEST(JsonFormatHostileTest, TheBudgetIsAnErrorThatSaysSo) {
  FormatLimits limits;
  limits.max_comparison_steps = 10;
  const auto schema = Parse(R"({"properties":{"a":{},"b":{},"c":{},"d":{"properties":{"e":{}}}}})").value();
  const auto comparison = JsonSchemaFormat()->Compare(*schema, *schema, CompatibilityPolicy::kStrict, limits);
  EXPECT_EQ(ReasonOf(comparison.status()), ErrorReason::kSchemaTooComplex);
  EXPECT_NE(comparison.status().message().find("limit of 10 steps"), absl::string_view::npos);
}

}  // namespace
}  // namespace regent
