#include "client/grpc_connection.h"

#include <grpcpp/grpcpp.h>

#include <algorithm>
#include <thread>
#include <utility>

#include "base/error_reason.h"
#include "client/convert/error.h"
#include "client/convert/model.h"
#include "client/convert/request.h"
#include "client/endpoints.h"
#include "client/request_id.h"
#include "regent/v1/schema_registry.grpc.pb.h"
#include "regent/v1/subject_admin.grpc.pb.h"

namespace regent::client {
namespace {

using RegistryStub = v1::SchemaRegistry::Stub;
using AdminStub = v1::SubjectAdmin::Stub;

// How soon a channel that lost its server tries again by itself.
constexpr int kReconnectMillisMin = 100;
constexpr int kReconnectMillisMax = 5000;
// To ask a channel that has failed what is wrong with it; it answers at once.
constexpr std::chrono::milliseconds kDiagnosisTime{500};

// gRPC takes wall-clock deadlines; ours are steady.
std::chrono::system_clock::time_point ToWall(SteadyTime deadline) {
  const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(deadline - SystemClock()->Now());
  return std::chrono::system_clock::now() + left;
}

struct Server {
  std::string endpoint;
  std::shared_ptr<grpc::Channel> channel;
  std::unique_ptr<RegistryStub> registry;
  std::unique_ptr<AdminStub> admin;
};

// gRPC would send even these through $http_proxy, which cannot know our loopback.
bool IsLoopback(const std::string& endpoint) {
  return endpoint.rfind("127.", 0) == 0 || endpoint.rfind("localhost:", 0) == 0 || endpoint.rfind("[::1]:", 0) == 0;
}

Server MakeServer(const std::string& endpoint, const GrpcConnectionOptions& options) {
  grpc::ChannelArguments arguments;
  arguments.SetMaxReceiveMessageSize(options.message_bytes_max);
  arguments.SetUserAgentPrefix("regent-client");
  arguments.SetInt(GRPC_ARG_INITIAL_RECONNECT_BACKOFF_MS, kReconnectMillisMin);
  arguments.SetInt(GRPC_ARG_MIN_RECONNECT_BACKOFF_MS, static_cast<int>(options.connect_timeout.count()));
  arguments.SetInt(GRPC_ARG_MAX_RECONNECT_BACKOFF_MS, kReconnectMillisMax);
  // Other connections of this process, to the same address, fail or live by themselves.
  arguments.SetInt(GRPC_ARG_USE_LOCAL_SUBCHANNEL_POOL, 1);
  // When to try again is failover's to say, which knows what is safe.
  arguments.SetInt(GRPC_ARG_ENABLE_RETRIES, 0);
  if (IsLoopback(endpoint)) arguments.SetInt(GRPC_ARG_ENABLE_HTTP_PROXY, 0);
  Server server;
  server.endpoint = endpoint;
  server.channel = grpc::CreateCustomChannel(endpoint, grpc::InsecureChannelCredentials(), arguments);
  server.registry = v1::SchemaRegistry::NewStub(server.channel);
  server.admin = v1::SubjectAdmin::NewStub(server.channel);
  return server;
}

absl::Status Unreachable(const Server& server, std::string_view why) {
  return absl::UnavailableError("no connection to " + server.endpoint + ": " + std::string(why));
}

// What a channel in trouble says: an answer-free call that changes nothing brings its words along. OK if it recovered.
absl::Status Diagnose(Server& server) {
  grpc::ClientContext context;
  context.set_deadline(std::chrono::system_clock::now() + kDiagnosisTime);
  v1::ListSchemaTypesResponse response;
  const grpc::Status status = server.registry->ListSchemaTypes(&context, {}, &response);
  if (status.error_code() != grpc::StatusCode::UNAVAILABLE) return absl::OkStatus();
  return Unreachable(server, status.error_message());
}

// Waits for a connection, but not where the server refuses one. A call that is made only then has either not been sent,
// or may have been done: that is what failover must know.
absl::Status Connect(Server& server, SteadyTime deadline) {
  while (true) {
    const grpc_connectivity_state state = server.channel->GetState(/*try_to_connect=*/true);
    if (state == GRPC_CHANNEL_READY) return absl::OkStatus();
    if (state == GRPC_CHANNEL_TRANSIENT_FAILURE) return Diagnose(server);
    if (!server.channel->WaitForStateChange(state, ToWall(deadline))) {
      return Unreachable(server, "it did not answer in time");
    }
  }
}

class GrpcConnection : public RegistryConnection {
 public:
  explicit GrpcConnection(GrpcConnectionOptions options)
      : options_(std::move(options)),
        failover_(options_.endpoints.size(), options_.failover, SystemClock(),
                  [](std::chrono::milliseconds wait) { std::this_thread::sleep_for(wait); }) {
    for (const std::string& endpoint : options_.endpoints) servers_.push_back(MakeServer(endpoint, options_));
  }

