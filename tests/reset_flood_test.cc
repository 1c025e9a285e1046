// Clients that open streams and reset them at once, without end (CVE-2023-44487): the node cuts them, goes on serving
// the others, and hardly grows. REGENT_FULL=1 asks for the full counts.
#include <grpcpp/grpcpp.h>
#include <gtest/gtest.h>
#include <stdlib.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <future>
#include <memory>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "regent/v1/schema_registry.grpc.pb.h"
#include "tests/rest/http_call.h"
#include "tests/support/http2_abuser.h"
#include "tests/support/node_process.h"

namespace regent::testing {
namespace {

constexpr std::chrono::seconds kPromptly{5};
constexpr double kGrowthMebibytesMax = 200;
constexpr int kBatch = 100;
constexpr char kGet[] = "/regent.v1.SchemaRegistry/GetSchema";

int Times(int usual, int full) { return std::getenv("REGENT_FULL") != nullptr ? full : usual; }

double ResidentMebibytes(pid_t process) {
  std::ifstream status("/proc/" + std::to_string(process) + "/status");
  for (std::string line; std::getline(status, line);) {
    if (line.rfind("VmRSS:", 0) == 0) return std::atof(line.c_str() + 6) / 1024;
  }
  return 0;
}

// The most memory that a process had while this lives.
class Peak {
 public:
  explicit Peak(pid_t process) : start_(ResidentMebibytes(process)), thread_([this, process] { Watch(process); }) {}
  ~Peak() { Growth(); }
  // Ends the watching.
  double Growth() {
    if (thread_.joinable()) {
      done_.set_value();
      thread_.join();
    }
    return peak_ - start_;
  }

 private:
  void Watch(pid_t process) {
    const auto done = done_.get_future();
    do {
      peak_ = std::max(peak_, ResidentMebibytes(process));
    } while (done.wait_for(std::chrono::milliseconds(5)) != std::future_status::ready);
  }

  const double start_;
  double peak_ = 0;
  std::promise<void> done_;
  std::thread thread_;
};

class ResetFloodTest : public ::testing::Test {
 protected:
  ~ResetFloodTest() override {
    if (!directory_.empty()) {
      unlink((directory_ + "/sock").c_str());
      rmdir(directory_.c_str());
    }
  }

  void StartNode(const std::vector<std::string>& settings = {}) {
    node_ = std::make_unique<NodeProcess>(NewDirectory("flood"), settings);
    ASSERT_NE(node_->address(), "") << node_->output();
    auto registered = node_->Client().Register(Subject::Parse("well"), {.text = "\"int\""});
    ASSERT_TRUE(registered.ok()) << registered.status();
  }
  // Bazel's own directory for tests is too long a path for a socket.
  std::string NewUnixListener() {
    char directory[] = "/tmp/regent-XXXXXX";
    EXPECT_NE(mkdtemp(directory), nullptr);
    directory_ = directory;
    return "unix:" + directory_ + "/sock";
  }

  // Resets `count` streams, on another connection after each cut. Returns the connections used; 0: none was to be had.
  int Flood(const std::string& method, int count) const {
    int connections = 0;
    std::unique_ptr<Http2Abuser> abuser;
    for (int sent = 0; sent < count; sent += kBatch) {
      if (abuser != nullptr && abuser->OpenAndReset(method, kBatch)) continue;
      abuser = std::make_unique<Http2Abuser>(node_->address());
      if (!abuser->ok()) return 0;
      ++connections;
    }
    return connections;
  }
  int FloodAtOnce(const std::vector<std::string>& methods, int count) const {
    std::vector<std::future<int>> floods;
    for (const std::string& method : methods) {
      floods.push_back(std::async(std::launch::async, [this, method, count] { return Flood(method, count); }));
    }
    int connections = 0;
    for (auto& flood : floods) {
      const int one = flood.get();
      EXPECT_GT(one, 0);
      connections += one;
    }
    return connections;
  }

