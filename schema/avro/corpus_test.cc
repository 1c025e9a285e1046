// Real schemas from public repositories, with what Confluent's registry said to each. Not part of the project: the test
// looks for them where REGENT_CORPUS says, e.g. `bazel test --test_env=REGENT_CORPUS=/path/to/corpus :corpus_test`, and
// is satisfied without them.
#include <gtest/gtest.h>

#include <chrono>
#include <cstdlib>
#include <fstream>
#include <iostream>
#include <map>
#include <sstream>
#include <string>
#include <vector>

#include "base/error_reason.h"
#include "schema/avro/avro_format.h"
#include "schema/avro/test_cases.h"
#include "schema/compatibility.h"

namespace regent::avro {
namespace {

using Parsed = absl::StatusOr<std::shared_ptr<const ParsedSchema>>;

constexpr int kAccepted = 200;
constexpr int kRefused = 422;

struct CorpusFile {
  std::string file;
  std::string subject;
  int version = 0;
  int confluent_status = 0;  // others than the two above: it failed
  std::string text;
};

std::string ReadFile(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  std::stringstream text;
  text << in.rdbuf();
  return text.str();
}

// The Avro files that can be registered alone.
std::vector<CorpusFile> ReadCorpus(const std::string& directory) {
  std::vector<CorpusFile> files;
  std::ifstream index(directory + "/index.jsonl");
  for (std::string line; std::getline(index, line);) {
    absl::StatusOr<JsonValue> json = JsonValue::Parse(line);
    if (!json.ok()) {
      ADD_FAILURE() << json.status();
      continue;
    }
    const TestCase entry(*std::move(json));
    if (entry.Text("format") != "AVRO" || !entry.Flag("self_contained")) continue;
    files.push_back({entry.Text("file"), entry.Text("subject"), entry.Number("version"),
                     entry.Number("confluent_status"), ReadFile(directory + "/" + entry.Text("file"))});
  }
  return files;
}

Parsed Parse(const std::string& text, Validation validation = Validation::kStrict) {
  return AvroFormat().Parse(text, {}, validation, FormatLimits());
}

class CorpusTest : public testing::Test {
 protected:
  // False, and says so, when there is no corpus.
  bool Load() {
    const char* directory = std::getenv("REGENT_CORPUS");
    if (directory == nullptr || *directory == '\0') {
      std::cout << "NOT RUN: REGENT_CORPUS is not set" << std::endl;
      return false;
    }
    files_ = ReadCorpus(directory);
    EXPECT_FALSE(files_.empty()) << "no Avro file in " << directory;
    return true;
  }

  std::vector<CorpusFile> files_;
};

TEST_F(CorpusTest, AcceptsAndRefusesAsConfluentDid) {
  if (!Load()) return;
  int accepted = 0;
  int refused = 0;
  int theirs_failed = 0;
  int exceptions = 0;
  size_t bytes = 0;
  const auto start = std::chrono::steady_clock::now();
  for (const CorpusFile& file : files_) {
    bytes += file.text.size();
    const Parsed parsed = Parse(file.text);
    ++(parsed.ok() ? accepted : refused);
    if (file.confluent_status != kAccepted && file.confluent_status != kRefused) {
      ++theirs_failed;
      EXPECT_TRUE(parsed.ok()) << file.file << " " << parsed.status();
    } else if (parsed.ok() != (file.confluent_status == kAccepted)) {
      ++exceptions;
      std::cout << "exception: " << file.file << " Confluent " << file.confluent_status << ", we: " << parsed.status()
                << std::endl;
    }
  }
  const std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - start;
  std::cout << files_.size() << " files, " << accepted << " accepted, " << refused << " refused, " << theirs_failed
            << " that Confluent failed on, " << exceptions << " exceptions; "
            << static_cast<int>(static_cast<double>(files_.size()) / seconds.count()) << " schemas/s of "
            << bytes / files_.size() << " bytes" << std::endl;
  EXPECT_LE(exceptions * 100, static_cast<int>(files_.size()));
}

TEST_F(CorpusTest, TextsWrittenReadBackAsThemselves) {
  if (!Load()) return;
  for (const CorpusFile& file : files_) {
    const Parsed parsed = Parse(file.text);
    if (!parsed.ok()) continue;
    const Parsed again = Parse((*parsed)->canonical());
    ASSERT_TRUE(again.ok()) << file.file << " " << again.status();
    EXPECT_EQ((*again)->canonical(), (*parsed)->canonical()) << file.file;
    EXPECT_TRUE(AvroFormat().Equivalent(**parsed, **again)) << file.file;
    const Parsed normal = Parse((*parsed)->normalized());
    ASSERT_TRUE(normal.ok()) << file.file << " " << normal.status();
    EXPECT_EQ((*normal)->normalized(), (*parsed)->normalized()) << file.file;
  }
}

TEST_F(CorpusTest, EverySchemaCanReadItself) {
  if (!Load()) return;
  for (const CorpusFile& file : files_) {
    const Parsed parsed = Parse(file.text);
    if (!parsed.ok()) continue;
    const absl::StatusOr<Comparison> comparison =
        AvroFormat().Compare(**parsed, **parsed, CompatibilityPolicy::kStrict, FormatLimits());
    ASSERT_TRUE(comparison.ok()) << file.file << " " << comparison.status();
    EXPECT_TRUE(comparison->differences.empty()) << file.file;
  }
}

TEST_F(CorpusTest, VersionsOfASubjectAreComparedAtEveryLevel) {
  if (!Load()) return;
  std::map<std::string, std::map<int, std::string>> subjects;
  for (const CorpusFile& file : files_) {
    if (Parse(file.text).ok()) subjects[file.subject][file.version] = file.text;
  }
  int chains = 0;
  int compatible = 0;
  int incompatible = 0;
  for (const auto& [subject, versions] : subjects) {
    if (versions.size() < 2) continue;
    ++chains;
    std::vector<RegisteredVersion> live;
    for (const auto& [version, text] : versions) {
      const Parsed candidate = Parse(text);
      for (CompatibilityLevel level :
           {CompatibilityLevel::kBackward, CompatibilityLevel::kBackwardTransitive, CompatibilityLevel::kForward,
            CompatibilityLevel::kForwardTransitive, CompatibilityLevel::kFull, CompatibilityLevel::kFullTransitive}) {
        const absl::StatusOr<CompatibilityReport> report =
            CheckCompatibility(level, CompatibilityPolicy::kStrict, AvroFormat(), **candidate, live, FormatLimits());
        ASSERT_TRUE(report.ok()) << subject << " " << version << " " << report.status();
        ++(report->compatible ? compatible : incompatible);
        EXPECT_FALSE(DescribeReport(*report).empty());
      }
      live.push_back(
          {Version(version), SchemaType::kAvro, [text = text] { return Parse(text, Validation::kLenient); }});
    }
  }
  std::cout << chains << " chains; verdicts: " << compatible << " compatible, " << incompatible << " not" << std::endl;
  EXPECT_GT(chains, 0);
}

}  // namespace
}  // namespace regent::avro
