#include "cli/delete_command.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/error_reason.h"
#include "cli/testing/run_words.h"
#include "client/mock_registry_connection.h"

namespace regent::cli {
namespace {

using client::DeleteResult;
using client::MockRegistryConnection;
using ::testing::_;
using ::testing::DoAll;
using ::testing::Field;
using ::testing::HasSubstr;
using ::testing::Return;
using ::testing::SaveArg;
using ::testing::StrictMock;

class DeleteCommandTest : public ::testing::Test {
 protected:
  client::DeleteVersionRequest VersionRequestOf(std::vector<std::string> words) {
    client::DeleteVersionRequest request;
    EXPECT_CALL(*connection_, DeleteVersion)
        .WillOnce(DoAll(SaveArg<1>(&request), Return(DeleteResult{{}, {Version(3)}})));
    EXPECT_EQ(RunWords(words, {connection_, "", {}}).code, ExitCode::kOk);
    return request;
  }

  std::shared_ptr<StrictMock<MockRegistryConnection>> connection_ =
      std::make_shared<StrictMock<MockRegistryConnection>>();
};

TEST_F(DeleteCommandTest, DeletesAWholeSubjectSoftly) {
  client::DeleteSubjectRequest request;
  EXPECT_CALL(*connection_, DeleteSubject)
      .WillRepeatedly(DoAll(SaveArg<1>(&request), Return(DeleteResult{{}, {Version(1), Version(3)}})));
  EXPECT_EQ(RunWords({"delete", "orders"}, {connection_, "", {}}).out, "Deleted orders versions 1 3\n");
  EXPECT_EQ(request.subject, Subject(".", "orders"));
  EXPECT_FALSE(request.permanent);
  EXPECT_EQ(RunWords({"delete", "orders", "--output=json"}, {connection_, "", {}}).out, "[1,3]\n");
}

TEST_F(DeleteCommandTest, DeletesOneVersion) {
  EXPECT_EQ(VersionRequestOf({"delete", "orders", "--version=3"}).version, Version(3));
  EXPECT_EQ(VersionRequestOf({"delete", "orders", "3"}).version, Version(3));
  EXPECT_EQ(VersionRequestOf({"delete", "orders", "--version", "latest"}).version, std::nullopt);
  EXPECT_FALSE(VersionRequestOf({"delete", "orders", "latest"}).permanent);
}

TEST_F(DeleteCommandTest, DeletesForGoodWhenTold) {
  EXPECT_TRUE(VersionRequestOf({"delete", "orders", "3", "--permanent"}).permanent);
  EXPECT_CALL(*connection_, DeleteVersion).WillOnce(Return(DeleteResult{{}, {Version(3)}}));
  EXPECT_EQ(RunWords({"delete", "orders", "3", "--permanent"}, {connection_, "", {}}).out,
            "Permanently deleted orders version 3\n");
}

TEST_F(DeleteCommandTest, NamesWhoStandsInTheWay) {
  ErrorDetail detail;
  detail.referrers = {{Subject(".eu", "carts"), Version(5)}};
  EXPECT_CALL(*connection_, DeleteSubject)
      .WillRepeatedly(Return(MakeError(ErrorReason::kReferenceExists, "others refer to it", detail)));
  const Outcome text = RunWords({"delete", "orders"}, {connection_, "", {}});
  EXPECT_EQ(text.code, ExitCode::kNo);
  EXPECT_EQ(text.error, "regent: REFERENCE_EXISTS: others refer to it\n  referred to by :.eu:carts version 5\n");
  EXPECT_EQ(RunWords({"delete", "orders", "--output=json"}, {connection_, "", {}}).error,
            R"({"error":{"reason":"REFERENCE_EXISTS","message":"others refer to it",)"
            R"("referrers":[{"subject":":.eu:carts","version":5}]}})"
            "\n");
}

TEST_F(DeleteCommandTest, NeverTakesAMistypedVersionForAWholeSubject) {
  for (const std::vector<std::string>& words :
       std::vector<std::vector<std::string>>{{"delete", "orders", "x"},
                                             {"delete", "orders", "--version="},
                                             {"delete", "orders", "3", "--version=3"},
                                             {"delete", "orders", "3", "4"},
                                             {"delete"}}) {
    EXPECT_EQ(RunWords(words, {connection_, "", {}}).code, ExitCode::kUsage);
  }
}

TEST_F(DeleteCommandTest, DryRunNamesTheVersionsAndDeletesNothing) {
  client::VersionPage page;
  page.versions = {{.version = Version(1)}, {.version = Version(3)}};
  EXPECT_CALL(*connection_, ListVersions(_, Field(&client::ListVersionsRequest::deleted, client::Deleted::kExclude)))
      .WillRepeatedly(Return(page));
  EXPECT_EQ(RunWords({"delete", "orders", "--dry-run"}, {connection_, "", {}}).out,
            "Would delete orders versions 1 3\n");
  EXPECT_EQ(RunWords({"delete", "orders", "latest", "--dry-run"}, {connection_, "", {}}).out,
            "Would delete orders version 3\n");
  EXPECT_EQ(RunWords({"delete", "orders", "1", "--dry-run", "--output=json"}, {connection_, "", {}}).out, "[1]\n");
  EXPECT_EQ(RunWords({"delete", "orders", "2", "--dry-run"}, {connection_, "", {}}).code, ExitCode::kNo);
}

TEST_F(DeleteCommandTest, DryRunOfAPermanentDeleteNamesWhatIsDeletedSoftly) {
  client::VersionPage page;
  page.versions = {{.version = Version(2)}};
  EXPECT_CALL(*connection_, ListVersions(_, Field(&client::ListVersionsRequest::deleted, client::Deleted::kOnly)))
      .WillOnce(Return(page));
  EXPECT_EQ(RunWords({"delete", "orders", "--permanent", "--dry-run"}, {connection_, "", {}}).out,
            "Would permanently delete orders version 2\n");
}

}  // namespace
}  // namespace regent::cli
