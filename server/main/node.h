// A node: log, election, registry and doors, put together and taken apart in the right order.
#pragma once

#include <atomic>
#include <chrono>
#include <functional>
#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "base/clock.h"
#include "base/executor.h"
#include "election/election.h"
#include "server/forward/cluster_view.h"
#include "server/forward/forwarding_registry.h"
#include "server/forward/grpc_peers.h"
#include "server/forward/office_transfer.h"
#include "server/forward/peer_endpoint.h"
#include "server/forward/peer_service.h"
#include "server/forward/reporter.h"
#include "server/grpc/grpc_server.h"
#include "server/main/backends.h"
#include "server/registry/local_registry.h"
#include "server/rest/rest_server.h"
#include "store/log.h"

namespace regent {

struct NodeOptions {
  std::string node_id;          // empty: made from host name and port
  std::string grpc_advertised;  // empty: `host_name`, or what is listened on
  std::string host_name;        // host.name
  BackendOptions backends;      // `advertised` and the names of Kafka's clients are filled in by the node
  ClusterView::Options cluster;
  ForwardingRegistry::Options forwarding;
  PeerChannels::Options peers;
  Reporter::Options reports;
  GrpcServer::Options grpc;
  // `listeners` and `listener.protocol.map`; they replace those in `rest.http`.
  std::string rest_listeners;
  std::string rest_protocol_map;
  std::string rest_pem_file;  // of https listeners: the certificate chain and its key
  RestServer::Options rest;
  LocalRegistry::Options registry;
  // For tests: puts something between the registry and the log. No setting leads here.
  std::function<std::unique_ptr<Log>(std::unique_ptr<Log>)> wrap_log;
  // Set by the node when it stops.
  std::shared_ptr<std::atomic<bool>> stopping;
  // How long Stop() waits for calls under way.
  std::chrono::milliseconds drain_patience{10000};
};

// Create, Start, Stop, from one thread.
class Node {
 public:
  // Opens the log, and blocks as OpenBackends does. Where Kafka is away the node can be started all the same.
  static absl::StatusOr<std::unique_ptr<Node>> Create(NodeOptions options);
  ~Node();

  // Listens, opens the log where that could not be done yet, reads it, joins the election; `on_ready` runs once when
  // reads are answered. Writes are accepted a moment later, and wait until then.
  absl::Status Start(std::function<void()> on_ready);
  // Gives the office back, so that another node takes over at once; not ready any more, finishes what is in flight,
  // closes the log. Idempotent.
  void Stop();

  int grpc_port() const { return grpc_.port(); }
  // "127.0.0.1:50051", as clients on this machine reach it.
  std::string grpc_address() const;
  // "http://127.0.0.1:8081", the first of them; empty where REST is not served.
  std::string rest_url() const;
  std::string Describe() const;
  // Whether the log could not be opened by the time of Create().
  bool WaitsForLog() const { return log_ == nullptr; }
  LocalRegistry& registry() { return registry_; }

 private:
  Node(NodeOptions options, Backends backends);

  const NodeOptions options_;
  // In this order: what stands below uses what stands above.
  ThreadPool write_threads_{2};
  ThreadPool read_threads_{2};
  const std::shared_ptr<TopicWatch> topic_;  // null where the log is not on Kafka
  const std::unique_ptr<Log> log_;           // null where it could not be opened yet
  const std::unique_ptr<Election> election_;
  // Its callbacks reach into the registry; Stop() ends it first.
  std::unique_ptr<Timer> timer_;
  GrpcPeers peers_;
  LocalRegistry registry_;
  ForwardingRegistry forwarding_;
  OfficeTransfer transfer_;
  ClusterView cluster_;
  PeerEndpoint peer_endpoint_;
  PeerService peer_service_;
  Reporter reporter_;
  GrpcServer grpc_;
  RestServer rest_;
};

}  // namespace regent
