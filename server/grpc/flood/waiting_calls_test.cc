#include "server/grpc/flood/waiting_calls.h"

#include <grpcpp/generic/generic_stub.h>
#include <grpcpp/grpcpp.h>
#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <future>
#include <memory>
#include <string>
#include <utility>

#include "regent/v1/schema_registry.grpc.pb.h"

namespace regent {
namespace {

TEST(WaitingCallsTest, BrakesBeyondTheLimitAndNotBefore) {
  int brakes = 0;
  WaitingCalls calls(4, [&] { ++brakes; });
  for (int i = 0; i < 4; ++i) calls.Arrived();
  EXPECT_EQ(brakes, 0);
  calls.Arrived();
  EXPECT_EQ(brakes, 1);
  for (int i = 0; i < 4; ++i) calls.Arrived();
  EXPECT_EQ(brakes, 2);
  EXPECT_EQ(calls.count(), 9);
  for (int i = 0; i < 9; ++i) calls.Begun();
  for (int i = 0; i < 4; ++i) calls.Arrived();
  EXPECT_EQ(brakes, 2);
  EXPECT_EQ(calls.count(), 4);
}

TEST(WaitingCallsTest, BrakesUnderPressureHoweverFewWait) {
  int brakes = 0;
  WaitingCalls calls(100, [&] { ++brakes; });
  calls.SetPressure(true);
  for (int i = 0; i < 8; ++i) calls.Arrived();
  EXPECT_EQ(brakes, 2);
  calls.SetPressure(false);
  for (int i = 0; i < 8; ++i) calls.Arrived();
  EXPECT_EQ(brakes, 2);
}

// A server of services that implement nothing.
class WaitingCallsServerTest : public ::testing::Test {
 protected:
  WaitingCallsServerTest() {
    grpc::ServerBuilder builder;
    int port = 0;
    builder.AddListeningPort("127.0.0.1:0", grpc::InsecureServerCredentials(), &port);
    builder.RegisterService(&service_);
    CountWaitingCalls(calls_, &builder);
    server_ = builder.BuildAndStart();
    channel_ = grpc::CreateChannel("127.0.0.1:" + std::to_string(port), grpc::InsecureChannelCredentials());
  }
  ~WaitingCallsServerTest() override { server_->Shutdown(std::chrono::system_clock::now()); }

  grpc::StatusCode Call(const std::string& method) {
    grpc::GenericStub stub(channel_);
    grpc::ClientContext context;
    const grpc::Slice nothing("");
    const grpc::ByteBuffer request(&nothing, 1);
    grpc::ByteBuffer response;
    std::promise<grpc::Status> done;
    stub.UnaryCall(&context, method, grpc::StubOptions(), &request, &response,
                   [&](grpc::Status status) { done.set_value(std::move(status)); });
    return done.get_future().get().error_code();
  }

  std::atomic<int> brakes_{0};
  // With a limit of 0 every fourth arrival brakes.
  const std::shared_ptr<WaitingCalls> calls_ = std::make_shared<WaitingCalls>(0, [this] { ++brakes_; });
  v1::SchemaRegistry::CallbackService service_;
  std::unique_ptr<grpc::Server> server_;
  std::shared_ptr<grpc::Channel> channel_;
};

// What was begun does not wait any more, whatever became of it.
TEST_F(WaitingCallsServerTest, CallsArriveAndBegin) {
  // Of a method that the server knows, and of one that it does not.
  for (const char* method : {"/regent.v1.SchemaRegistry/GetSchema", "/no.such.Service/Method"}) {
    brakes_ = 0;
    for (int i = 0; i < 20; ++i) {
      EXPECT_EQ(Call(method), grpc::StatusCode::UNIMPLEMENTED) << method;
      EXPECT_EQ(brakes_, i / 4 + 1) << method;
      EXPECT_EQ(calls_->count(), 0) << method;
    }
  }
}

}  // namespace
}  // namespace regent
