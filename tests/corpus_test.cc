// Real schemas of all three formats through gRPC, references resolved in order: accepted and refused as Confluent
// Schema Registry did, and their versions taken through every level.
//
// The corpus is not ours to ship. The test reads it from $REGENT_CORPUS, and says so where it is not there.
#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <map>
#include <set>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "base/error_reason.h"
#include "base/json_value.h"
#include "tests/support/node_process.h"

namespace regent::testing {
namespace {

struct CorpusFile {
  std::string file;
  std::string subject;
  SchemaType type = SchemaType::kAvro;
  int version = 0;
  // What Confluent answered at level NONE: 200, 422; 500 where it crashed; 0 where it was not asked.
  int confluent_status = 0;
  std::vector<std::string> imports;  // of a Protobuf file, as it spells them
  std::string text;
};

std::string ReadFile(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  std::ostringstream text;
  text << in.rdbuf();
  return text.str();
}

std::vector<CorpusFile> ReadCorpus(const std::string& corpus) {
  std::vector<CorpusFile> files;
  std::ifstream index(corpus + "/index.jsonl");
  for (std::string line; std::getline(index, line);) {
    const auto row = JsonValue::Parse(line);
    if (!row.ok()) continue;
    CorpusFile file;
    file.file = row->Find("file")->string_value();
    file.subject = row->Find("subject")->string_value();
    file.type = *ParseSchemaType(row->Find("format")->string_value());
    file.version = static_cast<int>(row->Find("version")->ToInt64().value_or(0));
    file.confluent_status = static_cast<int>(row->Find("confluent_status")->ToInt64().value_or(0));
    for (const JsonValue& reference : row->Find("references")->items()) {
      if (!absl::StartsWith(reference.string_value(), "unresolved:")) file.imports.push_back(reference.string_value());
    }
    file.text = ReadFile(corpus + "/" + file.file);
    files.push_back(std::move(file));
  }
  return files;
}

// Orders the files so that all versions of what a file imports come before it.
class ByReference {
 public:
  explicit ByReference(std::vector<CorpusFile> files) {
    for (CorpusFile& file : files) subjects_[file.subject].push_back(std::move(file));
    for (const auto& [subject, versions] : subjects_) {
      const size_t colon = subject.find(':');
      repositories_[subject.substr(0, colon)].push_back(subject);
    }
  }

  std::vector<CorpusFile> Ordered() {
    for (const auto& [subject, versions] : subjects_) Visit(subject);
    return std::move(ordered_);
  }

  // The subject of the file that `importer` imports as `import`; "" when the corpus has none. Of several whose path
  // ends so, the one whose path begins most like the importer's.
  std::string SubjectOf(const CorpusFile& importer, const std::string& import) const {
    std::string best;
    size_t best_common = 0;
    const std::string repository = importer.subject.substr(0, importer.subject.find(':'));
    for (const std::string& subject : repositories_.at(repository)) {
      const bool is_it = absl::EndsWith(subject, "/" + import) || absl::EndsWith(subject, ":" + import);
      if (!is_it) continue;
      size_t common = 0;
      while (common < subject.size() && common < importer.subject.size() && subject[common] == importer.subject[common])
        ++common;
      if (best.empty() || common > best_common) {
        best = subject;
        best_common = common;
      }
    }
    return best;
  }

 private:
  void Visit(const std::string& subject) {
    if (!visited_.insert(subject).second) return;
    std::vector<CorpusFile>& versions = subjects_.at(subject);
    std::sort(versions.begin(), versions.end(),
              [](const CorpusFile& a, const CorpusFile& b) { return a.version < b.version; });
    for (const CorpusFile& file : versions) {
      for (const std::string& import : file.imports) {
        const std::string target = SubjectOf(file, import);
        if (!target.empty()) Visit(target);
      }
    }
    for (const CorpusFile& file : versions) ordered_.push_back(file);
  }

  std::map<std::string, std::vector<CorpusFile>> subjects_;
  std::map<std::string, std::vector<std::string>> repositories_;
  std::set<std::string> visited_;
  std::vector<CorpusFile> ordered_;
};

// What a file that Confluent was not asked about lacks: then we must refuse it, and for no other reason.
bool NamesWhatIsMissing(const absl::Status& status) {
  for (const char* words : {"is not among the references", "not among the schema's references", "is not defined",
                            "is no file of google/protobuf", "unknown type", "not known"}) {
    if (status.message().find(words) != absl::string_view::npos) return true;
  }
  return false;
}

class CorpusTest : public ::testing::Test {
 protected:
  void SetUp() override {
    const char* corpus = std::getenv("REGENT_CORPUS");
    if (corpus == nullptr || *corpus == '\0') {
      std::printf("FIGURE NOT RUN: there is no corpus; set REGENT_CORPUS to its folder.\n");
      return;
    }
    order_ = std::make_unique<ByReference>(ReadCorpus(corpus));
    files_ = order_->Ordered();
    ASSERT_FALSE(files_.empty()) << "no file is named in " << corpus << "/index.jsonl";
    node_ = std::make_unique<NodeProcess>(NewDirectory("corpus"));
    ASSERT_NE(node_->address(), "") << node_->output();
  }

