#include "server/grpc/grpc_server.h"

#include <gmock/gmock.h>
#include <grpcpp/create_channel.h>
#include <grpcpp/generic/generic_stub.h>
#include <grpcpp/security/credentials.h>
#include <gtest/gtest.h>
#include <stdlib.h>
#include <unistd.h>

#include <chrono>
#include <fstream>
#include <future>
#include <memory>
#include <sstream>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "base/error_reason.h"
#include "server/grpc/testing/served_registry.h"
#include "server/registry/testing/mock_cluster.h"
#include "server/registry/testing/mock_registry.h"

namespace regent {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using ::testing::Return;

constexpr seconds kLongTime(60);

std::chrono::system_clock::time_point In(milliseconds time) { return std::chrono::system_clock::now() + time; }

v1::DeleteSubjectRequest DeleteOrders() {
  v1::DeleteSubjectRequest request;
  request.mutable_subject()->set_subject("orders");
  return request;
}

// A registry that keeps the next write waiting.
class PendingWrite {
 public:
  explicit PendingWrite(MockRegistry* registry) {
    EXPECT_CALL(*registry, Write).WillOnce([this](const CallContext& context, WriteCommand, WriteDone done) {
      context_ = context;
      done_.set_value(std::move(done));
    });
  }
  // Blocks until the write arrived.
  WriteDone Done() { return done_.get_future().get(); }
  // After Done().
  const CallContext& context() const { return context_; }

 private:
  std::promise<WriteDone> done_;
  CallContext context_;
};

// A client's DeleteSubject on a thread of its own.
class Deletion {
 public:
  explicit Deletion(v1::SubjectAdmin::Stub* stub, milliseconds timeout = kLongTime) {
    context_.set_deadline(In(timeout));
    status_ = std::async(std::launch::async,
                         [this, stub] { return stub->DeleteSubject(&context_, DeleteOrders(), &response_); });
  }
  void Cancel() { context_.TryCancel(); }
  grpc::Status Status() { return status_.get(); }

