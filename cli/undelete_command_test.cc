#include "cli/undelete_command.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/error_reason.h"
#include "cli/testing/command_test.h"
#include "cli/testing/samples.h"

namespace regent::cli {
namespace {

using ::testing::_;
using ::testing::DoAll;
using ::testing::HasSubstr;
using ::testing::Return;
using ::testing::SaveArg;

class UndeleteCommandTest : public CommandTest {};

TEST_F(UndeleteCommandTest, HasAWholeSubjectBack) {
  EXPECT_CALL(*connection_, UndeleteSubject)
      .WillRepeatedly(Return(client::DeleteResult{{{}, true}, {Version(1), Version(3)}}));
  EXPECT_EQ(Run({"undelete", "orders"}).out, "Have back orders versions 1 3\n");
  EXPECT_EQ(Run({"undelete", "orders", "--output=json"}).out, "[1,3]\n");
}

TEST_F(UndeleteCommandTest, HasOneVersionBack) {
  client::UndeleteVersionRequest request;
  EXPECT_CALL(*connection_, UndeleteVersion)
      .WillRepeatedly(DoAll(SaveArg<1>(&request), Return(client::DeleteResult{{{}, true}, {Version(3)}})));
  EXPECT_EQ(Run({"undelete", ":.eu:orders", "3"}).out, "Have back :.eu:orders version 3\n");
  EXPECT_EQ(request.subject, Subject(".eu", "orders"));
  EXPECT_EQ(request.version, Version(3));
}

TEST_F(UndeleteCommandTest, SaysThatNothingWasDeleted) {
  EXPECT_CALL(*connection_, UndeleteVersion).WillOnce(Return(client::DeleteResult{{{}, false}, {Version(3)}}));
  EXPECT_THAT(Run({"undelete", "orders", "3"}).out, HasSubstr("Nothing was deleted of orders"));
}

TEST_F(UndeleteCommandTest, NamesTheReferenceThatIsMissing) {
  EXPECT_CALL(*connection_, UndeleteSubject)
      .WillOnce(Return(MakeError(ErrorReason::kReferenceNotFound, "undelete money first")));
  const Outcome outcome = Run({"undelete", "orders"});
  EXPECT_EQ(outcome.code, ExitCode::kNo);
  EXPECT_THAT(outcome.error, HasSubstr("REFERENCE_NOT_FOUND: undelete money first"));
}

TEST_F(UndeleteCommandTest, DryRunNamesTheDeletedVersions) {
  client::ListVersionsRequest request;
  EXPECT_CALL(*connection_, ListVersions)
      .WillOnce(DoAll(SaveArg<1>(&request), Return(client::VersionPage{{{.version = Version(2)}}, ""})));
  EXPECT_EQ(Run({"undelete", "orders", "--dry-run"}).out, "Would have back orders version 2\n");
  EXPECT_EQ(request.deleted, client::Deleted::kOnly);
}

TEST_F(UndeleteCommandTest, LatestIsNeverDeleted) {
  EXPECT_EQ(Run({"undelete", "orders", "latest"}).code, ExitCode::kUsage);
}

}  // namespace
}  // namespace regent::cli
