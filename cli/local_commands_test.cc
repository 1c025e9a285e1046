// The commands that look at a log themselves, on logs in directories. What they do on Kafka: tests/kafka_cli_test.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <sstream>

#include "cli/doctor_command.h"
#include "cli/log_copy_command.h"
#include "cli/log_dump_command.h"
#include "cli/log_verify_command.h"
#include "cli/run.h"
#include "store/log_testing.h"
#include "store/record_codec.h"
#include "store/sqlite/sqlite_log.h"

namespace regent::cli {
namespace {

using ::testing::HasSubstr;
using ::testing::StartsWith;

struct Outcome {
  ExitCode code;
  std::string out;
  std::string error;
};

Outcome RunLocal(const std::vector<std::string>& words) {
  std::istringstream in;
  std::ostringstream out;
  std::ostringstream error;
  Environment environment{&in,
                          &out,
                          &error,
                          false,
                          [](const std::string&) { return std::nullopt; },
                          nullptr,
                          {&DoctorCommand(), &LogVerifyCommand(), &LogDumpCommand(), &LogCopyCommand()}};
  const ExitCode code = Run(words, environment);
  return {code, out.str(), error.str()};
}

std::string NewDirectory() {
  std::string path = ::testing::TempDir() + "/log-XXXXXX";
  EXPECT_NE(mkdtemp(path.data()), nullptr);
  return path;
}

// A claim, a schema under it, and a schema under a claim that nobody made.
std::string DirectoryWithAZombie() {
  const std::string directory = NewDirectory();
  auto log = OpenSqliteLog({.directory = directory});
  EXPECT_TRUE(log.ok()) << log.status();
  ClaimRecord claim;
  claim.node = "node-1";
  claim.log_id = (*log)->Id();
  Record claimed = EncodeRecord({.type = KeyType::kClaim, .text = "t1", .epoch = Epoch(1)}, claim);
  SchemaRecord schema;
  schema.id = SchemaId(1);
  schema.content.text = "\"int\"";
  Record good =
      EncodeRecord({.type = KeyType::kSchema, .subject = Subject(".", "orders"), .version = Version(1)}, schema);
  Record bad = good;
  claimed.headers = good.headers = {{kClaimHeader, "t1"}};
  bad.headers = {{kClaimHeader, "t0"}};
  AppendAndWait(log->get(), {claimed, good, bad});
  (*log)->Close();
  return directory;
}

TEST(LocalCommandsTest, DumpShowsEveryRecordAndWhetherItCounts) {
  const std::string directory = DirectoryWithAZombie();
  const Outcome text = RunLocal({"log", "dump", "sqlite:" + directory});
  EXPECT_EQ(text.code, ExitCode::kOk) << text.error;
  EXPECT_THAT(text.out, HasSubstr("0  claim  {\"keytype\":\"NOOP\""));
  EXPECT_THAT(text.out,
              HasSubstr("1  valid  {\"keytype\":\"SCHEMA\",\"subject\":\"orders\",\"version\":1,\"magic\":1}"));
  EXPECT_THAT(text.out, HasSubstr("2  fenced  "));
  const Outcome json = RunLocal({"log", "dump", "--set", "regent.data.dir=" + directory, "--output=json"});
  EXPECT_THAT(json.out,
              HasSubstr("\"verdict\":\"fenced\",\"headers\":{\"regent-claim\":\"t0\"},\"key\":{\"keytype\":"));
}

TEST(LocalCommandsTest, VerifyNamesTheKeyThatIsNotSettled) {
  const std::string directory = DirectoryWithAZombie();
  const Outcome outcome = RunLocal({"log", "verify", "sqlite:" + directory});
  EXPECT_EQ(outcome.code, ExitCode::kNo);
  EXPECT_THAT(outcome.out, HasSubstr("holds 1 versions of 1 subjects"));
  EXPECT_THAT(outcome.out, HasSubstr("the last by node-1 with epoch 1"));
  EXPECT_THAT(outcome.out, HasSubstr("PROBLEM key {\"keytype\":\"SCHEMA\",\"subject\":\"orders\""));
  const Outcome json = RunLocal({"log", "verify", "sqlite:" + directory, "--output=json"});
  EXPECT_THAT(json.out, HasSubstr("\"unsettled\":1,"));
}

TEST(LocalCommandsTest, AnEmptyLogIsInGoodOrder) {
  const std::string directory = NewDirectory();
  (*OpenSqliteLog({.directory = directory}))->Close();
  const Outcome outcome = RunLocal({"log", "verify", "sqlite:" + directory});
  EXPECT_EQ(outcome.code, ExitCode::kOk);
  EXPECT_THAT(outcome.out, HasSubstr("The log is in good order."));
}

TEST(LocalCommandsTest, CopyMakesTheSameLogOnce) {
  const std::string from = DirectoryWithAZombie();
  const std::string to = NewDirectory() + "/new";
  const Outcome copied = RunLocal({"log", "copy", "sqlite:" + from, "sqlite:" + to});
  EXPECT_EQ(copied.code, ExitCode::kOk) << copied.error;
  EXPECT_THAT(copied.out, StartsWith("3 records were copied from"));
  EXPECT_EQ(RunLocal({"log", "dump", "sqlite:" + from}).out, RunLocal({"log", "dump", "sqlite:" + to}).out);
  const Outcome again = RunLocal({"log", "copy", "sqlite:" + from, "sqlite:" + to});
  EXPECT_NE(again.code, ExitCode::kOk);
  EXPECT_THAT(again.error, HasSubstr("is not empty"));
}

TEST(LocalCommandsTest, WhatIsNotThereIsNotMade) {
  const std::string missing = NewDirectory() + "/missing";
  for (const char* command : {"dump", "verify"}) {
    const Outcome outcome = RunLocal({"log", command, "sqlite:" + missing});
    EXPECT_NE(outcome.code, ExitCode::kOk);
    EXPECT_THAT(outcome.error, HasSubstr("there is no directory " + missing));
  }
  EXPECT_EQ(RunLocal({"doctor", "--set", "regent.data.dir=" + missing}).code, ExitCode::kOk);
  EXPECT_FALSE(std::filesystem::exists(missing));
}

// A log used to be made there, and found in good order.
TEST(LocalCommandsTest, DirectoryWithoutALogStaysOne) {
  const std::string directory = NewDirectory();
  for (const char* command : {"dump", "verify"}) {
    const Outcome outcome = RunLocal({"log", command, "sqlite:" + directory});
    EXPECT_EQ(outcome.code, ExitCode::kUnreachable);
    EXPECT_THAT(outcome.error, HasSubstr("there is no log in the directory " + directory));
  }
  EXPECT_THAT(RunLocal({"doctor", "--set", "regent.data.dir=" + directory}).out, HasSubstr("holds no log yet"));
  EXPECT_TRUE(std::filesystem::is_empty(directory));
}

TEST(LocalCommandsTest, LogIsNotCopiedIntoItself) {
  const std::string directory = DirectoryWithAZombie();
  const Outcome outcome = RunLocal({"log", "copy", "sqlite:" + directory, "sqlite:" + directory + "/"});
  EXPECT_EQ(outcome.code, ExitCode::kUsage);
  EXPECT_THAT(outcome.error, HasSubstr("FROM and TO are the same log"));
}

TEST(LocalCommandsTest, ALocationHasItsKindInFront) {
  const Outcome outcome = RunLocal({"log", "verify", "regent-data"});
  EXPECT_EQ(outcome.code, ExitCode::kUsage);
  EXPECT_THAT(outcome.error, HasSubstr("'regent-data' is neither sqlite:DIRECTORY nor kafka:TOPIC"));
}

TEST(LocalCommandsTest, DoctorSaysThatANodeHasTheDirectory) {
  const std::string directory = NewDirectory();
  auto log = OpenSqliteLog({.directory = directory});
  const Outcome outcome = RunLocal({"doctor", "--set", "regent.data.dir=" + directory});
  EXPECT_EQ(outcome.code, ExitCode::kOk);
  EXPECT_THAT(outcome.out, HasSubstr("warning  regent.data.dir: "));
  (*log)->Close();
}

TEST(LocalCommandsTest, DoctorRefusesAWrongConfiguration) {
  const Outcome outcome = RunLocal({"doctor", "--set", "kafkastore.connection.url=zk:2181"});
  EXPECT_EQ(outcome.code, ExitCode::kUsage);
  EXPECT_THAT(outcome.error, HasSubstr("kafkastore.connection.url=zk:2181"));
}

}  // namespace
}  // namespace regent::cli
