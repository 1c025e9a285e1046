// Thousands of texts, each a valid schema with something broken: nothing crashes, and what is accepted is written in a
// way that reads back as itself. A fixed number of them, so that a run sees what the one before saw; REGENT_SEED tries
// others and REGENT_SECONDS goes on for as long.
#include <gtest/gtest.h>

#include <chrono>
#include <cstdlib>
#include <iostream>
#include <random>
#include <string>
#include <vector>

#include "base/error_reason.h"
#include "schema/avro/avro_format.h"
#include "schema/avro/test_cases.h"

namespace regent::avro {
namespace {

using Parsed = absl::StatusOr<std::shared_ptr<const ParsedSchema>>;

int FromEnvironment(const char* name, int otherwise) {
  const char* value = std::getenv(name);
  return value == nullptr ? otherwise : std::atoi(value);
}

std::vector<std::string> Seeds() {
  std::vector<std::string> texts;
  for (const char* file : {"vectors_canonical.json", "avro_canonical.json", "own_normalized.json"}) {
    for (const TestCase& test : LoadCases(file)) {
      if (!test.Has("refs") && !test.Has("refused")) texts.push_back(test.Text("in"));
    }
  }
  for (const TestCase& test : LoadCases("avro_compatibility.json")) texts.push_back(test.Text("new"));
  return texts;
}

class Mutator {
 public:
  explicit Mutator(uint32_t seed) : random_(seed) {}

  size_t Below(size_t bound) { return bound == 0 ? 0 : random_() % bound; }

  std::string Mutate(std::string text, const std::vector<std::string>& others) {
    const size_t changes = 1 + Below(3);
    for (size_t i = 0; i < changes; ++i) Change(&text, others);
    return text;
  }

 private:
  void Change(std::string* text, const std::vector<std::string>& others) {
    static constexpr const char* kPieces[] = {"\"int\"",     "\"null\"",    "\"R\"",
                                              "\"N\"",       "\"x.N\"",     "[]",
                                              "{}",          "null",        "1.50",
                                              "-0",          "1e400",       "\"default\"",
                                              "\"type\"",    "\"name\"",    "\"namespace\"",
                                              "\"aliases\"", "\"order\"",   "\"size\"",
                                              "\"\"",        "\"é\"",       "\"a.b\"",
                                              ",",           ":",           "/*",
                                              "*/",          "\"record\"",  "\"enum\"",
                                              "\"array\"",   "\"items\"",   "\"fields\"",
                                              "\"symbols\"", "\"\\u0001\"", "9223372036854775808",
                                              "true"};
    const size_t at = Below(text->size() + 1);
    switch (Below(6)) {
      case 0:
        if (at < text->size()) (*text)[at] = static_cast<char>(Below(256));
        break;
      case 1:
        text->erase(at, 1 + Below(8));
        break;
      case 2:
        text->insert(at, kPieces[Below(std::size(kPieces))]);
        break;
      case 3:
        ReplaceToken(text, kPieces[Below(std::size(kPieces))]);
        break;
      case 4:
        ReplaceToken(text, others[Below(others.size())]);
        break;
      default:
        text->insert(at, text->substr(Below(text->size() + 1), Below(40)));
        break;
    }
  }

  // Puts `piece` where a quoted text, a number or a bracket was: likelier to stay JSON than a change of characters.
  void ReplaceToken(std::string* text, const std::string& piece) {
    const size_t from = text->find('"', Below(text->size() + 1));
    if (from == std::string::npos) return;
    const size_t to = text->find('"', from + 1);
    if (to == std::string::npos) return;
    text->replace(from, to - from + 1, piece);
  }

  std::mt19937 random_;
};

// Avro writes an alias without a namespace (".x") as "x", which reads back as an alias in the namespace of its type. So
// such a text may lose an alias when it is read back, and the text after that must stay.
bool HasAliasWithoutNamespace(const std::string& text) {
  return text.find("\".") != std::string::npos && text.find("aliases") != std::string::npos;
}

void ExpectOneKeyIfEquivalent(const ParsedSchema& a, const ParsedSchema& b) {
  if (!AvroFormat().Equivalent(a, b)) return;
  EXPECT_EQ(AvroFormat().EquivalenceKey(a), AvroFormat().EquivalenceKey(b)) << a.canonical() << "\n" << b.canonical();
}

void ExpectFixedPoint(const std::string& text, const ParsedSchema& first) {
  Parsed read_back = AvroFormat().Parse(first.canonical(), {}, Validation::kLenient, {});
  ASSERT_TRUE(read_back.ok()) << read_back.status() << "\n" << text << "\n" << first.canonical();
  const ParsedSchema& parsed = HasAliasWithoutNamespace(text) ? **read_back : first;
  const Parsed again = AvroFormat().Parse(parsed.canonical(), {}, Validation::kLenient, {});
  ASSERT_TRUE(again.ok()) << again.status() << "\n" << text << "\n" << parsed.canonical();
  EXPECT_EQ((*again)->canonical(), parsed.canonical()) << text;
  const std::string normalized = parsed.normalized();
  const Parsed normal = AvroFormat().Parse(normalized, {}, Validation::kLenient, {});
  ASSERT_TRUE(normal.ok()) << normal.status() << "\n" << text << "\n" << normalized;
  EXPECT_EQ((*normal)->normalized(), normalized) << text;
  ExpectOneKeyIfEquivalent(parsed, **again);
  ExpectOneKeyIfEquivalent(parsed, **normal);
}

TEST(MutationTest, NothingCrashesAndAcceptedTextsAreFixedPoints) {
  const uint32_t seed = static_cast<uint32_t>(FromEnvironment("REGENT_SEED", 20240817));
  const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(FromEnvironment("REGENT_SECONDS", 0));
  constexpr int kTexts = 200'000;
  std::cout << "REGENT_SEED=" << seed << std::endl;
  const std::vector<std::string> seeds = Seeds();
  ASSERT_GT(seeds.size(), 300u);
  Mutator mutator(seed);
  int accepted = 0;
  int refused = 0;
  std::shared_ptr<const ParsedSchema> before;
  while ((accepted + refused < kTexts || std::chrono::steady_clock::now() < end) && !testing::Test::HasFailure()) {
    const std::string text = mutator.Mutate(seeds[mutator.Below(seeds.size())], seeds);
    const Validation validation = mutator.Below(2) == 0 ? Validation::kStrict : Validation::kLenient;
    const Parsed parsed = AvroFormat().Parse(text, {}, validation, {});
    if (!parsed.ok()) {
      ++refused;
      EXPECT_NE(ReasonOf(parsed.status()), ErrorReason::kInternal) << text;
      EXPECT_FALSE(parsed.status().message().empty()) << text;
      continue;
    }
    ++accepted;
    ExpectFixedPoint(text, **parsed);
    if (before != nullptr) {
      EXPECT_TRUE(AvroFormat().Compare(**parsed, *before, CompatibilityPolicy::kStrict, {}).ok()) << text;
      const bool equivalent = AvroFormat().Equivalent(**parsed, *before);
      EXPECT_EQ(equivalent, AvroFormat().Equivalent(*before, **parsed)) << text;
      EXPECT_EQ(equivalent, AvroFormat().EquivalenceKey(**parsed) == AvroFormat().EquivalenceKey(*before)) << text;
    }
    before = *parsed;
  }
  std::cout << accepted << " texts accepted, " << refused << " refused" << std::endl;
  EXPECT_GT(accepted, 10);
  EXPECT_GT(refused, 10);
}

}  // namespace
}  // namespace regent::avro
