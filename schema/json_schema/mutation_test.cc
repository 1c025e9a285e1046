// Damaged schemas: the cases of testdata, their text and their structure altered at random. Whatever comes in, there is
// an answer: a schema that is stable under its own canonical text and compatible with itself, or an error of ours.
// REGENT_SEED and REGENT_MUTATION_MILLIS repeat and lengthen a run.
#include <chrono>
#include <cstdlib>
#include <fstream>
#include <random>
#include <sstream>
#include <string>
#include <vector>

#include "base/error_reason.h"
#include "base/json_value.h"
#include "gtest/gtest.h"
#include "schema/json_schema/json_format.h"

namespace regent {
namespace {

int64_t FromEnvironment(const char* name, int64_t otherwise) {
  const char* value = std::getenv(name);
  return value == nullptr ? otherwise : std::atoll(value);
}

std::vector<JsonValue> ReadSeeds() {
  std::vector<JsonValue> seeds;
  for (const char* name : {"compare_cases.json", "reference_cases.json"}) {
    std::ifstream file(std::string("schema/json_schema/testdata/") + name);
    EXPECT_TRUE(file.good()) << name;
    std::stringstream text;
    text << file.rdbuf();
    const JsonValue cases = JsonValue::Parse(text.str()).value();
    for (const JsonValue& each : cases.items()) {
      for (const char* key : {"old", "new", "schema"}) {
        if (each.Find(key) != nullptr) seeds.push_back(*each.Find(key));
      }
    }
  }
  return seeds;
}

class Mutator {
 public:
  Mutator(uint64_t seed, const std::vector<JsonValue>& seeds) : random_(seed), seeds_(seeds) {}

  size_t Below(size_t limit) { return std::uniform_int_distribution<size_t>(0, limit - 1)(random_); }
  const JsonValue& AnySeed() { return seeds_[Below(seeds_.size())]; }

  // Puts parts of other schemas, or words of the vocabulary, where something else was.
  JsonValue Structure() {
    JsonValue schema = AnySeed();
    for (size_t times = 1 + Below(4); times > 0; --times) {
      JsonValue* place = AnyPlace(&schema);
      switch (Below(6)) {
        case 0:
          *place = AnySeed();
          break;
        case 1:
          *place = *AnyPlace(const_cast<JsonValue*>(&AnySeed()));
          break;
        case 2:
          *place = Reference();
          break;
        case 3:
          *place = JsonValue::Number(kNumbers[Below(std::size(kNumbers))]);
          break;
        case 4:
          if (place->is_object()) place->Set(kWords[Below(std::size(kWords))], AnySeed());
          break;
        default:
          if (place->is_object() && !place->members().empty()) place->members().pop_back();
      }
    }
    return schema;
  }

  std::string Text() {
    std::string text = AnySeed().ToString();
    for (size_t times = 1 + Below(3); times > 0 && !text.empty(); --times) {
      const size_t at = Below(text.size());
      switch (Below(4)) {
        case 0:
          text.erase(at, 1 + Below(8));
          break;
        case 1:
          text[at] = static_cast<char>(Below(256));
          break;
        case 2:
          text.insert(at, text.substr(Below(text.size()), Below(30)));
          break;
        default:
          text.insert(at, 1, "{}[]\",:\\0-e"[Below(11)]);
      }
    }
    return text;
  }

 private:
  static constexpr const char* kNumbers[] = {"-1", "0", "1e400", "0.1", "1e-2147483647", "18446744073709551616"};
  static constexpr const char* kWords[] = {
      "properties", "items",   "additionalProperties", "oneOf", "allOf", "not", "type", "enum", "$ref", "$id",
      "if",         "required"};

  static JsonValue Reference(const char* to) { return JsonValue::Object({{"$ref", JsonValue::String(to)}}); }
  JsonValue Reference() {
    static constexpr const char* kTargets[] = {
        "#",      "#/definitions/n", "#/definitions/d", "#/properties/a",
        "x.json", "#/not",           "#/oneOf/0",       "http://json-schema.org/draft-07/schema#"};
    return Reference(kTargets[Below(std::size(kTargets))]);
  }