  absl::StatusOr<RegisterSchemaResult> RegisterSchema(const CallOptions& options,
                                                      const RegisterSchemaRequest& request) override {
    const auto answer = Call(options, Repeat::kSafe, &Server::registry, &RegistryStub::RegisterSchema,
                             ToProto(request, IdOf(options)), v1::RegisterSchemaResponse());
    if (!answer.ok()) return answer.status();
    absl::StatusOr<SchemaVersion> registered = FromProto(answer->schema_version());
    if (!registered.ok()) return registered.status();
    return RegisterSchemaResult{FromProto(answer->result()), *std::move(registered)};
  }

  absl::StatusOr<SchemaVersion> LookupSchema(const CallOptions& options, const LookupSchemaRequest& request) override {
    return Convert(Call(options, Repeat::kSafe, &Server::registry, &RegistryStub::LookupSchema, ToProto(request),
                        v1::SchemaVersion()));
  }

  absl::StatusOr<StoredSchemaPtr> GetSchema(const CallOptions& options, const GetSchemaRequest& request) override {
    const auto answer =
        Call(options, Repeat::kSafe, &Server::registry, &RegistryStub::GetSchema, ToProto(request), v1::StoredSchema());
    if (!answer.ok()) return answer.status();
    return FromProto(*answer);
  }

  absl::StatusOr<SchemaVersion> GetSchemaVersion(const CallOptions& options,
                                                 const GetSchemaVersionRequest& request) override {
    return Convert(Call(options, Repeat::kSafe, &Server::registry, &RegistryStub::GetSchemaVersion, ToProto(request),
                        v1::SchemaVersion()));
  }

  absl::StatusOr<CompatibilityReport> CheckCompatibility(const CallOptions& options,
                                                         const CheckCompatibilityRequest& request) override {
    const auto answer = Call(options, Repeat::kSafe, &Server::registry, &RegistryStub::CheckCompatibility,
                             ToProto(request), v1::CompatibilityReport());
    if (!answer.ok()) return answer.status();
    return FromProto(*answer);
  }

  absl::StatusOr<SubjectPage> ListSubjects(const CallOptions& options, const ListSubjectsRequest& request) override {
    const auto answer = Call(options, Repeat::kSafe, &Server::registry, &RegistryStub::ListSubjects, ToProto(request),
                             v1::ListSubjectsResponse());
    if (!answer.ok()) return answer.status();
    SubjectPage page;
    for (const v1::SubjectRef& subject : answer->subjects()) page.subjects.push_back(FromProto(subject));
    page.next_page_token = answer->next_page_token();
    return page;
  }

  absl::StatusOr<VersionPage> ListVersions(const CallOptions& options, const ListVersionsRequest& request) override {
    const auto answer = Call(options, Repeat::kSafe, &Server::registry, &RegistryStub::ListVersions, ToProto(request),
                             v1::ListVersionsResponse());
    if (!answer.ok()) return answer.status();
    VersionPage page;
    for (const v1::VersionSummary& proto : answer->versions()) {
      const absl::StatusOr<VersionSummary> version = FromProto(proto);
      if (!version.ok()) return version.status();
      page.versions.push_back(*version);
    }
    page.next_page_token = answer->next_page_token();
    return page;
  }

  absl::StatusOr<DeleteResult> DeleteVersion(const CallOptions& options, const DeleteVersionRequest& request) override {
    const auto answer = Call(options, Repeat::kUnsafe, &Server::admin, &AdminStub::DeleteVersion,
                             ToProto(request, IdOf(options)), v1::DeleteVersionResponse());
    if (!answer.ok()) return answer.status();
    return DeleteResult{FromProto(answer->result()), {Version(answer->version())}};
  }

  absl::StatusOr<DeleteResult> DeleteSubject(const CallOptions& options, const DeleteSubjectRequest& request) override {
    const auto answer = Call(options, Repeat::kUnsafe, &Server::admin, &AdminStub::DeleteSubject,
                             ToProto(request, IdOf(options)), v1::DeleteSubjectResponse());
    if (!answer.ok()) return answer.status();
    DeleteResult result{FromProto(answer->result()), {}};
    for (const int32_t version : answer->versions()) result.versions.emplace_back(version);
    return result;
  }

  absl::StatusOr<SubjectConfig> GetConfig(const CallOptions& options, const GetConfigRequest& request) override {
    const auto answer =
        Call(options, Repeat::kSafe, &Server::admin, &AdminStub::GetConfig, ToProto(request), v1::SubjectConfig());
    if (!answer.ok()) return answer.status();
    return FromProto(*answer);
  }

