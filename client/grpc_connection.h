// A RegistryConnection over gRPC to any of several servers of one registry.
#pragma once

#include <chrono>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "client/registry_connection.h"

namespace regent::client {

struct GrpcConnectionOptions {
  // host:port, [v6]:port, dns:///name:port or unix:path; at least one. The one that answered last is asked first; when
  // it cannot be reached the next one is, in this order.
  std::vector<std::string> endpoints = {"127.0.0.1:50051"};
  // For a call that names no timeout of its own. Raise it where elections take longer: writes wait for a primary.
  std::chrono::milliseconds call_timeout{15000};
  // How long one server may take to accept a connection before the next one is tried. Lower = faster failover from
  // a host that swallows packets, more false alarms on slow networks.
  std::chrono::milliseconds connect_timeout{3000};
  // How often the whole row of endpoints is tried for a call that is safe to repeat, within its timeout.
  int rounds_max = 2;
  // The wait before another round; it doubles, and is drawn at random up to that.
  std::chrono::milliseconds retry_wait{100};
  // Bytes of one answer. The largest schema that servers take, and a little.
  int message_bytes_max = 64 << 20;

  // CONFIGURATION_INVALID naming the field.
  absl::Status Validate() const;
};

// "a:1,b:2" as --server and REGENT_SERVER carry it, spaces around commas allowed. CONFIGURATION_INVALID for an empty
// item or one without a port.
absl::StatusOr<std::vector<std::string>> ParseEndpoints(std::string_view list);

// Does not connect yet: the first call does, and again after a loss. Fails only when the options are invalid.
absl::StatusOr<std::shared_ptr<RegistryConnection>> MakeGrpcConnection(GrpcConnectionOptions options);

}  // namespace regent::client