 private:
  grpc::ClientContext context_;
  v1::DeleteSubjectResponse response_;
  std::future<grpc::Status> status_;
};

TEST(GrpcServerTest, SaysWhereItCannotListen) {
  MockRegistry registry;
  MockCluster cluster;
  ThreadPool pool(1);
  // gRPC itself would take port 99999 for 34463.
  for (const char* listener : {"nowhere.invalid:1", "127.0.0.1:99999", "127.0.0.1", "127.0.0.1:", "127.0.0.1:x",
                               ":50051", "", "unix:", "unix:/nowhere/at/all"}) {
    GrpcServer::Options options;
    options.listener = listener;
    GrpcServer server(options, &registry, &cluster, &pool);
    const absl::Status status = server.Start();
    EXPECT_EQ(ReasonOf(status), ErrorReason::kConfigurationInvalid);
    EXPECT_NE(status.message().find(listener), absl::string_view::npos) << status;
  }
}

TEST(GrpcServerTest, TwoServersNeverShareAPort) {
  ServedRegistry served;
  MockRegistry registry;
  MockCluster cluster;
  ThreadPool pool(1);
  GrpcServer::Options options;
  options.listener = served.address();
  GrpcServer second(options, &registry, &cluster, &pool);
  EXPECT_EQ(ReasonOf(second.Start()), ErrorReason::kConfigurationInvalid);
}

TEST(GrpcServerTest, ListensOnAUnixSocket) {
  ::testing::NiceMock<MockRegistry> registry;
  MockCluster cluster;
  ThreadPool pool(1);
  GrpcServer::Options options;
  // Bazel's own directory for tests is too long a path for a socket.
  char directory[] = "/tmp/regent-XXXXXX";
  ASSERT_NE(mkdtemp(directory), nullptr);
  const std::string path = std::string(directory) + "/sock";
  options.listener = "unix:" + path;
  GrpcServer server(options, &registry, &cluster, &pool);
  ASSERT_TRUE(server.Start().ok());
  EXPECT_EQ(server.port(), 0);
  const auto stub =
      v1::SchemaRegistry::NewStub(grpc::CreateChannel(options.listener, grpc::InsecureChannelCredentials()));
  grpc::ClientContext context;
  v1::ListSchemaTypesResponse response;
  const grpc::Status status = stub->ListSchemaTypes(&context, {}, &response);
  EXPECT_TRUE(status.ok()) << status.error_message();
  server.Drain(seconds(1));
  unlink(path.c_str());
  rmdir(directory);
}

// --- limits --------------------------------------------------------------------------------------------------------

TEST(GrpcServerLimitsTest, ALongMessageIsRefusedAndTheNextOneServed) {
  GrpcServer::Options options;
  options.max_message_bytes = 100000;
  ServedRegistry served(options);
  EXPECT_CALL(served.registry(), LookupSchema).WillOnce(Return(errors::SchemaNotFound()));
  v1::LookupSchemaRequest request;
  request.mutable_subject()->set_subject("orders");
  request.mutable_schema()->set_text(std::string(100001, 'x'));
  for (const size_t size : {100001, 99000}) {
    request.mutable_schema()->mutable_text()->resize(size);
    grpc::ClientContext context;
    v1::SchemaVersion response;
    const grpc::Status status = served.schemas().LookupSchema(&context, request, &response);
    EXPECT_EQ(status.error_code(), size > 100000 ? grpc::StatusCode::RESOURCE_EXHAUSTED : grpc::StatusCode::NOT_FOUND);
  }
}

// gRPC 1.51 closes the connection over it.
TEST(GrpcServerLimitsTest, LongHeadersAreRefusedAndOtherConnectionsServed) {
  ServedRegistry served;
  for (const size_t size : {64 << 10, 8 << 10}) {
    const auto stub = v1::SchemaRegistry::NewStub(served.NewChannel());
    grpc::ClientContext context;
    context.AddMetadata("x-long", std::string(size, 'x'));
    v1::ListSchemaTypesResponse response;
    const grpc::Status status = stub->ListSchemaTypes(&context, {}, &response);
    EXPECT_EQ(status.error_code(), size > 16 << 10 ? grpc::StatusCode::RESOURCE_EXHAUSTED : grpc::StatusCode::OK)
        << status.error_message();
  }
}

// Keeps what it is given until told to run it.
class HeldExecutor : public Executor {
 public:
  void Post(std::function<void()> task) override {
    MutexLock lock(&mutex_);
    tasks_.push_back(std::move(task));
    posted_.NotifyAll();
  }
  void AwaitPosted(size_t count) {
    MutexLock lock(&mutex_);
    while (tasks_.size() < count) posted_.Wait(&mutex_);
  }
  void RunAll() {
    std::vector<std::function<void()>> tasks;
    {
      MutexLock lock(&mutex_);
      tasks.swap(tasks_);
    }
    for (const auto& task : tasks) task();
  }

