#include "server/forward/peer_service.h"

#include <chrono>
#include <memory>
#include <string>
#include <utility>

#include "base/mutex.h"
#include "server/forward/peer_messages.h"

namespace regent {
namespace {

namespace wire = internal::v1;

SteadyTime DeadlineOf(const grpc::CallbackServerContext& context) {
  const auto now = std::chrono::steady_clock::now();
  const auto left = context.deadline() - std::chrono::system_clock::now();
  if (left > SteadyTime::max() - now) return SteadyTime::max();
  return now + std::chrono::duration_cast<SteadyTime::duration>(left);
}

// A write in the hands of the registry, which may answer after gRPC has given the call up. Whichever comes first ends
// the call; the other finds nothing to end.
class ForwardCall : public grpc::ServerUnaryReactor {
 public:
  class Handle {
   public:
    explicit Handle(ForwardCall* call) : call_(call) {}
    ForwardCall* Take() {
      MutexLock lock(&mutex_);
      return std::exchange(call_, nullptr);
    }

   private:
    Mutex mutex_;
    ForwardCall* call_ GUARDED_BY(mutex_);
  };

  explicit ForwardCall(wire::ForwardResponse* response)
      : response_(response), handle_(std::make_shared<Handle>(this)) {}

  std::shared_ptr<Handle> handle() const { return handle_; }
  void End(const absl::StatusOr<WriteResult>& answer) {
    ToProto(answer, response_);
    Finish(grpc::Status::OK);
  }

  void OnCancel() override {
    if (ForwardCall* call = handle_->Take()) call->Finish(grpc::Status::CANCELLED);
  }
  void OnDone() override { delete this; }

 private:
  wire::ForwardResponse* const response_;
  const std::shared_ptr<Handle> handle_;
};

}  // namespace

grpc::ServerUnaryReactor* PeerService::Forward(grpc::CallbackServerContext* context,
                                               const wire::ForwardRequest* request, wire::ForwardResponse* response) {
  auto* call = new ForwardCall(response);  // deletes itself when gRPC is done with it
  WriteDone done = [handle = call->handle()](absl::StatusOr<WriteResult> answer) {
    if (ForwardCall* call = handle->Take()) call->End(answer);
  };
  absl::StatusOr<WriteCommand> command = FromProto(*request);
  if (!command.ok()) {
    done(command.status());
    return call;
  }
  CallContext call_context;
  call_context.deadline = DeadlineOf(*context);
  call_context.request_id = request->request_id();
  call_context.caller = request->caller();
  executor_->Post([this, claim = FromProto(request->claim()), call_context = std::move(call_context),
                   command = *std::move(command), done = std::move(done)]() mutable {
    endpoint_->Forward(claim, call_context, std::move(command), std::move(done));
  });
  return call;
}

grpc::ServerUnaryReactor* PeerService::Report(grpc::CallbackServerContext* context, const wire::ReportRequest* request,
                                              wire::ReportResponse* response) {
  grpc::ServerUnaryReactor* reactor = context->DefaultReactor();
  const absl::StatusOr<PeerView> view = endpoint_->Report(FromProto(request->claim()), FromProto(*request));
  if (view.ok()) ToProto(*view, response);
  reactor->Finish(view.ok() ? grpc::Status::OK
                            : grpc::Status(grpc::StatusCode::UNAVAILABLE, std::string(view.status().message())));
  return reactor;
}

}  // namespace regent
