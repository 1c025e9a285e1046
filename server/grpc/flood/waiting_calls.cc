#include "server/grpc/flood/waiting_calls.h"

#include <grpcpp/generic/async_generic_service.h>
#include <grpcpp/server_context.h>
#include <grpcpp/support/server_interceptor.h>

#include <utility>
#include <vector>

namespace regent {
namespace {

// Waits from its making to Begin(), or to its end where that never comes.
class Context final : public grpc::CallbackServerContext {
 public:
  explicit Context(WaitingCalls* calls) : calls_(calls) { calls_->Arrived(); }
  ~Context() override { Begin(); }
  void Begin() {
    if (WaitingCalls* const calls = std::exchange(calls_, nullptr)) calls->Begun();
  }

 private:
  WaitingCalls* calls_;
};

// gRPC asks for a context on the thread that reads the connection, as soon as a call's headers are there.
class Contexts final : public grpc::ContextAllocator {
 public:
  explicit Contexts(std::shared_ptr<WaitingCalls> calls) : calls_(std::move(calls)) {}
  grpc::CallbackServerContext* NewCallbackServerContext() override { return new Context(calls_.get()); }
  // Of methods that nobody serves.
  grpc::GenericCallbackServerContext* NewGenericCallbackServerContext() override {
    calls_->Arrived();
    return new grpc::GenericCallbackServerContext();
  }
  // gRPC 1.51 gives both kinds back here.
  void Release(grpc::CallbackServerContext* context) override { delete context; }
  void Release(grpc::GenericCallbackServerContext* context) override { delete context; }

 private:
  const std::shared_ptr<WaitingCalls> calls_;
};

// And for interceptors on the thread that is about to begin the call. None is made.
class Beginnings final : public grpc::experimental::ServerInterceptorFactoryInterface {
 public:
  explicit Beginnings(std::shared_ptr<WaitingCalls> calls) : calls_(std::move(calls)) {}
  grpc::experimental::Interceptor* CreateServerInterceptor(grpc::experimental::ServerRpcInfo* info) override {
    grpc::ServerContextBase* const context = info->server_context();
    if (auto* const call = dynamic_cast<Context*>(context)) {
      call->Begin();
    } else if (dynamic_cast<grpc::GenericCallbackServerContext*>(context) != nullptr) {
      calls_->Begun();
    }
    return nullptr;
  }

 private:
  const std::shared_ptr<WaitingCalls> calls_;
};

}  // namespace

void CountWaitingCalls(const std::shared_ptr<WaitingCalls>& calls, grpc::ServerBuilder* builder) {
  builder->SetContextAllocator(std::make_unique<Contexts>(calls));
  std::vector<std::unique_ptr<grpc::experimental::ServerInterceptorFactoryInterface>> creators;
  creators.push_back(std::make_unique<Beginnings>(calls));
  builder->experimental().SetInterceptorCreators(std::move(creators));
}

}  // namespace regent
