#include "client/grpc_candidate.h"

#include <grpcpp/create_channel.h>
#include <grpcpp/generic/generic_stub.h>

#include <algorithm>
#include <cstdint>
#include <limits>
#include <utility>

#include "base/error_reason.h"
#include "base/mutex.h"
#include "client/channel_credentials.h"
#include "client/convert/error.h"
#include "client/deadline.h"
#include "client/endpoints.h"
#include "client/resolver.h"

namespace regent::client {
namespace {

// Calls that follow each other closely share one attempt to connect.
constexpr std::chrono::milliseconds kReconnectPause{20};
// How soon a channel that lost its server tries again by itself.
constexpr int kReconnectMillisMin = 100;
constexpr int kReconnectMillisMax = 1000;
// A silent connection with calls on it is tested after this long, and given up if nothing comes back. Servers allow a
// test every 10 s.
constexpr int kKeepaliveMillis = 20000;
constexpr int kKeepaliveTimeoutMillis = 5000;
// To ask a channel that has failed what is wrong with it; it answers at once.
constexpr std::chrono::milliseconds kDiagnosisTime{500};
// Asking who else is there is no reason to go through a long list of the dead.
constexpr size_t kAskedForNodesMax = 3;
constexpr char kHealthCheck[] = "/grpc.health.v1.Health/Check";

// One round of health checks under way.
struct Round {
  struct Check {
    std::shared_ptr<GrpcLink> link;
    grpc::ClientContext context;
    grpc::ByteBuffer response;
    bool serves = false;
  };
  explicit Round(size_t size) : checks(size), left(size) {}