 private:
  Mutex mutex_;
  CondVar posted_;
  std::vector<std::function<void()>> tasks_ GUARDED_BY(mutex_);
};

TEST(GrpcServerLimitsTest, ReadsThatWouldQueueTooLongAreRefused) {
  HeldExecutor executor;
  GrpcServer::Options options;
  options.max_waiting_reads = 2;
  ServedRegistry served(options, &executor);
  EXPECT_CALL(served.registry(), LookupSchema).WillRepeatedly(Return(OrdersVersion("\"int\"")));
  v1::LookupSchemaRequest request;
  request.mutable_subject()->set_subject("orders");
  request.mutable_schema()->set_text("\"int\"");
  const auto lookup = [&] {
    grpc::ClientContext context;
    v1::SchemaVersion response;
    return served.schemas().LookupSchema(&context, request, &response);
  };
  auto first = std::async(std::launch::async, lookup);
  auto second = std::async(std::launch::async, lookup);
  executor.AwaitPosted(2);
  const grpc::Status refused = lookup();
  EXPECT_EQ(refused.error_code(), grpc::StatusCode::RESOURCE_EXHAUSTED);
  EXPECT_EQ(ReasonIn(refused), v1::ERROR_REASON_OVERLOADED);
  executor.RunAll();
  EXPECT_TRUE(first.get().ok());
  EXPECT_TRUE(second.get().ok());
  // There is room again.
  auto third = std::async(std::launch::async, lookup);
  executor.AwaitPosted(1);
  executor.RunAll();
  EXPECT_TRUE(third.get().ok());
}

// --- deadlines and cancellation --------------------------------------------------------------------------------------

TEST(GrpcServerCancelTest, TheRegistryLearnsTheDeadline) {
  ServedRegistry served;
  PendingWrite write(&served.registry());
  const SteadyTime before = SystemClock()->Now();
  Deletion deletion(&served.admin(), kLongTime);
  const WriteDone done = write.Done();
  EXPECT_GT(write.context().deadline, before + kLongTime / 2);
  EXPECT_LT(write.context().deadline, SystemClock()->Now() + kLongTime + seconds(1));
  done(WriteResult());
  EXPECT_TRUE(deletion.Status().ok());
}

// Both used to give up at the same moment, and callers heard "Deadline Exceeded" where there was no primary.
TEST(GrpcServerCancelTest, TheRegistryGivesUpInTimeToSayWhy) {
  ServedRegistry served;
  PendingWrite write(&served.registry());
  Deletion deletion(&served.admin(), milliseconds(5000));
  const SteadyTime clients = SystemClock()->Now() + milliseconds(5000);
  const WriteDone done = write.Done();
  EXPECT_LT(write.context().deadline, clients - milliseconds(100));
  EXPECT_GT(write.context().deadline, clients - milliseconds(2000));
  done(MakeError(ErrorReason::kNoPrimary, "nobody"));
  EXPECT_EQ(deletion.Status().error_code(), grpc::StatusCode::UNAVAILABLE);
}

TEST(GrpcServerCancelTest, AnExpiredDeadlineEndsTheCall) {
  ServedRegistry served;
  PendingWrite write(&served.registry());
  Deletion deletion(&served.admin(), milliseconds(100));
  const WriteDone done = write.Done();
  EXPECT_EQ(deletion.Status().error_code(), grpc::StatusCode::DEADLINE_EXCEEDED);
  done(WriteResult());  // nobody is interested any more
}

TEST(GrpcServerCancelTest, AClientMayGoAwayBeforeTheAnswer) {
  ServedRegistry served;
  PendingWrite write(&served.registry());
  Deletion deletion(&served.admin());
  const WriteDone done = write.Done();
  deletion.Cancel();
  EXPECT_EQ(deletion.Status().error_code(), grpc::StatusCode::CANCELLED);
  done(errors::SubjectNotFound(Subject(".", "orders")));
}

TEST(GrpcServerCancelTest, TheAnswerMayComeAfterTheServerIsGone) {
  WriteDone done;
  {
    ServedRegistry served;
    PendingWrite write(&served.registry());
    Deletion deletion(&served.admin());
    done = write.Done();
    served.server().Drain(milliseconds(0));
    EXPECT_FALSE(deletion.Status().ok());
  }
  done(WriteResult());
}

// Answers and cancellations that meet: under asan this shows who touches what too late.
TEST(GrpcServerCancelTest, AnswersAndCancellationsMayMeet) {
  ServedRegistry served;
  ThreadPool registry_threads(2);
  EXPECT_CALL(served.registry(), Write).WillRepeatedly([&](const CallContext&, WriteCommand, const WriteDone& done) {
    registry_threads.Post([done] { done(WriteResult()); });
  });
  for (int round = 0; round < 500; ++round) {
    grpc::ClientContext context;
    v1::DeleteSubjectResponse response;
    const v1::DeleteSubjectRequest request = DeleteOrders();
    std::promise<grpc::Status> status;
    served.admin().async()->DeleteSubject(&context, &request, &response,
                                          [&](grpc::Status result) { status.set_value(std::move(result)); });
    context.TryCancel();
    const grpc::StatusCode code = status.get_future().get().error_code();
    EXPECT_TRUE(code == grpc::StatusCode::OK || code == grpc::StatusCode::CANCELLED) << code;
  }
}

// --- health, reflection, drain
// ----------------------------------------------------------------------------------------

constexpr char kServing[] = "\x08\x01";
constexpr char kNotServing[] = "\x08\x02";

// grpc.health.v1.HealthCheckRequest{service = 1} -> HealthCheckResponse{status = 1}.
std::string HealthOf(ServedRegistry* served, const std::string& service) {
  std::string request = service.empty() ? "" : "\x0a";
  if (!service.empty()) request.append(1, static_cast<char>(service.size())).append(service);
  std::string response;
  const grpc::Status status = served->CallRaw("/grpc.health.v1.Health/Check", request, &response);
  return status.ok() ? response : "error " + std::to_string(status.error_code());
}

TEST(GrpcServerHealthTest, FollowsTheNode) {
  ServedRegistry served;
  for (const char* service : {"", "regent.v1.SchemaRegistry", "regent.v1.SubjectAdmin"}) {
    EXPECT_EQ(HealthOf(&served, service), kNotServing) << service;
    served.server().SetServing(true);
    EXPECT_EQ(HealthOf(&served, service), kServing) << service;
    served.server().SetServing(false);
    EXPECT_EQ(HealthOf(&served, service), kNotServing) << service;
  }
}

TEST(GrpcServerHealthTest, AnUnknownServiceIsNotFound) {
  ServedRegistry served;
  EXPECT_EQ(HealthOf(&served, "regent.v1.Nothing"), "error " + std::to_string(grpc::StatusCode::NOT_FOUND));
}

// Asks the reflection service for the list of services.
class Reflection : public grpc::ClientBidiReactor<grpc::ByteBuffer, grpc::ByteBuffer> {
 public:
  explicit Reflection(const std::shared_ptr<grpc::Channel>& channel) : stub_(channel) {
    const grpc::Slice slice(std::string("\x3a\x01*"));  // ServerReflectionRequest{list_services = "*"}
    request_ = grpc::ByteBuffer(&slice, 1);
    stub_.PrepareBidiStreamingCall(&context_, "/grpc.reflection.v1alpha.ServerReflection/ServerReflectionInfo",
                                   grpc::StubOptions(), this);
    StartWriteLast(&request_, grpc::WriteOptions());
    StartRead(&response_);
    StartCall();
  }
  void OnDone(const grpc::Status& status) override { status_.set_value(status); }

