#include "server/grpc/calls.h"

#include <algorithm>
#include <chrono>
#include <string>

#include "base/error_reason.h"
#include "base/mutex.h"
#include "server/convert/position.h"
#include "server/convert/schema.h"
#include "server/convert/status.h"
#include "server/registry/register_batch.h"

namespace regent {
namespace {

// Before a caller gives up it is to hear why nothing came of its call, so that the registry gives up a little earlier:
// a tenth of the time, and no more than this.
constexpr std::chrono::milliseconds kToTellTheReason{200};

SteadyTime DeadlineOf(const grpc::CallbackServerContext& context) {
  const auto deadline = context.deadline();
  if (deadline == std::chrono::system_clock::time_point::max()) return SteadyTime::max();
  const auto left = deadline - std::chrono::system_clock::now();
  const auto now = std::chrono::steady_clock::now();
  // A client may ask for centuries.
  if (left > SteadyTime::max() - now) return SteadyTime::max();
  const auto to_tell = std::max(std::min<SteadyTime::duration>(left / 10, kToTellTheReason), SteadyTime::duration(0));
  return now + std::chrono::duration_cast<SteadyTime::duration>(left) - to_tell;
}

// A write that waits for the registry. The registry may answer at any time, even after the client went away, the server
// gave up waiting and this object is gone; or never, if the node stops. So the call ends with whatever comes first, the
// registry's answer or gRPC's cancellation, and the registry holds only `link_`.
class WriteCall : public grpc::ServerUnaryReactor {
 public:
  using Encode = std::function<void(const WriteResult&, grpc::ByteBuffer*)>;

  WriteCall(grpc::ByteBuffer* response, Encode encode)
      : response_(response), encode_(std::move(encode)), link_(std::make_shared<Link>(this)) {}

  WriteDone Done() {
    return [link = link_](absl::StatusOr<WriteResult> result) {
      if (WriteCall* call = link->Take()) call->Answer(result);
    };
  }

  void OnCancel() override {
    if (WriteCall* call = link_->Take()) {
      call->Finish(ToGrpc(MakeError(ErrorReason::kDeadlineExceeded, "The call ended before the write was confirmed.")));
    }
  }

  void OnDone() override { delete this; }

 private:
  // Who takes the call from it, finishes it; nobody else may touch the call then.
  class Link {
   public:
    explicit Link(WriteCall* call) : call_(call) {}
    WriteCall* Take() {
      MutexLock lock(&mutex_);
      return std::exchange(call_, nullptr);
    }

   private:
    Mutex mutex_;
    WriteCall* call_ GUARDED_BY(mutex_);
  };

  void Answer(const absl::StatusOr<WriteResult>& result) {
    if (result.ok()) encode_(*result, response_);
    Finish(ToGrpc(result.status()));
  }

  grpc::ByteBuffer* const response_;
  const Encode encode_;
  const std::shared_ptr<Link> link_;
};

}  // namespace

void Calls::TellPosition(grpc::CallbackServerContext* context) const {
  const Position position = registry_->AppliedPosition();
  if (!position.log_id.empty()) context->AddInitialMetadata(kPositionMetadata, PositionToText(position));
}

void Calls::Enqueue(grpc::CallbackServerContext* context, grpc::ServerUnaryReactor* reactor,
                    std::function<absl::Status()> run) {
  if (waiting_.fetch_add(1) >= max_waiting_) {
    waiting_.fetch_sub(1);
    reactor->Finish(ToGrpc(MakeError(ErrorReason::kOverloaded, "Too many schemas wait to be compared; try again.")));
    return;
  }
  executor_->Post([this, context, reactor, run = std::move(run)] {
    // Nobody waits for the answer any more: do not work for it.
    const bool wanted = !context->IsCancelled();
    if (wanted) TellPosition(context);
    const grpc::Status status = wanted ? ToGrpc(run()) : grpc::Status::CANCELLED;
    waiting_.fetch_sub(1);
    reactor->Finish(status);
  });
}

absl::Status Calls::Wait(grpc::CallbackServerContext* context, grpc::ServerUnaryReactor* reactor,
                         const v1::ReadOptions& options, std::function<absl::Status()> run) {
  const auto wanted = FromProto(options);
  if (!wanted.ok()) return wanted.status();
  AwaitRead(registry_, ContextOf(*context), *wanted,
            [this, context, reactor, run = std::move(run)](const absl::Status& status) {
              if (!status.ok()) return reactor->Finish(ToGrpc(status));
              Enqueue(context, reactor, run);
            });
  return absl::OkStatus();
}

CallContext Calls::ContextOf(const grpc::CallbackServerContext& context) {
  CallContext result;
  result.deadline = DeadlineOf(context);
  result.caller = context.peer();
  return result;
}

grpc::ServerUnaryReactor* Calls::WriteBatch(grpc::CallbackServerContext* context, const grpc::ByteBuffer* request,
                                            grpc::ByteBuffer* response) {
  google::protobuf::Arena arena;
  auto* message = google::protobuf::Arena::CreateMessage<v1::BatchRegisterSchemasRequest>(&arena);
  absl::Status status = Parse(*request, message);
  absl::StatusOr<BatchRequest> batch = status.ok() ? FromProto(*message) : status;
  if (!batch.ok()) {
    grpc::ServerUnaryReactor* reactor = context->DefaultReactor();
    reactor->Finish(ToGrpc(batch.status()));
    return reactor;
  }
  CallContext call_context = ContextOf(*context);
  call_context.request_id = std::move(batch->request_id);
  auto results = std::make_shared<std::vector<absl::StatusOr<WriteResult>>>();
  auto* call = new WriteCall(response, [results](const WriteResult&, grpc::ByteBuffer* buffer) {
    v1::BatchRegisterSchemasResponse proto;
    for (const absl::StatusOr<WriteResult>& result : *results) {
      v1::BatchRegisterSchemasResult* out = proto.add_results();
      if (!result.ok()) {
        *out->mutable_status() = ToProto(result.status());
        continue;
      }
      ToProto(*result, out->mutable_response()->mutable_result());
      if (result->registered) {
        ToProto(*result->registered, out->mutable_response()->mutable_schema_version());
      }
    }
    Serialize(proto, buffer);
  });
  RegisterBatch(registry_, executor_, call_context, std::move(batch->commands),
                [results, done = call->Done()](std::vector<absl::StatusOr<WriteResult>> all) {
                  *results = std::move(all);
                  done(WriteResult());
                });
  return call;
}

grpc::ServerUnaryReactor* Calls::StartWrite(grpc::CallbackServerContext* context, absl::StatusOr<WriteRequest> write,
                                            grpc::ByteBuffer* response, WriteCall::Encode encode) {
  if (!write.ok()) {
    grpc::ServerUnaryReactor* reactor = context->DefaultReactor();
    reactor->Finish(ToGrpc(write.status()));
    return reactor;
  }
  CallContext call_context = ContextOf(*context);
  call_context.request_id = std::move(write->request_id);
  auto* call = new WriteCall(response, std::move(encode));  // deletes itself when gRPC is done with it
  registry_->Write(call_context, std::move(write->command), call->Done());
  return call;
}

}  // namespace regent
