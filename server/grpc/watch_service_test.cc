// Watches over real connections, on a whole registry.
#include "server/grpc/watch_service.h"

#include <grpcpp/create_channel.h>
#include <grpcpp/security/credentials.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <fstream>
#include <iostream>
#include <thread>

#include "base/error_reason.h"
#include "regent/v1/watch.grpc.pb.h"
#include "server/grpc/grpc_server.h"
#include "server/grpc/testing/served_registry.h"
#include "server/registry/testing/mock_cluster.h"
#include "server/registry/testing/test_node.h"

namespace regent {
namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

class WatchServiceTest : public ::testing::Test {
 protected:
  void Start(GrpcServer::Options options = {}, ChangeFeed::Options changes = {}) {
    options.listener = "127.0.0.1:0";
    node_ =
        std::make_unique<TestNode>(MemoryLogStorage::Create(), TestNode::Options{.name = "node-1", .changes = changes});
    node_->StartAsPrimary();
    server_ = std::make_unique<GrpcServer>(options, &node_->registry(), &cluster_, &pool_);
    ASSERT_TRUE(server_->Start().ok());
    channel_ = NewChannel();
    stub_ = v1::Watch::NewStub(channel_);
  }
  ~WatchServiceTest() override {
    if (server_ != nullptr) server_->Drain(milliseconds(0));
    pool_.Stop();
  }

  std::shared_ptr<grpc::Channel> NewChannel() const {
    grpc::ChannelArguments arguments;
    arguments.SetInt(GRPC_ARG_USE_LOCAL_SUBCHANNEL_POOL, 1);
    // Windows that grow with the connection's speed could hold all that a test lets a client fall behind.
    arguments.SetInt(GRPC_ARG_HTTP2_BDP_PROBE, 0);
    return grpc::CreateCustomChannel("127.0.0.1:" + std::to_string(server_->port()), grpc::InsecureChannelCredentials(),
                                     arguments);
  }

