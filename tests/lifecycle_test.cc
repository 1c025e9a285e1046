// How a node starts, stops, and refuses to start.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>

#include <atomic>
#include <fstream>
#include <string>
#include <thread>
#include <vector>

#include "base/error_reason.h"
#include "tests/support/node_process.h"

namespace regent::testing {
namespace {

using ::testing::HasSubstr;

constexpr char kText[] = R"("string")";

// Runs `regent serve` with a configuration that must not start, and gives what it said.
std::string Refusal(const std::vector<std::string>& arguments, int expected_exit_code) {
  std::vector<std::string> all = {Runfile("cli/regent"), "serve"};
  all.insert(all.end(), arguments.begin(), arguments.end());
  ChildProcess process(all);
  EXPECT_EQ(process.Wait(), expected_exit_code) << process.output();
  return process.output();
}

TEST(LifecycleTest, SchemasAreThereAfterARestart) {
  const std::string data_dir = NewDirectory("restart");
  {
    NodeProcess node(data_dir);
    const auto registered = node.Client().Register(Subject::Parse("orders"), {.text = kText});
    ASSERT_TRUE(registered.ok()) << registered.status();
    // Also when it came before the node was primary: an id was lost then.
    EXPECT_EQ(registered->registered.stored->id, SchemaId(1));
    node.Signal(SIGTERM);
    EXPECT_EQ(node.Wait(), 0) << node.output();
  }
  NodeProcess node(data_dir);
  const auto stored = node.Client().GetSchema(SchemaId(1));
  ASSERT_TRUE(stored.ok()) << stored.status();
  EXPECT_EQ((*stored)->content.text, kText);
}

TEST(LifecycleTest, TermFinishesWhatIsInFlightAndExitsZero) {
  const std::string data_dir = NewDirectory("drain");
  std::atomic<int> acknowledged{0};
  std::atomic<int> refused{0};
  std::vector<std::string> surprises;
  Mutex mutex;
  {
    NodeProcess node(data_dir);
    ASSERT_NE(node.address(), "") << node.output();
    std::vector<std::thread> clients;
    for (int i = 0; i < 8; ++i) {
      clients.emplace_back([&, i] {
        const client::RegistryClient client = node.Client();
        for (int n = 0;; ++n) {
          const std::string symbol = "C" + std::to_string(i) + "N" + std::to_string(n);
          const auto result = client.Register(Subject::Parse(symbol),
                                              {.text = R"({"type":"enum","name":"E","symbols":[")" + symbol + "\"]}"});
          if (!result.ok()) {
            ++refused;
            if (result.status().code() != absl::StatusCode::kUnavailable) {
              MutexLock lock(&mutex);
              surprises.push_back(result.status().ToString());
            }
            return;
          }
          if (++acknowledged == 50) node.Signal(SIGTERM);
        }
      });
    }
    for (std::thread& client : clients) client.join();
    EXPECT_EQ(node.Wait(), 0) << node.output();
    EXPECT_THAT(node.output(), HasSubstr("regent: stopped"));
  }
  EXPECT_EQ(refused, 8);
  EXPECT_THAT(surprises, ::testing::IsEmpty());
  NodeProcess node(data_dir);
  int found = 0;
  ASSERT_TRUE(node.Client()
                  .ForEachSubject({},
                                  [&](const Subject&) {
                                    ++found;
                                    return true;
                                  })
                  .ok());
  EXPECT_GE(found, acknowledged);
}

TEST(LifecycleTest, SecondProcessOnTheSameDirectoryIsToldWhoHasIt) {
  const std::string data_dir = NewDirectory("locked");
  NodeProcess node(data_dir);
  ASSERT_NE(node.address(), "") << node.output();
  const std::string said =
      Refusal({"--set", "regent.data.dir=" + data_dir, "--set", "regent.grpc.listener=127.0.0.1:0"}, 1);
  EXPECT_THAT(said, HasSubstr(data_dir));
  EXPECT_THAT(said, HasSubstr(std::to_string(node.id())));
}

TEST(LifecycleTest, PortInUseIsNamed) {
  NodeProcess node(NewDirectory("first"));
  ASSERT_NE(node.address(), "") << node.output();
  const std::string said = Refusal(
      {"--set", "regent.data.dir=" + NewDirectory("second"), "--set", "regent.grpc.listener=" + node.address()}, 2);
  EXPECT_THAT(said, HasSubstr(node.address()));
}

class ZooKeeperRefusalTest : public ::testing::TestWithParam<const char*> {};

TEST_P(ZooKeeperRefusalTest, ExitsTwoNamingTheKey) {
  const std::string setting = GetParam();
  const std::string key = setting.substr(0, setting.find('='));
  const std::string said = Refusal({"--set", setting}, 2);
  EXPECT_THAT(said, HasSubstr(key));
  EXPECT_THAT(said, HasSubstr("docs/migrate-from-zookeeper.md"));
}

TEST_P(ZooKeeperRefusalTest, KafkaSettingsBesideItDoNotHelp) {
  const std::string setting = GetParam();
  const std::string path = NewDirectory("config") + "/schema-registry.properties";
  std::ofstream(path) << "kafkastore.bootstrap.servers=PLAINTEXT://127.0.0.1:9092\n" << setting << "\n";
  EXPECT_THAT(Refusal({"--config", path}, 2), HasSubstr(setting.substr(0, setting.find('='))));
}

INSTANTIATE_TEST_SUITE_P(Keys, ZooKeeperRefusalTest,
                         ::testing::Values("kafkastore.connection.url=localhost:2181",
                                           "schema.registry.zk.namespace=schema_registry",
                                           "schema.registry.zk.anything=1", "regent.election.backend=zookeeper",
                                           "election.backend=zookeeper"));

}  // namespace
}  // namespace regent::testing
