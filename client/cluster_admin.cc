#include "client/cluster_admin.h"

#include <grpcpp/client_context.h>

#include <algorithm>
#include <thread>
#include <utility>

#include "client/deadline.h"
#include "client/failover.h"
#include "client/grpc_candidate.h"
#include "regent/v1/cluster.grpc.pb.h"

namespace regent::client {
namespace {

// Somebody waits at a terminal.
constexpr std::chrono::milliseconds kConnectTimeout{3000};
constexpr int kRounds = 2;

void Sleep(std::chrono::milliseconds wait) { std::this_thread::sleep_for(wait); }

}  // namespace

ClusterAdmin::ClusterAdmin(ClusterAdminOptions options)
    : timeout_(options.timeout),
      // Those that follow a host that swallows packets get their share.
      connect_timeout_(std::min(kConnectTimeout, timeout_ / static_cast<int64_t>(options.endpoints.size() + 1))),
      failover_(std::make_unique<Failover>(FailoverOptions{.rounds_max = kRounds}, SystemClock(), Sleep)) {
  const ChannelOptions channel{
      .registry_id = options.registry_id, .connect_timeout = connect_timeout_, .tls = options.tls};
  std::vector<CandidatePtr> servers;
  for (const std::string& endpoint : options.endpoints) {
    servers.push_back(std::make_shared<GrpcCandidate>(endpoint, endpoint, /*rank=*/0, channel));
  }
  failover_->SetCandidates(std::move(servers));
}

ClusterAdmin::ClusterAdmin(ClusterAdmin&& other) noexcept = default;
ClusterAdmin::~ClusterAdmin() = default;

template <typename Request, typename Response, typename Method>
absl::StatusOr<Response> ClusterAdmin::Call(Ask ask, const Request& request, Method method) {
  Response response;
  absl::Status answered;
  const CallKind kind = ask == Ask::kFirstReached ? CallKind::kWrite : CallKind::kRead;
  const absl::Status status =
      failover_->Run(kind, DeadlineAfter(timeout_), [&](Candidate& candidate, SteadyTime attempt_deadline) {
        auto& server = static_cast<GrpcCandidate&>(candidate);
        const auto link = server.Connect(std::min(attempt_deadline, DeadlineAfter(connect_timeout_)));
        if (!link.ok()) return Attempt{link.status(), /*sent=*/false};
        grpc::ClientContext context;
        context.set_deadline(ToWall(attempt_deadline));
        response.Clear();
        answered = Translate(server.name(), ((*(*link)->cluster).*method)(&context, request, &response));
        return Attempt{ask == Ask::kFirstReached ? absl::OkStatus() : answered};
      });
  if (!status.ok()) return status;
  if (!answered.ok()) return answered;
  return response;
}

absl::StatusOr<v1::ClusterStatus> ClusterAdmin::GetStatus() {
  return Call<v1::GetStatusRequest, v1::ClusterStatus>(Ask::kAnyThatAnswers, {}, &v1::Cluster::Stub::GetStatus);
}

absl::StatusOr<v1::TransferPrimaryResponse> ClusterAdmin::TransferPrimary(const v1::TransferPrimaryRequest& request) {
  return Call<v1::TransferPrimaryRequest, v1::TransferPrimaryResponse>(Ask::kFirstReached, request,
                                                                       &v1::Cluster::Stub::TransferPrimary);
}

absl::StatusOr<v1::ResumeWritesResponse> ClusterAdmin::ResumeWrites(const v1::ResumeWritesRequest& request) {
  return Call<v1::ResumeWritesRequest, v1::ResumeWritesResponse>(Ask::kFirstReached, request,
                                                                 &v1::Cluster::Stub::ResumeWrites);
}

absl::StatusOr<v1::RestoreLogResponse> ClusterAdmin::RestoreLog(const v1::RestoreLogRequest& request) {
  return Call<v1::RestoreLogRequest, v1::RestoreLogResponse>(Ask::kFirstReached, request,
                                                             &v1::Cluster::Stub::RestoreLog);
}

}  // namespace regent::client
