// regent.v1.Watch over the domain's door: one stream per watch, fed as fast as its client reads.
#pragma once

#include <chrono>
#include <memory>
#include <set>

#include "base/limited_executor.h"
#include "base/mutex.h"
#include "regent/v1/watch.grpc.pb.h"
#include "server/grpc/calls.h"
#include "server/grpc/encoded_events.h"

namespace regent {

class WatchCall;

// Thread-safe. Does not own `calls`, which outlives the server.
class WatchService : public v1::Watch::WithRawCallbackMethod_WatchChanges<v1::Watch::Service> {
 public:
  struct Options {
    // After this long without a change a watch is told that it lives, and how far the node is.
    std::chrono::milliseconds heartbeat{15000};
    // A client that does not take an event for this long is cut off.
    std::chrono::milliseconds stuck{60000};
  };

  WatchService(Options options, Calls* calls)
      : options_(options), calls_(calls), tools_(std::make_shared<Tools>(calls->executor())) {}

  grpc::ServerWriteReactor<grpc::ByteBuffer>* WatchChanges(grpc::CallbackServerContext* context,
                                                           const grpc::ByteBuffer* request) override;

  // Ends all watches with SHUTTING_DOWN, and refuses new ones: they would hold up a server that drains.
  void Stop();

 private:
  friend class WatchCall;
  // What calls share. Theirs as well, because what one of them posted may run when the service is gone.
  struct Tools {
    explicit Tools(Executor* on) : executor({}, on) {}
    // A change wakes thousands at once.
    LimitedExecutor executor;
    EncodedEvents encoded;
  };
  void Forget(const std::shared_ptr<WatchCall>& call);

  const Options options_;
  Calls* const calls_;
  const std::shared_ptr<Tools> tools_;
  Mutex mutex_;
  bool stopped_ GUARDED_BY(mutex_) = false;
  std::set<std::shared_ptr<WatchCall>> live_ GUARDED_BY(mutex_);
};

}  // namespace regent
