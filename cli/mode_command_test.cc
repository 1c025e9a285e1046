#include "cli/mode_command.h"

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

class ModeCommandTest : public CommandTest {};

TEST_F(ModeCommandTest, GetsTheModeOfATarget) {
  client::GetModeRequest request;
  EXPECT_CALL(*connection_, GetMode).WillRepeatedly(DoAll(SaveArg<1>(&request), Return(Mode::kReadOnly)));
  EXPECT_EQ(Run({"mode", "get"}).out, "READONLY\n");
  EXPECT_EQ(request.target, std::nullopt);
  EXPECT_EQ(Run({"mode", "get", ":.eu:", "--effective", "--output=json"}).out, "{\"mode\":\"READONLY\"}\n");
  EXPECT_EQ(request.target, Subject(".eu", ""));
  EXPECT_TRUE(request.effective);
}

TEST_F(ModeCommandTest, SetsTheGlobalOneWhereNoSubjectIsNamed) {
  client::UpdateModeRequest request;
  EXPECT_CALL(*connection_, UpdateMode)
      .WillRepeatedly(DoAll(SaveArg<1>(&request), Return(client::ModeResult{{}, Mode::kImport})));
  EXPECT_EQ(Run({"mode", "set", "import", "--force"}).out, "Set the global mode:\nIMPORT\n");
  EXPECT_EQ(request.target, std::nullopt);
  EXPECT_EQ(request.mode, Mode::kImport);
  EXPECT_TRUE(request.force);
  EXPECT_EQ(Run({"mode", "set", "orders", "IMPORT"}).out, "Set the mode of orders:\nIMPORT\n");
  EXPECT_EQ(request.target, Subject(".", "orders"));
  EXPECT_FALSE(request.force);
}

TEST_F(ModeCommandTest, RefusesAWordThatIsNoMode) {
  EXPECT_THAT(Run({"mode", "set", "orders", "closed"}).error, HasSubstr("not 'closed'"));
  EXPECT_EQ(Run({"mode", "set", "orders"}).code, ExitCode::kUsage);
}

TEST_F(ModeCommandTest, DryRunSaysWhatIsSetAndSetsNothing) {
  EXPECT_CALL(*connection_, GetMode).WillOnce(Return(Mode::kReadWrite));
  EXPECT_EQ(Run({"mode", "set", "orders", "READONLY", "--dry-run"}).out,
            "Would set the mode of orders, which is READWRITE, to:\nREADONLY\n");
}

TEST_F(ModeCommandTest, DeletesAndTellsWhatWas) {
  client::DeleteModeRequest request;
  EXPECT_CALL(*connection_, DeleteMode)
      .WillOnce(DoAll(SaveArg<1>(&request), Return(client::ModeResult{{}, Mode::kReadOnly})))
      .WillOnce(Return(client::ModeResult{{}, std::nullopt}));
  EXPECT_EQ(Run({"mode", "delete", ":.eu:", "--recursive"}).out,
            "Deleted the mode of the context .eu, which was:\nREADONLY\n");
  EXPECT_TRUE(request.recursive);
  EXPECT_EQ(Run({"mode", "delete", "--output=json"}).out, "{\"mode\":null}\n");
}

}  // namespace
}  // namespace regent::cli
