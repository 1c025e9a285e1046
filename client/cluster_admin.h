// What an operator asks of the nodes of a registry, beside its schemas.
#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "client/tls.h"
#include "regent/v1/cluster.pb.h"

namespace regent::client {

// Answers are the messages themselves: tools print them as they are. Each call goes to the first of the endpoints that
// can be reached, and blocks until it is answered or its time is up. Errors are as in RegistryConnection. Thread-safe.
class ClusterAdmin {
 public:
  // `endpoints` as ParseEndpoints gives them, at least one.
  ClusterAdmin(std::vector<std::string> endpoints, std::chrono::milliseconds timeout,
               const std::optional<TlsOptions>& tls = std::nullopt);
  ClusterAdmin(ClusterAdmin&& other) noexcept;
  ~ClusterAdmin();

  absl::StatusOr<v1::ClusterStatus> GetStatus();
  absl::StatusOr<v1::TransferPrimaryResponse> TransferPrimary(const v1::TransferPrimaryRequest& request);
  absl::StatusOr<v1::ResumeWritesResponse> ResumeWrites(const v1::ResumeWritesRequest& request);
  absl::StatusOr<v1::RestoreLogResponse> RestoreLog(const v1::RestoreLogRequest& request);

 private:
  struct Server;
  static std::string WhyNot(const Server& server);
  template <typename Request, typename Response, typename Method>
  absl::StatusOr<Response> Call(const Request& request, Method method);

  const std::chrono::milliseconds timeout_;
  std::vector<std::unique_ptr<Server>> servers_;
};

}  // namespace regent::client