  absl::StatusOr<ConfigResult> UpdateConfig(const CallOptions& options, const UpdateConfigRequest& request) override {
    const auto answer = Call(options, Repeat::kSafe, &Server::admin, &AdminStub::UpdateConfig,
                             ToProto(request, IdOf(options)), v1::UpdateConfigResponse());
    if (!answer.ok()) return answer.status();
    return ConfigResult{FromProto(answer->result()), FromProto(answer->config())};
  }

  absl::StatusOr<ConfigResult> DeleteConfig(const CallOptions& options, const DeleteConfigRequest& request) override {
    const auto answer = Call(options, Repeat::kUnsafe, &Server::admin, &AdminStub::DeleteConfig,
                             ToProto(request, IdOf(options)), v1::DeleteConfigResponse());
    if (!answer.ok()) return answer.status();
    return ConfigResult{FromProto(answer->result()), FromProto(answer->config())};
  }

 private:
  static std::string IdOf(const CallOptions& options) {
    return options.request_id.empty() ? NewRequestId() : options.request_id;
  }

  static absl::StatusOr<SchemaVersion> Convert(const absl::StatusOr<v1::SchemaVersion>& answer) {
    if (!answer.ok()) return answer.status();
    return FromProto(*answer);
  }

  // One call, at as many servers as it takes. `stub` and `method` say which; `response` is only there for its type.
  template <typename Stub, typename Request, typename Response>
  absl::StatusOr<Response> Call(const CallOptions& options, Repeat repeat, std::unique_ptr<Stub> Server::*stub,
                                grpc::Status (Stub::*method)(grpc::ClientContext*, const Request&, Response*),
                                const absl::StatusOr<Request>& request, Response response) {
    if (!request.ok()) return request.status();
    const SteadyTime deadline = SystemClock()->Now() + options.timeout.value_or(options_.call_timeout);
    const absl::Status status = failover_.Run(repeat, deadline, [&](size_t index, SteadyTime attempt_deadline) {
      Server& server = servers_[index];
      const SteadyTime connect_deadline = std::min(attempt_deadline, SystemClock()->Now() + options_.connect_timeout);
      if (absl::Status connected = Connect(server, connect_deadline); !connected.ok()) {
        return Attempt{connected, /*sent=*/false};
      }
      grpc::ClientContext context;
      context.set_deadline(ToWall(attempt_deadline));
      response.Clear();
      return Attempt{Translate(server, ((*(server.*stub)).*method)(&context, *request, &response)), /*sent=*/true};
    });
    if (!status.ok()) return status;
    return response;
  }

  static absl::Status Translate(const Server& server, const grpc::Status& status) {
    if (status.ok()) return absl::OkStatus();
    const absl::Status error = ErrorFromWire(status.error_code(), status.error_message(), status.error_details());
    // What does not come from the registry itself had better say where it happened.
    const bool own = ReasonOf(error) != ErrorReason::kInternal || error.code() == absl::StatusCode::kInternal;
    if (own) return error;
    // Nobody cancels here: it is a server that shuts down while the call comes in, and another one may take it.
    if (error.code() == absl::StatusCode::kCancelled) {
      return absl::UnavailableError(server.endpoint + ": the server went away during the call");
    }
    return absl::Status(error.code(), server.endpoint + ": " + status.error_message());
  }

  const GrpcConnectionOptions options_;
  Failover failover_;
  std::vector<Server> servers_;
};

}  // namespace

absl::Status GrpcConnectionOptions::Validate() const {
  const auto wrong = [](std::string_view what) {
    return MakeError(ErrorReason::kConfigurationInvalid, "GrpcConnectionOptions: " + std::string(what));
  };
  if (endpoints.empty()) return wrong("endpoints is empty");
  for (const std::string& endpoint : endpoints) {
    if (absl::Status status = CheckEndpoint(endpoint); !status.ok()) return status;
  }
  if (call_timeout.count() <= 0) return wrong("call_timeout is not above zero");
  if (connect_timeout.count() <= 0) return wrong("connect_timeout is not above zero");
  if (failover.rounds_max < 1) return wrong("failover.rounds_max is below 1");
  if (failover.retry_wait.count() < 1) return wrong("failover.retry_wait is below a millisecond");
  if (message_bytes_max < 1) return wrong("message_bytes_max is not above zero");
  return absl::OkStatus();
}

absl::StatusOr<std::shared_ptr<RegistryConnection>> MakeGrpcConnection(GrpcConnectionOptions options) {
  if (absl::Status status = options.Validate(); !status.ok()) return status;
  return std::shared_ptr<RegistryConnection>(std::make_shared<GrpcConnection>(std::move(options)));
}

}  // namespace regent::client
