#include "client/grpc_connection.h"

#include <gmock/gmock.h>
#include <grpcpp/grpcpp.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <atomic>
#include <fstream>
#include <functional>
#include <future>
#include <sstream>
#include <utility>

#include "base/error_reason.h"
#include "google/rpc/error_details.pb.h"
#include "google/rpc/status.pb.h"
#include "regent/v1/cluster.grpc.pb.h"
#include "regent/v1/error_detail.pb.h"
#include "regent/v1/schema_registry.grpc.pb.h"
#include "regent/v1/subject_admin.grpc.pb.h"

namespace regent::client {
namespace {

using std::chrono::milliseconds;
using ::testing::HasSubstr;
using ::testing::SizeIs;

constexpr char kGuid[] = "095d71cf-1255-6b9d-5e33-0ad575b3df5d";

// What each method of a server does; a test sets the ones it needs.
struct Behaviour {
  std::function<grpc::Status(const v1::RegisterSchemaRequest&, v1::RegisterSchemaResponse*)> on_register;
  std::function<grpc::Status(const v1::GetSchemaRequest&, v1::StoredSchema*)> on_get;
  std::function<grpc::Status(const v1::DeleteVersionRequest&, v1::DeleteVersionResponse*)> on_delete;
  std::function<grpc::Status(const v1::UpdateConfigRequest&, v1::UpdateConfigResponse*)> on_update_config;
  std::string registry_id = "schema-registry";
  std::vector<std::string> nodes;  // what ListNodes answers
  std::atomic<int> calls{0};
  std::atomic<int> lists{0};  // calls of ListNodes
};

// A server on a port of its own choice, gone when destroyed.
class TestServer {
 public:
  explicit TestServer(Behaviour* behaviour, int port = 0,
                      const std::shared_ptr<grpc::ServerCredentials>& credentials = grpc::InsecureServerCredentials())
      : registry_(behaviour), admin_(behaviour), cluster_(behaviour) {
    grpc::ServerBuilder builder;
    builder.AddListeningPort("127.0.0.1:" + std::to_string(port), credentials, &port_);
    builder.RegisterService(&registry_);
    builder.RegisterService(&admin_);
    builder.RegisterService(&cluster_);
    server_ = builder.BuildAndStart();
  }
  ~TestServer() { server_->Shutdown(std::chrono::system_clock::now()); }
  std::string address() const { return "127.0.0.1:" + std::to_string(port_); }

 private:
  class Registry : public v1::SchemaRegistry::Service {
   public:
    explicit Registry(Behaviour* behaviour) : behaviour_(behaviour) {}
    grpc::Status RegisterSchema(grpc::ServerContext*, const v1::RegisterSchemaRequest* request,
                                v1::RegisterSchemaResponse* response) override {
      ++behaviour_->calls;
      return behaviour_->on_register(*request, response);
    }
    grpc::Status GetSchema(grpc::ServerContext*, const v1::GetSchemaRequest* request,
                           v1::StoredSchema* response) override {
      ++behaviour_->calls;
      return behaviour_->on_get(*request, response);
    }

   private:
    Behaviour* const behaviour_;
  };
  class Admin : public v1::SubjectAdmin::Service {
   public:
    explicit Admin(Behaviour* behaviour) : behaviour_(behaviour) {}
    grpc::Status DeleteVersion(grpc::ServerContext*, const v1::DeleteVersionRequest* request,
                               v1::DeleteVersionResponse* response) override {
      ++behaviour_->calls;
      return behaviour_->on_delete(*request, response);
    }
    grpc::Status UpdateConfig(grpc::ServerContext*, const v1::UpdateConfigRequest* request,
                              v1::UpdateConfigResponse* response) override {
      ++behaviour_->calls;
      return behaviour_->on_update_config(*request, response);
    }

   private:
    Behaviour* const behaviour_;
  };

  class Cluster : public v1::Cluster::Service {
   public:
    explicit Cluster(Behaviour* behaviour) : behaviour_(behaviour) {}
    grpc::Status ListNodes(grpc::ServerContext*, const v1::ListNodesRequest*,
                           v1::ListNodesResponse* response) override {
      ++behaviour_->lists;
      response->set_registry_id(behaviour_->registry_id);
      for (const std::string& node : behaviour_->nodes) {
        response->add_nodes()->mutable_info()->set_grpc_address(node);
      }
      return grpc::Status::OK;
    }

