#include "cli/lock_command.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <sstream>

#include "base/error_reason.h"
#include "cli/schema_lock.h"
#include "cli/testing/run_words.h"
#include "cli/testing/samples.h"
#include "client/mock_registry_connection.h"

namespace regent::cli {
namespace {

using client::GetSchemaVersionRequest;
using ::testing::_;
using ::testing::Field;
using ::testing::HasSubstr;
using ::testing::Return;

class LockCommandTest : public ::testing::Test {
 protected:
  LockCommandTest() {
    ON_CALL(*connection_, GetConfig).WillByDefault(Return(SubjectConfig{.level = CompatibilityLevel::kFull}));
  }
  Outcome Run(std::vector<std::string> words) {
    words.insert(words.begin(), {"lock", "--lock", file_});
    return RunWords(words, {connection_, "", {}});
  }
  std::string Written() const {
    std::ifstream in(file_, std::ios::binary);
    std::ostringstream text;
    text << in.rdbuf();
    return text.str();
  }

  const std::string file_ = ::testing::TempDir() + "/schemas.lock";
  std::shared_ptr<::testing::NiceMock<client::MockRegistryConnection>> connection_ =
      std::make_shared<::testing::NiceMock<client::MockRegistryConnection>>();
};

TEST_F(LockCommandTest, WritesLiveVersionsAndWhatTheyReferTo) {
  EXPECT_CALL(*connection_, ListVersions).WillOnce(Return(client::VersionPage{{{.version = Version(4)}}, ""}));
  EXPECT_CALL(*connection_, GetSchemaVersion(_, Field(&GetSchemaVersionRequest::subject, Subject(".eu", "orders"))))
      .WillOnce(Return(SampleWithReference()));
  // What is referred to, deleted or not.
  client::GetSchemaVersionRequest referred;
  EXPECT_CALL(*connection_, GetSchemaVersion(_, Field(&GetSchemaVersionRequest::subject, Subject(".eu", "money"))))
      .WillOnce(::testing::DoAll(::testing::SaveArg<1>(&referred), Return(SampleVersion(":.eu:money", 2))));
  const Outcome outcome = Run({":.eu:orders"});
  EXPECT_EQ(outcome.code, ExitCode::kOk) << outcome.error;
  EXPECT_THAT(outcome.out, HasSubstr("1 subject, 2 versions"));
  EXPECT_EQ(referred.version, Version(2));
  EXPECT_EQ(referred.deleted, client::Deleted::kInclude);
  const auto lock = ParseLock(Written());
  ASSERT_TRUE(lock.ok()) << lock.status();
  EXPECT_NE(lock->Find(Subject(".eu", "money"), Version(2)), nullptr);
  EXPECT_EQ(lock->FindSubject(Subject(".eu", "orders"))->level, CompatibilityLevel::kFull);
}

TEST_F(LockCommandTest, SubjectThatIsNotThereYetIsLockedEmpty) {
  EXPECT_CALL(*connection_, ListVersions).WillOnce(Return(errors::SubjectNotFound(Subject(".", "new"))));
  EXPECT_THAT(Run({"new"}).out, HasSubstr("1 subject, 0 versions"));
}

TEST_F(LockCommandTest, WhatARegistrySaidHalfwayReplacesNoLock) {
  std::ofstream(file_) << "as before";
  EXPECT_CALL(*connection_, ListVersions).WillOnce(Return(absl::UnavailableError("gone")));
  EXPECT_EQ(Run({"orders"}).code, ExitCode::kUnreachable);
  EXPECT_EQ(Written(), "as before");
}

TEST_F(LockCommandTest, LocksTheSubjectsOfAManifest) {
  const std::string manifest = ::testing::TempDir() + "/manifest.json";
  std::ofstream(manifest) << R"({"subjects":[{"subject":"orders","type":"AVRO","file":"f"}]})";
  client::ListVersionsRequest asked;
  EXPECT_CALL(*connection_, ListVersions)
      .WillOnce(::testing::DoAll(::testing::SaveArg<1>(&asked), Return(client::VersionPage())));
  EXPECT_EQ(Run({"--manifest", manifest}).code, ExitCode::kOk);
  EXPECT_EQ(asked.subject, Subject(".", "orders"));
}

// A second word used to be refused, although the manual speaks of subjects.
TEST_F(LockCommandTest, LocksAnyNumberOfSubjects) {
  EXPECT_CALL(*connection_, ListVersions).Times(2).WillRepeatedly(Return(client::VersionPage()));
  EXPECT_THAT(Run({"orders", "payments"}).out, HasSubstr("2 subjects, 0 versions"));
}

TEST_F(LockCommandTest, SaysInJsonWhatItWrote) {
  EXPECT_CALL(*connection_, ListVersions).WillOnce(Return(client::VersionPage()));
  EXPECT_EQ(Run({"orders", "--output=json"}).out, R"({"file":")" + file_ + R"(","subjects":1,"versions":0})" + "\n");
}

TEST_F(LockCommandTest, SaysWhatIsMissing) {
  EXPECT_THAT(Run({}).error, HasSubstr("name a subject, or a --manifest"));
  EXPECT_THAT(RunWords({"lock", "orders"}, {connection_, "", {}}).error, HasSubstr("--lock FILE is missing"));
}

}  // namespace
}  // namespace regent::cli
