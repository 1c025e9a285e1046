// A RegistryConnection over gRPC to any of several servers of one registry.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "client/failover.h"
#include "client/registry_connection.h"
#include "client/server_directory.h"
#include "client/tls.h"

namespace regent::client {

struct GrpcConnectionOptions {
  // host:port, [v6]:port, dns:///name:port or unix:path; at least one. The one that answered last is asked first; when
  // it cannot be reached the next one is, in this order. Each address of a name is a server of its own, and names are
  // resolved again and again.
  std::vector<std::string> endpoints = {"127.0.0.1:50051"};
  // Those of other sites, the nearest site first. Asked while none of `endpoints` answers; when one does again, calls
  // come home.
  std::vector<std::vector<std::string>> other_sites;
  // Ask servers for the other nodes of their cluster, which are then asked after all those that are named here. Switch
  // off where the addresses that nodes advertise cannot be reached from here.
  bool discover = true;
  // The registry that is expected (`schema.registry.group.id` of its nodes): servers of another one are refused, so
  // that a wrong address never mixes up ids. Empty: any.
  std::string registry_id;
  // A read sees what was written through this connection before, whichever server answers it: one that has not come so
  // far waits, or another one is asked. Switch off where a stale answer is better than a late one.
  bool read_your_writes = true;
  // For a call that names no timeout of its own. Raise it where elections take longer: writes wait for a primary.
  std::chrono::milliseconds call_timeout{15000};
  // How long one server may take to accept a connection before the next one is tried. Lower = faster failover from
  // a host that swallows packets, more false alarms on slow networks.
  std::chrono::milliseconds connect_timeout{3000};
  // When to try again, and how often.
  FailoverOptions failover;
  // How often servers are looked for and probed.
  DirectoryOptions directory;
  // Speak TLS to all servers: then each has to show a certificate for the name or address it was asked under. Nothing:
  // clear text.
  std::optional<TlsOptions> tls;
  // In place of the system's resolver: the addresses behind one of the endpoints, see client/resolver.h. May block.
  std::function<std::vector<std::string>(std::string_view endpoint)> resolve;
  // Bytes of one answer. Raise it together with the servers' limit for schemas.
  int message_bytes_max = 64 << 20;

  // CONFIGURATION_INVALID naming the field.
  absl::Status Validate() const;
};

// Does not connect yet: the first call does, and again after a loss. Fails only when the options are invalid. Has a
// thread of its own, which resolves names and probes servers in doubt; destroying the last reference waits for what
// that thread is doing, as long as the system's resolver may take.
absl::StatusOr<std::shared_ptr<RegistryConnection>> MakeGrpcConnection(GrpcConnectionOptions options);

}  // namespace regent::client
