#include "server/grpc/testing/served_registry.h"

#include <grpcpp/create_channel.h>
#include <grpcpp/generic/generic_stub.h>
#include <grpcpp/security/credentials.h>

#include <future>
#include <utility>
#include <vector>

namespace regent {
namespace {

GrpcServer::Options OnFreePort(GrpcServer::Options options) {
  options.listener = "127.0.0.1:0";
  return options;
}

}  // namespace

ServedRegistry::ServedRegistry(GrpcServer::Options options, Executor* executor)
    : server_(OnFreePort(std::move(options)), &registry_, &cluster_, executor == nullptr ? &pool_ : executor) {
  ON_CALL(registry_, AppliedPosition()).WillByDefault(::testing::Return(Position{"log", Offset(41)}));
  const absl::Status started = server_.Start();
  EXPECT_TRUE(started.ok()) << started;
  channel_ = NewChannel();
  schemas_ = v1::SchemaRegistry::NewStub(channel_);
  admin_ = v1::SubjectAdmin::NewStub(channel_);
  cluster_stub_ = v1::Cluster::NewStub(channel_);
}

std::shared_ptr<grpc::Channel> ServedRegistry::NewChannel() const {
  grpc::ChannelArguments arguments;
  arguments.SetInt(GRPC_ARG_USE_LOCAL_SUBCHANNEL_POOL, 1);
  return grpc::CreateCustomChannel(address(), grpc::InsecureChannelCredentials(), arguments);
}

grpc::Status ServedRegistry::CallRaw(const std::string& method, const std::string& request, std::string* response) {
  grpc::GenericStub stub(channel_);
  grpc::ClientContext context;
  const grpc::Slice slice(request);
  const grpc::ByteBuffer out(&slice, 1);
  grpc::ByteBuffer in;
  std::promise<grpc::Status> done;
  stub.UnaryCall(&context, method, grpc::StubOptions(), &out, &in,
                 [&](grpc::Status status) { done.set_value(status); });
  const grpc::Status status = done.get_future().get();
  std::vector<grpc::Slice> slices;
  if (in.Valid() && in.Dump(&slices).ok()) {
    for (const grpc::Slice& piece : slices) {
      response->append(reinterpret_cast<const char*>(piece.begin()), piece.size());
    }
  }
  return status;
}

google::rpc::Status DetailsOf(const grpc::Status& status) {
  google::rpc::Status details;
  EXPECT_TRUE(details.ParseFromString(status.error_details()));
  return details;
}

v1::ErrorReason ReasonIn(const grpc::Status& status) {
  return FindDetail<v1::ErrorDetail>(status).value_or(v1::ErrorDetail()).reason();
}

std::string PositionIn(const grpc::ClientContext& context) {
  const auto& metadata = context.GetServerInitialMetadata();
  const auto it = metadata.find("regent-position");
  return it == metadata.end() ? "" : std::string(it->second.data(), it->second.size());
}

SchemaVersion OrdersVersion(const std::string& text) {
  StoredSchema stored{".", SchemaId(7), *ContentHash::ParseGuid("095d71cf-1255-6b9d-5e33-0ad575b3df5d"), {}};
  stored.content.text = text;
  return {Subject(".", "orders"), Version(2),
          VersionState::kActive,  std::make_shared<const StoredSchema>(std::move(stored)),
          1700000000123,          Position{"log", Offset(40)}};
}

}  // namespace regent