  JsonValue* AnyPlace(JsonValue* root) {
    JsonValue* at = root;
    while (Below(4) != 0) {
      if (at->is_array() && !at->items().empty()) {
        at = &at->items()[Below(at->items().size())];
      } else if (at->is_object() && !at->members().empty()) {
        at = &at->members()[Below(at->members().size())].second;
      } else {
        break;
      }
    }
    return at;
  }

  std::mt19937_64 random_;
  const std::vector<JsonValue>& seeds_;
};

void ExpectAnError(const absl::Status& status, const std::string& text) {
  const ErrorReason reason = ReasonOf(status);
  EXPECT_TRUE(reason == ErrorReason::kSchemaInvalid || reason == ErrorReason::kSchemaTooComplex ||
              reason == ErrorReason::kSchemaTooLarge)
      << status << "\n"
      << text;
  EXPECT_FALSE(status.message().empty());
}

TEST(JsonSchemaMutationTest, EveryInputGetsAnAnswer) {
  const auto seed = static_cast<uint64_t>(FromEnvironment("REGENT_SEED", 20251123));
  const std::chrono::milliseconds budget(FromEnvironment("REGENT_MUTATION_MILLIS", 2000));
  std::printf("REGENT_SEED=%llu\n", static_cast<unsigned long long>(seed));
  const std::vector<JsonValue> seeds = ReadSeeds();
  ASSERT_GT(seeds.size(), 500u);
  Mutator mutator(seed, seeds);
  const Format& format = *JsonSchemaFormat();
  FormatLimits limits;
  limits.max_comparison_steps = 20000;
  std::shared_ptr<const ParsedSchema> before;
  int accepted = 0, refused = 0;
  const auto begin = std::chrono::steady_clock::now();
  while (std::chrono::steady_clock::now() - begin < budget && !testing::Test::HasFailure()) {
    const std::string text = mutator.Below(3) == 0 ? mutator.Text() : mutator.Structure().ToString();
    const Validation validation = mutator.Below(2) == 0 ? Validation::kStrict : Validation::kLenient;
    const std::vector<NamedSchema> references = {{"x.json", mutator.AnySeed().ToString()}};
    const auto parsed = format.Parse(text, references, validation, limits);
    if (!parsed.ok()) {
      ExpectAnError(parsed.status(), text);
      ++refused;
      continue;
    }
    ++accepted;
    const auto again = format.Parse((*parsed)->canonical(), references, validation, limits);
    ASSERT_TRUE(again.ok()) << again.status() << "\n" << text;
    EXPECT_EQ((*again)->canonical(), (*parsed)->canonical()) << text;
    const auto with_itself = format.Compare(**again, **parsed, CompatibilityPolicy::kStrict, limits);
    if (with_itself.ok()) {
      EXPECT_TRUE(with_itself->differences.empty()) << text;
    } else {
      ExpectAnError(with_itself.status(), text);
    }
    if (before != nullptr) {
      const auto strict = format.Compare(**parsed, *before, CompatibilityPolicy::kStrict, limits);
      const auto lenient = format.Compare(**parsed, *before, CompatibilityPolicy::kLenient, limits);
      if (!strict.ok()) ExpectAnError(strict.status(), text);
      // What the strict policy lets in, the lenient one does.
      if (strict.ok() && lenient.ok() && strict->differences.empty()) {
        EXPECT_TRUE(lenient->differences.empty()) << before->canonical() << "\n" << text;
      }
    }
    before = *parsed;
  }
  std::printf("%d accepted, %d refused\n", accepted, refused);
  EXPECT_GT(accepted, 10);
  EXPECT_GT(refused, 10);
}

}  // namespace
}  // namespace regent
