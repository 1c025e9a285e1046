// The program itself, as a script runs it: what it exits with, and what it says where.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <string>

namespace {

using ::testing::HasSubstr;

struct Outcome {
  int code = -1;
  std::string out;
};

enum class Capture { kOutput, kOutputAndError };

Outcome RunRegent(const std::string& arguments, Capture capture = Capture::kOutputAndError) {
  const std::string command =
      "env -u REGENT_SERVER cli/regent " + arguments + (capture == Capture::kOutput ? " 2>/dev/null" : " 2>&1");
  FILE* pipe = popen(command.c_str(), "r");
  Outcome outcome;
  char buffer[4096];
  for (size_t size; (size = fread(buffer, 1, sizeof(buffer), pipe)) > 0;) outcome.out.append(buffer, size);
  const int status = pclose(pipe);
  outcome.code = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
  return outcome;
}

// Taken by a socket that does not listen: a connection to it is refused, and nobody else can have it meanwhile.
class RefusingPort {
 public:
  RefusingPort() : socket_(socket(AF_INET, SOCK_STREAM, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof(address);
    bind(socket_, reinterpret_cast<sockaddr*>(&address), size);
    getsockname(socket_, reinterpret_cast<sockaddr*>(&address), &size);
    address_ = "127.0.0.1:" + std::to_string(ntohs(address.sin_port));
  }
  ~RefusingPort() { close(socket_); }
  const std::string& address() const { return address_; }

 private:
  int socket_;
  std::string address_;
};

std::string WriteFile(const std::string& name, const std::string& text) {
  const std::string path = ::testing::TempDir() + "/" + name;
  std::ofstream(path) << text;
  return path;
}

TEST(RegentTest, ExitsThreeNamingTheServerThatIsNotThere) {
  RefusingPort port;
  for (const char* command :
       {"subjects", "get 1", "versions orders", "delete orders", "config get", "config set FULL"}) {
    const Outcome outcome = RunRegent(std::string(command) + " --server " + port.address());
    EXPECT_EQ(outcome.code, 3) << command;
    EXPECT_THAT(outcome.out, HasSubstr("regent: UNAVAILABLE: no connection to " + port.address())) << command;
  }
}

TEST(RegentTest, NamesEveryServerOfAList) {
  RefusingPort first;
  RefusingPort second;
  const Outcome outcome = RunRegent("subjects --server " + first.address() + "," + second.address());
  EXPECT_EQ(outcome.code, 3);
  EXPECT_THAT(outcome.out, HasSubstr(first.address()));
  EXPECT_THAT(outcome.out, HasSubstr(second.address()));
}

TEST(RegentTest, KeepsStandardOutputEmptyWhenItFails) {
  RefusingPort port;
  EXPECT_EQ(RunRegent("subjects --output=json --server " + port.address(), Capture::kOutput).out, "");
  EXPECT_THAT(RunRegent("subjects --output=json --server " + port.address()).out,
              HasSubstr(R"({"error":{"reason":"UNAVAILABLE",)"));
}

TEST(RegentTest, ExitsTwoForWrongUsage) {
  EXPECT_EQ(RunRegent("").code, 2);
  EXPECT_EQ(RunRegent("frobnicate").code, 2);
  EXPECT_EQ(RunRegent("get").code, 2);
  EXPECT_EQ(RunRegent("get 1 --server nowhere").code, 2);
  EXPECT_EQ(RunRegent("serve now").code, 2);
}

TEST(RegentTest, HelpsAndTellsItsVersion) {
  EXPECT_EQ(RunRegent("help").code, 0);
  EXPECT_THAT(RunRegent("help").out, HasSubstr("serve "));
  EXPECT_EQ(RunRegent("version").code, 0);
}

TEST(RegentTest, ServeExitsTwoNamingTheZooKeeperSetting) {
  for (const char* setting : {"kafkastore.connection.url=zk:2181", "schema.registry.zk.namespace=x",
                              "regent.election.backend=zookeeper", "election.backend=zookeeper"}) {
    const std::string key = std::string(setting).substr(0, std::string(setting).find('='));
    const Outcome outcome = RunRegent("serve --set " + std::string(setting));
    EXPECT_EQ(outcome.code, 2) << setting;
    EXPECT_THAT(outcome.out, HasSubstr(key));
    const std::string file = WriteFile(
        "node.properties", "kafkastore.bootstrap.servers=PLAINTEXT://kafka:9092\n" + std::string(setting) + "\n");
    const Outcome beside_kafka = RunRegent("serve --config " + file);
    EXPECT_EQ(beside_kafka.code, 2) << setting;
    EXPECT_THAT(beside_kafka.out, HasSubstr(key));
  }
}

TEST(RegentTest, ServeExitsTwoNamingWhatIsWrongWithItsConfiguration) {
  EXPECT_EQ(RunRegent("serve --set regent.nosuch=1").code, 2);
  EXPECT_THAT(RunRegent("serve --set regent.nosuch=1").out, HasSubstr("regent.nosuch"));
  EXPECT_EQ(RunRegent("serve --set novalue").code, 2);
  EXPECT_EQ(RunRegent("serve --config no/such/file").code, 2);
  EXPECT_THAT(RunRegent("serve --config no/such/file").out, HasSubstr("no/such/file"));
}

TEST(RegentTest, ConfigPrintTellsWhereEachValueComesFrom) {
  const std::string file = WriteFile("printed.properties", "regent.node.id=from-file\nregent.data.dir=from-file\n");
  const Outcome outcome =
      RunRegent("config print --config " + file + " --set regent.data.dir=from-set", Capture::kOutput);
  EXPECT_EQ(outcome.code, 0);
  EXPECT_THAT(outcome.out, HasSubstr("regent.node.id=from-file  # " + file + " line 1\n"));
  EXPECT_THAT(outcome.out, HasSubstr("regent.data.dir=from-set  # --set\n"));
  EXPECT_THAT(outcome.out, HasSubstr("regent.grpc.listener=127.0.0.1:50051  # default\n"));
  EXPECT_THAT(RunRegent("config print --output=json", Capture::kOutput).out,
              HasSubstr(R"({"key":"regent.data.dir","value":"regent-data","source":"default","used":true})"));
}

TEST(RegentTest, ConfigPrintRefusesWhatServeWouldRefuse) {
  const Outcome outcome = RunRegent("config print --set regent.election.backend=zookeeper");
  EXPECT_EQ(outcome.code, 2);
  EXPECT_THAT(outcome.out, HasSubstr("regent.election.backend"));
}

}  // namespace
