// Connections to other nodes: kept, so that a write pays for none, and bounded.
#pragma once

#include <grpcpp/channel.h>

#include <chrono>
#include <cstdint>
#include <map>
#include <memory>
#include <string>

#include "base/mutex.h"

namespace regent {

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
  };
  explicit PeerChannels(Options options) : options_(options) {}

  // The connection to `address`; begins to connect where it is not connected.
  std::shared_ptr<grpc::Channel> Get(const std::string& address);
  size_t size() const;

 private:
  struct Entry {
    std::shared_ptr<grpc::Channel> channel;
    uint64_t used = 0;
  };
  std::shared_ptr<grpc::Channel> Connect(const std::string& address) const;

  const Options options_;
  mutable Mutex mutex_;
  std::map<std::string, Entry> channels_ GUARDED_BY(mutex_);
  uint64_t clock_ GUARDED_BY(mutex_) = 0;
};

}  // namespace regent