  void SetLevel(const std::string& context, CompatibilityLevel level) {
    SubjectConfig config;
    config.level = level;
    ASSERT_TRUE(node_->Client().UpdateConfig({.target = Subject(context, ""), .config = config}).ok());
  }

  // The latest versions of what the file imports, from where everything was registered at NONE.
  SchemaContent ContentOf(const CorpusFile& file) const {
    SchemaContent content;
    content.type = file.type;
    content.text = file.text;
    for (const std::string& import : file.imports) {
      const std::string subject = order_->SubjectOf(file, import);
      if (subject.empty() || !registered_.contains(subject)) continue;
      content.references.push_back({import, Subject(std::string(kDefaultContext), subject), Version(-1)});
    }
    return content;
  }

  // All of it, at NONE, in the default context.
  void RegisterAll();

  std::unique_ptr<ByReference> order_;
  std::vector<CorpusFile> files_;
  std::set<std::string> registered_;  // subjects with a version
  std::set<std::string> accepted_;    // files
  std::unique_ptr<NodeProcess> node_;
};

struct Tally {
  int files = 0;
  int accepted = 0;
  int refused = 0;
  int exceptions = 0;
  double seconds = 0;
};

void CorpusTest::RegisterAll() {
  const client::RegistryClient client = node_->Client();
  SetLevel(std::string(kDefaultContext), CompatibilityLevel::kNone);
  std::map<SchemaType, Tally> tallies;
  for (const CorpusFile& file : files_) {
    Tally& tally = tallies[file.type];
    const auto start = std::chrono::steady_clock::now();
    const auto result = client.Register(Subject(std::string(kDefaultContext), file.subject), ContentOf(file));
    tally.seconds += std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    ++tally.files;
    ++(result.ok() ? tally.accepted : tally.refused);
    if (result.ok()) {
      registered_.insert(file.subject);
      accepted_.insert(file.file);
    } else {
      ASSERT_EQ(ReasonOf(result.status()), ErrorReason::kSchemaInvalid) << file.file << ": " << result.status();
    }
    // Where Confluent crashed or was not asked there is no verdict to agree with, but a refusal must say what lacks.
    const bool agrees = file.confluent_status == 200   ? result.ok()
                        : file.confluent_status == 422 ? !result.ok()
                                                       : result.ok() || NamesWhatIsMissing(result.status());
    if (agrees) continue;
    ++tally.exceptions;
    std::printf("FIGURE exception: %s (Confluent: %d): %s\n", file.file.c_str(), file.confluent_status,
                result.status().ToString().c_str());
  }
  for (const auto& [type, tally] : tallies) {
    std::printf(
        "FIGURE corpus, %s over gRPC at NONE: %d files, %d accepted, %d refused, %d otherwise than Confluent; "
        "%.0f registrations/s, one client\n",
        std::string(SchemaTypeName(type)).c_str(), tally.files, tally.accepted, tally.refused, tally.exceptions,
        tally.files / tally.seconds);
    EXPECT_LE(tally.exceptions * 100, tally.files) << SchemaTypeName(type);
  }
}

TEST_F(CorpusTest, IsAcceptedAndRefusedAsByConfluentAndGoesThroughEveryLevel) {
  if (files_.empty()) return;
  RegisterAll();
  if (HasFatalFailure()) return;

  std::map<std::string, std::vector<const CorpusFile*>> chains;
  for (const CorpusFile& file : files_) {
    if (accepted_.contains(file.file)) chains[file.subject].push_back(&file);
  }
  std::erase_if(chains, [](const auto& chain) { return chain.second.size() < 2; });
  ASSERT_FALSE(chains.empty());
  const client::RegistryClient client = node_->Client();
  for (const CompatibilityLevel level :
       {CompatibilityLevel::kBackward, CompatibilityLevel::kBackwardTransitive, CompatibilityLevel::kForward,
        CompatibilityLevel::kForwardTransitive, CompatibilityLevel::kFull, CompatibilityLevel::kFullTransitive}) {
    const std::string name(CompatibilityLevelName(level));
    const std::string context = "." + name;
    SetLevel(context, level);
    int compatible = 0;
    int incompatible = 0;
    const auto start = std::chrono::steady_clock::now();
    for (const auto& [subject, versions] : chains) {
      for (const CorpusFile* file : versions) {
        const auto result = client.Register(Subject(context, subject), ContentOf(*file));
        if (result.ok()) {
          ++compatible;
          continue;
        }
        ASSERT_EQ(ReasonOf(result.status()), ErrorReason::kSchemaIncompatible) << file->file << ": " << result.status();
        const ErrorDetail detail = DetailOf(result.status());
        ASSERT_TRUE(detail.report.has_value()) << file->file;
        ASSERT_FALSE(detail.report->versions.back().differences.empty()) << file->file;
        ++incompatible;
      }
    }
    const std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - start;
    std::printf("FIGURE corpus, %zu version chains at %s: %d versions compatible, %d refused with a report, %.0f/s\n",
                chains.size(), name.c_str(), compatible, incompatible, (compatible + incompatible) / seconds.count());
  }
}

}  // namespace
}  // namespace regent::testing
