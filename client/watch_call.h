// One watch at one server, as gRPC carries it.
#pragma once

#include <grpcpp/channel.h>
#include <grpcpp/client_context.h>
#include <grpcpp/support/client_callback.h>

#include <memory>
#include <optional>

#include "base/clock.h"
#include "base/mutex.h"
#include "regent/v1/watch.grpc.pb.h"

namespace regent::client {

// Reads one event at a time: the next is asked for when the one before was taken, so that gRPC's windows, and not this
// process, hold what its user is slow to take. Next() is called by one thread; Cancel() by any.
class WatchCall {
 public:
  WatchCall(std::shared_ptr<grpc::Channel> channel, const v1::WatchChangesRequest& request);
  // Cancels, and waits for gRPC to be done with it, which takes no time.
  ~WatchCall();

  enum class Wait { kEvent, kTimeout, kEnded };
  // Waits until `deadline` for an event, or for the end.
  Wait Next(SteadyTime deadline, v1::WatchEvent* event);
  // After kEnded: why.
  grpc::Status status() const;
  void Cancel();

 private:
  class Reactor;
  const std::unique_ptr<v1::Watch::Stub> stub_;
  const std::unique_ptr<Reactor> reactor_;
};

}  // namespace regent::client
