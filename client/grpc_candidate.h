// A server with its gRPC channel and stubs: what an attempt of Failover is made at.
#pragma once

#include <grpcpp/channel.h>
#include <grpcpp/support/status.h>

#include <atomic>
#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "base/mutex.h"
#include "client/failover.h"
#include "client/tls.h"
#include "regent/v1/cluster.grpc.pb.h"
#include "regent/v1/schema_registry.grpc.pb.h"
#include "regent/v1/subject_admin.grpc.pb.h"

namespace regent::client {

struct ChannelOptions {
  std::string registry_id;  // empty: any
  std::chrono::milliseconds connect_timeout{3000};
  int message_bytes_max = 64 << 20;
  std::optional<TlsOptions> tls;
};

// What came of a call at the server of this name, as an error of ours. What is not the registry's own says where it
// happened.
absl::Status Translate(const std::string& server, const grpc::Status& status);

// A channel to a server, and its stubs.
struct GrpcLink {
  explicit GrpcLink(std::shared_ptr<grpc::Channel> to)
      : channel(std::move(to)),
        registry(v1::SchemaRegistry::NewStub(channel)),
        admin(v1::SubjectAdmin::NewStub(channel)),
        cluster(v1::Cluster::NewStub(channel)) {}

  const std::shared_ptr<grpc::Channel> channel;
  const std::unique_ptr<v1::SchemaRegistry::Stub> registry;
  const std::unique_ptr<v1::SubjectAdmin::Stub> admin;
  const std::unique_ptr<v1::Cluster::Stub> cluster;
  // The server at the other end is of the registry that was asked for. False again when it may be another server.
  std::atomic<bool> verified{false};
};

// Thread-safe.
class GrpcCandidate : public Candidate {
 public:
  // Does not connect yet. `endpoint` is what the address was found under.
  GrpcCandidate(const std::string& endpoint, const std::string& address, int rank, const ChannelOptions& options);

  // Waits for a connection, but not where the server refuses one. A call that is made only then has either not been
  // sent, or may have been done: that is what failover must know. Never null. CONFIGURATION_INVALID when the server is
  // of another registry than the options name.
  absl::StatusOr<std::shared_ptr<GrpcLink>> Connect(SteadyTime deadline);

  // The link as it is, connected or not; one that has failed is replaced. gRPC waits up to a second between attempts
  // to connect and meanwhile tells old news: a new channel tries at once.
  std::shared_ptr<GrpcLink> Link();

  // The next Link() is another one if this one has lost its server and not found it again.
  void ForgetIfLost(const std::shared_ptr<GrpcLink>& link);

  // "registry:50051 (10.0.0.7:50051)", for people.
  const std::string& name() const { return name_; }

 private:
  absl::Status Unreachable(std::string_view why) const;
  // What is wrong with a channel in trouble. OK if it recovered.
  absl::Status Diagnose(const GrpcLink& link) const;
  // Remembers why `link` is of no use any more.
  absl::Status GiveUp(const std::shared_ptr<GrpcLink>& link, absl::Status why);
  absl::Status Verify(GrpcLink& link, SteadyTime deadline) const;
  std::shared_ptr<grpc::Channel> MakeChannel() const;

  const std::string endpoint_;
  const std::string name_;
  const ChannelOptions options_;
  Mutex mutex_;
  std::shared_ptr<GrpcLink> link_ GUARDED_BY(mutex_);
  absl::Status failure_ GUARDED_BY(mutex_);  // of link_
  SteadyTime failed_ GUARDED_BY(mutex_){};   // when
};

// The addresses of all nodes that one of these tells of, those that answer first; empty when none does in time. They
// must be GrpcCandidates.
std::vector<std::string> DiscoverNodes(const std::vector<CandidatePtr>& candidates, std::chrono::milliseconds timeout);

// Which of these serve, by the health protocol of gRPC, all asked at the same time. One that answers anything else than
// "not serving", be it that it does not know the protocol, counts as serving. They must be GrpcCandidates. Blocks for
// at most `timeout`.
std::vector<bool> ProbeHealth(const std::vector<CandidatePtr>& candidates, std::chrono::milliseconds timeout);

}  // namespace regent::client
