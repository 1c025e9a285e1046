#include "cli/versions_command.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/error_reason.h"
#include "cli/testing/run_words.h"
#include "client/mock_registry_connection.h"

namespace regent::cli {
namespace {

using client::MockRegistryConnection;
using client::VersionPage;
using ::testing::DoAll;
using ::testing::HasSubstr;
using ::testing::Return;
using ::testing::SaveArg;
using ::testing::StrictMock;

TEST(VersionsCommandTest, ListsNumbersAndSaysWhichAreDeleted) {
  const auto connection = std::make_shared<StrictMock<MockRegistryConnection>>();
  VersionPage first;
  first.versions.resize(1);
  first.versions[0].version = Version(1);
  first.versions[0].deleted = true;
  first.next_page_token = "next";
  VersionPage second;
  second.versions.resize(1);
  second.versions[0].version = Version(3);
  client::ListVersionsRequest asked;
  EXPECT_CALL(*connection, ListVersions)
      .WillOnce(DoAll(SaveArg<1>(&asked), Return(first)))
      .WillOnce(Return(second))
      .WillOnce(Return(first))
      .WillOnce(Return(second));
  EXPECT_EQ(RunWords({"versions", "orders", "--deleted"}, {connection, "", {}}).out, "1 (deleted)\n3\n");
  EXPECT_EQ(asked.subject, Subject(".", "orders"));
  EXPECT_EQ(asked.deleted, client::Deleted::kInclude);
  EXPECT_EQ(RunWords({"versions", "orders", "--deleted", "--output=json"}, {connection, "", {}}).out, "[1,3]\n");
}

TEST(VersionsCommandTest, ExitsOneWithoutSuchASubject) {
  const auto connection = std::make_shared<StrictMock<MockRegistryConnection>>();
  EXPECT_CALL(*connection, ListVersions).WillOnce(Return(errors::SubjectNotFound(Subject::Parse("orders"))));
  const Outcome outcome = RunWords({"versions", "orders"}, {connection, "", {}});
  EXPECT_EQ(outcome.code, ExitCode::kNo);
  EXPECT_THAT(outcome.error, HasSubstr("SUBJECT_NOT_FOUND"));
}

}  // namespace
}  // namespace regent::cli
