#include "server/grpc/grpc_server.h"

#include <grpcpp/ext/proto_server_reflection_plugin.h>
#include <grpcpp/health_check_service_interface.h>
#include <grpcpp/resource_quota.h>
#include <grpcpp/security/server_credentials.h>
#include <grpcpp/server.h>
#include <grpcpp/server_builder.h>

#include <charconv>
#include <string_view>
#include <thread>
#include <utility>

#include "absl/status/statusor.h"
#include "base/error_reason.h"
#include "base/pem_file.h"
#include "server/grpc/calls.h"
#include "server/grpc/cluster_service.h"
#include "server/grpc/flood/flood_guard.h"
#include "server/grpc/flood/waiting_calls.h"
#include "server/grpc/schema_registry_service.h"
#include "server/grpc/subject_admin_service.h"
#include "server/grpc/watch_service.h"

namespace regent {
namespace {

// What a connection that says nothing holds to be read into; one that says more gets more.
constexpr int kReadChunkBytes = 1024;
// What is read at once is parsed at once: with gRPC's default of 4 MB a hundred thousand streams might begin in one go.
constexpr int kMaxReadChunkBytes = 64 << 10;
// How long the reading of a connection stops at each further call, when very many wait that nobody has begun.
constexpr std::chrono::milliseconds kBrake{1};
// Reflection is the only service that uses threads of its own; a person with grpcurl needs one.
constexpr int kMaxReflectionThreads = 4;

// gRPC takes the port modulo 65536, and a missing one for 443.
bool IsListener(std::string_view listener) {
  constexpr std::string_view kUnix = "unix:";
  if (listener.substr(0, kUnix.size()) == kUnix) return listener.size() > kUnix.size();
  const size_t colon = listener.rfind(':');
  if (colon == std::string_view::npos || colon == 0) return false;
  const std::string_view port = listener.substr(colon + 1);
  int number = 0;
  const auto [end, error] = std::from_chars(port.data(), port.data() + port.size(), number);
  return error == std::errc() && end == port.data() + port.size() && number >= 0 && number <= 65535;
}

absl::StatusOr<std::shared_ptr<grpc::ServerCredentials>> CredentialsOf(const GrpcServer::Options& options) {
  if (options.pem_file.empty()) return grpc::InsecureServerCredentials();
  const auto pem = ReadPemFile(options.pem_file, "ssl.keystore.location", PemContent::kCertificatesAndKey);
  if (!pem.ok()) return pem.status();
  grpc::SslServerCredentialsOptions tls;
  tls.pem_key_cert_pairs.push_back({*pem, *pem});
  if (!options.client_ca_file.empty()) {
    const auto authorities =
        ReadPemFile(options.client_ca_file, "regent.grpc.tls.ca.location", PemContent::kCertificates);
    if (!authorities.ok()) return authorities.status();
    tls.pem_root_certs = *authorities;
    tls.client_certificate_request = GRPC_SSL_REQUEST_AND_REQUIRE_CLIENT_CERTIFICATE_AND_VERIFY;
  }
  return grpc::SslServerCredentials(tls);
}

// Both are process-wide, and hold for servers built afterwards.
void InitOnce() {
  static const bool done = [] {
    grpc::EnableDefaultHealthCheckService(true);
    grpc::reflection::InitProtoReflectionServerBuilderPlugin();
    return true;
  }();
  static_cast<void>(done);
}

}  // namespace

struct GrpcServer::Impl {
  Impl(const Options& options, Registry* registry, Cluster* cluster, Executor* executor)
      : calls(registry, executor, options.max_waiting_reads),
        schema_registry({options.schema_types, options.page_size_default, options.page_size_max}, &calls),
        subject_admin(&calls),
        cluster(&calls, cluster),
        watch({options.watch_heartbeat, options.watch_stuck}, &calls),
        waiting(std::make_shared<WaitingCalls>(2 * int64_t{options.max_reset_streams},
                                               [] { std::this_thread::sleep_for(kBrake); })) {}

