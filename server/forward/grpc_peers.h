// The other nodes over gRPC.
#pragma once

#include <functional>
#include <memory>
#include <set>
#include <string>
#include <utility>

#include "base/mutex.h"
#include "server/forward/peer_channels.h"
#include "server/forward/peers.h"

namespace grpc {
class ClientContext;
}

namespace regent {

// Thread-safe.
class GrpcPeers : public Peers {
 public:
  explicit GrpcPeers(PeerChannels::Options options) : channels_(std::move(options)) {}
  ~GrpcPeers() override { Stop(); }

  // Cancels what is under way and waits until all of it was answered; later calls are not sent. Idempotent.
  void Stop();

  void Forward(const std::string& address, const PeerClaim& claim, const CallContext& context,
               const WriteCommand& command, ForwardDone done) override;
  void Report(const std::string& address, const PeerClaim& claim, SteadyTime deadline, const PeerReport& report,
              std::function<void(absl::StatusOr<PeerView>)> done) override;
  void Resume(const std::string& address, const PeerClaim& claim, SteadyTime deadline, WriteState reason,
              std::function<void(absl::Status)> done) override;
  void Transfer(const std::string& address, const PeerClaim& claim, SteadyTime deadline, const std::string& node,
                std::function<void(absl::StatusOr<Epoch>)> done) override;
  void StandAside(const std::string& address, const PeerClaim& claim, SteadyTime deadline,
                  std::chrono::milliseconds pause, std::function<void(absl::Status)> done) override;

 private:
  // False once stopped; else Ended() follows.
  bool Began(const std::shared_ptr<grpc::ClientContext>& context);
  void Ended(const std::shared_ptr<grpc::ClientContext>& context);

  PeerChannels channels_;
  Mutex mutex_;
  CondVar ended_;
  std::set<std::shared_ptr<grpc::ClientContext>> calls_ GUARDED_BY(mutex_);
  bool stopped_ GUARDED_BY(mutex_) = false;
};

}  // namespace regent