  int Cut() const {
    constexpr char kName[] = "\nregent_grpc_connections_cut_total ";
    const std::string text = Send(node_->rest_url(), {.path = "/metrics"}).body;
    const size_t at = text.find(kName);
    return at == std::string::npos ? -1 : std::atoi(text.c_str() + at + sizeof(kName) - 1);
  }

  // The node answers others at once.
  void ExpectServes() const {
    const auto begin = std::chrono::steady_clock::now();
    const auto answer = node_->Client().GetLatest(Subject::Parse("well"));
    EXPECT_TRUE(answer.ok()) << answer.status() << "\n" << node_->output();
    EXPECT_LT(std::chrono::steady_clock::now() - begin, kPromptly);
  }

  std::string directory_;
  std::unique_ptr<NodeProcess> node_;
};

TEST_F(ResetFloodTest, OneConnectionIsCutAndMayComeBackInVain) {
  StartNode();
  Peak peak(node_->id());
  const int count = Times(200000, 1000000);
  const int connections = Flood(kGet, count);
  ExpectServes();
  const double growth = peak.Growth();
  EXPECT_LT(growth, kGrowthMebibytesMax);
  EXPECT_GE(Cut(), 1) << node_->output();
  std::printf("FIGURE flood: %d resets on %d connections one after the other, %d cut: grew by %.0f MiB at most\n",
              count, connections, Cut(), growth);
}

TEST_F(ResetFloodTest, SeveralAtOnceWhileOthersAreServed) {
  StartNode();
  Peak peak(node_->id());
  const int count = Times(30000, 500000);
  // Methods of all kinds: served here, by gRPC's own services, and by nobody.
  const std::vector<std::string> methods = {kGet,
                                            kGet,
                                            "/regent.v1.SchemaRegistry/RegisterSchema",
                                            "/regent.v1.Watch/Watch",
                                            "/grpc.health.v1.Health/Check",
                                            "/grpc.health.v1.Health/Watch",
                                            "/grpc.reflection.v1alpha.ServerReflection/ServerReflectionInfo",
                                            "/no.such.Service/Method"};
  auto flood = std::async(std::launch::async, [&] { return FloodAtOnce(methods, count); });
  int served = 0;
  do {
    ExpectServes();
    ++served;
  } while (flood.wait_for(std::chrono::seconds(0)) != std::future_status::ready);
  const double growth = peak.Growth();
  EXPECT_LT(growth, kGrowthMebibytesMax);
  EXPECT_GE(Cut(), 1) << node_->output();
  std::printf(
      "FIGURE flood: 8 times %d resets at once on %d connections, %d cut: grew by %.0f MiB at most; %d others served\n",
      count, flood.get(), Cut(), growth, served);
}

TEST_F(ResetFloodTest, OverAUnixSocket) {
  StartNode({"regent.grpc.listener=" + NewUnixListener()});
  Peak peak(node_->id());
  const int count = Times(20000, 500000);
  const int connections = FloodAtOnce({kGet, kGet}, count);
  ExpectServes();
  const double growth = peak.Growth();
  EXPECT_LT(growth, kGrowthMebibytesMax);
  EXPECT_GE(Cut(), 1) << node_->output();
  std::printf("FIGURE flood: twice %d resets over a Unix socket on %d connections, %d cut: grew by %.0f MiB at most\n",
              count, connections, Cut(), growth);
}

// Calls of one connection that are given up, many at a time, by a client that waits for answers all the same.
class Impatient {
 public:
  explicit Impatient(const std::string& address) {
    grpc::ChannelArguments arguments;
    arguments.SetInt(GRPC_ARG_USE_LOCAL_SUBCHANNEL_POOL, 1);
    stub_ =
        v1::SchemaRegistry::NewStub(grpc::CreateCustomChannel(address, grpc::InsecureChannelCredentials(), arguments));
    request_.mutable_id_in_context()->set_id(1);
  }
  ~Impatient() { queue_.Shutdown(); }

