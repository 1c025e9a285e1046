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

class Failover;

struct ClusterAdminOptions {
  // As ParseEndpoints gives them, at least one.
  std::vector<std::string> endpoints;
  // For a whole call.
  std::chrono::milliseconds timeout{30000};
  // The registry that is expected: servers of another one are refused. Empty: any.
  std::string registry_id;
  // Nothing: clear text.
  std::optional<TlsOptions> tls;
};

// Answers are the messages themselves: tools print them as they are. A call blocks until it is answered or its time is
// up. Errors are as in RegistryConnection. Thread-safe.
class ClusterAdmin {
 public:
  explicit ClusterAdmin(ClusterAdminOptions options);
  ClusterAdmin(ClusterAdmin&& other) noexcept;
  ~ClusterAdmin();

  // From the first of the endpoints that answers.
  absl::StatusOr<v1::ClusterStatus> GetStatus();

  // These go to the first of the endpoints that can be reached, and to no other: what it says is the answer.
  absl::StatusOr<v1::TransferPrimaryResponse> TransferPrimary(const v1::TransferPrimaryRequest& request);
  absl::StatusOr<v1::ResumeWritesResponse> ResumeWrites(const v1::ResumeWritesRequest& request);
  absl::StatusOr<v1::RestoreLogResponse> RestoreLog(const v1::RestoreLogRequest& request);

 private:
  enum class Ask { kAnyThatAnswers, kFirstReached };
  template <typename Request, typename Response, typename Method>
  absl::StatusOr<Response> Call(Ask ask, const Request& request, Method method);

  const std::chrono::milliseconds timeout_;
  std::chrono::milliseconds connect_timeout_;
  std::unique_ptr<Failover> failover_;
};

}  // namespace regent::client
