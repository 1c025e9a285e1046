// Real schemas from public repositories, in the folder that REGENT_CORPUS names, with the files that they import:
// accepted as Confluent's registry did, texts fixed points, descriptors the same schema, versions compared. Says so and
// passes when the folder is not given.
#include <gtest/gtest.h>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <map>
#include <set>
#include <sstream>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "base/json_value.h"
#include "schema/protobuf/protobuf_format.h"

namespace regent::protobuf {
namespace {

struct Entry {
  std::string file;
  std::string subject;
  int64_t confluent_status = 0;  // 0: not asked, because it imports something
  std::vector<std::string> imports;
  std::string text;
};

std::string ReadFile(const std::string& path) {
  std::ifstream file(path);
  EXPECT_TRUE(file.good()) << path;
  std::stringstream text;
  text << file.rdbuf();
  return text.str();
}

class ProtobufCorpusTest : public testing::Test {
 protected:
  void SetUp() override {
    const char* folder = std::getenv("REGENT_CORPUS");
    if (folder == nullptr || *folder == '\0') {
      std::printf("REGENT_CORPUS is not set: no corpus is read\n");
      return;
    }
    std::istringstream lines(ReadFile(std::string(folder) + "/index.jsonl"));
    for (std::string line; std::getline(lines, line);) {
      const JsonValue row = JsonValue::Parse(line).value();
      if (row.Find("format")->string_value() != "PROTOBUF") continue;
      Entry entry;
      entry.file = row.Find("file")->string_value();
      entry.subject = row.Find("subject")->string_value();
      entry.confluent_status = row.Find("confluent_status")->ToInt64().value_or(0);
      for (const JsonValue& import : row.Find("references")->items()) entry.imports.push_back(import.string_value());
      entry.text = ReadFile(std::string(folder) + "/" + entry.file);
      entries_.push_back(std::move(entry));
    }
    EXPECT_GT(entries_.size(), 100u);
    // The last version of a subject stands for it; subjects are `repository:path`.
    for (const Entry& entry : entries_) latest_[entry.subject] = &entry;
  }

  const Entry* Imported(const Entry& importer, const std::string& import) const {
    const std::string repository = importer.subject.substr(0, importer.subject.find(':'));
    for (const auto& [subject, entry] : latest_) {
      if (absl::StartsWith(subject, repository + ":") &&
          (absl::EndsWith(subject, "/" + import) || absl::EndsWith(subject, ":" + import))) {
        return entry;
      }
    }
    return nullptr;
  }

  // False when the corpus lacks one of them.
  bool AddImports(const Entry& entry, std::set<std::string>* names, std::vector<NamedSchema>* references) const {
    bool complete = true;
    for (const std::string& import : entry.imports) {
      if (absl::StartsWith(import, "google/protobuf/") || !names->insert(import).second) continue;
      const Entry* imported = Imported(entry, import);
      if (imported == nullptr) {
        complete = complete && absl::StartsWith(import, "google/type/");  // bundled
        continue;
      }
      complete = AddImports(*imported, names, references) && complete;
      references->push_back({import, imported->text});
    }
    return complete;
  }

  std::vector<NamedSchema> ImportsOf(const Entry& entry, bool* complete) const {
    std::set<std::string> names;
    std::vector<NamedSchema> references;
    *complete = AddImports(entry, &names, &references);
    return references;
  }

  std::vector<Entry> entries_;
  std::map<std::string, const Entry*> latest_;
};

using Clock = std::chrono::steady_clock;
double SecondsSince(Clock::time_point begin) { return std::chrono::duration<double>(Clock::now() - begin).count(); }

TEST_F(ProtobufCorpusTest, AcceptsWhatConfluentDoesAndWhatIsComplete) {
  int accepted = 0;
  int refused = 0;
  double seconds = 0;
  for (const Entry& entry : entries_) {
    bool complete = true;
    const std::vector<NamedSchema> references = ImportsOf(entry, &complete);
    const Clock::time_point begin = Clock::now();
    const auto parsed = ProtobufFormat().Parse(entry.text, references, Validation::kStrict, FormatLimits());
    seconds += SecondsSince(begin);
    ++(parsed.ok() ? accepted : refused);
    if (entry.confluent_status == 200) {
      EXPECT_TRUE(parsed.ok()) << entry.file << ": " << parsed.status();
    }
    // What the index calls complete may still use a file that it does not name.
    if (!parsed.ok() && complete)
      std::printf("refused: %s: %s\n", entry.file.c_str(), parsed.status().ToString().c_str());
    if (!parsed.ok()) continue;
    const ParsedSchema& schema = **parsed;
    for (const std::string& text : {schema.canonical(), schema.normalized()}) {
      const auto again = ProtobufFormat().Parse(text, references, Validation::kStrict, FormatLimits());
      ASSERT_TRUE(again.ok()) << entry.file << ": " << again.status();
      EXPECT_EQ((*again)->canonical(), text) << entry.file;
      EXPECT_EQ((*again)->normalized(), schema.normalized()) << entry.file;
    }
    const auto serialized = ProtobufFormat().Render(schema, "serialized");
    ASSERT_TRUE(serialized.ok()) << entry.file << ": " << serialized.status();
    if (serialized->size() > FormatLimits().max_text_bytes) continue;
    const auto back = ProtobufFormat().Parse(*serialized, references, Validation::kStrict, FormatLimits());
    ASSERT_TRUE(back.ok()) << entry.file << ": " << back.status();
    const auto compared = ProtobufFormat().CompareAll(**back, schema, FormatLimits());
    ASSERT_TRUE(compared.ok()) << entry.file << ": " << compared.status();
    EXPECT_TRUE(compared->differences.empty()) << entry.file << " " << compared->differences[0].type;
  }
  std::printf("FIGURE %zu Protobuf files: %d accepted, %d refused; %.0f parsed strictly per second\n", entries_.size(),
              accepted, refused, static_cast<double>(entries_.size()) / seconds);
}

TEST_F(ProtobufCorpusTest, VersionsAreComparedBothWays) {
  std::map<std::string, std::vector<std::shared_ptr<const ParsedSchema>>> subjects;
  for (const Entry& entry : entries_) {
    bool complete = true;
    const auto parsed =
        ProtobufFormat().Parse(entry.text, ImportsOf(entry, &complete), Validation::kLenient, FormatLimits());
    if (parsed.ok()) subjects[entry.subject].push_back(*parsed);
  }
  int compared = 0;
  int compatible = 0;
  const Clock::time_point begin = Clock::now();
  for (const auto& [subject, versions] : subjects) {
    for (const auto& old : versions) {
      for (const auto& now : versions) {
        const auto comparison = ProtobufFormat().Compare(*now, *old, CompatibilityPolicy::kStrict, FormatLimits());
        ASSERT_TRUE(comparison.ok()) << subject << comparison.status();
        if (old == now) {
          EXPECT_TRUE(comparison->differences.empty()) << subject;
        }
        ++compared;
        compatible += comparison->differences.empty() ? 1 : 0;
      }
    }
  }
  std::printf("FIGURE %zu Protobuf subjects: %d pairs compared, %d compatible, %.0f per second\n", subjects.size(),
              compared, compatible, compared / SecondsSince(begin));
}

}  // namespace
}  // namespace regent::protobuf