  // Closed before the server.
  ::testing::NiceMock<MockCluster> cluster_;
  std::unique_ptr<TestNode> node_;
  ThreadPool pool_{2};
  std::unique_ptr<GrpcServer> server_;
  std::shared_ptr<grpc::Channel> channel_;
  std::unique_ptr<v1::Watch::Stub> stub_;
  grpc::ClientContext context_;
};

TEST_F(WatchServiceTest, TellsSnapshotAndChanges) {
  Start();
  ASSERT_TRUE(node_->Register("orders", "x").ok());
  v1::WatchChangesRequest request;
  request.mutable_snapshot();
  const auto stream = stub_->WatchChanges(&context_, request);
  v1::WatchEvent event;
  ASSERT_TRUE(stream->Read(&event));
  EXPECT_EQ(event.schema_version().subject().subject(), "orders");
  EXPECT_EQ(event.schema_version().now().stored().schema().text(), "x");
  EXPECT_FALSE(event.has_position());
  ASSERT_TRUE(stream->Read(&event));
  EXPECT_TRUE(event.has_caught_up());
  ASSERT_TRUE(node_->Write(DeleteSubject{Subject::Parse("orders"), DeleteKind::kPurge}).ok());
  ASSERT_TRUE(stream->Read(&event));
  EXPECT_EQ(event.schema_version().version(), 1);
  EXPECT_FALSE(event.schema_version().has_now());
  EXPECT_EQ(event.position().offset(), node_->registry().AppliedPosition().offset.value());
  ASSERT_TRUE(node_->Write(UpdateMode{Subject::Parse("orders"), Mode::kReadOnly}).ok());
  ASSERT_TRUE(stream->Read(&event));
  EXPECT_EQ(event.mode().now(), v1::MODE_READONLY);
  EXPECT_EQ(event.mode().target().subject().subject(), "orders");
}

TEST_F(WatchServiceTest, BadRequestNamesTheField) {
  Start();
  v1::WatchChangesRequest request;
  request.set_context("eu");
  request.mutable_position();
  const auto stream = stub_->WatchChanges(&context_, request);
  v1::WatchEvent event;
  EXPECT_FALSE(stream->Read(&event));
  const grpc::Status status = stream->Finish();
  EXPECT_EQ(status.error_code(), grpc::StatusCode::INVALID_ARGUMENT);
  EXPECT_EQ(ReasonIn(status), v1::ERROR_REASON_REQUEST_INVALID);
}

TEST_F(WatchServiceTest, PositionOfAnotherLogIsRefused) {
  Start();
  v1::WatchChangesRequest request;
  request.mutable_position()->set_log_id("other");
  const auto stream = stub_->WatchChanges(&context_, request);
  v1::WatchEvent event;
  EXPECT_FALSE(stream->Read(&event));
  EXPECT_EQ(ReasonIn(stream->Finish()), v1::ERROR_REASON_POSITION_OF_ANOTHER_LOG);
}

TEST_F(WatchServiceTest, QuietWatchHearsThatItLives) {
  GrpcServer::Options options;
  options.watch_heartbeat = milliseconds(20);
  Start(options);
  const auto stream = stub_->WatchChanges(&context_, {});
  v1::WatchEvent event;
  ASSERT_TRUE(stream->Read(&event));
  EXPECT_TRUE(event.has_caught_up());
  for (int i = 0; i < 3; ++i) {
    ASSERT_TRUE(stream->Read(&event));
    EXPECT_TRUE(event.has_heartbeat());
    EXPECT_EQ(event.position().offset(), node_->registry().AppliedPosition().offset.value());
  }
}

TEST_F(WatchServiceTest, DrainingEndsWatchesAtOnce) {
  Start();
  const auto stream = stub_->WatchChanges(&context_, {});
  v1::WatchEvent event;
  ASSERT_TRUE(stream->Read(&event));
  const auto began = steady_clock::now();
  server_->Drain(std::chrono::seconds(60));
  EXPECT_LT(steady_clock::now() - began, std::chrono::seconds(30));
  EXPECT_FALSE(stream->Read(&event));
  EXPECT_EQ(ReasonIn(stream->Finish()), v1::ERROR_REASON_SHUTTING_DOWN);
}

TEST_F(WatchServiceTest, ClientThatFellBehindIsToldSo) {
  Start({}, {.max_changes = 100});
  const auto stream = stub_->WatchChanges(&context_, {});
  v1::WatchEvent event;
  ASSERT_TRUE(stream->Read(&event));
  // More than the connection's windows hold, and the ring keeps.
  for (int i = 0; i < 600; ++i) {
    ASSERT_TRUE(node_->Register("s" + std::to_string(i), std::string(10000, 'x')).ok());
  }
  while (stream->Read(&event)) {
  }
  const grpc::Status status = stream->Finish();
  EXPECT_EQ(status.error_code(), grpc::StatusCode::RESOURCE_EXHAUSTED);
  EXPECT_EQ(ReasonIn(status), v1::ERROR_REASON_OVERLOADED);
}

TEST_F(WatchServiceTest, ClientThatTakesNothingIsCutOff) {
  GrpcServer::Options options;
  options.watch_heartbeat = milliseconds(20);
  options.watch_stuck = milliseconds(50);
  Start(options, {.max_changes = 100, .max_watchers = 1});
  const auto stream = stub_->WatchChanges(&context_, {});
  v1::WatchEvent event;
  ASSERT_TRUE(stream->Read(&event));
  for (int i = 0; i < 600; ++i) {
    ASSERT_TRUE(node_->Register("s" + std::to_string(i), std::string(10000, 'x')).ok());
  }
  // Its place becomes free though it never reads.
  const auto deadline = steady_clock::now() + std::chrono::seconds(60);
  while (!node_->registry().Watch({}).ok()) ASSERT_LT(steady_clock::now(), deadline);
}

// Reads for ever, and notes when each change came.
class Reader : public grpc::ClientReadReactor<v1::WatchEvent> {
 public:
  Reader(v1::Watch::Stub* stub, std::atomic<int>* ready, bool reads) : ready_(ready), reads_(reads) {
    stub->async()->WatchChanges(&context_, &request_, this);
    AddHold();  // until End(): without a read under way the call could be done before
    StartRead(&event_);
    StartCall();
  }
  void OnReadDone(bool ok) override {
    if (!ok) return;
    if (event_.has_caught_up()) {
      ready_->fetch_add(1);
      if (!reads_) return;
    } else if (event_.has_schema_version()) {
      // The subject is the time at which it was registered.
      const int64_t sent = std::stoll(event_.schema_version().subject().subject());
      const int64_t now =
          std::chrono::duration_cast<std::chrono::microseconds>(steady_clock::now().time_since_epoch()).count();
      MutexLock lock(&mutex_);
      delays_.push_back(now - sent);
    }
    StartRead(&event_);
  }
  void OnDone(const grpc::Status&) override {
    MutexLock lock(&mutex_);
    done_ = true;
    changed_.NotifyAll();
  }
  std::vector<int64_t> Delays() const {
    MutexLock lock(&mutex_);
    return delays_;
  }
  void End() {
    context_.TryCancel();
    RemoveHold();
    MutexLock lock(&mutex_);
    while (!done_) changed_.Wait(&mutex_);
  }

