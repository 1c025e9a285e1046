// Every method of the client against a real node, and a watch that outlives one.
#include <gtest/gtest.h>
#include <signal.h>

#include <chrono>
#include <memory>
#include <string>
#include <variant>
#include <vector>

#include "base/error_reason.h"
#include "client/grpc_connection.h"
#include "client/registry_client.h"
#include "tests/support/node_process.h"

namespace regent::testing {
namespace {

using client::Deleted;
using client::WatchRequest;
using std::chrono::milliseconds;

Subject S(const std::string& name) { return Subject::Parse(name); }

class ClientApiTest : public ::testing::Test {
 protected:
  std::unique_ptr<NodeProcess> Start(const std::string& listener = "127.0.0.1:0") {
    auto node = std::make_unique<NodeProcess>(directory_, std::vector<std::string>{"regent.grpc.listener=" + listener});
    EXPECT_NE(node->address(), "") << node->output();
    return node;
  }
  const std::string directory_ =
      ::testing::TempDir() + "/" + ::testing::UnitTest::GetInstance()->current_test_info()->name();
};

TEST_F(ClientApiTest, BatchesAnswerForEachItem) {
  const auto node = Start();
  const client::RegistryClient client = node->Client();
  client::BatchRegisterRequest batch;
  batch.requests = {{.subject = S("a"), .content = {.text = "\"int\""}},
                    {.subject = S("b"), .content = {.text = "no schema"}},
                    {.subject = S("a"), .content = {.text = "\"long\""}}};
  const auto results = client.RegisterBatch(batch);
  ASSERT_TRUE(results.ok()) << results.status();
  ASSERT_EQ(results->size(), 3u);
  EXPECT_EQ((*results)[0]->registered.version, Version(1));
  EXPECT_EQ(ReasonOf((*results)[1].status()), ErrorReason::kSchemaInvalid);
  EXPECT_EQ((*results)[2]->registered.version, Version(2));
  batch.requests[0].validate_only = true;
  EXPECT_EQ(ReasonOf(client.RegisterBatch(batch).status()), ErrorReason::kRequestInvalid);
}

TEST_F(ClientApiTest, DeletesAreTakenBackAndPurged) {
  const auto node = Start();
  const client::RegistryClient client = node->Client();
  ASSERT_TRUE(client.Register(S("a"), {.text = "\"int\""}).ok());
  ASSERT_TRUE(client.Register(S("a"), {.text = "\"long\""}).ok());
  ASSERT_TRUE(client.DeleteSubject({.subject = S("a")}).ok());
  EXPECT_EQ(client.UndeleteVersion({.subject = S("a"), .version = Version(2)})->versions, std::vector{Version(2)});
  EXPECT_EQ(client.UndeleteSubject({.subject = S("a")})->versions, std::vector{Version(1)});
  EXPECT_FALSE(client.UndeleteSubject({.subject = S("a")})->result.changed);
  EXPECT_EQ(ReasonOf(client.PurgeSubject({.subject = S("a")}).status()), ErrorReason::kSubjectNotSoftDeleted);
  EXPECT_EQ(client.PurgeVersion({.subject = S("a"), .allow_active = true})->versions, std::vector{Version(2)});
  EXPECT_EQ(client.PurgeSubject({.subject = S("a"), .allow_active = true})->versions, std::vector{Version(1)});
  EXPECT_EQ(ReasonOf(client.GetLatest(S("a")).status()), ErrorReason::kSubjectNotFound);
}

TEST_F(ClientApiTest, ModesAndContexts) {
  const auto node = Start();
  const client::RegistryClient client = node->Client();
  EXPECT_EQ(*client.GetMode({}), Mode::kReadWrite);
  EXPECT_EQ(ReasonOf(client.GetMode({.target = S("a")}).status()), ErrorReason::kModeNotFound);
  EXPECT_EQ(client.UpdateMode({.target = S("a"), .mode = Mode::kImport})->mode, Mode::kImport);
  EXPECT_EQ(*client.GetMode({.target = S("a"), .effective = true}), Mode::kImport);
  const auto imported = client.RegisterBatch(
      {.requests = {{.subject = S("a"), .content = {.text = "\"int\""}, .version = Version(4), .id = SchemaId(42)}}});
  ASSERT_TRUE(imported.ok() && imported->front().ok());
  EXPECT_EQ(imported->front()->registered.version, Version(4));
  EXPECT_EQ(imported->front()->registered.stored->id, SchemaId(42));
  EXPECT_EQ(client.DeleteMode({.target = S("a")})->mode, Mode::kImport);
  EXPECT_EQ(client.DeleteMode({})->mode, std::nullopt);

  ASSERT_TRUE(client.Register(S(":.eu:a"), {.text = "\"int\""}).ok());
  EXPECT_EQ(*client.ListContexts(), (std::vector<std::string>{".", ".eu"}));
  EXPECT_EQ(ReasonOf(client.DeleteContext(".eu").status()), ErrorReason::kContextNotEmpty);
  ASSERT_TRUE(client.PurgeSubject({.subject = S(":.eu:a"), .allow_active = true}).ok());
  EXPECT_EQ(client.HighestIds()->at(".eu"), SchemaId(1));
  EXPECT_TRUE(client.DeleteContext(".eu")->changed);
  EXPECT_EQ(*client.ListContexts(), std::vector<std::string>{"."});

  ASSERT_TRUE(client.Register(S("b"), {.text = "\"int\""}).ok());
  const Association wanted{.resource_name = "t",
                           .resource_namespace = "n",
                           .resource_id = "i",
                           .resource_type = "topic",
                           .association_type = "value",
                           .subject = S("b")};
  const auto made = client.AssociateResource({.association = wanted});
  ASSERT_TRUE(made.ok()) << made.status();
  EXPECT_GT(made->association.create_time_ms, 0);
  EXPECT_EQ(*client.ListAssociations({.subject = S("b")}), std::vector<Association>{made->association});
  EXPECT_TRUE(client.DissociateResource({.resource_id = "i"})->changed);
  EXPECT_TRUE(client.ListAssociations()->empty());
}

TEST_F(ClientApiTest, ListingsTellWhatIsThereAndWhoUsesIt) {
  const auto node = Start();
  const client::RegistryClient client = node->Client();
  SchemaContent base{.text = R"({"type":"record","name":"Base","fields":[]})"};
  base.metadata = Metadata{.properties = {{"team", "x"}}};
  ASSERT_TRUE(client.Register(S("base"), base).ok());
  SchemaContent user{.text = R"({"type":"record","name":"User","fields":[{"name":"b","type":"Base"}]})"};
  user.references = {{"Base", S("base"), Version(1)}};
  ASSERT_TRUE(client.Register(S("user"), user).ok());
  EXPECT_EQ(client.FindLatest({.subject = S("base"), .properties = {{"team", "x"}}})->version, Version(1));
  EXPECT_EQ(ReasonOf(client.FindLatest({.subject = S("base"), .properties = {{"team", "y"}}}).status()),
            ErrorReason::kSchemaNotFound);
  const auto referrers = client.ListReferrers({.subject = S("base")});
  ASSERT_TRUE(referrers.ok() && referrers->size() == 1) << referrers.status();
  EXPECT_EQ(referrers->front().subject, S("user"));
  const auto uses = client.ListSchemaUses({.key = client::SchemaIdInContext{referrers->front().id}});
  ASSERT_TRUE(uses.ok() && uses->size() == 1) << uses.status();
  EXPECT_EQ(uses->front().subject, S("user"));
  // Pages of one.
  for (const bool with_text : {false, true}) {
    std::vector<std::string> seen;
    const auto listed = client.ForEachSchema({.with_text = with_text, .page_size = 1}, [&](const auto& version) {
      seen.push_back(version.subject.name + version.stored->content.text);
      return true;
    });
    EXPECT_TRUE(listed.ok()) << listed;
    EXPECT_EQ(seen, with_text ? (std::vector<std::string>{"base" + base.text, "user" + user.text})
                              : (std::vector<std::string>{"base", "user"}));
  }
}

// The next event that tells of something.
client::WatchEvent NextChange(client::ChangeStream& stream) {
  while (true) {
    auto event = stream.Next(milliseconds(60000));
    EXPECT_TRUE(event.ok()) << event.status();
    if (!event.ok()) return {};
    if (!std::holds_alternative<client::Heartbeat>(event->what)) return *std::move(event);
  }
}

std::string SubjectIn(const client::WatchEvent& event) {
  const auto* change = std::get_if<client::SchemaVersionChange>(&event.what);
  return change == nullptr ? "(no version)" : change->subject.name;
}

TEST_F(ClientApiTest, WatchTellsWhatIsThereAndWhatChanges) {
  const auto node = Start();
  const client::RegistryClient client = node->Client();
  ASSERT_TRUE(client.Register(S("a"), {.text = "\"int\""}).ok());
  const auto stream = client.Watch({.from = WatchRequest::From::kSnapshot});
  ASSERT_TRUE(stream.ok()) << stream.status();
  EXPECT_TRUE(std::holds_alternative<client::SnapshotBegins>(NextChange(**stream).what));
  EXPECT_EQ(SubjectIn(NextChange(**stream)), "a");
  EXPECT_TRUE(std::holds_alternative<client::CaughtUp>(NextChange(**stream).what));
  ASSERT_TRUE(client.UpdateConfig({.target = S("a"), .config = {.normalize = true}}).ok());
  const auto config = NextChange(**stream);
  ASSERT_TRUE(std::holds_alternative<client::ConfigChange>(config.what));
  EXPECT_EQ(std::get<client::ConfigChange>(config.what).target, S("a"));
  ASSERT_TRUE(client.UpdateMode({.mode = Mode::kReadOnly}).ok());
  EXPECT_EQ(std::get<client::ModeChange>(NextChange(**stream).what).now, Mode::kReadOnly);
  // Another one goes on from a place that was told.
  const auto later = client.Watch({.from = WatchRequest::From::kPosition, .position = config.position});
  ASSERT_TRUE(later.ok()) << later.status();
  EXPECT_TRUE(std::holds_alternative<client::CaughtUp>(NextChange(**later).what));
  EXPECT_TRUE(std::holds_alternative<client::ModeChange>(NextChange(**later).what));
}

TEST_F(ClientApiTest, WatchOutlivesItsNode) {
  auto node = Start();
  const std::string address = node->address();
  client::GrpcConnectionOptions options;
  options.endpoints = {address};
  const client::RegistryClient client(*client::MakeGrpcConnection(options));
  ASSERT_TRUE(client.Register(S("a"), {.text = "\"int\""}).ok());
  const auto stream = client.Watch({});
  ASSERT_TRUE(stream.ok()) << stream.status();
  EXPECT_TRUE(std::holds_alternative<client::CaughtUp>(NextChange(**stream).what));
  ASSERT_TRUE(client.Register(S("b"), {.text = "\"int\""}).ok());
  EXPECT_EQ(SubjectIn(NextChange(**stream)), "b");
  node->Signal(SIGKILL);
  node->Wait();
  node.reset();
  EXPECT_EQ((*stream)->Next(milliseconds(100)).status().code(), absl::StatusCode::kDeadlineExceeded);
  node = Start(address);
  ASSERT_TRUE(client.Register(S("c"), {.text = "\"int\""}).ok());
  // Perhaps by a snapshot: the node that was started anew may not keep what was before its start.
  for (std::string subject; subject != "c";) {
    subject = SubjectIn(NextChange(**stream));
    if (HasFailure()) return;
  }
}

}  // namespace
}  // namespace regent::testing
