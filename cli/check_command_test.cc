#include "cli/check_command.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>

#include "base/error_reason.h"
#include "cli/testing/run_words.h"
#include "cli/testing/samples.h"
#include "client/mock_registry_connection.h"

namespace regent::cli {
namespace {

using client::CheckCompatibilityRequest;
using client::MockRegistryConnection;
using ::testing::DoAll;
using ::testing::HasSubstr;
using ::testing::Return;
using ::testing::SaveArg;
using ::testing::StrictMock;
using Against = CheckCompatibilityRequest::Against;

class CheckCommandTest : public ::testing::Test {
 protected:
  Outcome Run(std::vector<std::string> words, CompatibilityReport report = {}) {
    words.insert(words.begin(), {"check", "orders", "-"});
    EXPECT_CALL(*connection_, CheckCompatibility).WillOnce(DoAll(SaveArg<1>(&request_), Return(report)));
    return RunWords(words, {connection_, "\"int\"", {}});
  }

  std::shared_ptr<StrictMock<MockRegistryConnection>> connection_ =
      std::make_shared<StrictMock<MockRegistryConnection>>();
  CheckCompatibilityRequest request_;
};

TEST_F(CheckCommandTest, ChecksAsRegisteringWouldUnlessTold) {
  const Outcome outcome = Run({});
  EXPECT_EQ(outcome.code, ExitCode::kOk);
  EXPECT_EQ(outcome.out, "Compatible with orders at level BACKWARD.\n  No version was compared with.\n");
  EXPECT_EQ(request_.subject, Subject(".", "orders"));
  EXPECT_EQ(request_.against, Against::kConfigured);
  EXPECT_EQ(request_.level, std::nullopt);
}

TEST_F(CheckCommandTest, ChecksAgainstTheVersionAsked) {
  Run({"--version=3"});
  EXPECT_EQ(request_.against, Against::kVersion);
  EXPECT_EQ(request_.version, Version(3));
  Run({"--version", "latest", "--level", "full"});
  EXPECT_EQ(request_.against, Against::kLatest);
  EXPECT_EQ(request_.level, CompatibilityLevel::kFull);
}

TEST_F(CheckCommandTest, ChecksAgainstAllVersionsByTheTransitiveLevel) {
  SubjectConfig config;
  config.level = CompatibilityLevel::kForward;
  client::GetConfigRequest asked;
  EXPECT_CALL(*connection_, GetConfig).WillOnce(DoAll(SaveArg<1>(&asked), Return(config)));
  Run({"--version=all"});
  EXPECT_EQ(asked.target, Subject(".", "orders"));
  EXPECT_TRUE(asked.effective);
  EXPECT_EQ(request_.against, Against::kConfigured);
  EXPECT_EQ(request_.level, CompatibilityLevel::kForwardTransitive);
  Run({"--version=all", "--level=BACKWARD"});
  EXPECT_EQ(request_.level, CompatibilityLevel::kBackwardTransitive);
}

TEST_F(CheckCommandTest, PrintsTheReportForAPersonAndExitsOne) {
  const Outcome outcome = Run({}, SampleReport());
  EXPECT_EQ(outcome.code, ExitCode::kNo);
  EXPECT_EQ(outcome.error, "");
  EXPECT_EQ(outcome.out,
            "Not compatible with orders at level FULL_TRANSITIVE.\n"
            "  version 2: fits\n"
            "  version 1: does not fit\n"
            "    READER_FIELD_MISSING_DEFAULT_VALUE at /fields/1 (amount)\n"
            "      The new field 'amount' has no default.\n"
            "      The new schema cannot read data written with version 1.\n"
            "      Instead: give it a default\n"
            "    TYPE_MISMATCH at /fields/0/type\n"
            "      int cannot be read as string.\n"
            "      Version 1 cannot read data written with the new schema.\n"
            "    ... and more\n");
}

TEST_F(CheckCommandTest, PrintsTheReportAsJsonAndExitsOne) {
  const Outcome outcome = Run({"--output=json"}, SampleReport());
  EXPECT_EQ(outcome.code, ExitCode::kNo);
  EXPECT_EQ(outcome.out,
            R"({"compatible":false,"level":"FULL_TRANSITIVE","versions":[)"
            R"({"version":2,"compatible":true,"differences":[],"truncated":false},)"
            R"({"version":1,"compatible":false,"differences":[)"
            R"({"type":"READER_FIELD_MISSING_DEFAULT_VALUE","path":"/fields/1",)"
            R"("message":"The new field 'amount' has no default.","breaks":"NEW_READER","detail":"amount",)"
            R"("fix":"give it a default"},)"
            R"({"type":"TYPE_MISMATCH","path":"/fields/0/type","message":"int cannot be read as string.",)"
            R"("breaks":"OLD_READER"}],"truncated":true}]})"
            "\n");
}

TEST_F(CheckCommandTest, DoesNotTakeAnOutageForAnIncompatibleSchema) {
  EXPECT_CALL(*connection_, CheckCompatibility).WillOnce(Return(absl::UnavailableError("no connection to a:1")));
  const Outcome outcome = RunWords({"check", "orders", "-"}, {connection_, "", {}});
  EXPECT_EQ(outcome.code, ExitCode::kUnreachable);
  EXPECT_EQ(outcome.error, "regent: UNAVAILABLE: no connection to a:1\n");
}

// Writes a file of the test's own and gives its path.
std::string File(const std::string& name, const std::string& text) {
  const std::string path = testing::TempDir() + name;
  std::ofstream(path, std::ios::binary) << text;
  return path;
}

TEST_F(CheckCommandTest, FilesAreComparedWithoutAServer) {
  const std::string old_file = File("check_old.avsc", R"("int")");
  const Outcome fits =
      RunWords({"check", "--against", old_file, File("check_new.avsc", R"("long")")}, {nullptr, "", {}});
  EXPECT_EQ(fits.code, ExitCode::kOk) << fits.error;
  EXPECT_EQ(fits.out, "Compatible with " + old_file + " at level BACKWARD.\n  version 1: fits\n");
  EXPECT_EQ(fits.servers, std::vector<std::string>());
  const Outcome breaks =
      RunWords({"check", "--against=" + old_file, "--level=FORWARD", "-", "--output=json"}, {nullptr, R"("long")", {}});
  EXPECT_EQ(breaks.code, ExitCode::kNo);
  EXPECT_THAT(breaks.out, HasSubstr(R"("old":"\"int\"","new":"\"long\"")"));
}

TEST_F(CheckCommandTest, AgainstASubjectAsksTheServer) {
  EXPECT_CALL(*connection_, CheckCompatibility).WillOnce(DoAll(SaveArg<1>(&request_), Return(CompatibilityReport())));
  const Outcome outcome = RunWords({"check", "--against", "orders", "-"}, {connection_, "\"int\"", {}});
  EXPECT_EQ(outcome.code, ExitCode::kOk) << outcome.error;
  EXPECT_EQ(request_.subject, Subject(".", "orders"));
  EXPECT_EQ(request_.content.text, "\"int\"");
}

// It used to be a subject without versions, with which everything is compatible.
TEST_F(CheckCommandTest, MistypedFileIsNoSubject) {
  for (const char* word : {"no-such.avsc", "no/such", "no-such.json"}) {
    const Outcome outcome = RunWords({"check", "--against", word, "cli/testdata/order.avsc"}, {connection_, "", {}});
    EXPECT_EQ(outcome.code, ExitCode::kUsage) << word;
    EXPECT_THAT(outcome.error, HasSubstr("cannot open " + std::string(word))) << word;
  }
}

TEST_F(CheckCommandTest, SaysWhichFileIsNoSchema) {
  const Outcome outcome = RunWords(
      {"check", "--against", File("check_good.avsc", R"("int")"), File("check_bad.avsc", "{")}, {nullptr, "", {}});
  EXPECT_EQ(outcome.code, ExitCode::kNo);
  EXPECT_THAT(outcome.error, HasSubstr("check_bad.avsc: "));
}

TEST_F(CheckCommandTest, RefusesWordsThatDoNotGoTogether) {
  const std::string file = File("check_a.avsc", R"("int")");
  for (const std::vector<std::string>& words : {std::vector<std::string>{"orders"},
                                                {"--against", "orders", "orders", file},
                                                {"--against", file, "--version=1", file},
                                                {"--against", "orders", "--against", "other", file},
                                                {"--against", "orders", "--policy=LENIENT", file}}) {
    std::vector<std::string> all = {"check"};
    all.insert(all.end(), words.begin(), words.end());
    EXPECT_EQ(RunWords(all, {connection_, "", {}}).code, ExitCode::kUsage) << words[0];
  }
}

TEST_F(CheckCommandTest, RefusesUnknownVersionsAndLevels) {
  for (const char* flag : {"--version=0", "--version=every", "--version=", "--level=SOME", "--level="}) {
    const Outcome outcome = RunWords({"check", "orders", "-", flag}, {connection_, "", {}});
    EXPECT_EQ(outcome.code, ExitCode::kUsage) << flag;
  }
}

}  // namespace
}  // namespace regent::cli
