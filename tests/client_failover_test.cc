// A service that reads through the client notices nothing while one server answers: whatever happens to the others.
#include <gtest/gtest.h>
#include <signal.h>

#include <atomic>
#include <chrono>
#include <cstdio>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "base/content_hash.h"
#include "base/mutex.h"
#include "client/grpc_connection.h"
#include "client/registry_client.h"
#include "tests/support/node_process.h"

namespace regent::testing {
namespace {

using std::chrono::milliseconds;

constexpr int kReaders = 4;
constexpr char kText[] = R"("string")";

// One that holds the schema, as every node of a cluster does.
std::unique_ptr<NodeProcess> StartNode(const std::string& data_dir, const std::string& listener) {
  auto node = std::make_unique<NodeProcess>(data_dir, std::vector<std::string>{"regent.grpc.listener=" + listener});
  EXPECT_NE(node->address(), "") << node->output();
  EXPECT_TRUE(node->Client().Register(Subject::Parse("orders"), {.text = kText}).ok());
  return node;
}

std::string PortOf(const std::string& address) { return address.substr(address.rfind(':') + 1); }

// Reads from several threads until told to stop.
class Readers {
 public:
  explicit Readers(client::GrpcConnectionOptions options) {
    auto connection = client::MakeGrpcConnection(std::move(options));
    EXPECT_TRUE(connection.ok()) << connection.status();
    for (int i = 0; i < kReaders; ++i) {
      threads_.emplace_back([this, client = client::RegistryClient(*connection)] {
        while (!stop_) Read(client);
      });
    }
  }
  ~Readers() {
    stop_ = true;
    for (std::thread& thread : threads_) thread.join();
  }

  // Blocks until so many more were answered; fails at an error, and after a minute.
  ::testing::AssertionResult Answered(int reads) {
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(60);
    MutexLock lock(&mutex_);
    for (const int64_t until = answered_ + reads; answered_ < until;) {
      if (!errors_.empty()) return ::testing::AssertionFailure() << errors_.front();
      if (!changed_.WaitUntil(&mutex_, deadline)) return ::testing::AssertionFailure() << "no answer for a minute";
    }
    return ::testing::AssertionSuccess();
  }

  // Lets them wait for so long, unless one is answered.
  void KeepWaiting(milliseconds time) {
    const auto deadline = std::chrono::steady_clock::now() + time;
    MutexLock lock(&mutex_);
    while (changed_.WaitUntil(&mutex_, deadline)) {
    }
  }

  int64_t answered() {
    MutexLock lock(&mutex_);
    return answered_;
  }
  milliseconds slowest() {
    MutexLock lock(&mutex_);
    return slowest_;
  }
  std::vector<std::string> errors() {
    MutexLock lock(&mutex_);
    return errors_;
  }

 private:
  void Read(const client::RegistryClient& client) {
    const auto begin = std::chrono::steady_clock::now();
    const auto schema = client.GetSchema(HashOf({.text = kText}, "."));
    const auto took = std::chrono::duration_cast<milliseconds>(std::chrono::steady_clock::now() - begin);
    MutexLock lock(&mutex_);
    slowest_ = std::max(slowest_, took);
    if (!schema.ok()) {
      errors_.push_back(schema.status().ToString());
    } else if ((*schema)->content.text != kText) {
      errors_.push_back("wrong text");
    } else {
      ++answered_;
    }
    changed_.NotifyAll();
  }

  std::atomic<bool> stop_{false};
  Mutex mutex_;
  CondVar changed_;
  int64_t answered_ GUARDED_BY(mutex_) = 0;
  milliseconds slowest_ GUARDED_BY(mutex_){0};
  std::vector<std::string> errors_ GUARDED_BY(mutex_);
  std::vector<std::thread> threads_;
};

client::GrpcConnectionOptions Options(std::vector<std::string> endpoints) {
  client::GrpcConnectionOptions options;
  options.endpoints = std::move(endpoints);
  // Generous, as the machine is shared; a server that hangs is passed over long before.
  options.call_timeout = std::chrono::seconds(30);
  return options;
}

TEST(ClientFailoverTest, ReadsGoOnWhileOneServerAnswers) {
  const std::string dirs[] = {NewDirectory("a"), NewDirectory("b"), NewDirectory("c")};
  std::unique_ptr<NodeProcess> nodes[3];
  for (int i = 0; i < 3; ++i) nodes[i] = StartNode(dirs[i], "127.0.0.1:0");
  Readers readers(Options({nodes[0]->address(), nodes[1]->address(), nodes[2]->address()}));
  ASSERT_TRUE(readers.Answered(100));

  // Killed, then hung: the third one answers alone.
  const std::string address = nodes[0]->address();
  nodes[0]->Signal(SIGKILL);
  ASSERT_TRUE(readers.Answered(100));
  nodes[1]->Signal(SIGSTOP);
  ASSERT_TRUE(readers.Answered(100));

  // Back, both; then the others go, one by itself and one by force.
  nodes[0] = StartNode(dirs[0], address);
  nodes[1]->Signal(SIGCONT);
  ASSERT_TRUE(readers.Answered(100));
  nodes[2]->Signal(SIGTERM);
  ASSERT_TRUE(readers.Answered(100));
  nodes[1]->Signal(SIGKILL);
  ASSERT_TRUE(readers.Answered(100));

  // Slow: the last one runs only now and then.
  for (int i = 0; i < 10; ++i) {
    nodes[0]->Signal(SIGSTOP);
    readers.KeepWaiting(milliseconds(200));
    nodes[0]->Signal(SIGCONT);
    ASSERT_TRUE(readers.Answered(1));
  }
  EXPECT_EQ(readers.errors(), std::vector<std::string>());
  std::printf("FIGURE endpoints killed, hung, stopped, slow and back: %lld reads, no error, slowest %lld ms\n",
              static_cast<long long>(readers.answered()), static_cast<long long>(readers.slowest().count()));
}

TEST(ClientFailoverTest, NameWithTwoAddressesIsTwoServers) {
  const std::string dirs[] = {NewDirectory("a"), NewDirectory("b")};
  std::unique_ptr<NodeProcess> nodes[2];
  nodes[0] = StartNode(dirs[0], "127.0.0.1:0");
  nodes[1] = StartNode(dirs[1], "127.0.0.2:" + PortOf(nodes[0]->address()));
  client::GrpcConnectionOptions options = Options({"registry.example:" + PortOf(nodes[0]->address())});
  options.directory.refresh_interval = milliseconds(50);
  Mutex mutex;
  std::vector<std::string> addresses = {nodes[0]->address(), nodes[1]->address()};
  options.resolve = [&](std::string_view) {
    MutexLock lock(&mutex);
    return addresses;
  };
  Readers readers(options);
  ASSERT_TRUE(readers.Answered(100));
  nodes[0]->Signal(SIGSTOP);
  ASSERT_TRUE(readers.Answered(100));
  nodes[0]->Signal(SIGCONT);
  nodes[1]->Signal(SIGKILL);
  ASSERT_TRUE(readers.Answered(100));

  // The name moves to a server that was not there before, and the last old one goes.
  const auto moved = StartNode(NewDirectory("moved"), "127.0.0.3:" + PortOf(nodes[0]->address()));
  {
    MutexLock lock(&mutex);
    addresses = {moved->address()};
  }
  nodes[0]->Signal(SIGKILL);
  ASSERT_TRUE(readers.Answered(100));
  EXPECT_EQ(readers.errors(), std::vector<std::string>());
}

}  // namespace
}  // namespace regent::testing