   private:
    Behaviour* const behaviour_;
  };

  Registry registry_;
  Admin admin_;
  Cluster cluster_;
  int port_ = 0;
  std::unique_ptr<grpc::Server> server_;
};

// A port that takes connections, because the kernel does, and never says a word.
class MuteListener {
 public:
  MuteListener() : socket_(socket(AF_INET, SOCK_STREAM, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof(address);
    bind(socket_, reinterpret_cast<sockaddr*>(&address), size);
    listen(socket_, 8);
    getsockname(socket_, reinterpret_cast<sockaddr*>(&address), &size);
    port_ = ntohs(address.sin_port);
  }
  ~MuteListener() { close(socket_); }
  std::string address() const { return "127.0.0.1:" + std::to_string(port_); }

 private:
  int socket_;
  int port_ = 0;
};

grpc::Status Answer(v1::StoredSchema* response) {
  response->set_context(".");
  response->set_id(7);
  response->set_guid(kGuid);
  response->mutable_schema()->set_type(v1::SCHEMA_TYPE_AVRO);
  response->mutable_schema()->set_text("\"string\"");
  return grpc::Status::OK;
}

grpc::Status WireError(ErrorReason reason, const v1::ErrorDetail& detail = {}) {
  const ErrorRow& row = RowOf(reason);
  google::rpc::Status status;
  google::rpc::ErrorInfo info;
  info.set_reason(std::string(row.name));
  info.set_domain("regent");
  status.add_details()->PackFrom(info);
  status.add_details()->PackFrom(detail);
  return grpc::Status(static_cast<grpc::StatusCode>(row.code), "says the server", status.SerializeAsString());
}

class GrpcConnectionTest : public ::testing::Test {
 protected:
  GrpcConnectionTest() {
    behaviour_.on_get = [](const v1::GetSchemaRequest&, v1::StoredSchema* response) { return Answer(response); };
  }
  GrpcConnectionOptions Options(std::vector<std::string> endpoints) {
    GrpcConnectionOptions options;
    options.endpoints = std::move(endpoints);
    options.call_timeout = milliseconds(10000);
    options.connect_timeout = milliseconds(300);
    options.failover.rounds_max = 1;
    return options;
  }
  std::shared_ptr<RegistryConnection> Connect(std::vector<std::string> endpoints) {
    return *MakeGrpcConnection(Options(std::move(endpoints)));
  }
  // A port where nobody listens: that of a server that is gone.
  std::string DeadAddress() { return TestServer(&behaviour_).address(); }
  static GetSchemaRequest ById(int id) { return {SchemaIdInContext{SchemaId(id), ".eu"}}; }

