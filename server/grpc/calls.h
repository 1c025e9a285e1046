// One unary call, from gRPC's raw bytes through the registry and back. What the services' methods have in common.
#pragma once

#include <google/protobuf/arena.h>
#include <grpcpp/server_context.h>
#include <grpcpp/support/byte_buffer.h>
#include <grpcpp/support/server_callback.h>

#include <atomic>
#include <functional>
#include <memory>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "base/executor.h"
#include "server/convert/requests.h"
#include "server/grpc/messages.h"
#include "server/registry/registry.h"

namespace regent {

// What the services need. Thread-safe; outlives the server.
class Calls {
 public:
  // Reads that parse and compare run on `executor`, so that they never hold up gRPC's few threads; it should not be the
  // one that writes run on. Beyond `max_waiting` of them, further ones are refused with OVERLOADED.
  Calls(Registry* registry, Executor* executor, int max_waiting)
      : registry_(registry), executor_(executor), max_waiting_(max_waiting) {}

  Registry* registry() const { return registry_; }

  // Answers at once, on gRPC's thread. `handler` is absl::Status(const Request&, grpc::ByteBuffer* response).
  template <typename Request, typename Handler>
  grpc::ServerUnaryReactor* Read(grpc::CallbackServerContext* context, const grpc::ByteBuffer* request,
                                 grpc::ByteBuffer* response, const Handler& handler) {
    grpc::ServerUnaryReactor* reactor = context->DefaultReactor();
    TellPosition(context);
    reactor->Finish(ToGrpc(Handle<Request>(*request, response, handler)));
    return reactor;
  }

  // The same on the executor. `handler` must stay good until it ran.
  template <typename Request, typename Handler>
  grpc::ServerUnaryReactor* SlowRead(grpc::CallbackServerContext* context, const grpc::ByteBuffer* request,
                                     grpc::ByteBuffer* response, Handler handler) {
    grpc::ServerUnaryReactor* reactor = context->DefaultReactor();
    // gRPC keeps context, request and response until the reactor is finished.
    Enqueue(context, reactor, [this, context, request, response, handler = std::move(handler)] {
      TellPosition(context);
      return Handle<Request>(*request, response, handler);
    });
    return reactor;
  }

  // Hands a write to the registry. `encode` puts the result into an answer; it may run on any thread, at any later
  // time, but only once and before the call is over.
  template <typename Request>
  grpc::ServerUnaryReactor* Write(grpc::CallbackServerContext* context, const grpc::ByteBuffer* request,
                                  grpc::ByteBuffer* response,
                                  std::function<void(const WriteResult&, grpc::ByteBuffer*)> encode) {
    google::protobuf::Arena arena;
    auto* message = google::protobuf::Arena::CreateMessage<Request>(&arena);
    absl::Status status = Parse(*request, message);
    absl::StatusOr<WriteRequest> write = status.ok() ? FromProto(*message) : status;
    return StartWrite(context, std::move(write), response, std::move(encode));
  }

 private:
  template <typename Request, typename Handler>
  static absl::Status Handle(const grpc::ByteBuffer& request, grpc::ByteBuffer* response, const Handler& handler) {
    // Most requests fit into the first block, and then cost no allocation.
    char block[1024];
    google::protobuf::ArenaOptions options;
    options.initial_block = block;
    options.initial_block_size = sizeof(block);
    google::protobuf::Arena arena(options);
    auto* message = google::protobuf::Arena::CreateMessage<Request>(&arena);
    if (absl::Status status = Parse(request, message); !status.ok()) return status;
    return handler(*message, response);
  }

  // Tells the client how far this node is. Taken before the read, it is never ahead of what the read sees.
  void TellPosition(grpc::CallbackServerContext* context) const;

  void Enqueue(grpc::CallbackServerContext* context, grpc::ServerUnaryReactor* reactor,
               std::function<absl::Status()> run);

  grpc::ServerUnaryReactor* StartWrite(grpc::CallbackServerContext* context, absl::StatusOr<WriteRequest> write,
                                       grpc::ByteBuffer* response,
                                       std::function<void(const WriteResult&, grpc::ByteBuffer*)> encode);

  Registry* const registry_;
  Executor* const executor_;
  const int max_waiting_;
  std::atomic<int> waiting_{0};
};

}  // namespace regent
