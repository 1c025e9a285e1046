#include "client/cluster_admin.h"

#include <grpcpp/channel.h>
#include <grpcpp/client_context.h>
#include <grpcpp/create_channel.h>

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "client/channel_credentials.h"
#include "client/convert/error.h"
#include "regent/v1/cluster.grpc.pb.h"

namespace regent::client {
namespace {

constexpr std::chrono::milliseconds kDiagnosisTime{500};

}  // namespace

struct ClusterAdmin::Server {
  std::string endpoint;
  std::shared_ptr<grpc::Channel> channel;
  std::unique_ptr<v1::Cluster::Stub> stub;
};

ClusterAdmin::ClusterAdmin(std::vector<std::string> endpoints, std::chrono::milliseconds timeout,
                           const std::optional<TlsOptions>& tls)
    : timeout_(timeout) {
  for (std::string& endpoint : endpoints) {
    auto channel = grpc::CreateChannel(endpoint, MakeChannelCredentials(tls));
    auto stub = v1::Cluster::NewStub(channel);
    servers_.push_back(std::make_unique<Server>(Server{std::move(endpoint), std::move(channel), std::move(stub)}));
  }
}

ClusterAdmin::ClusterAdmin(ClusterAdmin&& other) noexcept = default;
ClusterAdmin::~ClusterAdmin() = default;

// What the channel has to say of its last attempt: " (connection refused)". A call through it changes nothing, and
// fails at once with these words.
std::string ClusterAdmin::WhyNot(const Server& server) {
  grpc::ClientContext context;
  context.set_deadline(std::chrono::system_clock::now() + kDiagnosisTime);
  v1::ListNodesResponse response;
  const grpc::Status status = server.stub->ListNodes(&context, {}, &response);
  return status.error_code() == grpc::StatusCode::UNAVAILABLE ? absl::StrCat(" (", status.error_message(), ")") : "";
}

template <typename Request, typename Response, typename Method>
absl::StatusOr<Response> ClusterAdmin::Call(const Request& request, Method method) {
  const auto deadline = std::chrono::system_clock::now() + timeout_;
  std::string unreachable;
  for (const auto& server : servers_) {
    // Those that follow get their share of the time.
    const auto now = std::chrono::system_clock::now();
    const auto patience = std::min<std::chrono::system_clock::duration>((deadline - now) / 2, std::chrono::seconds(2));
    if (!server->channel->WaitForConnected(now + patience)) {
      absl::StrAppend(&unreachable, unreachable.empty() ? "" : ", ", server->endpoint, WhyNot(*server));
      continue;
    }
    grpc::ClientContext context;
    context.set_deadline(deadline);
    Response response;
    const grpc::Status status = ((*server->stub).*method)(&context, request, &response);
    if (!status.ok()) return ErrorFromWire(status.error_code(), status.error_message(), status.error_details());
    return response;
  }
  return absl::UnavailableError(absl::StrCat("No server could be reached: ", unreachable));
}

absl::StatusOr<v1::ClusterStatus> ClusterAdmin::GetStatus() {
  return Call<v1::GetStatusRequest, v1::ClusterStatus>({}, &v1::Cluster::Stub::GetStatus);
}

absl::StatusOr<v1::TransferPrimaryResponse> ClusterAdmin::TransferPrimary(const v1::TransferPrimaryRequest& request) {
  return Call<v1::TransferPrimaryRequest, v1::TransferPrimaryResponse>(request, &v1::Cluster::Stub::TransferPrimary);
}

absl::StatusOr<v1::ResumeWritesResponse> ClusterAdmin::ResumeWrites(const v1::ResumeWritesRequest& request) {
  return Call<v1::ResumeWritesRequest, v1::ResumeWritesResponse>(request, &v1::Cluster::Stub::ResumeWrites);
}

absl::StatusOr<v1::RestoreLogResponse> ClusterAdmin::RestoreLog(const v1::RestoreLogRequest& request) {
  return Call<v1::RestoreLogRequest, v1::RestoreLogResponse>(request, &v1::Cluster::Stub::RestoreLog);
}

}  // namespace regent::client