  void Configure(const Options& options, grpc::ServerBuilder* builder) const {
    builder->SetMaxReceiveMessageSize(static_cast<int>(options.max_message_bytes));
    // Answers are as long as they are: reports and listings are bounded where they are made.
    builder->SetMaxSendMessageSize(-1);
    builder->AddChannelArgument(GRPC_ARG_MAX_METADATA_SIZE, options.max_metadata_bytes);
    builder->AddChannelArgument(GRPC_ARG_MAX_CONCURRENT_STREAMS, options.max_concurrent_streams);
    builder->AddChannelArgument(GRPC_ARG_KEEPALIVE_TIME_MS, static_cast<int>(options.keepalive_time.count()));
    builder->AddChannelArgument(GRPC_ARG_KEEPALIVE_TIMEOUT_MS, static_cast<int>(options.keepalive_timeout.count()));
    builder->AddChannelArgument(GRPC_ARG_KEEPALIVE_PERMIT_WITHOUT_CALLS, 1);
    builder->AddChannelArgument(GRPC_ARG_HTTP2_MIN_RECV_PING_INTERVAL_WITHOUT_DATA_MS,
                                static_cast<int>(options.min_ping_interval.count()));
    builder->AddChannelArgument(GRPC_ARG_HTTP2_MAX_PING_STRIKES, 2);
    builder->AddChannelArgument(GRPC_ARG_MAX_CONNECTION_IDLE_MS, static_cast<int>(options.max_connection_idle.count()));
    builder->AddChannelArgument(GRPC_ARG_TCP_READ_CHUNK_SIZE, kReadChunkBytes);
    builder->AddChannelArgument(GRPC_ARG_TCP_MAX_READ_CHUNK_SIZE, kMaxReadChunkBytes);
    // A second node on the same port would silently get half of the connections.
    builder->AddChannelArgument(GRPC_ARG_ALLOW_REUSEPORT, 0);
    grpc::ResourceQuota quota("regent");
    quota.Resize(options.max_buffer_bytes);
    quota.SetMaxThreads(kMaxReflectionThreads);
    builder->SetResourceQuota(quota);
    CountWaitingCalls(waiting, builder);
    builder->SetSyncServerOption(grpc::ServerBuilder::NUM_CQS, 1);
    builder->SetSyncServerOption(grpc::ServerBuilder::MIN_POLLERS, 1);
    builder->SetSyncServerOption(grpc::ServerBuilder::MAX_POLLERS, 1);
  }

  Calls calls;
  SchemaRegistryService schema_registry;
  SubjectAdminService subject_admin;
  ClusterService cluster;
  WatchService watch;
  std::vector<grpc::Service*> others;
  const std::shared_ptr<WaitingCalls> waiting;
  std::unique_ptr<grpc::Server> server;  // it calls the services
  std::unique_ptr<FloodGuard> guard;     // as long as the server serves
};

GrpcServer::GrpcServer(Options options, Registry* registry, Cluster* cluster, Executor* executor)
    : options_(std::move(options)), impl_(std::make_unique<Impl>(options_, registry, cluster, executor)) {}

GrpcServer::~GrpcServer() { Drain(std::chrono::milliseconds(0)); }

void GrpcServer::AddService(grpc::Service* service) { impl_->others.push_back(service); }

absl::Status GrpcServer::Start() {
  if (!IsListener(options_.listener)) {
    return MakeError(ErrorReason::kConfigurationInvalid,
                     "regent.grpc.listener is 'host:port' or 'unix:path', not '" + options_.listener + "'.");
  }
  const auto credentials = CredentialsOf(options_);
  if (!credentials.ok()) return credentials.status();
  InitOnce();
  grpc::ServerBuilder builder;
  impl_->Configure(options_, &builder);
  builder.AddListeningPort(options_.listener, *credentials, &port_);
  builder.RegisterService(&impl_->schema_registry);
  builder.RegisterService(&impl_->subject_admin);
  builder.RegisterService(&impl_->cluster);
  builder.RegisterService(&impl_->watch);
  for (grpc::Service* service : impl_->others) builder.RegisterService(service);
  impl_->server = builder.BuildAndStart();
  if (impl_->server == nullptr) {
    return MakeError(ErrorReason::kConfigurationInvalid,
                     "Cannot listen on '" + options_.listener +
                         "' for gRPC (regent.grpc.listener): is it in use, or no address of this machine?");
  }
  if (options_.listener.rfind("unix:", 0) == 0) port_ = 0;
  FloodWatch::Options flood;
  flood.max_concurrent_streams = options_.max_concurrent_streams;
  flood.max_reset_streams = options_.max_reset_streams;
  impl_->guard = std::make_unique<FloodGuard>(flood, impl_->waiting);
  // gRPC's health service begins with SERVING: this comes before a client can have connected and asked.
  SetServing(false);
  return absl::OkStatus();
}

void GrpcServer::SetServing(bool serving) {
  if (impl_->server == nullptr) return;
  grpc::HealthCheckServiceInterface* health = impl_->server->GetHealthCheckService();
  for (const char* service : {"", v1::SchemaRegistry::service_full_name(), v1::SubjectAdmin::service_full_name(),
                              v1::Cluster::service_full_name(), v1::Watch::service_full_name()}) {
    health->SetServingStatus(service, serving);
  }
}

int64_t GrpcServer::connections_cut() const { return impl_->guard == nullptr ? 0 : impl_->guard->connections_ended(); }

void GrpcServer::Drain(std::chrono::milliseconds patience) {
  if (impl_->server == nullptr) return;
  SetServing(false);
  impl_->watch.Stop();
  impl_->server->Shutdown(std::chrono::system_clock::now() + patience);
  impl_->server->Wait();
}

}  // namespace regent
