#include "cli/completion_command.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>

#include "base/error_reason.h"
#include "cli/testing/run_words.h"
#include "client/mock_registry_connection.h"

namespace regent::cli {
namespace {

using client::MockRegistryConnection;
using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::Field;
using ::testing::HasSubstr;
using ::testing::Return;
using ::testing::StrictMock;

class CompletionCommandTest : public ::testing::Test {
 protected:
  Outcome Run(const std::vector<std::string>& words) { return RunWords(words, {connection_, "", {}}); }
  std::shared_ptr<StrictMock<MockRegistryConnection>> connection_ =
      std::make_shared<StrictMock<MockRegistryConnection>>();
};

TEST_F(CompletionCommandTest, PrintsAScriptForEachShell) {
  for (const char* shell : {"bash", "zsh", "fish"}) {
    const Outcome outcome = Run({"completion", shell});
    EXPECT_EQ(outcome.code, ExitCode::kOk) << outcome.error;
    EXPECT_THAT(outcome.out, HasSubstr("regent completion words -- ")) << shell;
  }
  EXPECT_EQ(Run({"completion", "tcsh"}).code, ExitCode::kUsage);
}

TEST_F(CompletionCommandTest, AsksTheServerOfTheLineForSubjects) {
  client::SubjectPage page;
  page.subjects = {Subject::Parse(":.eu:orders"), Subject::Parse(":.eu:or\nders")};
  EXPECT_CALL(*connection_, ListSubjects(Field(&client::CallOptions::timeout, std::chrono::milliseconds(1000)),
                                         AllOf(Field(&client::ListSubjectsRequest::context, ".eu"),
                                               Field(&client::ListSubjectsRequest::prefix, "or"))))
      .WillOnce(Return(page));
  const Outcome outcome = Run({"completion", "words", "--", "get", "--server", "a:1,b:2", ":.eu:or"});
  EXPECT_EQ(outcome.out, ":.eu:orders\n");
  EXPECT_THAT(outcome.servers, ElementsAre("a:1,b:2"));
}

TEST_F(CompletionCommandTest, SaysNothingWhenNoServerAnswers) {
  EXPECT_CALL(*connection_, ListSubjects).WillOnce(Return(absl::UnavailableError("nobody")));
  const Outcome outcome = Run({"completion", "words", "--", "get", "o"});
  EXPECT_EQ(outcome.code, ExitCode::kOk);
  EXPECT_EQ(outcome.out + outcome.error, "");
}

}  // namespace
}  // namespace regent::cli
