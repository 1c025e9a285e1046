// What each format costs: parsing with the canonical text, normalised text, comparison, in schemas per second of
// processor time. On the corpus that $REGENT_CORPUS names (its files that need no other), else on samples of our own.
#include <time.h>

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <functional>
#include <map>
#include <memory>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/json_value.h"
#include "benchmarks/report.h"
#include "schema/all_formats.h"

namespace regent::benchmarks {
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

double ProcessorSeconds() {
  timespec now;
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) + 1e-9 * static_cast<double>(now.tv_nsec);
}

// Runs through all schemas again and again for `seconds`; prints how many of them that makes in one. 0: `run` failed.
class Meter {
 public:
  Meter(double seconds, Report* report) : seconds_(seconds), report_(report) {}

  // `run` goes through `schemas` schemas, that are `bytes` long together, and returns how many failed.
  void Measure(const std::string& format, const char* what, size_t schemas, size_t bytes,
               const std::function<int()>& run) {
    int failed = run();  // warms up
    int64_t rounds = 0;
    const double begin = ProcessorSeconds();
    double spent = 0;
    for (; spent < seconds_; spent = ProcessorSeconds() - begin, ++rounds) failed = run();
    const double count = static_cast<double>(rounds) * static_cast<double>(schemas);
    report_->Print("| %s | %s | %zu | %.0f | %.1f | %.1f | %d |", format.c_str(), what, schemas, count / spent,
                   1e6 * spent / count, static_cast<double>(rounds) * static_cast<double>(bytes) / spent / 1e6, failed);
  }

 private:
  const double seconds_;
  Report* const report_;
};

absl::StatusOr<ParsedPtr> Parse(SchemaType type, const std::string& text, Validation validation) {
  return FindFormat(type)->Parse(text, {}, validation, FormatLimits());
}

void Run(SchemaType type, const Texts& texts, Meter* meter) {
  const std::string format(SchemaTypeName(type));
  for (const auto& [validation, what] : {std::pair(Validation::kStrict, "parse a new one, canonical text"),
                                         {Validation::kLenient, "parse a stored one"}}) {
    meter->Measure(format, what, texts.all.size(), texts.bytes, [&, validation = validation] {
      int failed = 0;
      for (const std::string& text : texts.all) failed += Parse(type, text, validation).ok() ? 0 : 1;
      return failed;
    });
  }
  std::vector<ParsedPtr> parsed;
  for (const std::string& text : texts.all) {
    const auto schema = Parse(type, text, Validation::kLenient);
    if (schema.ok()) parsed.push_back(*schema);
  }
  meter->Measure(format, "normalised text", parsed.size(), texts.bytes, [&] {
    int empty = 0;
    for (const ParsedPtr& schema : parsed) empty += schema->normalized().empty() ? 1 : 0;
    return empty;
  });
  std::vector<std::pair<ParsedPtr, ParsedPtr>> pairs;
  size_t bytes = 0;
  for (const auto& [old_text, new_text] : texts.versions) {
    const auto old_schema = Parse(type, old_text, Validation::kLenient);
    const auto new_schema = Parse(type, new_text, Validation::kLenient);
    if (!old_schema.ok() || !new_schema.ok()) continue;
    pairs.emplace_back(*old_schema, *new_schema);
    bytes += old_text.size() + new_text.size();
  }
  meter->Measure(format, "compare with the version before", pairs.size(), bytes, [&] {
    int failed = 0;
    for (const auto& [before, after] : pairs) {
      failed += FindFormat(type)->Compare(*after, *before, CompatibilityPolicy::kStrict, FormatLimits()).ok() ? 0 : 1;
    }
    return failed;
  });
}

int Main(int argc, char** argv) {
  std::string heading = "Benchmarks of the formats";
  std::string markdown;
  double seconds = 3;
  for (int i = 1; i < argc; ++i) {
    const std::string word = argv[i];
    const auto value = [&](const std::string& flag, std::string* out) {
      if (word.rfind(flag + "=", 0) != 0) return false;
      *out = word.substr(flag.size() + 1);
      return true;
    };
    if (word == "--quick") {
      seconds = 0.1;
    } else if (!value("--markdown", &markdown) && !value("--heading", &heading)) {
      std::fprintf(stderr, "unknown word %s\n", word.c_str());
      return 2;
    }
  }
  const char* corpus = std::getenv("REGENT_CORPUS");
  const bool has_corpus = corpus != nullptr && *corpus != '\0';
  Report report(heading, markdown);
  report.Print("One thread, %.1f s of processor time each, over %s. MB/s is of the texts as they were written.",
               seconds,
               has_corpus ? "the schemas of the corpus that need no other and that Confluent accepted"
                          : "six samples of our own: $REGENT_CORPUS names no corpus");
  report.Line("\n| format | what | schemas | schemas/s | us each | MB/s | failed |");
  report.Line("|---|---|---|---|---|---|---|");
  Meter meter(seconds, &report);
  for (const SchemaType type : {SchemaType::kAvro, SchemaType::kJson, SchemaType::kProtobuf}) {
    Texts texts = has_corpus ? FromCorpus(corpus, type) : OwnSamples(type);
    for (const std::string& text : texts.all) texts.bytes += text.size();
    if (texts.all.empty() || texts.versions.empty()) {
      std::fprintf(stderr, "%s has no schemas of type %s\n", corpus, std::string(SchemaTypeName(type)).c_str());
      return 1;
    }
    Run(type, texts, &meter);
  }
  report.Save();
  return 0;
}

}  // namespace
}  // namespace regent::benchmarks

int main(int argc, char** argv) { return regent::benchmarks::Main(argc, argv); }
