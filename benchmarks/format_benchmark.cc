// What each format costs: parsing, canonical text, normalised text, comparison, in schemas per second. On the corpus
// that $REGENT_CORPUS names (its files that need no other), else on samples of our own.
#include <cstdlib>
#include <fstream>
#include <map>
#include <memory>
#include <sstream>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/json_value.h"
#include "benchmark/benchmark.h"
#include "schema/all_formats.h"

namespace regent {
namespace {

using ParsedPtr = std::shared_ptr<const ParsedSchema>;

// The texts of one format, and those that are two versions of one subject.
struct Texts {
  std::vector<std::string> all;
  std::vector<std::pair<std::string, std::string>> versions;
  size_t bytes = 0;
};

std::string SampleOf(SchemaType type, int fields) {
  std::string text;
  for (int i = 0; i < fields; ++i) {
    const std::string comma = i > 0 ? "," : "";
    if (type == SchemaType::kAvro) {
      absl::StrAppend(&text, comma, R"({"name":"field)", i, R"(","type":["null","string"],"default":null})");
    } else if (type == SchemaType::kJson) {
      absl::StrAppend(&text, comma, R"("field)", i, R"(":{"type":"string","maxLength":)", 10 + i, "}");
    } else {
      absl::StrAppend(&text, "  string field", i, " = ", i + 1, ";\n");
    }
  }
  if (type == SchemaType::kAvro) return R"({"type":"record","name":"R","fields":[)" + text + "]}";
  if (type == SchemaType::kJson)
    return R"({"type":"object","properties":{)" + text + R"(},"additionalProperties":false})";
  return "syntax = \"proto3\";\nmessage M {\n" + text + "}\n";
}

Texts OwnSamples(SchemaType type) {
  Texts texts;
  for (const int fields : {1, 5, 10, 20, 50, 100}) {
    texts.all.push_back(SampleOf(type, fields));
    texts.versions.emplace_back(texts.all.back(), SampleOf(type, fields + 1));
  }
  return texts;
}

std::string ReadFile(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  std::ostringstream text;
  text << in.rdbuf();
  return text.str();
}

Texts FromCorpus(const std::string& corpus, SchemaType type) {
  Texts texts;
  std::map<std::string, std::string> earlier;  // subject -> its version before
  std::ifstream index(corpus + "/index.jsonl");
  for (std::string line; std::getline(index, line);) {
    const auto row = JsonValue::Parse(line);
    if (!row.ok() || row->Find("format")->string_value() != SchemaTypeName(type)) continue;
    if (row->Find("confluent_status")->ToInt64() != 200) continue;
    const std::string text = ReadFile(corpus + "/" + row->Find("file")->string_value());
    std::string& before = earlier[row->Find("subject")->string_value()];
    if (!before.empty()) texts.versions.emplace_back(before, text);
    before = text;
    texts.all.push_back(text);
  }
  return texts;
}

const Texts& TextsOf(SchemaType type) {
  static std::map<SchemaType, Texts> all;
  Texts& texts = all[type];
  if (!texts.all.empty()) return texts;
  const char* corpus = std::getenv("REGENT_CORPUS");
  texts = corpus != nullptr && *corpus != '\0' ? FromCorpus(corpus, type) : OwnSamples(type);
  for (const std::string& text : texts.all) texts.bytes += text.size();
  return texts;
}

ParsedPtr MustParse(SchemaType type, const std::string& text) {
  return FindFormat(type)->Parse(text, {}, Validation::kLenient, FormatLimits()).value();
}

std::vector<ParsedPtr> ParseAll(SchemaType type) {
  std::vector<ParsedPtr> parsed;
  for (const std::string& text : TextsOf(type).all) parsed.push_back(MustParse(type, text));
  return parsed;
}

void Count(size_t schemas, size_t bytes, benchmark::State& state) {
  state.counters["schemas"] = static_cast<double>(schemas);
  state.SetItemsProcessed(state.iterations() * static_cast<int64_t>(schemas));
  if (bytes > 0) state.SetBytesProcessed(state.iterations() * static_cast<int64_t>(bytes));
}

// Parsing makes the canonical text as well.
void Parse(benchmark::State& state, SchemaType type, Validation validation) {
  const Texts& texts = TextsOf(type);
  for (auto _ : state) {
    for (const std::string& text : texts.all) {
      benchmark::DoNotOptimize(FindFormat(type)->Parse(text, {}, validation, FormatLimits()));
    }
  }
  Count(texts.all.size(), texts.bytes, state);
}

void Normalize(benchmark::State& state, SchemaType type) {
  const std::vector<ParsedPtr> parsed = ParseAll(type);
  for (auto _ : state) {
    for (const ParsedPtr& schema : parsed) benchmark::DoNotOptimize(schema->normalized());
  }
  Count(parsed.size(), TextsOf(type).bytes, state);
}

void Compare(benchmark::State& state, SchemaType type) {
  std::vector<std::pair<ParsedPtr, ParsedPtr>> pairs;
  for (const auto& [old_text, new_text] : TextsOf(type).versions) {
    pairs.emplace_back(MustParse(type, old_text), MustParse(type, new_text));
  }
  for (auto _ : state) {
    for (const auto& [old_schema, new_schema] : pairs) {
      benchmark::DoNotOptimize(
          FindFormat(type)->Compare(*new_schema, *old_schema, CompatibilityPolicy::kStrict, FormatLimits()));
    }
  }
  Count(pairs.size(), 0, state);
}

#define REGENT_FORMAT_BENCHMARKS(name, type)                           \
  BENCHMARK_CAPTURE(Parse, name##_strict, type, Validation::kStrict);  \
  BENCHMARK_CAPTURE(Parse, name##_stored, type, Validation::kLenient); \
  BENCHMARK_CAPTURE(Normalize, name, type);                            \
  BENCHMARK_CAPTURE(Compare, name, type)
REGENT_FORMAT_BENCHMARKS(avro, SchemaType::kAvro);
REGENT_FORMAT_BENCHMARKS(json, SchemaType::kJson);
REGENT_FORMAT_BENCHMARKS(protobuf, SchemaType::kProtobuf);
#undef REGENT_FORMAT_BENCHMARKS

}  // namespace
}  // namespace regent
