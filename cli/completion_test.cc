#include "cli/completion.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "cli/remote_commands.h"

namespace regent::cli {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::Not;

std::vector<std::string> Candidates(const std::vector<std::string>& words) {
  return Complete(words, RemoteCommands(), [](const std::vector<std::string>&, std::string_view) {
    return std::vector<std::string>{"orders", "other", "payments"};
  });
}

TEST(CompletionTest, CompletesCommandsAndTheirSecondWords) {
  EXPECT_THAT(Candidates({""}), Contains("register"));
  EXPECT_THAT(Candidates({"regi"}), ElementsAre("register"));
  EXPECT_THAT(Candidates({"conf"}), ElementsAre("config"));
  EXPECT_THAT(Candidates({"config", ""}), ElementsAre("get", "set", "delete", "print"));
  EXPECT_THAT(Candidates({"--output", "json", "regi"}), ElementsAre("register"));
}

TEST(CompletionTest, CompletesFlagsThatAreNotGivenYet) {
  EXPECT_THAT(Candidates({"register", "--dr"}), ElementsAre("--dry-run"));
  EXPECT_THAT(Candidates({"register", "--dry-run", "--"}), Not(Contains("--dry-run")));
  EXPECT_THAT(Candidates({"register", "--reference", "a=b", "--ref"}), ElementsAre("--reference"));
  EXPECT_THAT(Candidates({"get", "--se"}), ElementsAre("--server"));
}

TEST(CompletionTest, CompletesValuesBehindASpaceAndBehindAnEqualsSign) {
  EXPECT_THAT(Candidates({"subjects", "--output", ""}), ElementsAre("text", "json"));
  EXPECT_THAT(Candidates({"subjects", "--output=j"}), ElementsAre("--output=json"));
  EXPECT_THAT(Candidates({"config", "set", "orders", "FULL"}), ElementsAre("FULL", "FULL_TRANSITIVE"));
  EXPECT_THAT(Candidates({"config", "set", "--normalize", ""}), ElementsAre("true", "false"));
}

TEST(CompletionTest, CompletesSubjectsOfTheRegistry) {
  EXPECT_THAT(Candidates({"register", "o"}), ElementsAre("orders", "other"));
  EXPECT_THAT(Candidates({"get", "--deleted", "p"}), ElementsAre("payments"));
  EXPECT_THAT(Candidates({"get", "orders", ""}), ElementsAre("latest"));
  EXPECT_THAT(Candidates({"config", "set", "--alias", "p"}), ElementsAre("payments"));
}

TEST(CompletionTest, LeavesFilesToTheShell) {
  EXPECT_THAT(Candidates({"register", "orders", ""}), IsEmpty());
  EXPECT_THAT(Candidates({"register", "orders", "a.avsc", ""}), IsEmpty());
}

TEST(CompletionTest, CompletesWhatHelpIsAskedFor) {
  EXPECT_THAT(Candidates({"help", "regi"}), ElementsAre("register"));
  EXPECT_THAT(Candidates({"help", "config", "s"}), ElementsAre("set"));
}

TEST(CompletionTest, KnowsNothingToAnUnknownWord) {
  EXPECT_THAT(Candidates({"no-such-command", ""}), IsEmpty());
  EXPECT_THAT(Candidates({"register", "--no-such-flag="}), IsEmpty());
  EXPECT_THAT(Candidates({}), Contains("get"));
}

}  // namespace
}  // namespace regent::cli
