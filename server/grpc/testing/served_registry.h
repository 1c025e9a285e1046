// A scripted registry behind a real gRPC server on a free loopback port, and ways to call it.
#pragma once

#include <grpcpp/channel.h>
#include <grpcpp/client_context.h>
#include <grpcpp/support/status.h>

#include <memory>
#include <optional>
#include <string>

#include "base/executor.h"
#include "google/rpc/status.pb.h"
#include "regent/v1/cluster.grpc.pb.h"
#include "regent/v1/error_detail.pb.h"
#include "regent/v1/schema_registry.grpc.pb.h"
#include "regent/v1/subject_admin.grpc.pb.h"
#include "server/grpc/grpc_server.h"
#include "server/registry/testing/mock_cluster.h"
#include "server/registry/testing/mock_registry.h"

namespace regent {

class ServedRegistry {
 public:
  // Listens on a free port, whatever `options` say. `executor` is a pool of its own when there is none.
  explicit ServedRegistry(GrpcServer::Options options = {}, Executor* executor = nullptr);

  ::testing::NiceMock<MockRegistry>& registry() { return registry_; }
  ::testing::NiceMock<MockCluster>& cluster() { return cluster_; }
  GrpcServer& server() { return server_; }
  std::string address() const { return "127.0.0.1:" + std::to_string(server_.port()); }

  // A connection of its own: channels to one address would share theirs.
  std::shared_ptr<grpc::Channel> NewChannel() const;
  v1::SchemaRegistry::Stub& schemas() { return *schemas_; }
  v1::SubjectAdmin::Stub& admin() { return *admin_; }
  v1::Cluster::Stub& cluster_stub() { return *cluster_stub_; }

  // Sends bytes as they are, and answers bytes.
  grpc::Status CallRaw(const std::string& method, const std::string& request, std::string* response);

 private:
  ::testing::NiceMock<MockRegistry> registry_;
  ::testing::NiceMock<MockCluster> cluster_;
  ThreadPool pool_{2};
  GrpcServer server_;
  std::shared_ptr<grpc::Channel> channel_;
  std::unique_ptr<v1::SchemaRegistry::Stub> schemas_;
  std::unique_ptr<v1::SubjectAdmin::Stub> admin_;
  std::unique_ptr<v1::Cluster::Stub> cluster_stub_;
};

// What a client reads out of an error.
google::rpc::Status DetailsOf(const grpc::Status& status);

template <typename Detail>
std::optional<Detail> FindDetail(const grpc::Status& status) {
  const google::rpc::Status details = DetailsOf(status);
  for (const auto& any : details.details()) {
    Detail detail;
    if (any.UnpackTo(&detail)) return detail;
  }
  return std::nullopt;
}

v1::ErrorReason ReasonIn(const grpc::Status& status);

// The value of `regent-position`; empty when there is none.
std::string PositionIn(const grpc::ClientContext& context);

// A schema with this text, registered as subject "orders", version 2, id 7, GUID 095d71cf-1255-6b9d-5e33-0ad575b3df5d.
SchemaVersion OrdersVersion(const std::string& text);

}  // namespace regent
