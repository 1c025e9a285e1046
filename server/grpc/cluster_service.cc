#include "server/grpc/cluster_service.h"

#include <chrono>
#include <memory>

#include "base/error_reason.h"
#include "base/first_come.h"
#include "server/convert/cluster.h"

namespace regent {
namespace {

template <typename Response>
absl::Status Answer(const ClusterStatus& status, grpc::ByteBuffer* buffer) {
  Response proto;
  ToProto(status, &proto);
  Serialize(proto, buffer);
  return absl::OkStatus();
}

// What an operator asks for, in the hands of the cluster: it may answer after gRPC has given the call up. Deletes
// itself when gRPC is done with it.
class PendingCall : public grpc::ServerUnaryReactor {
 public:
  PendingCall() : first_(std::make_shared<FirstCome<PendingCall>>(this)) {}

  // Ends the call, unless it ended before. No answer of these calls has a field that would need more.
  ClusterDone Done(grpc::ByteBuffer* response) {
    return [first = first_, response](const absl::Status& status) {
      PendingCall* const call = first->Take();
      if (call == nullptr) return;
      if (status.ok()) Serialize(v1::ResumeWritesResponse(), response);
      call->Finish(ToGrpc(status));
    };
  }
  TransferDone Transferred(grpc::ByteBuffer* response) {
    return [first = first_, response](const absl::StatusOr<Epoch>& epoch) {
      PendingCall* const call = first->Take();
      if (call == nullptr) return;
      v1::TransferPrimaryResponse proto;
      if (epoch.ok()) proto.set_epoch(epoch->value());
      if (epoch.ok()) Serialize(proto, response);
      call->Finish(ToGrpc(epoch.status()));
    };
  }
  void OnCancel() override {
    if (PendingCall* const call = first_->Take()) {
      call->Finish(ToGrpc(MakeError(ErrorReason::kDeadlineExceeded, "The call ended before it was answered.")));
    }
  }
  void OnDone() override { delete this; }

 private:
  const std::shared_ptr<FirstCome<PendingCall>> first_;
};

SteadyTime DeadlineOf(const grpc::CallbackServerContext& context) {
  const auto now = std::chrono::steady_clock::now();
  const auto left = context.deadline() - std::chrono::system_clock::now();
  if (left > std::chrono::minutes(1)) return now + std::chrono::minutes(1);
  return now + std::chrono::duration_cast<SteadyTime::duration>(left);
}

absl::StatusOr<ResumeWrites> Read(const grpc::ByteBuffer& buffer) {
  v1::ResumeWritesRequest proto;
  if (absl::Status status = Parse(buffer, &proto); !status.ok()) return status;
  const auto reason = FromProto(proto.reason());
  if (!reason) return errors::RequestInvalid("reason", "required: what stopped writes");
  return ResumeWrites{*reason, proto.accept_log()};
}

}  // namespace

ClusterService::Reactor* ClusterService::ResumeWrites(Context* context, const Buffer* request, Buffer* response) {
  auto* call = new PendingCall;
  const ClusterDone done = call->Done(response);
  if (const auto resume = Read(*request); resume.ok()) {
    cluster_->Resume(DeadlineOf(*context), *resume, done);
  } else {
    done(resume.status());
  }
  return call;
}

ClusterService::Reactor* ClusterService::TransferPrimary(Context* context, const Buffer* request, Buffer* response) {
  auto* call = new PendingCall;
  const TransferDone done = call->Transferred(response);
  v1::TransferPrimaryRequest proto;
  if (absl::Status status = Parse(*request, &proto); status.ok()) {
    cluster_->Transfer(DeadlineOf(*context), proto.node(), done);
  } else {
    done(status);
  }
  return call;
}

ClusterService::Reactor* ClusterService::RestoreLog(Context*, const Buffer* request, Buffer* response) {
  auto* call = new PendingCall;
  const ClusterDone done = call->Done(response);
  v1::RestoreLogRequest proto;
  if (absl::Status status = Parse(*request, &proto); status.ok()) {
    cluster_->RestoreLog(done);
  } else {
    done(status);
  }
  return call;
}

ClusterService::Reactor* ClusterService::GetStatus(Context* context, const Buffer* request, Buffer* response) {
  return calls_->Read<v1::GetStatusRequest>(context, request, response,
                                            [this](const v1::GetStatusRequest&, Buffer* buffer) {
                                              return Answer<v1::ClusterStatus>(cluster_->Status(), buffer);
                                            });
}

ClusterService::Reactor* ClusterService::ListNodes(Context* context, const Buffer* request, Buffer* response) {
  return calls_->Read<v1::ListNodesRequest>(context, request, response,
                                            [this](const v1::ListNodesRequest&, Buffer* buffer) {
                                              return Answer<v1::ListNodesResponse>(cluster_->Status(), buffer);
                                            });
}

}  // namespace regent
