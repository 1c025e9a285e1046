// Damaged schemas: the cases of testdata, their text and their descriptors altered at random. Whatever comes in, there
// is an answer: a schema that is stable under its own texts and compatible with itself, or an error of ours.
// REGENT_SEED and REGENT_MUTATION_MILLIS repeat and lengthen a run.
#include <gtest/gtest.h>

#include <chrono>
#include <cstdlib>
#include <random>
#include <string>
#include <vector>

#include "absl/strings/escaping.h"
#include "base/error_reason.h"
#include "schema/protobuf/protobuf_format.h"
#include "schema/protobuf/test_support.h"

namespace regent::protobuf {
namespace {

int64_t FromEnvironment(const char* name, int64_t otherwise) {
  const char* value = std::getenv(name);
  return value == nullptr ? otherwise : std::atoll(value);
}

std::vector<std::string> ReadSeeds() {
  std::vector<std::string> seeds;
  const JsonValue vectors = ReadTestdataJson("vectors.json");
  const JsonValue texts = ReadTestdataJson("text_cases.json");
  const JsonValue comparisons = ReadTestdataJson("compare_cases.json");
  for (const JsonValue* cases : {vectors.Find("canonical"), vectors.Find("compatibility"), &texts, &comparisons}) {
    for (const JsonValue& each : cases->items()) {
      for (const char* key : {"in", "old", "new"}) {
        if (each.Find(key) != nullptr) seeds.push_back(each.Find(key)->string_value());
      }
    }
  }
  return seeds;
}

class Mutator {
 public:
  Mutator(uint64_t seed, const std::vector<std::string>& seeds) : random_(seed), seeds_(seeds) {}

  size_t Below(size_t limit) { return std::uniform_int_distribution<size_t>(0, limit - 1)(random_); }
  const std::string& AnySeed() { return seeds_[Below(seeds_.size())]; }

  std::string Text() {
    std::string text = AnySeed();
    for (size_t times = 1 + Below(4); times > 0; --times) Alter(&text);
    return text;
  }

  // Bytes of a descriptor, some of them others.
  std::string Damaged(std::string bytes) {
    for (size_t times = Below(4); times > 0 && !bytes.empty(); --times) {
      bytes[Below(bytes.size())] = static_cast<char>(Below(256));
    }
    return bytes;
  }

 private:
  static constexpr const char* kWords[] = {"message M {",
                                           "}",
                                           "{",
                                           ";",
                                           "oneof o {",
                                           "}",
                                           "enum E {",
                                           "option (x) = {",
                                           "[",
                                           "]",
                                           "[deprecated = true]",
                                           "reserved 1 to max;",
                                           "extensions 5 to 9, 12;",
                                           "extend M {",
                                           "map<string, M> m = 7;",
                                           "group G = 8 {",
                                           "repeated",
                                           "required",
                                           "= -1;",
                                           "= 536870911;",
                                           "= 0x10;",
                                           "1e400",
                                           "-inf",
                                           "nan",
                                           "\"\\xff\\n\"",
                                           "'a' 'b'",
                                           "import public \"google/protobuf/any.proto\";",
                                           "import \"x.proto\";",
                                           "syntax = \"proto2\";",
                                           "package a.b.c;",
                                           "service S { rpc Do (stream M) returns (M); }",
                                           "option allow_alias = true;",
                                           "option map_entry = true;",
                                           "json_name",
                                           "default",
                                           "// c\n",
                                           "/* */",
                                           ".a.b.M",
                                           "oneof o { }",
                                           "<",
                                           ">"};

  void Alter(std::string* text) {
    if (text->empty()) *text = AnySeed();
    const size_t at = Below(text->size());
    switch (Below(6)) {
      case 0:
        text->erase(at, 1 + Below(12));
        break;
      case 1:
        (*text)[at] = static_cast<char>(Below(256));
        break;
      case 2: {
        const std::string& other = AnySeed();
        text->insert(at, other.substr(Below(other.size()), Below(60)));
        break;
      }
      case 3:
        text->insert(WordBoundary(*text, at), std::string(" ") + kWords[Below(std::size(kWords))] + " ");
        break;
      case 4:
        text->insert(at, text->substr(Below(text->size()), Below(40)));
        break;
      default:
        text->insert(WordBoundary(*text, at), std::string(" ") + kWords[Below(std::size(kWords))] + " ");
    }
  }

  static size_t WordBoundary(const std::string& text, size_t at) {
    const size_t space = text.find_first_of(" ;{}", at);
    return space == std::string::npos ? at : space + 1;
  }

