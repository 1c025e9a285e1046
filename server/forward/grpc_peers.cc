#include "server/forward/grpc_peers.h"

#include <grpcpp/client_context.h>

#include <chrono>
#include <memory>
#include <utility>

#include "absl/strings/str_cat.h"
#include "base/error_reason.h"
#include "regent/internal/v1/peer.grpc.pb.h"
#include "server/convert/cluster.h"
#include "server/forward/peer_messages.h"

namespace regent {
namespace {

namespace wire = internal::v1;

std::chrono::system_clock::time_point WallDeadline(SteadyTime deadline) {
  if (deadline == SteadyTime::max()) return std::chrono::system_clock::time_point::max();
  return std::chrono::system_clock::now() +
         std::chrono::duration_cast<std::chrono::system_clock::duration>(deadline - std::chrono::steady_clock::now());
}

// What one call needs until it ends.
template <typename Request, typename Response>
struct Call {
  grpc::ClientContext context;
  Request request;
  Response response;
};

// Keeps the whole call.
template <typename Call>
std::shared_ptr<grpc::ClientContext> ContextOf(const std::shared_ptr<Call>& call) {
  return std::shared_ptr<grpc::ClientContext>(call, &call->context);
}

ForwardOutcome OutcomeOf(const grpc::Status& status, const wire::ForwardResponse& response,
                         const std::string& address) {
  ForwardOutcome outcome;
  if (status.ok()) {
    outcome.kind = ForwardOutcome::Kind::kAnswered;
    outcome.answer = FromProto(response);
    return outcome;
  }
  outcome.why = absl::StrCat(address, ": ", status.error_message());
  if (status.error_code() == grpc::StatusCode::UNIMPLEMENTED) {
    outcome.kind = ForwardOutcome::Kind::kNotSent;
  } else if (status.error_code() == grpc::StatusCode::RESOURCE_EXHAUSTED) {
    outcome.kind = ForwardOutcome::Kind::kAnswered;
    outcome.answer = MakeError(ErrorReason::kSchemaTooLarge,
                               absl::StrCat("The write is larger than the primary takes: ", outcome.why));
  }
  return outcome;
}

absl::Status NotAnswered(const std::string& address, const grpc::Status& status) {
  return MakeError(ErrorReason::kNoPrimary,
                   absl::StrCat("The primary at ", address, " does not answer: ", status.error_message()));
}

ForwardOutcome NotSent(std::string why) {
  ForwardOutcome outcome;
  outcome.kind = ForwardOutcome::Kind::kNotSent;
  outcome.why = std::move(why);
  return outcome;
}

}  // namespace

bool GrpcPeers::Began(const std::shared_ptr<grpc::ClientContext>& context) {
  MutexLock lock(&mutex_);
  return !stopped_ && calls_.insert(context).second;
}

void GrpcPeers::Ended(const std::shared_ptr<grpc::ClientContext>& context) {
  MutexLock lock(&mutex_);
  calls_.erase(context);
  ended_.NotifyAll();
}

void GrpcPeers::Stop() {
  std::set<std::shared_ptr<grpc::ClientContext>> calls;
  {
    MutexLock lock(&mutex_);
    stopped_ = true;
    calls = calls_;
  }
  // Without the lock: a call may end within this one.
  for (const auto& context : calls) context->TryCancel();
  MutexLock lock(&mutex_);
  while (!calls_.empty()) ended_.Wait(&mutex_);
}

void GrpcPeers::Forward(const std::string& address, const PeerClaim& claim, const CallContext& context,
                        const WriteCommand& command, ForwardDone done) {
  const std::shared_ptr<grpc::Channel> channel = channels_.Get(address);
  // Only what goes out over a connection that stands can have an unknown outcome.
  if (channel->GetState(/*try_to_connect=*/false) != GRPC_CHANNEL_READY) {
    const std::string problem = channels_.ProblemOf(address);
    return done(NotSent(absl::StrCat("There is no connection to the primary at ", address, problem.empty() ? "" : ": ",
                                     problem, problem.empty() ? "." : "")));
  }
  auto call = std::make_shared<Call<wire::ForwardRequest, wire::ForwardResponse>>();
  call->context.set_deadline(WallDeadline(context.deadline));
  ToProto(claim, call->request.mutable_claim());
  call->request.set_caller(context.caller);
  call->request.set_request_id(context.request_id);
  ToProto(command, &call->request);
  if (!Began(ContextOf(call))) return done(NotSent("This node is shutting down."));
  const auto stub = wire::Peer::NewStub(channel);
  stub->async()->Forward(&call->context, &call->request, &call->response,
                         [this, call, channel, address, done = std::move(done)](const grpc::Status& status) {
                           done(OutcomeOf(status, call->response, address));
                           Ended(ContextOf(call));
                         });
}

void GrpcPeers::Resume(const std::string& address, const PeerClaim& claim, SteadyTime deadline, WriteState reason,
                       std::function<void(absl::Status)> done) {
  const std::shared_ptr<grpc::Channel> channel = channels_.Get(address);
  auto call = std::make_shared<Call<wire::ResumeRequest, wire::ResumeResponse>>();
  call->context.set_deadline(WallDeadline(deadline));
  ToProto(claim, call->request.mutable_claim());
  call->request.set_reason(ToProto(reason));
  if (!Began(ContextOf(call))) return done(MakeError(ErrorReason::kShuttingDown, "This node is shutting down."));
  const auto stub = wire::Peer::NewStub(channel);
  stub->async()->Resume(&call->context, &call->request, &call->response,
                        [this, call, channel, address, done = std::move(done)](const grpc::Status& status) {
                          done(status.ok() ? FromProto(call->response) : NotAnswered(address, status));
                          Ended(ContextOf(call));
                        });
}

void GrpcPeers::Transfer(const std::string& address, const PeerClaim& claim, SteadyTime deadline,
                         const std::string& node, std::function<void(absl::StatusOr<Epoch>)> done) {
  const std::shared_ptr<grpc::Channel> channel = channels_.Get(address);
  auto call = std::make_shared<Call<wire::TransferRequest, wire::TransferResponse>>();
  call->context.set_deadline(WallDeadline(deadline));
  ToProto(claim, call->request.mutable_claim());
  call->request.set_node(node);
  if (!Began(ContextOf(call))) return done(MakeError(ErrorReason::kShuttingDown, "This node is shutting down."));
  const auto stub = wire::Peer::NewStub(channel);
  stub->async()->Transfer(&call->context, &call->request, &call->response,
                          [this, call, channel, address, done = std::move(done)](const grpc::Status& status) {
                            if (status.ok()) {
                              done(FromProto(call->response));
                            } else {
                              done(NotAnswered(address, status));
                            }
                            Ended(ContextOf(call));
                          });
}

void GrpcPeers::StandAside(const std::string& address, const PeerClaim& claim, SteadyTime deadline,
                           std::chrono::milliseconds pause, std::function<void(absl::Status)> done) {
  const std::shared_ptr<grpc::Channel> channel = channels_.Get(address);
  auto call = std::make_shared<Call<wire::StandAsideRequest, wire::StandAsideResponse>>();
  call->context.set_deadline(WallDeadline(deadline));
  ToProto(claim, call->request.mutable_claim());
  call->request.set_pause_ms(pause.count());
  if (!Began(ContextOf(call))) return done(MakeError(ErrorReason::kShuttingDown, "This node is shutting down."));
  const auto stub = wire::Peer::NewStub(channel);
  stub->async()->StandAside(
      &call->context, &call->request, &call->response,
      [this, call, channel, address, done = std::move(done)](const grpc::Status& status) {
        done(status.ok() ? FromProto(call->response)
                         : MakeError(ErrorReason::kNoPrimary, absl::StrCat(address, ": ", status.error_message())));
        Ended(ContextOf(call));
      });
}

void GrpcPeers::Report(const std::string& address, const PeerClaim& claim, SteadyTime deadline,
                       const PeerReport& report, std::function<void(absl::StatusOr<PeerView>)> done) {
  const std::shared_ptr<grpc::Channel> channel = channels_.Get(address);
  auto call = std::make_shared<Call<wire::ReportRequest, wire::ReportResponse>>();
  call->context.set_deadline(WallDeadline(deadline));
  ToProto(claim, call->request.mutable_claim());
  ToProto(report, &call->request);
  if (!Began(ContextOf(call))) return done(MakeError(ErrorReason::kShuttingDown, "This node is shutting down."));
  const auto stub = wire::Peer::NewStub(channel);
  stub->async()->Report(&call->context, &call->request, &call->response,
                        [this, call, channel, address, done = std::move(done)](const grpc::Status& status) {
                          // It goes out every moment, connection or not, and so learns what is wrong with it.
                          channels_.Note(address, status.ok() ? "" : status.error_message());
                          if (status.ok()) {
                            done(FromProto(call->response));
                          } else {
                            done(NotAnswered(address, status));
                          }
                          Ended(ContextOf(call));
                        });
}

}  // namespace regent
