#include "cli/watch_command.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/error_reason.h"
#include "cli/testing/run_words.h"
#include "cli/testing/samples.h"
#include "client/mock_registry_connection.h"

namespace regent::cli {
namespace {

using client::MockRegistryConnection;
using ::testing::_;
using ::testing::DoAll;
using ::testing::HasSubstr;
using ::testing::Return;
using ::testing::SaveArg;
using ::testing::StrictMock;

class WatchCommandTest : public ::testing::Test {
 protected:
  Outcome Run(const std::vector<std::string>& words) { return RunWords(words, {connection_, "", {}}); }

  std::shared_ptr<StrictMock<MockRegistryConnection>> connection_ =
      std::make_shared<StrictMock<MockRegistryConnection>>();
};

using client::WatchEvent;

Position At(int offset) { return {"log", Offset(offset)}; }

// A stream that tells these, and then that it was cancelled.
std::unique_ptr<client::ChangeStream> Telling(std::vector<WatchEvent> events) {
  auto stream = std::make_unique<::testing::NiceMock<client::MockChangeStream>>();
  ::testing::InSequence order;
  for (WatchEvent& event : events) EXPECT_CALL(*stream, Next).WillOnce(Return(std::move(event)));
  EXPECT_CALL(*stream, Next).Times(::testing::AtMost(1)).WillOnce(Return(absl::CancelledError("the end")));
  return stream;
}

std::vector<WatchEvent> Events() {
  client::SchemaVersion version = SampleVersion();
  client::SchemaVersion deleted = SampleVersion();
  deleted.deleted = true;
  return {{{}, client::SnapshotBegins()},
          {{}, client::SchemaVersionChange{version.subject, version.version, version}},
          {At(5), client::CaughtUp()},
          {At(6), client::SchemaVersionChange{version.subject, version.version, deleted}},
          {At(7), client::SchemaVersionChange{version.subject, version.version, std::nullopt}},
          {At(8), client::ConfigChange{Subject(".eu", ""), SubjectConfig{.normalize = true}}},
          {At(8), client::ModeChange{std::nullopt, std::nullopt}},
          {At(9), client::Heartbeat()}};
}

TEST_F(WatchCommandTest, PrintsALineForEachChange) {
  EXPECT_CALL(*connection_, Watch).WillOnce([](const auto&, const auto&) { return Telling(Events()); });
  EXPECT_EQ(Run({"watch", "--snapshot"}).out,
            "snapshot\n"
            "schema   orders-value version 3, id 7\n"
            "watching  # 5@log\n"
            "deleted  orders-value version 3, id 7  # 6@log\n"
            "removed  orders-value version 3  # 7@log\n"
            "config   the configuration of the context .eu: {\"normalize\":true}  # 8@log\n"
            "mode     the global mode: removed  # 8@log\n");
}

TEST_F(WatchCommandTest, PrintsAnObjectALineForMachines) {
  EXPECT_CALL(*connection_, Watch).WillOnce([](const auto&, const auto&) { return Telling(Events()); });
  const std::string out = Run({"watch", "--output=json"}).out;
  EXPECT_THAT(out, HasSubstr("{\"event\":\"snapshot\"}\n"));
  EXPECT_THAT(out, HasSubstr("{\"event\":\"schema\",\"subject\":\"orders-value\",\"version\":3,\"state\":\"removed\","
                             "\"now\":null,\"position\":\"7@log\"}\n"));
  EXPECT_THAT(out, HasSubstr("{\"event\":\"config\",\"subject\":\":.eu:\",\"now\":{\"normalize\":true},"));
  EXPECT_THAT(out, HasSubstr("{\"event\":\"mode\",\"subject\":null,\"now\":null,\"position\":\"8@log\"}\n"));
  EXPECT_THAT(out, HasSubstr("{\"event\":\"heartbeat\",\"position\":\"9@log\"}\n"));
}

TEST_F(WatchCommandTest, AsksForWhatTheWordsSay) {
  client::WatchRequest request;
  EXPECT_CALL(*connection_, Watch).WillRepeatedly([&](const auto&, const client::WatchRequest& asked) {
    request = asked;
    return Telling({});
  });
  Run({"watch"});
  EXPECT_EQ(request.context, "*");
  EXPECT_EQ(request.from, client::WatchRequest::From::kNow);
  Run({"watch", ":.eu:ord", "--after=12@some@log"});
  EXPECT_EQ(request.context, ".eu");
  EXPECT_EQ(request.prefix, "ord");
  EXPECT_EQ(request.from, client::WatchRequest::From::kPosition);
  EXPECT_EQ(request.position, (Position{"some@log", Offset(12)}));
}

TEST_F(WatchCommandTest, EndsAfterSoManyChanges) {
  EXPECT_CALL(*connection_, Watch).WillOnce([](const auto&, const auto&) {
    std::vector<WatchEvent> events = Events();
    events.resize(4);  // what is told later is not asked for
    return Telling(std::move(events));
  });
  const Outcome outcome = Run({"watch", "--count=2"});
  EXPECT_EQ(outcome.code, ExitCode::kOk);
  EXPECT_THAT(outcome.out, HasSubstr("# 6@log"));
  EXPECT_THAT(outcome.out, ::testing::Not(HasSubstr("# 7@log")));
}

TEST_F(WatchCommandTest, RefusesAPositionThatIsNone) {
  for (const char* word : {"--after=5", "--after=@log", "--after=x@log", "--after=5@", "--count=0"}) {
    EXPECT_EQ(Run({"watch", word}).code, ExitCode::kUsage) << word;
  }
  EXPECT_EQ(Run({"watch", "--snapshot", "--after=5@log"}).code, ExitCode::kUsage);
}

}  // namespace
}  // namespace regent::cli