  std::mt19937_64 random_;
  const std::vector<std::string>& seeds_;
};

void ExpectAnError(const absl::Status& status, const std::string& text) {
  const ErrorReason reason = ReasonOf(status);
  EXPECT_TRUE(reason == ErrorReason::kSchemaInvalid || reason == ErrorReason::kSchemaTooComplex ||
              reason == ErrorReason::kSchemaTooLarge)
      << status << "\n"
      << text;
  EXPECT_FALSE(status.message().empty());
}

// True when `text` is a schema; then all that must hold of schemas does.
bool Judge(const std::string& text, Validation validation) {
  const ProtobufFormat format;
  const auto parsed = format.Parse(text, {}, validation, FormatLimits());
  if (!parsed.ok()) {
    ExpectAnError(parsed.status(), text);
    return false;
  }
  const ParsedSchema& schema = **parsed;
  const auto again = format.Parse(schema.canonical(), {}, validation, FormatLimits());
  EXPECT_TRUE(again.ok()) << again.status() << "\n" << text << "\ncanonical:\n" << schema.canonical();
  if (again.ok()) {
    EXPECT_EQ((*again)->canonical(), schema.canonical()) << text;
  }
  const std::string normalized = schema.normalized();
  const auto normal = format.Parse(normalized, {}, validation, FormatLimits());
  EXPECT_TRUE(normal.ok()) << normal.status() << "\n" << text << "\nnormalized:\n" << normalized;
  if (normal.ok()) {
    EXPECT_EQ((*normal)->normalized(), normalized) << text;
  }
  const auto compared = format.CompareAll(schema, schema, FormatLimits());
  EXPECT_TRUE(compared.ok()) << compared.status() << "\n" << text;
  if (compared.ok()) {
    EXPECT_TRUE(compared->differences.empty()) << compared->differences[0].type << "\n" << text;
  }
  for (const char* dress : {"serialized", "ignore_extensions"}) {
    const auto rendered = format.Render(schema, dress);
    if (!rendered.ok()) ExpectAnError(rendered.status(), text);
  }
  return true;
}

class ProtobufMutationTest : public testing::Test {
 protected:
  // Calls `turn` until time is up, or a turn has failed.
  template <typename Turn>
  void Repeat(const char* what, const Turn& turn) {
    const auto seed = static_cast<uint64_t>(FromEnvironment("REGENT_SEED", 20251124));
    const std::chrono::milliseconds time(FromEnvironment("REGENT_MUTATION_MILLIS", 1500));
    const std::vector<std::string> seeds = ReadSeeds();
    Mutator mutator(seed, seeds);
    int turns = 0;
    int schemas = 0;
    for (const auto start = std::chrono::steady_clock::now(); std::chrono::steady_clock::now() - start < time;
         ++turns) {
      schemas += turn(&mutator) ? 1 : 0;
      if (HasFailure()) break;
    }
    std::printf("%d %s, %d of them still schemas; seed %llu\n", turns, what, schemas,
                static_cast<unsigned long long>(seed));
    EXPECT_GT(turns, 10);
  }
};

TEST_F(ProtobufMutationTest, EveryTextGetsAnAnswer) {
  Repeat("texts", [](Mutator* mutator) {
    const std::string text = mutator->Text();
    Judge(text, Validation::kLenient);
    return Judge(text, Validation::kStrict);
  });
}

TEST_F(ProtobufMutationTest, EveryDescriptorGetsAnAnswer) {
  Repeat("descriptors", [](Mutator* mutator) {
    const auto schema = ProtobufFormat().Parse(mutator->Text(), {}, Validation::kStrict, FormatLimits());
    if (!schema.ok()) return false;
    std::string bytes;
    absl::Base64Unescape(*ProtobufFormat().Render(**schema, "serialized"), &bytes);
    return Judge(absl::Base64Escape(mutator->Damaged(bytes)), Validation::kStrict);
  });
}

TEST_F(ProtobufMutationTest, EveryPairOfSchemasGetsAVerdict) {
  Repeat("pairs", [](Mutator* mutator) {
    const ProtobufFormat format;
    const auto a = format.Parse(mutator->Text(), {}, Validation::kLenient, FormatLimits());
    const auto b = format.Parse(mutator->AnySeed(), {}, Validation::kLenient, FormatLimits());
    if (!a.ok() || !b.ok()) return false;
    EXPECT_TRUE(format.CompareAll(**a, **b, FormatLimits()).ok());
    EXPECT_TRUE(format.CompareAll(**b, **a, FormatLimits()).ok());
    return true;
  });
}

}  // namespace
}  // namespace regent::protobuf
