#include "server/grpc/flood/connection_streams.h"

#include <grpcpp/client_context.h>
#include <gtest/gtest.h>

#include <chrono>
#include <future>
#include <memory>
#include <string>
#include <thread>
#include <utility>

#include "server/grpc/testing/served_registry.h"

namespace regent {
namespace {

TEST(ConnectionStreamsTest, ReadsWhatGrpcSays) {
  const auto streams = ParseConnectionStreams(R"({"socket":{
      "data":{"streamsStarted":"1000","streamsSucceeded":"20","streamsFailed":"300","messagesSent":"7"},
      "local":{"tcpip_address":{"ip_address":"fwAAAQ==","port":"50051"}},
      "ref":{"name":"ipv4:127.0.0.1:1","socketId":"9007199254740993"},
      "remote":{"tcpip_address":{"ip_address":"AAAAAAAAAAAAAAAAAAAAAQ==","port":65535}}}})");
  ASSERT_TRUE(streams.has_value());
  EXPECT_EQ(streams->id, 9007199254740993);
  EXPECT_EQ(streams->unfinished, 680);
  const auto& tcp = std::get<TcpConnection>(streams->connection);
  EXPECT_EQ(tcp.local.ToString(), "127.0.0.1:50051");
  EXPECT_EQ(tcp.remote.ToString(), "[::1]:65535");
}

TEST(ConnectionStreamsTest, NumbersThatAreZeroAreLeftOut) {
  const auto streams = ParseConnectionStreams(
      R"({"socket":{"data":{"streamsStarted":"3"},"ref":{"socketId":"4"},"local":{"uds_address":{"filename":"/run/r"}}}})");
  ASSERT_TRUE(streams.has_value());
  EXPECT_EQ(streams->unfinished, 3);
  EXPECT_EQ(std::get<UnixConnection>(streams->connection).path, "/run/r");
}

TEST(ConnectionStreamsTest, WhatIsNoConnectionIsLeftOut) {
  for (
      const char* json :
      {"", "[]", "{}", R"({"socket":1})", R"({"socket":{"data":{}}})",
       R"({"socket":{"data":{},"local":{"tcpip_address":{"ip_address":"fwAA"}}}})",
       R"({"socket":{"data":{},"local":{"tcpip_address":{"ip_address":"fwAAAQ=="}},"remote":{"other_address":{}}}})"}) {
    EXPECT_EQ(ParseConnectionStreams(json), std::nullopt) << json;
  }
}

// The connection of `peer`, as "ipv4:127.0.0.1:1234", among those of this process.
std::optional<ConnectionStreams> Find(const std::string& peer) {
  for (const ConnectionStreams& each : ReadConnectionStreams()) {
    if (peer == "ipv4:" + ToString(each.connection)) return each;
  }
  return std::nullopt;
}

// gRPC counts a stream some time after the client has its answer.
int64_t UnfinishedOnceBelow(const std::string& peer, int64_t limit) {
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(60);
  while (std::chrono::steady_clock::now() < deadline) {
    const auto streams = Find(peer);
    if (streams && streams->unfinished < limit) return streams->unfinished;
    std::this_thread::yield();
  }
  return -1;
}

TEST(ConnectionStreamsTest, CountsWhatAConnectionHasUnderWay) {
  ServedRegistry served;
  const int64_t before = ReadStartedCalls();
  std::promise<WriteDone> arrived;
  std::string peer;
  EXPECT_CALL(served.registry(), Write).WillOnce([&](const CallContext& context, WriteCommand, WriteDone done) {
    peer = context.caller;
    arrived.set_value(std::move(done));
  });
  v1::DeleteSubjectRequest request;
  request.mutable_subject()->set_subject("orders");
  auto call = std::async(std::launch::async, [&] {
    grpc::ClientContext context;
    v1::DeleteSubjectResponse response;
    return served.admin().DeleteSubject(&context, request, &response);
  });
  const WriteDone done = arrived.get_future().get();
  const auto under_way = Find(peer);
  ASSERT_TRUE(under_way.has_value()) << peer;
  EXPECT_EQ(under_way->unfinished, 1);
  EXPECT_EQ(ReadStartedCalls(), before + 1);
  done(absl::UnavailableError("enough"));
  call.wait();
  EXPECT_EQ(UnfinishedOnceBelow(peer, 1), 0);
}

}  // namespace
}  // namespace regent
