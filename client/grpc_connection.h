// A RegistryConnection over gRPC to any of several servers of one registry.
#pragma once

#include <chrono>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "client/failover.h"
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
  // When to try again, and how often.
  FailoverOptions failover;
  // Bytes of one answer. Raise it together with the servers' limit for schemas.
  int message_bytes_max = 64 << 20;

  // CONFIGURATION_INVALID naming the field.
  absl::Status Validate() const;
};

// Does not connect yet: the first call does, and again after a loss. Fails only when the options are invalid.
absl::StatusOr<std::shared_ptr<RegistryConnection>> MakeGrpcConnection(GrpcConnectionOptions options);

}  // namespace regent::client