  Behaviour behaviour_;
};

TEST_F(GrpcConnectionTest, AsksAndAnswersInDomainStructs) {
  TestServer server(&behaviour_);
  v1::GetSchemaRequest asked;
  behaviour_.on_get = [&](const v1::GetSchemaRequest& request, v1::StoredSchema* response) {
    asked = request;
    return Answer(response);
  };
  const auto schema = Connect({server.address()})->GetSchema({}, ById(7));
  ASSERT_TRUE(schema.ok()) << schema.status();
  EXPECT_EQ((*schema)->id, SchemaId(7));
  EXPECT_EQ((*schema)->hash.ToGuid(), kGuid);
  EXPECT_EQ((*schema)->content.text, "\"string\"");
  EXPECT_EQ(asked.id_in_context().id(), 7);
  EXPECT_EQ(asked.id_in_context().context(), ".eu");
}

TEST_F(GrpcConnectionTest, GivesEveryWriteARequestIdUnlessTheCallerDid) {
  TestServer server(&behaviour_);
  std::vector<std::string> ids;
  behaviour_.on_update_config = [&](const v1::UpdateConfigRequest& request, v1::UpdateConfigResponse*) {
    ids.push_back(request.options().request_id());
    return grpc::Status::OK;
  };
  const auto connection = Connect({server.address()});
  CallOptions options;
  ASSERT_TRUE(connection->UpdateConfig(options, {}).ok());
  ASSERT_TRUE(connection->UpdateConfig(options, {}).ok());
  options.request_id = "mine";
  ASSERT_TRUE(connection->UpdateConfig(options, {}).ok());
  ASSERT_THAT(ids, SizeIs(3));
  EXPECT_THAT(ids[0], SizeIs(36));
  EXPECT_NE(ids[0], ids[1]);
  EXPECT_EQ(ids[2], "mine");
}

TEST_F(GrpcConnectionTest, KeepsTheRequestIdWhenItTriesAgain) {
  TestServer first(&behaviour_);
  TestServer second(&behaviour_);
  std::vector<std::string> ids;
  behaviour_.on_register = [&](const v1::RegisterSchemaRequest& request, v1::RegisterSchemaResponse* response) {
    ids.push_back(request.options().request_id());
    if (ids.size() == 1) return grpc::Status(grpc::StatusCode::UNAVAILABLE, "lost");
    response->mutable_schema_version()->mutable_subject()->set_subject("orders");
    return Answer(response->mutable_schema_version()->mutable_stored());
  };
  const auto answer = Connect({first.address(), second.address()})->RegisterSchema({}, {});
  ASSERT_TRUE(answer.ok()) << answer.status();
  ASSERT_THAT(ids, SizeIs(2));
  EXPECT_EQ(ids[0], ids[1]);
}

TEST_F(GrpcConnectionTest, GivesTheServersReasonAndDetailBack) {
  TestServer server(&behaviour_);
  behaviour_.on_delete = [](const v1::DeleteVersionRequest&, v1::DeleteVersionResponse*) {
    v1::ErrorDetail detail;
    detail.mutable_subject()->set_context(".eu");
    detail.mutable_subject()->set_subject("orders");
    detail.add_referrers()->mutable_subject()->set_subject("carts");
    return WireError(ErrorReason::kReferenceExists, detail);
  };
  const absl::Status status = Connect({server.address()})->DeleteVersion({}, {}).status();
  EXPECT_EQ(ReasonOf(status), ErrorReason::kReferenceExists);
  EXPECT_EQ(std::string(status.message()), "says the server");
  EXPECT_EQ(DetailOf(status).subject, Subject(".eu", "orders"));
  EXPECT_EQ(DetailOf(status).referrers[0].subject, Subject(".", "carts"));
}

TEST_F(GrpcConnectionTest, NamesEveryServerItCannotReach) {
  const std::string first = DeadAddress();
  const std::string second = DeadAddress();
  const absl::Status status = Connect({first, second})->GetSchema({}, ById(7)).status();
  EXPECT_EQ(status.code(), absl::StatusCode::kUnavailable);
  EXPECT_THAT(std::string(status.message()), HasSubstr("no connection to " + first));
  EXPECT_THAT(std::string(status.message()), HasSubstr("no connection to " + second));
  EXPECT_THAT(std::string(status.message()), HasSubstr("refused"));
}

TEST_F(GrpcConnectionTest, AsksTheNextServerWhenOneIsGone) {
  auto first = std::make_unique<TestServer>(&behaviour_);
  TestServer second(&behaviour_);
  const auto connection = Connect({first->address(), second.address()});
  ASSERT_TRUE(connection->GetSchema({}, ById(7)).ok());
  first.reset();
  for (int i = 0; i < 20; ++i) EXPECT_TRUE(connection->GetSchema({}, ById(7)).ok());
}

TEST_F(GrpcConnectionTest, AsksTheNextServerWhenOneTakesConnectionsAndSaysNothing) {
  MuteListener mute;
  TestServer server(&behaviour_);
  EXPECT_TRUE(Connect({mute.address(), server.address()})->GetSchema({}, ById(7)).ok());
  const absl::Status status = Connect({mute.address()})->GetSchema({}, ById(7)).status();
  EXPECT_EQ(status.code(), absl::StatusCode::kUnavailable);
  EXPECT_THAT(std::string(status.message()), HasSubstr(mute.address()));
}

TEST_F(GrpcConnectionTest, AsksTheNextServerWhenAReadHangs) {
  std::promise<void> end;
  std::shared_future<void> ended = end.get_future().share();
  Behaviour hanging;
  hanging.on_get = [ended](const v1::GetSchemaRequest&, v1::StoredSchema*) {
    ended.wait();
    return grpc::Status::OK;
  };
  TestServer first(&hanging);
  TestServer second(&behaviour_);
  CallOptions options;
  options.timeout = milliseconds(600);
  EXPECT_TRUE(Connect({first.address(), second.address()})->GetSchema(options, ById(7)).ok());
  const absl::Status status = Connect({first.address()})->GetSchema(options, ById(7)).status();
  EXPECT_EQ(status.code(), absl::StatusCode::kDeadlineExceeded);
  EXPECT_THAT(std::string(status.message()), HasSubstr(first.address()));
  end.set_value();
}

TEST_F(GrpcConnectionTest, NeverRepeatsADeleteThatMayHaveBeenDone) {
  TestServer first(&behaviour_);
  TestServer second(&behaviour_);
  behaviour_.on_delete = [](const v1::DeleteVersionRequest&, v1::DeleteVersionResponse*) {
    return grpc::Status(grpc::StatusCode::UNAVAILABLE, "connection reset");
  };
  const auto connection = Connect({first.address(), second.address()});
  EXPECT_EQ(connection->DeleteVersion({}, {}).status().code(), absl::StatusCode::kUnavailable);
  EXPECT_EQ(behaviour_.calls, 1);
}

TEST_F(GrpcConnectionTest, ReadPassesOverAServerThatHangs) {
  TestServer first(&behaviour_);
  Behaviour well;
  well.on_get = [](const v1::GetSchemaRequest&, v1::StoredSchema* response) { return Answer(response); };
  TestServer second(&well);
  std::promise<void> end;
  behaviour_.on_get = [done = end.get_future().share()](const v1::GetSchemaRequest&, v1::StoredSchema*) {
    done.wait();
    return grpc::Status::OK;
  };
  GrpcConnectionOptions options = Options({first.address(), second.address()});
  options.failover.read_patience = milliseconds(50);
  const auto connection = *MakeGrpcConnection(options);
  EXPECT_TRUE(connection->GetSchema({}, ById(7)).ok());
  EXPECT_TRUE(connection->GetSchema({}, ById(7)).ok());
  EXPECT_EQ(well.calls, 2);
  end.set_value();
}

TEST_F(GrpcConnectionTest, EachAddressOfANameIsTried) {
  MuteListener mute;
  TestServer second(&behaviour_);
  GrpcConnectionOptions options = Options({"registry.example:50051"});
  options.connect_timeout = milliseconds(50);
  options.resolve = [&](std::string_view endpoint) {
    EXPECT_EQ(endpoint, "registry.example:50051");
    return std::vector<std::string>{mute.address(), second.address()};
  };
  EXPECT_TRUE((*MakeGrpcConnection(options))->GetSchema({}, ById(7)).ok());
}

TEST_F(GrpcConnectionTest, SaysWhichAddressOfWhichNameFailed) {
  GrpcConnectionOptions options = Options({"registry.example:50051"});
  options.resolve = [](std::string_view) { return std::vector<std::string>{"127.0.0.1:1"}; };
  const absl::Status status = (*MakeGrpcConnection(options))->GetSchema({}, ById(7)).status();
  EXPECT_EQ(status.code(), absl::StatusCode::kUnavailable);
  EXPECT_THAT(std::string(status.message()), HasSubstr("registry.example:50051 (127.0.0.1:1)"));
}

TEST_F(GrpcConnectionTest, ComesHomeWhenTheOwnSiteIsBack) {
  Behaviour far;
  far.on_get = [](const v1::GetSchemaRequest&, v1::StoredSchema* response) { return Answer(response); };
  TestServer remote(&far);
  const std::string address = DeadAddress();
  GrpcConnectionOptions options = Options({address});
  options.other_sites = {{remote.address()}};
  options.directory.probe_interval = milliseconds(10);
  const auto connection = *MakeGrpcConnection(options);
  ASSERT_TRUE(connection->GetSchema({}, ById(7)).ok());
  EXPECT_EQ(far.calls, 1);
  TestServer home(&behaviour_, std::stoi(address.substr(address.rfind(':') + 1)));
  const SteadyTime deadline = SystemClock()->Now() + std::chrono::seconds(60);
  while (behaviour_.calls == 0 && SystemClock()->Now() < deadline) {
    ASSERT_TRUE(connection->GetSchema({}, ById(7)).ok());
  }
  EXPECT_EQ(behaviour_.calls, 1);
}

TEST_F(GrpcConnectionTest, FindsTheOtherNodesThroughOne) {
  Behaviour other;
  other.on_get = [](const v1::GetSchemaRequest&, v1::StoredSchema* response) { return Answer(response); };
  TestServer discovered(&other);
  auto configured = std::make_unique<TestServer>(&behaviour_);
  behaviour_.nodes = {"not an address", configured->address(), discovered.address()};
  GrpcConnectionOptions options = Options({configured->address()});
  options.directory = {.refresh_interval = milliseconds(10), .probe_interval = milliseconds(10)};
  const auto connection = *MakeGrpcConnection(options);
  ASSERT_TRUE(connection->GetSchema({}, ById(7)).ok());
  // Who else is there is asked beside the calls; asked twice, the first answer has been taken up.
  const SteadyTime deadline = SystemClock()->Now() + std::chrono::seconds(60);
  while (behaviour_.lists < 2 && SystemClock()->Now() < deadline) {
    ASSERT_TRUE(connection->GetSchema({}, ById(7)).ok());
  }
  configured.reset();
  EXPECT_TRUE(connection->GetSchema({}, ById(7)).ok());
  EXPECT_EQ(other.calls, 1);
}

TEST_F(GrpcConnectionTest, RefusesAServerOfAnotherRegistry) {
  TestServer wrong(&behaviour_);
  behaviour_.registry_id = "staging";
  GrpcConnectionOptions options = Options({wrong.address()});
  options.registry_id = "production";
  const absl::Status status = (*MakeGrpcConnection(options))->GetSchema({}, ById(7)).status();
  EXPECT_EQ(ReasonOf(status), ErrorReason::kConfigurationInvalid);
  EXPECT_THAT(std::string(status.message()), HasSubstr(wrong.address() + " is of the registry 'staging'"));
  EXPECT_THAT(std::string(status.message()), HasSubstr("'production' is expected"));
  EXPECT_EQ(behaviour_.calls, 0);
}

TEST_F(GrpcConnectionTest, GoesPastAServerOfAnotherRegistry) {
  TestServer wrong(&behaviour_);
  behaviour_.registry_id = "staging";
  Behaviour well;
  well.on_get = [](const v1::GetSchemaRequest&, v1::StoredSchema* response) { return Answer(response); };
  TestServer right(&well);
  GrpcConnectionOptions options = Options({wrong.address(), right.address()});
  options.registry_id = "schema-registry";
  EXPECT_TRUE((*MakeGrpcConnection(options))->GetSchema({}, ById(7)).ok());
  EXPECT_EQ(behaviour_.calls, 0);
}

TEST_F(GrpcConnectionTest, ReadsAskForWhatWasWrittenBefore) {
  TestServer server(&behaviour_);
  std::vector<v1::ReadOptions> asked;
  behaviour_.on_get = [&](const v1::GetSchemaRequest& request, v1::StoredSchema* response) {
    asked.push_back(request.read_options());
    return Answer(response);
  };
  behaviour_.on_update_config = [](const v1::UpdateConfigRequest&, v1::UpdateConfigResponse* response) {
    response->mutable_result()->mutable_position()->set_log_id("log");
    response->mutable_result()->mutable_position()->set_offset(41);
    return grpc::Status::OK;
  };
  const auto connection = Connect({server.address()});
  ASSERT_TRUE(connection->GetSchema({}, ById(7)).ok());
  ASSERT_TRUE(connection->UpdateConfig({}, {}).ok());
  ASSERT_TRUE(connection->GetSchema({}, ById(7)).ok());
  ASSERT_TRUE(connection->GetSchema({.min_position = Position{"log", Offset(9)}, .linearizable = true}, ById(7)).ok());
  ASSERT_THAT(asked, SizeIs(3));
  EXPECT_FALSE(asked[0].has_min_position());
  EXPECT_EQ(asked[1].min_position().log_id(), "log");
  EXPECT_EQ(asked[1].min_position().offset(), 41);
  EXPECT_EQ(asked[2].min_position().offset(), 9);
  EXPECT_EQ(asked[2].consistency(), v1::CONSISTENCY_LINEARIZABLE);
}

TEST_F(GrpcConnectionTest, ReadGoesToAServerThatHasSeenTheWrite) {
  TestServer behind(&behaviour_);
  Behaviour ahead;
  ahead.on_get = [](const v1::GetSchemaRequest&, v1::StoredSchema* response) { return Answer(response); };
  TestServer other(&ahead);
  behaviour_.on_get = [](const v1::GetSchemaRequest&, v1::StoredSchema*) {
    return WireError(ErrorReason::kPositionNotReached);
  };
  EXPECT_TRUE(Connect({behind.address(), other.address()})->GetSchema({}, ById(7)).ok());
}

TEST_F(GrpcConnectionTest, LogThatIsNoMoreIsAskedForOnce) {
  TestServer server(&behaviour_);
  behaviour_.on_get = [&](const v1::GetSchemaRequest& request, v1::StoredSchema* response) {
    if (request.read_options().has_min_position()) return WireError(ErrorReason::kPositionOfAnotherLog);
    return Answer(response);
  };
  behaviour_.on_update_config = [](const v1::UpdateConfigRequest&, v1::UpdateConfigResponse* response) {
    response->mutable_result()->mutable_position()->set_log_id("old");
    return grpc::Status::OK;
  };
  const auto connection = Connect({server.address()});
  ASSERT_TRUE(connection->UpdateConfig({}, {}).ok());
  EXPECT_TRUE(connection->GetSchema({}, ById(7)).ok());
  behaviour_.calls = 0;
  EXPECT_TRUE(connection->GetSchema({}, ById(7)).ok());
  EXPECT_EQ(behaviour_.calls, 1);
  // A position that the caller names is the caller's to judge.
  const CallOptions options{.min_position = Position{"old", Offset(1)}};
  EXPECT_EQ(ReasonOf(connection->GetSchema(options, ById(7)).status()), ErrorReason::kPositionOfAnotherLog);
}

TEST_F(GrpcConnectionTest, CallCancelledByAServerThatGoesAwayIsMadeElsewhere) {
  TestServer first(&behaviour_);
  TestServer second(&behaviour_);
  behaviour_.on_get = [this](const v1::GetSchemaRequest&, v1::StoredSchema* response) {
    if (behaviour_.calls == 1) return grpc::Status(grpc::StatusCode::CANCELLED, "CANCELLED");
    Answer(response);
    return grpc::Status::OK;
  };
  EXPECT_TRUE(Connect({first.address(), second.address()})->GetSchema({}, ById(7)).ok());
  EXPECT_EQ(behaviour_.calls, 2);
}

TEST_F(GrpcConnectionTest, RefusesTextThatIsNotUtf8AndSaysWhere) {
  TestServer server(&behaviour_);
  RegisterSchemaRequest request;
  request.subject = Subject::Parse("orders");
  request.content.text = "{\n \"a\xff\"";
  const absl::Status status = Connect({server.address()})->RegisterSchema({}, request).status();
  EXPECT_EQ(ReasonOf(status), ErrorReason::kSchemaInvalid);
  EXPECT_EQ(DetailOf(status).line, 2);
  EXPECT_EQ(DetailOf(status).column, 4);
  request.content.text = "\"int\"";
  request.subject.name = "\xff";
  EXPECT_EQ(ReasonOf(Connect({server.address()})->RegisterSchema({}, request).status()), ErrorReason::kRequestInvalid);
  EXPECT_EQ(behaviour_.calls, 0);
}

TEST_F(GrpcConnectionTest, RefusesAnAnswerWithoutItsSchema) {
  TestServer server(&behaviour_);
  behaviour_.on_get = [](const v1::GetSchemaRequest&, v1::StoredSchema* response) {
    Answer(response);
    response->clear_schema();
    return grpc::Status::OK;
  };
  const absl::Status status = Connect({server.address()})->GetSchema({}, ById(7)).status();
  EXPECT_EQ(ReasonOf(status), ErrorReason::kInternal);
  EXPECT_THAT(std::string(status.message()), HasSubstr("schema"));
}

TEST_F(GrpcConnectionTest, KeepsTheCodeOfAServerThatIsNotRegent) {
  TestServer server(&behaviour_);
  behaviour_.on_get = [](const v1::GetSchemaRequest&, v1::StoredSchema*) {
    return grpc::Status(grpc::StatusCode::UNIMPLEMENTED, "what?");
  };
  const absl::Status status = Connect({server.address()})->GetSchema({}, ById(7)).status();
  EXPECT_EQ(status.code(), absl::StatusCode::kUnimplemented);
  EXPECT_EQ(std::string(status.message()), server.address() + ": what?");
}

// A server that shows, and a client that trusts, the certificate of localhost and 127.0.0.1.
class GrpcConnectionTlsTest : public GrpcConnectionTest {
 protected:
  GrpcConnectionTlsTest() {
    std::stringstream text;
    text << std::ifstream("base/testdata/localhost.pem").rdbuf();
    pem_ = text.str();
    options_.tls = TlsOptions{.root_certificates = pem_, .certificate_chain = "", .private_key = ""};
    options_.discover = false;
    options_.failover.rounds_max = 1;
    behaviour_.on_get = [](const v1::GetSchemaRequest&, v1::StoredSchema* response) { return Answer(response); };
  }
  std::unique_ptr<TestServer> Serve(bool asks_for_certificates = false) {
    grpc::SslServerCredentialsOptions tls;
    tls.pem_key_cert_pairs.push_back({pem_, pem_});
    if (asks_for_certificates) {
      tls.pem_root_certs = pem_;
      tls.client_certificate_request = GRPC_SSL_REQUEST_AND_REQUIRE_CLIENT_CERTIFICATE_AND_VERIFY;
    }
    auto server = std::make_unique<TestServer>(&behaviour_, 0, grpc::SslServerCredentials(tls));
    options_.endpoints = {server->address()};
    return server;
  }
  absl::Status Get() { return (*MakeGrpcConnection(options_))->GetSchema({}, ById(7)).status(); }

