#include "cli/context_command.h"

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

class ContextCommandTest : public CommandTest {};

TEST_F(ContextCommandTest, ListsContexts) {
  EXPECT_CALL(*connection_, ListContexts).WillRepeatedly(Return(client::ContextList{.names = {".", ".eu\x1b"}}));
  EXPECT_EQ(Run({"context", "list"}).out, ".\n.eu\\x1b\n");
  EXPECT_EQ(Run({"context", "list", "--output=json"}).out, "[\".\",\".eu\\u001B\"]\n");
}

TEST_F(ContextCommandTest, DeletesOneHoweverItIsSpelled) {
  client::DeleteContextRequest request;
  EXPECT_CALL(*connection_, DeleteContext)
      .WillOnce(DoAll(SaveArg<1>(&request), Return(client::WriteResult{{}, true})))
      .WillOnce(DoAll(SaveArg<1>(&request), Return(client::WriteResult{{}, false})));
  EXPECT_EQ(Run({"context", "delete", ":.eu:"}).out, "Deleted the context .eu\n");
  EXPECT_EQ(request.context, ".eu");
  EXPECT_EQ(Run({"context", "delete", ".eu"}).out, "There is no context .eu\n");
  EXPECT_EQ(request.context, ".eu");
}

TEST_F(ContextCommandTest, SaysThatItIsNotEmpty) {
  EXPECT_CALL(*connection_, DeleteContext)
      .WillOnce(Return(MakeError(ErrorReason::kContextNotEmpty, "it has subject 'orders'")));
  const Outcome outcome = Run({"context", "delete", ".eu"});
  EXPECT_EQ(outcome.code, ExitCode::kNo);
  EXPECT_THAT(outcome.error, HasSubstr("CONTEXT_NOT_EMPTY: it has subject 'orders'"));
}

}  // namespace
}  // namespace regent::cli
