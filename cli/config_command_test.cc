#include "cli/config_command.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/error_reason.h"
#include "cli/testing/run_words.h"
#include "client/mock_registry_connection.h"

namespace regent::cli {
namespace {

using client::ConfigField;
using client::ConfigResult;
using client::MockRegistryConnection;
using client::UpdateConfigRequest;
using ::testing::DoAll;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Return;
using ::testing::SaveArg;
using ::testing::StrictMock;

class ConfigCommandTest : public ::testing::Test {
 protected:
  Outcome Run(std::vector<std::string> words) {
    words.insert(words.begin(), "config");
    return RunWords(words, {connection_, "", {}});
  }
  UpdateConfigRequest RequestOf(std::vector<std::string> words) {
    words.insert(words.begin(), "set");
    UpdateConfigRequest request;
    EXPECT_CALL(*connection_, UpdateConfig).WillOnce(DoAll(SaveArg<1>(&request), Return(ConfigResult())));
    EXPECT_EQ(Run(words).code, ExitCode::kOk);
    return request;
  }

  std::shared_ptr<StrictMock<MockRegistryConnection>> connection_ =
      std::make_shared<StrictMock<MockRegistryConnection>>();
};

SubjectConfig Full() {
  SubjectConfig config;
  config.level = CompatibilityLevel::kFull;
  config.normalize = true;
  config.alias = "other\n";
  return config;
}

TEST_F(ConfigCommandTest, GetsTheGlobalConfigurationWithoutASubject) {
  client::GetConfigRequest request;
  EXPECT_CALL(*connection_, GetConfig).WillOnce(DoAll(SaveArg<1>(&request), Return(Full())));
  EXPECT_EQ(Run({"get"}).out, "compatibilityLevel FULL\nnormalize true\nalias other\\n\n");
  EXPECT_EQ(request.target, std::nullopt);
  EXPECT_FALSE(request.effective);
}

TEST_F(ConfigCommandTest, GetsASubjectsOrAContextsConfiguration) {
  client::GetConfigRequest request;
  EXPECT_CALL(*connection_, GetConfig).WillRepeatedly(DoAll(SaveArg<1>(&request), Return(Full())));
  EXPECT_EQ(Run({"get", "FULL", "--effective", "--output=json"}).out,
            R"({"compatibilityLevel":"FULL","normalize":true,"alias":"other\n"})"
            "\n");
  EXPECT_EQ(request.target, Subject(".", "FULL"));
  EXPECT_TRUE(request.effective);
  Run({"get", ":.eu:"});
  EXPECT_EQ(request.target, Subject(".eu", ""));
}

TEST_F(ConfigCommandTest, ExitsOneWhereNothingIsSet) {
  EXPECT_CALL(*connection_, GetConfig).WillOnce(Return(MakeError(ErrorReason::kConfigNotFound, "none")));
  EXPECT_EQ(Run({"get", "orders"}).code, ExitCode::kNo);
}

TEST_F(ConfigCommandTest, SetsTheLevelOfASubject) {
  for (const std::vector<std::string>& words :
       std::vector<std::vector<std::string>>{{"orders", "FULL"}, {"orders", "full"}, {"orders", "--level=FULL"}}) {
    const UpdateConfigRequest request = RequestOf(words);
    EXPECT_EQ(request.target, Subject(".", "orders"));
    EXPECT_EQ(request.config.level, CompatibilityLevel::kFull);
    EXPECT_TRUE(request.clear.empty());
  }
}

TEST_F(ConfigCommandTest, TakesALoneLevelAsTheGlobalOne) {
  for (const std::vector<std::string>& words : std::vector<std::vector<std::string>>{{"FULL"}, {"--level", "FULL"}}) {
    const UpdateConfigRequest request = RequestOf(words);
    EXPECT_EQ(request.target, std::nullopt);
    EXPECT_EQ(request.config.level, CompatibilityLevel::kFull);
  }
}

TEST_F(ConfigCommandTest, TakesALevelsNameAsASubjectWhenTheLevelIsElsewhere) {
  EXPECT_EQ(RequestOf({"FULL", "NONE"}).target, Subject(".", "FULL"));
  EXPECT_EQ(RequestOf({"FULL", "--level=NONE"}).target, Subject(".", "FULL"));
  const UpdateConfigRequest request = RequestOf({"FULL", "--subject", "--normalize=true"});
  EXPECT_EQ(request.target, Subject(".", "FULL"));
  EXPECT_EQ(request.config.level, std::nullopt);
}

TEST_F(ConfigCommandTest, SetsTheOtherFields) {
  const UpdateConfigRequest request =
      RequestOf({"orders", "--normalize=false", "--validate-fields=true", "--validate-new-schemas=false",
                 "--validate-rules=true", "--alias=carts", "--group=major", "--policy=lenient"});
  EXPECT_EQ(request.config.level, std::nullopt);
  EXPECT_EQ(request.config.normalize, false);
  EXPECT_EQ(request.config.validate_fields, true);
  EXPECT_EQ(request.config.validate_new_schemas, false);
  EXPECT_EQ(request.config.validate_rules, true);
  EXPECT_EQ(request.config.alias, "carts");
  EXPECT_EQ(request.config.compatibility_group, "major");
  EXPECT_EQ(request.config.policy, CompatibilityPolicy::kLenient);
}

TEST_F(ConfigCommandTest, UnsetsFields) {
  const UpdateConfigRequest request = RequestOf({"orders", "--unset=level", "--unset", "group"});
  EXPECT_THAT(request.clear, ElementsAre(ConfigField::kLevel, ConfigField::kCompatibilityGroup));
  EXPECT_EQ(request.config, SubjectConfig());
}

TEST_F(ConfigCommandTest, PrintsTheConfigurationAsItIsThen) {
  EXPECT_CALL(*connection_, UpdateConfig).WillRepeatedly(Return(ConfigResult{{}, Full()}));
  EXPECT_EQ(Run({"set", "orders", "FULL"}).out,
            "Set the configuration of orders:\ncompatibilityLevel FULL\nnormalize true\nalias other\\n\n");
  EXPECT_THAT(Run({"set", "FULL"}).out, HasSubstr("Set the global configuration:\n"));
  EXPECT_THAT(Run({"set", ":.eu:", "FULL"}).out, HasSubstr("Set the configuration of the context .eu:\n"));
  EXPECT_EQ(Run({"set", "FULL", "--output=json"}).out,
            R"({"compatibilityLevel":"FULL","normalize":true,"alias":"other\n"})"
            "\n");
}

TEST_F(ConfigCommandTest, RefusesWhatSetsNothingOrContradictsItself) {
  const std::vector<std::pair<std::vector<std::string>, std::string>> cases = {
      {{"set"}, "nothing to set"},
      {{"set", "orders"}, "nothing to set for the subject 'orders': give a LEVEL or a flag\n"},
      {{"set", "BACKWRD"},
       "nothing to set for the subject 'BACKWRD': give a LEVEL or a flag; or did you mean the level BACKWARD?"},
      {{"set", "orders", "SOME"}, "the level is NONE, BACKWARD"},
      {{"set", "orders", "FULL", "--level=NONE"}, "the level is given twice"},
      {{"set", "orders", "--normalize=maybe"}, "--normalize is true or false, not 'maybe'"},
      {{"set", "orders", "--policy=hard"}, "--policy is STRICT, LENIENT or LOGICAL, not 'hard'"},
      {{"set", "orders", "--unset=speed"}, "--unset takes the name of one of the flags here, not 'speed'"},
      {{"set", "orders", "--unset=alias", "--alias=x"}, "--unset and --alias contradict each other"},
      {{"set", "orders", "FULL", "--unset=level"}, "--unset level and a level contradict each other"},
      {{"set", "orders", "FULL", "x"}, "unexpected word 'x'"},
  };
  for (const auto& [words, message] : cases) {
    const Outcome outcome = Run(words);
    EXPECT_EQ(outcome.code, ExitCode::kUsage) << message;
    EXPECT_THAT(outcome.error, HasSubstr("regent config set: " + message));
  }
}

TEST_F(ConfigCommandTest, DeletesAndSaysWhatWas) {
  client::DeleteConfigRequest request;
  EXPECT_CALL(*connection_, DeleteConfig).WillOnce(DoAll(SaveArg<1>(&request), Return(ConfigResult{{}, Full()})));
  EXPECT_EQ(
      Run({"delete", "orders"}).out,
      "Deleted the configuration of orders, which was:\ncompatibilityLevel FULL\nnormalize true\nalias other\\n\n");
  EXPECT_EQ(request.target, Subject(".", "orders"));
}

TEST_F(ConfigCommandTest, DryRunsSayWhatWouldBeAndChangeNothing) {
  EXPECT_CALL(*connection_, GetConfig)
      .WillOnce(Return(Full()))
      .WillOnce(Return(MakeError(ErrorReason::kConfigNotFound, "none")))
      .WillOnce(Return(Full()));
  EXPECT_EQ(Run({"set", "orders", "NONE", "--unset=alias", "--dry-run"}).out,
            "Would set the configuration of orders:\ncompatibilityLevel NONE\nnormalize true\n");
  EXPECT_EQ(Run({"set", "orders", "--group=g", "--dry-run"}).out,
            "Would set the configuration of orders:\ncompatibilityGroup g\n");
  EXPECT_THAT(Run({"delete", "orders", "--dry-run"}).out,
              HasSubstr("Would delete the configuration of orders, which is:\ncompatibilityLevel FULL\n"));
}

}  // namespace
}  // namespace regent::cli