  std::string pem_;
  GrpcConnectionOptions options_;
};

TEST_F(GrpcConnectionTlsTest, SpeaksToAServerWhoseCertificateItTrusts) {
  const auto server = Serve();
  EXPECT_TRUE(Get().ok()) << Get();
}

TEST_F(GrpcConnectionTlsTest, SaysThatItDoesNotTrustACertificate) {
  const auto server = Serve();
  options_.tls->root_certificates.clear();
  const absl::Status status = Get();
  EXPECT_TRUE(absl::IsUnavailable(status)) << status;
  EXPECT_THAT(std::string(status.message()), HasSubstr("certificate verify failed"));
  EXPECT_EQ(behaviour_.calls, 0);
}

TEST_F(GrpcConnectionTlsTest, AServerIsKnownByTheNameItWasAskedUnder) {
  const auto server = Serve();
  const std::string port = server->address().substr(server->address().find(':'));
  options_.resolve = [&](std::string_view) { return std::vector<std::string>{server->address()}; };
  options_.endpoints = {"localhost" + port};
  EXPECT_TRUE(Get().ok()) << Get();
  options_.endpoints = {"registry.example" + port};
  EXPECT_TRUE(absl::IsUnavailable(Get())) << Get();
}

TEST_F(GrpcConnectionTlsTest, ShowsItsOwnCertificateWhereItIsAskedForOne) {
  const auto server = Serve(/*asks_for_certificates=*/true);
  EXPECT_TRUE(absl::IsUnavailable(Get())) << Get();
  options_.tls->certificate_chain = options_.tls->private_key = pem_;
  EXPECT_TRUE(Get().ok()) << Get();
}

TEST_F(GrpcConnectionTlsTest, DoesNotSpeakClearTextToAServerOfTls) {
  const auto server = Serve();
  options_.tls.reset();
  EXPECT_TRUE(absl::IsUnavailable(Get())) << Get();
  EXPECT_EQ(behaviour_.calls, 0);
}

TEST(GrpcConnectionOptionsTest, NamesTheFieldThatIsWrong) {
  const auto problem = [](auto change) {
    GrpcConnectionOptions options;
    change(options);
    const absl::Status status = MakeGrpcConnection(options).status();
    EXPECT_EQ(ReasonOf(status), ErrorReason::kConfigurationInvalid);
    return std::string(status.message());
  };
  EXPECT_THAT(problem([](auto& options) { options.endpoints.clear(); }), HasSubstr("endpoints"));
  EXPECT_THAT(problem([](auto& options) { options.endpoints = {"here"}; }), HasSubstr("'here'"));
  EXPECT_THAT(problem([](auto& options) { options.call_timeout = milliseconds(0); }), HasSubstr("call_timeout"));
  EXPECT_THAT(problem([](auto& options) { options.connect_timeout = milliseconds(-1); }), HasSubstr("connect_timeout"));
  EXPECT_THAT(problem([](auto& options) { options.failover.rounds_max = 0; }), HasSubstr("rounds_max"));
  EXPECT_THAT(problem([](auto& options) { options.failover.retry_wait = milliseconds(0); }), HasSubstr("retry_wait"));
  EXPECT_THAT(problem([](auto& options) { options.message_bytes_max = 0; }), HasSubstr("message_bytes_max"));
  EXPECT_THAT(problem([](auto& options) { options.tls = TlsOptions{.root_certificates = "ca.pem"}; }),
              HasSubstr("root_certificates"));
}

}  // namespace
}  // namespace regent::client
