#include "cli/purge_command.h"

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

class PurgeCommandTest : public CommandTest {};

TEST_F(PurgeCommandTest, RemovesASubjectOrAVersion) {
  client::PurgeSubjectRequest subject;
  client::PurgeVersionRequest version;
  EXPECT_CALL(*connection_, PurgeSubject)
      .WillOnce(DoAll(SaveArg<1>(&subject), Return(client::DeleteResult{{}, {Version(1), Version(2)}})));
  EXPECT_CALL(*connection_, PurgeVersion)
      .WillOnce(DoAll(SaveArg<1>(&version), Return(client::DeleteResult{{}, {Version(2)}})));
  EXPECT_EQ(Run({"purge", "orders"}).out, "Removed for good orders versions 1 2\n");
  EXPECT_FALSE(subject.allow_active);
  EXPECT_EQ(Run({"purge", "orders", "latest", "--active"}).out, "Removed for good orders version 2\n");
  EXPECT_TRUE(version.allow_active);
  EXPECT_EQ(version.version, std::nullopt);
}

TEST_F(PurgeCommandTest, NamesWhoRefersToIt) {
  ErrorDetail detail;
  detail.referrers = {{Subject(".eu", "carts"), Version(5)}};
  EXPECT_CALL(*connection_, PurgeSubject)
      .WillOnce(Return(MakeError(ErrorReason::kReferenceExists, "others refer to it", detail)));
  EXPECT_THAT(Run({"purge", "orders"}).error, HasSubstr("referred to by :.eu:carts version 5"));
}

TEST_F(PurgeCommandTest, DryRunNamesVersionsAndRemovesNothing) {
  const client::VersionPage all{{{.version = Version(1), .deleted = true}, {.version = Version(2)}}, ""};
  EXPECT_CALL(*connection_,
              ListVersions(_, ::testing::Field(&client::ListVersionsRequest::deleted, client::Deleted::kInclude)))
      .WillRepeatedly(Return(all));
  EXPECT_CALL(*connection_,
              ListVersions(_, ::testing::Field(&client::ListVersionsRequest::deleted, client::Deleted::kExclude)))
      .WillRepeatedly(Return(client::VersionPage{{{.version = Version(2)}}, ""}));
  EXPECT_CALL(*connection_, ListReferrers).WillRepeatedly(Return(std::vector<client::SchemaUse>()));
  EXPECT_EQ(Run({"purge", "orders", "--active", "--dry-run"}).out, "Would remove for good orders versions 1 2\n");
  EXPECT_EQ(Run({"purge", "orders", "1", "--dry-run"}).out, "Would remove for good orders version 1\n");
  EXPECT_EQ(Run({"purge", "orders", "latest", "--active", "--dry-run"}).out,
            "Would remove for good orders version 2\n");
  EXPECT_THAT(Run({"purge", "orders", "--dry-run"}).error, HasSubstr("VERSION_NOT_SOFT_DELETED: version 2 is in use"));
}

TEST_F(PurgeCommandTest, DryRunNamesWhatForbidsIt) {
  EXPECT_CALL(*connection_, ListVersions)
      .WillRepeatedly(Return(client::VersionPage{{{.version = Version(1), .deleted = true}}, ""}));
  EXPECT_CALL(*connection_, ListReferrers)
      .WillRepeatedly(Return(
          std::vector<client::SchemaUse>{{Subject(".", "carts"), Version(4)}, {Subject(".", "orders"), Version(2)}}));
  const Outcome outcome = Run({"purge", "orders", "--active", "--dry-run"});
  EXPECT_EQ(outcome.code, ExitCode::kNo);
  EXPECT_THAT(outcome.error, HasSubstr("referred to by carts version 4"));
  // They go together.
  EXPECT_THAT(outcome.error, ::testing::Not(HasSubstr("referred to by orders")));
}

}  // namespace
}  // namespace regent::cli
