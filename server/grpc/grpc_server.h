// The gRPC door: listens, serves regent.v1, health and reflection, and goes away without dropping a call.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "base/executor.h"
#include "base/model.h"
#include "server/registry/cluster.h"
#include "server/registry/registry.h"

namespace grpc {
class Service;
}

namespace regent {

// Start, then SetServing as the node becomes ready and stops being so, then Drain. Start and Drain are called from one
// thread; the rest is thread-safe. Owns nothing that it is given; all of it outlives it.
class GrpcServer {
 public:
  struct Options {
    // "host:port" (port 0: any free one) or "unix:path".
    std::string listener = "127.0.0.1:50051";

    // A PEM file with certificate chain and private key: then TLS only. Empty: clear text.
    std::string pem_file;

    // A PEM file with authorities: who calls needs a certificate that one of them signed. Empty: nobody needs one.
    std::string client_ca_file;

    // Of one request: the limit of a schema's text, and room for what surrounds it.
    size_t max_message_bytes = (1u << 20) + (64u << 10);

    // Of all headers of one request.
    int max_metadata_bytes = 16 << 10;

    // Of one connection. A client library opens another connection beyond it, or queues.
    int max_concurrent_streams = 256;

    // Over all connections: streams that clients opened and reset, and that are not done with; some 25 kB each. Beyond
    // it the connections with most of them are cut, and reading slows down.
    int max_reset_streams = 1000;

    // Reads that parse and compare: so many may wait for the executor. Beyond it they are refused with OVERLOADED.
    int max_waiting_reads = 256;

    // What gRPC may hold of messages on the wire, over all connections; beyond it, it reads more slowly and then closes
    // connections.
    size_t max_buffer_bytes = 128u << 20;

    // How long a connection may be silent before it is probed, and how long the probe may take: so peers that vanished
    // are noticed.
    std::chrono::milliseconds keepalive_time = std::chrono::seconds(60);
    std::chrono::milliseconds keepalive_timeout = std::chrono::seconds(20);

    // A client that probes more often than this is disconnected at its third probe.
    std::chrono::milliseconds min_ping_interval = std::chrono::seconds(10);

    // A connection without calls is closed after this long; clients open another when they need it.
    std::chrono::milliseconds max_connection_idle = std::chrono::minutes(30);

    // A watch without a change is told that it lives this often; a client that takes nothing for so long is cut off.
    std::chrono::milliseconds watch_heartbeat = std::chrono::seconds(15);
    std::chrono::milliseconds watch_stuck = std::chrono::seconds(60);

    // The languages that the registry understands, in the order of the enum.
    std::vector<SchemaType> schema_types = {SchemaType::kAvro};

    // Entries on a page of a list that is cut here: where the caller did not say, and at most. The registry's own lists
    // have the registry's.
    int page_size_default = 500;
    int page_size_max = 1000;
  };

  // Reads that parse and compare run on `executor`; it should not be the one that writes run on.
  GrpcServer(Options options, Registry* registry, Cluster* cluster, Executor* executor);
  // Drains without patience.
  ~GrpcServer();

  // Serves this one as well. Before Start.
  void AddService(grpc::Service* service);

  // CONFIGURATION_INVALID when it cannot listen. Until SetServing(true) health checks say NOT_SERVING; calls are
  // answered all the same, as the registry can. Once only.
  absl::Status Start();

  // The port listened on; 0 before Start and for a Unix socket.
  int port() const { return port_; }

  // What health checks answer, for the whole server and each service.
  void SetServing(bool serving);

  // Connections that were closed since Start because of their resets.
  int64_t connections_cut() const;

  // Health says NOT_SERVING; no new connection or call is taken; calls under way are finished, or cancelled after
  // `patience`. Blocks until nothing runs. Idempotent.
  void Drain(std::chrono::milliseconds patience);

 private:
  struct Impl;  // keeps gRPC's headers out of this one
  const Options options_;
  std::unique_ptr<Impl> impl_;
  int port_ = 0;
};

}  // namespace regent
