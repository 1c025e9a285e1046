#include "server/forward/peer_service.h"

#include <chrono>
#include <memory>
#include <string>
#include <utility>

#include "base/first_come.h"
#include "server/convert/cluster.h"
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

// A call in the hands of the registry, which may answer after gRPC has given it up. Deletes itself when gRPC is done
// with it.
template <typename Response>
class PendingCall : public grpc::ServerUnaryReactor {
 public:
  explicit PendingCall(Response* response)
      : response_(response), first_(std::make_shared<FirstCome<PendingCall>>(this)) {}

  // Ends the call with an Answer, unless it ended before.
  template <typename Answer>
  std::function<void(Answer)> Done() {
    return [first = first_](const Answer& answer) {
      PendingCall* const call = first->Take();
      if (call == nullptr) return;
      ToProto(answer, call->response_);
      call->Finish(grpc::Status::OK);
    };
  }

  void OnCancel() override {
    if (PendingCall* const call = first_->Take()) call->Finish(grpc::Status::CANCELLED);
  }
  void OnDone() override { delete this; }

 private:
  Response* const response_;
  const std::shared_ptr<FirstCome<PendingCall>> first_;
};

}  // namespace

grpc::ServerUnaryReactor* PeerService::Forward(grpc::CallbackServerContext* context,
                                               const wire::ForwardRequest* request, wire::ForwardResponse* response) {
  auto* call = new PendingCall<wire::ForwardResponse>(response);
  WriteDone done = call->Done<absl::StatusOr<WriteResult>>();
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

grpc::ServerUnaryReactor* PeerService::Resume(grpc::CallbackServerContext*, const wire::ResumeRequest* request,
                                              wire::ResumeResponse* response) {
  auto* call = new PendingCall<wire::ResumeResponse>(response);
  const std::function<void(absl::Status)> done = call->Done<absl::Status>();
  endpoint_->Resume(FromProto(request->claim()), FromProto(request->reason()).value_or(WriteState::kAccepting), done);
  return call;
}

grpc::ServerUnaryReactor* PeerService::Transfer(grpc::CallbackServerContext* context,
                                                const wire::TransferRequest* request,
                                                wire::TransferResponse* response) {
  auto* call = new PendingCall<wire::TransferResponse>(response);
  const std::function<void(absl::StatusOr<Epoch>)> done = call->Done<absl::StatusOr<Epoch>>();
  endpoint_->Transfer(FromProto(request->claim()), DeadlineOf(*context), request->node(), done);
  return call;
}

grpc::ServerUnaryReactor* PeerService::StandAside(grpc::CallbackServerContext*, const wire::StandAsideRequest* request,
                                                  wire::StandAsideResponse* response) {
  auto* call = new PendingCall<wire::StandAsideResponse>(response);
  const std::function<void(absl::Status)> done = call->Done<absl::Status>();
  executor_->Post([this, claim = FromProto(request->claim()), pause = std::chrono::milliseconds(request->pause_ms()),
                   done] { done(endpoint_->StandAside(claim, pause)); });
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