  std::vector<Check> checks;
  Mutex mutex;
  CondVar done;
  size_t left GUARDED_BY(mutex);
};

// Of grpc.health.v1.HealthCheckResponse, in bytes: status = SERVING.
bool SaysServing(const grpc::ByteBuffer& response) {
  std::vector<grpc::Slice> slices;
  if (!response.Dump(&slices).ok()) return false;
  std::string bytes;
  for (const grpc::Slice& slice : slices) bytes.append(reinterpret_cast<const char*>(slice.begin()), slice.size());
  return bytes == std::string("\x08\x01");
}

bool Serves(const grpc::Status& status, const grpc::ByteBuffer& response) {
  if (status.ok()) return SaysServing(response);
  return status.error_code() != grpc::StatusCode::UNAVAILABLE &&
         status.error_code() != grpc::StatusCode::DEADLINE_EXCEEDED &&
         status.error_code() != grpc::StatusCode::CANCELLED;
}

}  // namespace

absl::Status Translate(const std::string& server, const grpc::Status& status) {
  if (status.ok()) return absl::OkStatus();
  const absl::Status error = ErrorFromWire(status.error_code(), status.error_message(), status.error_details());
  const bool own = ReasonOf(error) != ErrorReason::kInternal || error.code() == absl::StatusCode::kInternal;
  if (own) return error;
  // Nobody cancels here: it is a server that shuts down while the call comes in, and another one may take it.
  if (error.code() == absl::StatusCode::kCancelled) {
    return absl::UnavailableError(server + ": the server went away during the call");
  }
  return absl::Status(error.code(), server + ": " + status.error_message());
}

GrpcCandidate::GrpcCandidate(const std::string& endpoint, const std::string& address, int rank,
                             const ChannelOptions& options)
    : Candidate(address, rank),
      endpoint_(endpoint),
      name_(endpoint == address ? address : endpoint + " (" + address + ")"),
      options_(options),
      link_(std::make_shared<GrpcLink>(MakeChannel())) {}

std::shared_ptr<grpc::Channel> GrpcCandidate::MakeChannel() const {
  grpc::ChannelArguments arguments;
  arguments.SetMaxReceiveMessageSize(options_.message_bytes_max);
  arguments.SetUserAgentPrefix("regent-client");
  arguments.SetInt(GRPC_ARG_INITIAL_RECONNECT_BACKOFF_MS, kReconnectMillisMin);
  arguments.SetInt(
      GRPC_ARG_MIN_RECONNECT_BACKOFF_MS,
      static_cast<int>(std::min<int64_t>(options_.connect_timeout.count(), std::numeric_limits<int>::max())));
  arguments.SetInt(GRPC_ARG_MAX_RECONNECT_BACKOFF_MS, kReconnectMillisMax);
  arguments.SetInt(GRPC_ARG_KEEPALIVE_TIME_MS, kKeepaliveMillis);
  arguments.SetInt(GRPC_ARG_KEEPALIVE_TIMEOUT_MS, kKeepaliveTimeoutMillis);
  // Other connections of this process, to the same address, fail or live by themselves.
  arguments.SetInt(GRPC_ARG_USE_LOCAL_SUBCHANNEL_POOL, 1);
  // When to try again is failover's to say, which knows what is safe.
  arguments.SetInt(GRPC_ARG_ENABLE_RETRIES, 0);
  // gRPC would send even these through $http_proxy, which cannot know our loopback.
  if (IsLoopback(address())) arguments.SetInt(GRPC_ARG_ENABLE_HTTP_PROXY, 0);
  // Proxies on the way route by the name that was asked for.
  if (endpoint_ != address()) {
    const size_t slash = endpoint_.rfind('/');
    arguments.SetString(GRPC_ARG_DEFAULT_AUTHORITY, endpoint_.substr(slash == std::string::npos ? 0 : slash + 1));
  }
  return grpc::CreateCustomChannel(GrpcTargetOf(address()), MakeChannelCredentials(options_.tls), arguments);
}

absl::Status GrpcCandidate::Unreachable(std::string_view why) const {
  return absl::UnavailableError("no connection to " + name_ + ": " + std::string(why));
}

// An answer-free call that changes nothing brings the channel's words along.
absl::Status GrpcCandidate::Diagnose(const GrpcLink& link) const {
  grpc::ClientContext context;
  context.set_deadline(std::chrono::system_clock::now() + kDiagnosisTime);
  v1::ListSchemaTypesResponse response;
  const grpc::Status status = link.registry->ListSchemaTypes(&context, {}, &response);
  if (status.error_code() != grpc::StatusCode::UNAVAILABLE) return absl::OkStatus();
  return Unreachable(status.error_message());
}

absl::Status GrpcCandidate::GiveUp(const std::shared_ptr<GrpcLink>& link, absl::Status why) {
  MutexLock lock(&mutex_);
  if (link_ == link && failure_.ok()) {
    failure_ = why;
    failed_ = SystemClock()->Now();
  }
  return why;
}

std::shared_ptr<GrpcLink> GrpcCandidate::Link() {
  MutexLock lock(&mutex_);
  if (!failure_.ok() && SystemClock()->Now() - failed_ >= kReconnectPause) {
    link_ = std::make_shared<GrpcLink>(MakeChannel());
    failure_ = absl::OkStatus();
  }
  return link_;
}

void GrpcCandidate::ForgetIfLost(const std::shared_ptr<GrpcLink>& link) {
  if (link->channel->GetState(/*try_to_connect=*/false) != GRPC_CHANNEL_TRANSIENT_FAILURE) return;
  GiveUp(link, Unreachable("a probe found nobody there")).IgnoreError();
}

absl::Status GrpcCandidate::Verify(GrpcLink& link, SteadyTime deadline) const {
  if (options_.registry_id.empty() || link.verified) return absl::OkStatus();
  grpc::ClientContext context;
  context.set_deadline(ToWall(deadline));
  v1::ListNodesResponse response;
  const grpc::Status status = link.cluster->ListNodes(&context, {}, &response);
  if (!status.ok() && status.error_code() != grpc::StatusCode::UNIMPLEMENTED)
    return Unreachable(status.error_message());
  if (response.registry_id() == options_.registry_id) {
    link.verified = true;
    return absl::OkStatus();
  }
  return MakeError(ErrorReason::kConfigurationInvalid,
                   name_ +
                       (response.registry_id().empty() ? " does not say which registry it is of"
                                                       : " is of the registry '" + response.registry_id() + "'") +
                       ", and '" + options_.registry_id + "' is expected");
}

absl::StatusOr<std::shared_ptr<GrpcLink>> GrpcCandidate::Connect(SteadyTime deadline) {
  const std::shared_ptr<GrpcLink> link = Link();
  {
    // Another call has found out a moment ago.
    MutexLock lock(&mutex_);
    if (link == link_ && !failure_.ok()) return failure_;
  }
  while (true) {
    const grpc_connectivity_state state = link->channel->GetState(/*try_to_connect=*/true);
    if (state == GRPC_CHANNEL_READY) break;
    link->verified = false;
    if (state == GRPC_CHANNEL_TRANSIENT_FAILURE) {
      if (absl::Status problem = Diagnose(*link); !problem.ok()) return GiveUp(link, std::move(problem));
      break;
    }
    if (!link->channel->WaitForStateChange(state, ToWall(deadline))) return Unreachable("it did not answer in time");
  }
  if (absl::Status other = Verify(*link, deadline); !other.ok()) return other;
  return link;
}

std::vector<std::string> DiscoverNodes(const std::vector<CandidatePtr>& candidates, std::chrono::milliseconds timeout) {
  const SteadyTime deadline = SystemClock()->Now() + timeout;
  for (size_t i = 0; i < std::min(candidates.size(), kAskedForNodesMax); ++i) {
    auto& candidate = static_cast<GrpcCandidate&>(*candidates[i]);
    const auto link = candidate.Connect(deadline);
    if (!link.ok()) continue;
    grpc::ClientContext context;
    context.set_deadline(ToWall(deadline));
    v1::ListNodesResponse response;
    if (!(*link)->cluster->ListNodes(&context, {}, &response).ok()) continue;
    std::vector<std::string> answering;
    std::vector<std::string> lost;
    for (const v1::NodeStatus& node : response.nodes()) {
      const std::string& address = node.info().grpc_address();
      if (!CheckEndpoint(address).ok()) continue;
      // Such a node speaks of its own machine, which is not ours.
      if (IsLoopback(address) && !IsLoopback(candidate.address())) continue;
      (node.state() == v1::NODE_STATE_LOST ? lost : answering).push_back(address);
    }
    answering.insert(answering.end(), lost.begin(), lost.end());
    if (!answering.empty()) return answering;
  }
  return {};
}

std::vector<bool> ProbeHealth(const std::vector<CandidatePtr>& candidates, std::chrono::milliseconds timeout) {
  Round round(candidates.size());
  const auto deadline = std::chrono::system_clock::now() + timeout;
  grpc::Slice nothing;
  grpc::ByteBuffer empty(&nothing, 1);
  for (size_t i = 0; i < candidates.size(); ++i) {
    Round::Check& check = round.checks[i];
    check.context.set_deadline(deadline);
    check.link = static_cast<GrpcCandidate&>(*candidates[i]).Link();
    // The probe may connect it anew, to whoever is there now.
    if (check.link->channel->GetState(/*try_to_connect=*/false) != GRPC_CHANNEL_READY) check.link->verified = false;
    grpc::GenericStub stub(check.link->channel);
    stub.UnaryCall(&check.context, kHealthCheck, grpc::StubOptions(), &empty, &check.response,
                   [&round, &check](const grpc::Status& status) {
                     check.serves = Serves(status, check.response);
                     MutexLock lock(&round.mutex);
                     if (--round.left == 0) round.done.NotifyAll();
                   });
  }
  {
    MutexLock lock(&round.mutex);
    while (round.left > 0) round.done.Wait(&round.mutex);
  }
  std::vector<bool> serves;
  for (size_t i = 0; i < candidates.size(); ++i) {
    const Round::Check& check = round.checks[i];
    serves.push_back(check.serves);
    if (!check.serves) static_cast<GrpcCandidate&>(*candidates[i]).ForgetIfLost(check.link);
  }
  return serves;
}

}  // namespace regent::client
