// Real Avro schemas through gRPC: accepted and refused as Confluent Schema Registry did.
//
// The corpus is not ours to ship. The test reads it from $REGENT_CORPUS, and says so where it is not there.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <map>
#include <sstream>
#include <string>
#include <vector>

#include "base/error_reason.h"
#include "base/json_value.h"
#include "tests/support/node_process.h"

namespace regent::testing {
namespace {

struct CorpusFile {
  std::string file;
  std::string subject;
  int version = 0;
  // What Confluent answered at level NONE: 200, 422; 500 where it crashed; 0 where it was not asked.
  int confluent_status = 0;
  std::string text;
};

std::string ReadFile(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  std::ostringstream text;
  text << in.rdbuf();
  return text.str();
}

std::vector<CorpusFile> SelfContainedAvro(const std::string& corpus) {
  std::vector<CorpusFile> files;
  std::ifstream index(corpus + "/index.jsonl");
  for (std::string line; std::getline(index, line);) {
    const auto row = JsonValue::Parse(line);
    if (!row.ok() || row->Find("format")->string_value() != "AVRO") continue;
    if (!row->Find("self_contained")->bool_value()) continue;
    CorpusFile file;
    file.file = row->Find("file")->string_value();
    file.subject = row->Find("subject")->string_value();
    file.version = static_cast<int>(row->Find("version")->ToInt64().value_or(0));
    if (const JsonValue* status = row->Find("confluent_status")) {
      file.confluent_status = static_cast<int>(status->ToInt64().value_or(0));
    }
    file.text = ReadFile(corpus + "/" + file.file);
    files.push_back(std::move(file));
  }
  return files;
}

class AvroCorpusTest : public ::testing::Test {
 protected:
  void SetUp() override {
    const char* corpus = std::getenv("REGENT_CORPUS");
    if (corpus == nullptr || *corpus == '\0') {
      std::printf("FIGURE NOT RUN: there is no corpus; set REGENT_CORPUS to its folder.\n");
      return;
    }
    files_ = SelfContainedAvro(corpus);
    ASSERT_FALSE(files_.empty()) << "no self-contained Avro file is named in " << corpus << "/index.jsonl";
    node_ = std::make_unique<NodeProcess>(NewDirectory("corpus"));
    ASSERT_NE(node_->address(), "") << node_->output();
  }

  std::vector<CorpusFile> files_;
  std::unique_ptr<NodeProcess> node_;
};

TEST_F(AvroCorpusTest, AcceptsAndRefusesAsConfluentDid) {
  if (files_.empty()) return;
  const client::RegistryClient client = node_->Client();
  SubjectConfig none;
  none.level = CompatibilityLevel::kNone;
  ASSERT_TRUE(client.UpdateConfig({.config = none}).ok());
  int accepted = 0;
  int refused = 0;
  std::vector<std::string> exceptions;
  for (const CorpusFile& file : files_) {
    const auto result = client.Register(Subject::Parse(file.subject), {.text = file.text});
    if (!result.ok()) {
      ASSERT_EQ(ReasonOf(result.status()), ErrorReason::kSchemaInvalid) << file.file << ": " << result.status();
    }
    result.ok() ? ++accepted : ++refused;
    // Where Confluent crashed there is no verdict to agree with.
    const bool agrees = file.confluent_status == 200 ? result.ok() : file.confluent_status != 422 || !result.ok();
    if (!agrees) exceptions.push_back(file.file + ": " + result.status().ToString());
  }
  for (const std::string& exception : exceptions) std::printf("FIGURE exception: %s\n", exception.c_str());
  std::printf("FIGURE %zu Avro files over gRPC at NONE: %d accepted, %d refused, %zu otherwise than Confluent\n",
              files_.size(), accepted, refused, exceptions.size());
  EXPECT_LE(exceptions.size() * 100, files_.size());
}

TEST_F(AvroCorpusTest, VersionChainsGoThroughBackward) {
  if (files_.empty()) return;
  const client::RegistryClient client = node_->Client();
  std::map<std::string, std::vector<const CorpusFile*>> chains;
  for (const CorpusFile& file : files_) {
    if (file.confluent_status == 200) chains[file.subject].push_back(&file);
  }
  int compatible = 0;
  int incompatible = 0;
  int chains_seen = 0;
  for (auto& [subject, versions] : chains) {
    if (versions.size() < 2) continue;
    ++chains_seen;
    std::sort(versions.begin(), versions.end(), [](auto* a, auto* b) { return a->version < b->version; });
    for (const CorpusFile* file : versions) {
      const auto result = client.Register(Subject::Parse(subject), {.text = file->text});
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
  EXPECT_GT(chains_seen, 0);
  std::printf("FIGURE %d version chains at BACKWARD: %d versions compatible, %d refused with a report\n", chains_seen,
              compatible, incompatible);
}

}  // namespace
}  // namespace regent::testing