  // So many at a time have a millisecond; then one has time, so that the node catches up. Returns how many were neither
  // answered nor late.
  int CallWithDeadlines(int count, size_t at_once) {
    int others = 0;
    calls_.resize(at_once);
    for (int ended = 0; ended < count;) {
      for (size_t slot = 0; slot < at_once; ++slot) Start(slot, std::chrono::milliseconds(1));
      for (size_t i = 0; i < at_once; ++i, ++ended) {
        const grpc::StatusCode code = calls_[Next()]->status.error_code();
        others += code != grpc::StatusCode::OK && code != grpc::StatusCode::DEADLINE_EXCEEDED;
      }
      Start(0, kPromptly);
      others += !calls_[Next()]->status.ok();
    }
    return others;
  }

  // Asks twice and cancels the one when the other is answered. Returns how many were neither answered nor cancelled.
  int CallTwice(int count, size_t at_once) {
    int others = 0;
    calls_.resize(2 * at_once);
    int started = 0;
    const auto start = [&](size_t pair) {
      ++started;
      Start(2 * pair, kPromptly);
      Start(2 * pair + 1, kPromptly);
    };
    for (size_t pair = 0; pair < at_once; ++pair) start(pair);
    for (int ended = 0; ended < count;) {
      const size_t slot = Next();
      OneCall& twin = *calls_[slot ^ 1];
      const grpc::StatusCode code = calls_[slot]->status.error_code();
      others += code != grpc::StatusCode::OK && code != grpc::StatusCode::CANCELLED;
      calls_[slot]->ended = true;
      if (!twin.ended) {
        twin.context.TryCancel();
        continue;
      }
      ++ended;
      if (started < count) start(slot / 2);
    }
    return others;
  }

 private:
  struct OneCall {
    grpc::ClientContext context;
    v1::StoredSchema response;
    grpc::Status status;
    bool ended = false;
    std::unique_ptr<grpc::ClientAsyncResponseReader<v1::StoredSchema>> reader;
  };

  void Start(size_t slot, std::chrono::milliseconds time) {
    calls_[slot] = std::make_unique<OneCall>();
    OneCall& call = *calls_[slot];
    call.context.set_deadline(std::chrono::system_clock::now() + time);
    call.reader = stub_->AsyncGetSchema(&call.context, request_, &queue_);
    call.reader->Finish(&call.response, &call.status, reinterpret_cast<void*>(slot));
  }
  size_t Next() {
    void* tag = nullptr;
    bool ok = false;
    EXPECT_TRUE(queue_.Next(&tag, &ok));
    return reinterpret_cast<size_t>(tag);
  }

  std::unique_ptr<v1::SchemaRegistry::Stub> stub_;
  v1::GetSchemaRequest request_;
  std::vector<std::unique_ptr<OneCall>> calls_;
  grpc::CompletionQueue queue_;
};

TEST_F(ResetFloodTest, DeadlinesThatPassAreNoFlood) {
  StartNode();
  const int count = Times(20000, 500000);
  EXPECT_EQ(Impatient(node_->address()).CallWithDeadlines(count, 64), 0);
  EXPECT_EQ(Cut(), 0) << node_->output();
  ExpectServes();
  std::printf("FIGURE flood: %d calls with 1 ms, 64 at a time on one connection: not cut\n", count);
}

TEST_F(ResetFloodTest, CancellingWhatIsNotNeededIsNoFlood) {
  StartNode();
  const int count = Times(10000, 200000);
  EXPECT_EQ(Impatient(node_->address()).CallTwice(count, 32), 0);
  EXPECT_EQ(Cut(), 0) << node_->output();
  ExpectServes();
  std::printf("FIGURE flood: %d calls asked twice and one of each cancelled, 64 at a time on one connection: not cut\n",
              count);
}

}  // namespace
}  // namespace regent::testing
