// The REST door: Confluent Schema Registry's HTTP interface over the domain's door, with health and metrics beside it.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <string>

#include "absl/status/status.h"
#include "base/executor.h"
#include "server/rest/http/http_server.h"
#include "server/rest/rest_service.h"

namespace regent {

// Start, then Drain, from one thread; the rest is thread-safe. Does not own the registry or the executor; both outlive
// it.
class RestServer {
 public:
  struct Options {
    // Without listeners nothing is served.
    HttpServer::Options http;
    RestService::Options service;
    // All but the registries.
    RestEnvironment environment;
  };

  // Reads that parse, compare or list run on `executor`; it should not be the one that writes run on. See
  // RestEnvironment for `registry_without_forwarding`.
  RestServer(const Options& options, Registry* registry, Registry* registry_without_forwarding, Executor* executor);
  // Drains without patience.
  ~RestServer();

  // What GET /metrics shows of the node; before Start.
  void OnMetrics(std::function<NodeFigures()> node);

  // CONFIGURATION_INVALID when it cannot listen. Until the registry is ready, reads say so. Once only.
  absl::Status Start();

  // "http://127.0.0.1:8081", one for each listener; empty before Start.
  std::vector<std::string> urls() const;

  // No new connection or request is taken; requests under way are answered, or cut off after `patience`. Blocks until
  // nothing runs. Idempotent.
  void Drain(std::chrono::milliseconds patience);

 private:
  RestService service_;
  HttpServer http_;
};

}  // namespace regent
