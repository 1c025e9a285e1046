// Connections to other nodes: kept, so that a write pays for none, and bounded.
#pragma once

#include <grpcpp/channel.h>
#include <grpcpp/security/credentials.h>

#include <chrono>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>

#include "base/mutex.h"

namespace regent {

// How this node speaks TLS to others.
struct PeerTls {
  // PEM: who signs the certificates of other nodes. Empty: the system's authorities.
  std::string authorities;
  // PEM: this node's own chain and its key, for nodes that ask for it.
  std::string identity;
};

// Thread-safe; nothing blocks.
class PeerChannels {
 public:
  struct Options {
    // Addresses of nodes change; the one longest not asked for goes first.
    size_t max_channels = 32;
    // How long to wait before connecting again; it doubles from the first to the last.
    std::chrono::milliseconds reconnect_pause_first{50};
    std::chrono::milliseconds reconnect_pause_max{1000};
    // How long connecting may take.
    std::chrono::milliseconds connect_timeout{1000};
    // Nothing: clear text.
    std::optional<PeerTls> tls;
  };
  explicit PeerChannels(Options options);

  // The connection to `address`; begins to connect where it is not connected.
  std::shared_ptr<grpc::Channel> Get(const std::string& address);
  // What was wrong when a call to `address` failed last; empty where none did, or one has got through since. The
  // connection itself tells nobody.
  void Note(const std::string& address, std::string problem);
  std::string ProblemOf(const std::string& address) const;
  size_t size() const;

 private:
  struct Entry {
    std::shared_ptr<grpc::Channel> channel;
    uint64_t used = 0;
    std::string problem;
  };
  std::shared_ptr<grpc::Channel> Connect(const std::string& address) const;

  const Options options_;
  const std::shared_ptr<grpc::ChannelCredentials> credentials_;
  mutable Mutex mutex_;
  std::map<std::string, Entry> channels_ GUARDED_BY(mutex_);
  uint64_t clock_ GUARDED_BY(mutex_) = 0;
};

}  // namespace regent
