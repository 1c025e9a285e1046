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
#include "regent/v1/options.pb.h"
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

  // Answers at once, on gRPC's thread, unless the request's `read_options` ask for more than what is there, or its
  // `format` for another text, which is parsed for it: then on the executor, when it is. `handler` is
  // absl::Status(const Request&, grpc::ByteBuffer* response), and must stay good until it ran.
  template <typename Request, typename Handler>
  grpc::ServerUnaryReactor* Read(grpc::CallbackServerContext* context, const grpc::ByteBuffer* request,
                                 grpc::ByteBuffer* response, const Handler& handler) {
    grpc::ServerUnaryReactor* reactor = context->DefaultReactor();
    const auto handle = [&](const Request& message) {
      TellPosition(context);
      return handler(message, response);
    };
    bool later = false;
    const absl::Status status = WithMessage<Request>(*request, [&](const Request& message) {
      if constexpr (requires { message.read_options(); }) {
        later = message.has_read_options();
        if (later) return Wait(context, reactor, message.read_options(), Later<Request>(request, response, handler));
      }
      if constexpr (requires { message.format(); }) {
        later = !message.format().empty();
        if (later) {
          Enqueue(context, reactor, Later<Request>(request, response, handler));
          return absl::OkStatus();
        }
      }
      return handle(message);
    });
    if (!later || !status.ok()) reactor->Finish(ToGrpc(status));
    return reactor;
  }

  // The same, always on the executor.
  template <typename Request, typename Handler>
  grpc::ServerUnaryReactor* SlowRead(grpc::CallbackServerContext* context, const grpc::ByteBuffer* request,
                                     grpc::ByteBuffer* response, const Handler& handler) {
    grpc::ServerUnaryReactor* reactor = context->DefaultReactor();
    if constexpr (requires(const Request& message) { message.read_options(); }) {
      // Whether it must wait is only known from the message; parsing one is nothing beside what the handler does.
      bool waits = false;
      const absl::Status status = WithMessage<Request>(*request, [&](const Request& message) {
        waits = message.has_read_options();
        if (!waits) return absl::OkStatus();
        return Wait(context, reactor, message.read_options(), Later<Request>(request, response, handler));
      });
      if (!status.ok()) reactor->Finish(ToGrpc(status));
      if (waits || !status.ok()) return reactor;
    }
    Enqueue(context, reactor, Later<Request>(request, response, handler));
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

  // Many registrations, prepared on the executor. `encode` as above, but for all.
  grpc::ServerUnaryReactor* WriteBatch(grpc::CallbackServerContext* context, const grpc::ByteBuffer* request,
                                       grpc::ByteBuffer* response);

  Executor* executor() const { return executor_; }
  static CallContext ContextOf(const grpc::CallbackServerContext& context);

 private:
  // `use` is absl::Status(const Request&).
  template <typename Request, typename Use>
  static absl::Status WithMessage(const grpc::ByteBuffer& request, const Use& use) {
    // Most requests fit into the first block, and then cost no allocation.
    char block[1024];
    google::protobuf::ArenaOptions options;
    options.initial_block = block;
    options.initial_block_size = sizeof(block);
    google::protobuf::Arena arena(options);
    auto* message = google::protobuf::Arena::CreateMessage<Request>(&arena);
    if (absl::Status status = Parse(request, message); !status.ok()) return status;
    return use(*message);
  }

  // gRPC keeps context, request and response until the reactor is finished.
  template <typename Request, typename Handler>
  static std::function<absl::Status()> Later(const grpc::ByteBuffer* request, grpc::ByteBuffer* response,
                                             Handler handler) {
    return [request, response, handler = std::move(handler)] {
      return WithMessage<Request>(*request, [&](const Request& message) { return handler(message, response); });
    };
  }

  // Tells the client how far this node is. Taken before the read, it is never ahead of what the read sees.
  void TellPosition(grpc::CallbackServerContext* context) const;

  // Finishes `reactor` with what `run` says, on the executor.
  void Enqueue(grpc::CallbackServerContext* context, grpc::ServerUnaryReactor* reactor,
               std::function<absl::Status()> run);

  // The same once the registry has what `options` ask for. An error: nothing was begun.
  absl::Status Wait(grpc::CallbackServerContext* context, grpc::ServerUnaryReactor* reactor,
                    const v1::ReadOptions& options, std::function<absl::Status()> run);

  grpc::ServerUnaryReactor* StartWrite(grpc::CallbackServerContext* context, absl::StatusOr<WriteRequest> write,
                                       grpc::ByteBuffer* response,
                                       std::function<void(const WriteResult&, grpc::ByteBuffer*)> encode);

  Registry* const registry_;
  Executor* const executor_;
  const int max_waiting_;
  std::atomic<int> waiting_{0};
};

}  // namespace regent