  std::string Answer() {
    const grpc::Status status = status_.get_future().get();
    EXPECT_TRUE(status.ok()) << status.error_message();
    grpc::Slice slice;
    EXPECT_TRUE(response_.DumpToSingleSlice(&slice).ok());
    return std::string(reinterpret_cast<const char*>(slice.begin()), slice.size());
  }

 private:
  grpc::GenericStub stub_;
  grpc::ClientContext context_;
  grpc::ByteBuffer request_;
  grpc::ByteBuffer response_;
  std::promise<grpc::Status> status_;
};

TEST(GrpcServerReflectionTest, ListsTheServices) {
  ServedRegistry served;
  Reflection reflection(served.NewChannel());
  const std::string answer = reflection.Answer();
  for (const char* service : {"regent.v1.SchemaRegistry", "regent.v1.SubjectAdmin", "grpc.health.v1.Health"}) {
    EXPECT_NE(answer.find(service), std::string::npos) << service;
  }
}

TEST(GrpcServerDrainTest, FinishesWhatIsInFlightAndTakesNothingNew) {
  ServedRegistry served;
  served.server().SetServing(true);
  PendingWrite write(&served.registry());
  Deletion deletion(&served.admin());
  const WriteDone done = write.Done();
  auto drained = std::async(std::launch::async, [&] { served.server().Drain(kLongTime); });

  // The listener closes soon after Drain began.
  grpc::Status status;
  do {
    const auto stub = v1::SchemaRegistry::NewStub(served.NewChannel());
    grpc::ClientContext context;
    v1::ListSchemaTypesResponse response;
    status = stub->ListSchemaTypes(&context, {}, &response);
    // gRPC cancels a call that reached the server in the moment its listener closes.
  } while (status.ok() || status.error_code() == grpc::StatusCode::CANCELLED);
  EXPECT_EQ(status.error_code(), grpc::StatusCode::UNAVAILABLE);

  EXPECT_EQ(drained.wait_for(seconds(0)), std::future_status::timeout);
  done(WriteResult());
  EXPECT_TRUE(deletion.Status().ok());
  drained.get();
}

TEST(GrpcServerDrainTest, PatienceEnds) {
  ServedRegistry served;
  PendingWrite write(&served.registry());
  Deletion deletion(&served.admin());
  const WriteDone done = write.Done();  // never answered
  served.server().Drain(milliseconds(50));
  EXPECT_FALSE(deletion.Status().ok());
}

TEST(GrpcServerDrainTest, MayBeRepeatedAndMayComeFirst) {
  ServedRegistry served;
  served.server().Drain(seconds(1));
  served.server().Drain(seconds(1));
  MockRegistry registry;
  MockCluster cluster;
  ThreadPool pool(1);
  GrpcServer never_started(GrpcServer::Options(), &registry, &cluster, &pool);
  never_started.Drain(seconds(1));
}

TEST(GrpcServerTlsTest, ServesWithItsCertificateAndOnlyThat) {
  ::testing::NiceMock<MockRegistry> registry;
  ::testing::NiceMock<MockCluster> cluster;
  ThreadPool pool(1);
  const std::string pem = "base/testdata/localhost.pem";
  GrpcServer server({.listener = "127.0.0.1:0", .pem_file = pem}, &registry, &cluster, &pool);
  ASSERT_TRUE(server.Start().ok());
  const std::string address = "127.0.0.1:" + std::to_string(server.port());
  std::stringstream certificate;
  certificate << std::ifstream(pem).rdbuf();
  const auto list = [&address](const std::shared_ptr<grpc::ChannelCredentials>& credentials) {
    const auto stub = v1::SchemaRegistry::NewStub(grpc::CreateChannel(address, credentials));
    grpc::ClientContext context;
    v1::ListSchemaTypesResponse response;
    return stub->ListSchemaTypes(&context, {}, &response);
  };
  grpc::SslCredentialsOptions trust;
  trust.pem_root_certs = certificate.str();
  const grpc::Status status = list(grpc::SslCredentials(trust));
  EXPECT_TRUE(status.ok()) << status.error_message();
  EXPECT_EQ(list(grpc::InsecureChannelCredentials()).error_code(), grpc::StatusCode::UNAVAILABLE);
}

TEST(GrpcServerTlsTest, AsksForACertificateWhereItIsToldTo) {
  ::testing::NiceMock<MockRegistry> registry;
  ::testing::NiceMock<MockCluster> cluster;
  ThreadPool pool(1);
  const std::string pem = "base/testdata/localhost.pem";
  GrpcServer server({.listener = "127.0.0.1:0", .pem_file = pem, .client_ca_file = pem}, &registry, &cluster, &pool);
  ASSERT_TRUE(server.Start().ok());
  std::stringstream certificate;
  certificate << std::ifstream(pem).rdbuf();
  const auto list = [&server](const grpc::SslCredentialsOptions& options) {
    const auto stub = v1::SchemaRegistry::NewStub(
        grpc::CreateChannel("127.0.0.1:" + std::to_string(server.port()), grpc::SslCredentials(options)));
    grpc::ClientContext context;
    v1::ListSchemaTypesResponse response;
    return stub->ListSchemaTypes(&context, {}, &response);
  };
  grpc::SslCredentialsOptions trust;
  trust.pem_root_certs = certificate.str();
  EXPECT_EQ(list(trust).error_code(), grpc::StatusCode::UNAVAILABLE);
  trust.pem_cert_chain = trust.pem_private_key = certificate.str();
  const grpc::Status status = list(trust);
  EXPECT_TRUE(status.ok()) << status.error_message();
}

TEST(GrpcServerTlsTest, WhatIsNoCertificateIsNamed) {
  ::testing::NiceMock<MockRegistry> registry;
  ::testing::NiceMock<MockCluster> cluster;
  ThreadPool pool(1);
  GrpcServer server({.listener = "127.0.0.1:0", .pem_file = "no/such.pem"}, &registry, &cluster, &pool);
  const absl::Status status = server.Start();
  EXPECT_EQ(ReasonOf(status), ErrorReason::kConfigurationInvalid);
  EXPECT_NE(status.message().find("no/such.pem"), absl::string_view::npos);
}

}  // namespace
}  // namespace regent
