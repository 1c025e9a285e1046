#include "cli/run.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sstream>

#include "base/error_reason.h"
#include "cli/remote_commands.h"
#include "cli/testing/run_words.h"
#include "client/mock_registry_connection.h"

namespace regent::cli {
namespace {

using client::MockRegistryConnection;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::NiceMock;
using ::testing::Return;
using ::testing::StartsWith;

class RunTest : public ::testing::Test {
 protected:
  RunTest() { ON_CALL(*connection_, ListSubjects).WillByDefault(Return(client::SubjectPage())); }
  Outcome Run(const std::vector<std::string>& words, std::map<std::string, std::string> variables = {}) {
    return RunWords(words, {connection_, "", std::move(variables)});
  }
  std::shared_ptr<NiceMock<MockRegistryConnection>> connection_ = std::make_shared<NiceMock<MockRegistryConnection>>();
};

TEST_F(RunTest, AsksTheServerThatTheFlagTheVariableOrTheDefaultNames) {
  EXPECT_THAT(Run({"subjects"}).servers, ElementsAre("127.0.0.1:50051"));
  EXPECT_THAT(Run({"subjects"}, {{"REGENT_SERVER", ""}}).servers, ElementsAre("127.0.0.1:50051"));
  EXPECT_THAT(Run({"subjects"}, {{"REGENT_SERVER", "a:1,b:2"}}).servers, ElementsAre("a:1,b:2"));
  EXPECT_THAT(Run({"subjects", "--server=c:3"}, {{"REGENT_SERVER", "a:1"}}).servers, ElementsAre("c:3"));
}

TEST_F(RunTest, ExpectsTheRegistryThatTheFlagOrTheVariableNames) {
  EXPECT_THAT(Run({"subjects"}).registries, ElementsAre(""));
  EXPECT_THAT(Run({"subjects"}, {{"REGENT_REGISTRY", "eu"}}).registries, ElementsAre("eu"));
  EXPECT_THAT(Run({"subjects", "--registry=us"}, {{"REGENT_REGISTRY", "eu"}}).registries, ElementsAre("us"));
}

TEST_F(RunTest, SpeaksTlsWhereFilesAreNamed) {
  const std::string pem = "base/testdata/localhost.pem";
  EXPECT_FALSE(Run({"subjects"}).tls.has_value());
  const Outcome trusting = Run({"subjects", "--ca-file=" + pem});
  ASSERT_TRUE(trusting.tls.has_value()) << trusting.error;
  EXPECT_THAT(trusting.tls->root_certificates, HasSubstr("BEGIN CERTIFICATE"));
  EXPECT_EQ(trusting.tls->private_key, "");
  const Outcome known = Run({"subjects", "--key-file", pem}, {{"REGENT_CERT_FILE", pem}, {"REGENT_CA_FILE", pem}});
  ASSERT_TRUE(known.tls.has_value()) << known.error;
  EXPECT_THAT(known.tls->certificate_chain, HasSubstr("BEGIN CERTIFICATE"));
  EXPECT_THAT(known.tls->private_key, HasSubstr("PRIVATE KEY"));
}

TEST_F(RunTest, NamesTheFileThatIsOfNoUseForTls) {
  const Outcome missing = Run({"subjects", "--ca-file=no/such.pem"});
  EXPECT_EQ(missing.code, ExitCode::kUsage);
  EXPECT_THAT(missing.error, HasSubstr("no/such.pem"));
  EXPECT_THAT(missing.error, HasSubstr("--ca-file"));
  const Outcome half = Run({"subjects", "--cert-file=base/testdata/localhost.pem"});
  EXPECT_EQ(half.code, ExitCode::kUsage);
  EXPECT_THAT(half.error, HasSubstr("only together"));
}

TEST_F(RunTest, TakesGlobalFlagsAnywhere) {
  for (const std::vector<std::string>& words : std::vector<std::vector<std::string>>{
           {"--server", "a:1", "--output=json", "config", "delete", "x"},
           {"config", "--server", "a:1", "--output=json", "delete", "x"},
           {"config", "delete", "--server", "a:1", "x", "--output", "json"},
       }) {
    EXPECT_CALL(*connection_, DeleteConfig).WillOnce(Return(client::ConfigResult()));
    const Outcome outcome = Run(words);
    EXPECT_EQ(outcome.code, ExitCode::kOk) << outcome.error;
    EXPECT_EQ(outcome.out, "{}\n");
    EXPECT_THAT(outcome.servers, ElementsAre("a:1"));
  }
}

TEST_F(RunTest, HandsTheTimeoutToTheCall) {
  EXPECT_CALL(
      *connection_,
      ListSubjects(::testing::Field(&client::CallOptions::timeout, std::chrono::milliseconds(1500)), ::testing::_))
      .WillOnce(Return(client::SubjectPage()));
  EXPECT_EQ(Run({"subjects", "--timeout=1500ms"}).code, ExitCode::kOk);
}

TEST_F(RunTest, SuggestsTheNearestCommand) {
  const Outcome outcome = Run({"regster", "a", "b"});
  EXPECT_EQ(outcome.code, ExitCode::kUsage);
  EXPECT_THAT(outcome.error, StartsWith("regent: there is no command 'regster'; did you mean 'register'?\n"));
  EXPECT_THAT(Run({"config", "sett"}).error,
              HasSubstr("there is no command 'config sett'; did you mean 'config set'?"));
}

TEST_F(RunTest, SuggestsNothingForSomethingElse) {
  EXPECT_THAT(Run({"\x1b[31mzebra"}).error, StartsWith("regent: there is no command '\\x1b[31mzebra'\n"));
}

TEST_F(RunTest, AsksForACommandWhenThereIsNone) {
  const Outcome outcome = Run({});
  EXPECT_EQ(outcome.code, ExitCode::kUsage);
  EXPECT_EQ(outcome.out, "");
  EXPECT_THAT(outcome.error, HasSubstr("Commands:"));
  EXPECT_EQ(Run({"--frobnicate"}).code, ExitCode::kUsage);
  EXPECT_EQ(Run({"config"}).code, ExitCode::kUsage);
}

TEST_F(RunTest, HelpsOnStandardOutput) {
  for (const std::vector<std::string>& words :
       std::vector<std::vector<std::string>>{{"help"}, {"--help"}, {"-h"}, {"config", "--help"}}) {
    const Outcome outcome = Run(words);
    EXPECT_EQ(outcome.code, ExitCode::kOk);
    EXPECT_THAT(outcome.out, HasSubstr("Commands:"));
    EXPECT_EQ(outcome.error, "");
  }
}

TEST_F(RunTest, HelpsWithEveryCommandInEitherForm) {
  for (const Command* command : RemoteCommands()) {
    std::vector<std::string> words = {"help"};
    std::istringstream name{std::string(command->name)};
    for (std::string word; name >> word;) words.push_back(word);
    const Outcome help = Run(words);
    EXPECT_EQ(help.code, ExitCode::kOk) << command->name;
    EXPECT_THAT(help.out, StartsWith("regent " + std::string(command->name) + ": "));
    words.erase(words.begin());
    words.push_back("--help");
    EXPECT_EQ(Run(words).out, help.out);
  }
}

TEST_F(RunTest, HelpsWithAGroupOfCommands) {
  const Outcome outcome = Run({"help", "config"});
  EXPECT_THAT(outcome.out, HasSubstr("regent config get: "));
  EXPECT_THAT(outcome.out, HasSubstr("regent config delete: "));
  EXPECT_EQ(Run({"help", "confg", "get"}).code, ExitCode::kUsage);
}

TEST_F(RunTest, PrintsItsVersion) {
  EXPECT_THAT(Run({"version"}).out, StartsWith("regent "));
  EXPECT_EQ(Run({"--version"}).out, Run({"version"}).out);
  EXPECT_THAT(Run({"version", "--output=json"}).out, StartsWith("{\"version\":"));
}

TEST_F(RunTest, FailsWhenTheOutputCannotBeWritten) {
  std::istringstream in;
  std::ostringstream error;
  std::ostream full(nullptr);
  Environment environment;
  environment.in = &in;
  environment.out = &full;
  environment.error = &error;
  environment.commands = RemoteCommands();
  EXPECT_EQ(cli::Run(std::vector<std::string>{"version"}, environment), ExitCode::kNo);
  EXPECT_THAT(error.str(), HasSubstr("could not be written"));
}

TEST(ExitCodeTest, TellsAnOutageFromARefusal) {
  EXPECT_EQ(ExitCodeOf(absl::OkStatus()), ExitCode::kOk);
  for (const ErrorReason reason :
       {ErrorReason::kSubjectNotFound, ErrorReason::kSchemaInvalid, ErrorReason::kSchemaIncompatible,
        ErrorReason::kModeForbids, ErrorReason::kForeignWriter, ErrorReason::kPermissionDenied}) {
    EXPECT_EQ(ExitCodeOf(MakeError(reason, "")), ExitCode::kNo) << RowOf(reason).name;
  }
  for (const ErrorReason reason : {ErrorReason::kNoPrimary, ErrorReason::kNotReady, ErrorReason::kOutcomeUnknown,
                                   ErrorReason::kOverloaded, ErrorReason::kDeadlineExceeded}) {
    EXPECT_EQ(ExitCodeOf(MakeError(reason, "")), ExitCode::kUnreachable) << RowOf(reason).name;
  }
  EXPECT_EQ(ExitCodeOf(absl::UnavailableError("refused")), ExitCode::kUnreachable);
  EXPECT_EQ(ExitCodeOf(absl::DeadlineExceededError("late")), ExitCode::kUnreachable);
  EXPECT_EQ(ExitCodeOf(absl::UnimplementedError("what?")), ExitCode::kNo);
  EXPECT_EQ(ExitCodeOf(MakeError(ErrorReason::kConfigurationInvalid, "")), ExitCode::kUsage);
}

TEST(ParseDurationTest, TakesMillisecondsSecondsAndMinutes) {
  EXPECT_EQ(ParseDuration("1ms"), std::chrono::milliseconds(1));
  EXPECT_EQ(ParseDuration("2s"), std::chrono::milliseconds(2000));
  EXPECT_EQ(ParseDuration("2"), std::chrono::milliseconds(2000));
  EXPECT_EQ(ParseDuration("60m"), std::chrono::milliseconds(3600000));
}

TEST(ParseDurationTest, RefusesEverythingElse) {
  for (const char* text : {"", "0", "-1s", "1h", "61m", "3601", "1.5s", "s", "99999999999999999999s", "1 s"}) {
    EXPECT_EQ(ParseDuration(text), std::nullopt) << text;
  }
}

}  // namespace
}  // namespace regent::cli
