// Real schemas from public repositories, in the folder that REGENT_CORPUS names (bazel test
// --test_env=REGENT_CORPUS=/path): accepted and refused as Confluent's registry did, canonical text a fixed point,
// versions of one subject compared. Says so and passes when the folder is not given.
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <map>
#include <sstream>
#include <string>
#include <vector>

#include "base/error_reason.h"
#include "base/json_value.h"
#include "gtest/gtest.h"
#include "schema/json_schema/compare.h"
#include "schema/json_schema/parsed.h"

namespace regent::json_schema {
namespace {

struct Entry {
  std::string file;
  std::string subject;
  bool is_accepted_by_confluent = false;
  bool is_known = false;  // whether Confluent was asked
  std::string text;
};

std::string ReadFile(const std::string& path) {
  std::ifstream file(path);
  EXPECT_TRUE(file.good()) << path;
  std::stringstream text;
  text << file.rdbuf();
  return text.str();
}

// In the order of the index: the versions of a subject ascend.
std::vector<Entry> ReadCorpus(const std::string& folder) {
  std::vector<Entry> entries;
  std::istringstream lines(ReadFile(folder + "/index.jsonl"));
  for (std::string line; std::getline(lines, line);) {
    const JsonValue row = JsonValue::Parse(line).value();
    if (row.Find("format")->string_value() != "JSON") continue;
    Entry entry;
    entry.file = row.Find("file")->string_value();
    entry.subject = row.Find("subject")->string_value();
    const JsonValue* status = row.Find("confluent_status");
    entry.is_known = status->is_number();
    entry.is_accepted_by_confluent = status->ToInt64() == 200;
    entry.text = ReadFile(folder + "/" + entry.file);
    entries.push_back(std::move(entry));
  }
  return entries;
}

// "Not tried" by Confluent: every one of these names a document that nobody registered.
bool IsRefusedForAMissingDocument(const absl::Status& status) {
  return status.message().find("not among the schema's references") != absl::string_view::npos;
}

class CorpusTest : public testing::Test {
 protected:
  void SetUp() override {
    const char* folder = std::getenv("REGENT_CORPUS");
    if (folder == nullptr || *folder == '\0') {
      std::printf("REGENT_CORPUS is not set: no corpus is read\n");
      return;
    }
    entries_ = ReadCorpus(folder);
    EXPECT_GT(entries_.size(), 100u);
  }

  std::vector<Entry> entries_;
};

using Clock = std::chrono::steady_clock;
double SecondsSince(Clock::time_point begin) { return std::chrono::duration<double>(Clock::now() - begin).count(); }

TEST_F(CorpusTest, AcceptsAndRefusesWhatConfluentDoes) {
  int accepted = 0;
  int refused = 0;
  const Clock::time_point begin = Clock::now();
  for (const Entry& entry : entries_) {
    const auto parsed = Parsed::Parse(entry.text, {}, Validation::kStrict, FormatLimits());
    if (entry.is_known) {
      EXPECT_EQ(parsed.ok(), entry.is_accepted_by_confluent) << entry.file << ": " << parsed.status();
    } else if (!parsed.ok()) {
      EXPECT_TRUE(IsRefusedForAMissingDocument(parsed.status())) << entry.file << ": " << parsed.status();
    }
    ++(parsed.ok() ? accepted : refused);
    if (!parsed.ok()) {
      EXPECT_EQ(ReasonOf(parsed.status()), ErrorReason::kSchemaInvalid);
      continue;
    }
    const auto again = Parsed::Parse((*parsed)->canonical(), {}, Validation::kStrict, FormatLimits());
    ASSERT_TRUE(again.ok()) << entry.file;
    EXPECT_EQ((*again)->canonical(), (*parsed)->canonical()) << entry.file;
    EXPECT_EQ((*again)->normalized(), (*parsed)->normalized()) << entry.file;
    const auto normal = Parsed::Parse((*parsed)->normalized(), {}, Validation::kStrict, FormatLimits());
    ASSERT_TRUE(normal.ok()) << entry.file << normal.status();
    EXPECT_EQ((*normal)->canonical(), (*parsed)->normalized()) << entry.file;
  }
  std::printf("%zu schemas: %d accepted, %d refused; parsed three times in %.2f s\n", entries_.size(), accepted,
              refused, SecondsSince(begin));
}

// A registry never fails to load its own log.
TEST_F(CorpusTest, ReadsEverythingThatWasStored) {
  for (const Entry& entry : entries_) {
    const auto parsed = Parsed::Parse(entry.text, {}, Validation::kLenient, FormatLimits());
    EXPECT_TRUE(parsed.ok()) << entry.file << ": " << parsed.status();
  }
}

TEST_F(CorpusTest, ComparesEveryVersionWithThoseBefore) {
  std::map<std::string, std::vector<std::pair<std::string, std::shared_ptr<const Parsed>>>> subjects;
  for (const Entry& entry : entries_) {
    auto parsed = Parsed::Parse(entry.text, {}, Validation::kLenient, FormatLimits());
    if (parsed.ok()) subjects[entry.subject].emplace_back(entry.file, *std::move(parsed));
  }
  int compared = 0;
  int compatible = 0;
  double slowest_seconds = 0;
  const Clock::time_point begin = Clock::now();
  for (const auto& [subject, versions] : subjects) {
    for (size_t i = 0; i < versions.size(); ++i) {
      for (size_t j = 0; j <= i; ++j) {
        const Clock::time_point start = Clock::now();
        const auto comparison = CompareModels(versions[j].second->model(), versions[i].second->model(),
                                              CompatibilityPolicy::kStrict, Listing::kIncompatible, FormatLimits());
        const auto back = CompareModels(versions[i].second->model(), versions[j].second->model(),
                                        CompatibilityPolicy::kLenient, Listing::kIncompatible, FormatLimits());
        slowest_seconds = std::max(slowest_seconds, SecondsSince(start));
        ASSERT_TRUE(comparison.ok()) << versions[j].first << " " << versions[i].first << comparison.status();
        ASSERT_TRUE(back.ok()) << versions[i].first << " " << versions[j].first << back.status();
        if (i == j) {
          EXPECT_TRUE(comparison->compatible) << versions[i].first << " with itself";
        }
        EXPECT_EQ(comparison->compatible, comparison->differences.empty());
        ++compared;
        compatible += comparison->compatible ? 1 : 0;
      }
    }
  }
  std::printf("%zu subjects: %d pairs of versions compared both ways in %.2f s (slowest %.3f s), %d compatible\n",
              subjects.size(), compared, SecondsSince(begin), slowest_seconds, compatible);
}

}  // namespace
}  // namespace regent::json_schema
