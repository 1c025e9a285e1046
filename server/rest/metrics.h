// What the node counts, for Prometheus: its state when it is asked, and the requests to this door.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "server/rest/http/http_server.h"

namespace regent {

// How the node stands at this moment.
struct NodeFigures {
  bool ready = false;
  std::string role;                                 // "primary", "follower" and the like
  int64_t epoch = 0;                                // of the current claim; 0: none
  int64_t applied = -1;                             // the offset of the last record applied
  int64_t fenced = 0;                               // records that did not count, since the start
  int64_t foreign = 0;                              // of these, from other registries
  int64_t unreadable = 0;                           // records not understood
  int64_t id_clashes = 0;                           // records that gave a living id another text
  int64_t grpc_connections_cut = 0;                 // because of floods of resets, since the start
  int64_t subjects = 0;                             // with a live version
  std::map<std::string, int64_t> versions;          // live ones, by type
  std::map<std::string, int64_t> versions_deleted;  // softly deleted ones, by type
};

// Thread-safe.
class Metrics {
 public:
  // By method and path pattern; what matches none is counted under "other".
  struct Endpoint {
    std::string method;
    std::string path;
  };
  explicit Metrics(const std::vector<Endpoint>& endpoints);
  ~Metrics();

  // `endpoint` is the index, or kOther.
  static constexpr size_t kOther = SIZE_MAX;
  void CountRequest(size_t endpoint, int status, std::chrono::steady_clock::duration took);

  // In the text format, version 0.0.4.
  std::string Render(const NodeFigures& node, const HttpServer::Counts& http) const;

 private:
  struct Impl;  // keeps prometheus-cpp's headers out of this one
  const std::unique_ptr<Impl> impl_;
};

}  // namespace regent