 private:
  grpc::ClientContext context_;
  v1::WatchChangesRequest request_;
  v1::WatchEvent event_;
  std::atomic<int>* const ready_;
  const bool reads_;
  mutable Mutex mutex_;
  CondVar changed_;
  bool done_ GUARDED_BY(mutex_) = false;
  std::vector<int64_t> delays_ GUARDED_BY(mutex_);
};

int64_t ResidentKib() {
  std::ifstream status("/proc/self/status");
  for (std::string line; std::getline(status, line);) {
    if (line.rfind("VmRSS:", 0) == 0) return std::stoll(line.substr(6));
  }
  return 0;
}

TEST_F(WatchServiceTest, ThousandWatchersHearAndOneThatNeverReadsCostsNothing) {
  constexpr int kWatchers = 1000;
  constexpr int kChannels = 8;
  constexpr int kChanges = 20;
  GrpcServer::Options options;
  options.max_concurrent_streams = kWatchers;
  Start(options);
  std::vector<std::unique_ptr<v1::Watch::Stub>> stubs;
  for (int i = 0; i < kChannels; ++i) stubs.push_back(v1::Watch::NewStub(NewChannel()));
  std::atomic<int> ready{0};
  std::vector<std::unique_ptr<Reader>> readers;
  for (int i = 0; i < kWatchers; ++i) {
    readers.push_back(std::make_unique<Reader>(stubs[static_cast<size_t>(i % kChannels)].get(), &ready, i != 0));
  }
  const auto deadline = steady_clock::now() + std::chrono::seconds(60);
  while (ready.load() < kWatchers) ASSERT_LT(steady_clock::now(), deadline) << ready.load();
  const int64_t before = ResidentKib();
  for (int change = 0; change < kChanges; ++change) {
    const int64_t now =
        std::chrono::duration_cast<std::chrono::microseconds>(steady_clock::now().time_since_epoch()).count();
    ASSERT_TRUE(node_->Register(std::to_string(now), "x").ok());
    for (int i = 1; i < kWatchers; ++i) {
      while (readers[static_cast<size_t>(i)]->Delays().size() < static_cast<size_t>(change + 1)) {
        ASSERT_LT(steady_clock::now(), deadline);
        std::this_thread::yield();
      }
    }
  }
  const int64_t grown = ResidentKib() - before;
  std::vector<int64_t> delays;
  for (auto& reader : readers) {
    const auto some = reader->Delays();
    delays.insert(delays.end(), some.begin(), some.end());
  }
  std::sort(delays.begin(), delays.end());
  std::cout << "FIGURE watch: " << kWatchers << " watchers, one of which never reads; a change reaches the others in "
            << delays[delays.size() / 2] / 1000.0 << " ms p50, " << delays[delays.size() * 99 / 100] / 1000.0
            << " ms p99 (clients and server in one process); memory grew by " << grown << " KiB over " << kChanges
            << " changes\n";
#ifndef __SANITIZE_ADDRESS__  // which keeps what was freed
  EXPECT_LT(grown, 100 * 1024);
#endif
  for (auto& reader : readers) reader->End();
}

}  // namespace
}  // namespace regent
