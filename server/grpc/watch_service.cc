#include "server/grpc/watch_service.h"

#include <grpcpp/alarm.h>

#include <deque>
#include <utility>
#include <vector>

#include "base/error_reason.h"
#include "server/convert/schema.h"
#include "server/convert/watch.h"

namespace regent {
namespace {

using std::chrono::steady_clock;

// Taken from the registry at once. Events share what they refer to, so a few cost little.
constexpr size_t kBatch = 64;

absl::Status ShuttingDown() { return MakeError(ErrorReason::kShuttingDown, "This node is shutting down."); }

}  // namespace

// Whoever sets `busy_` is alone in using the subscription and what was taken from it; it hands that on to the write it
// starts, and gives it up when there is nothing to tell. Lives until gRPC is done with it.
class WatchCall : public grpc::ServerWriteReactor<grpc::ByteBuffer>, public std::enable_shared_from_this<WatchCall> {
 public:
  WatchCall(WatchService* service, grpc::CallbackServerContext* context)
      : service_(service), options_(service->options_), tools_(service->tools_), context_(context) {}

  void Start(std::unique_ptr<ChangeSubscription> subscription) {
    subscription_ = std::move(subscription);
    SetAlarm();
    PumpSoon();
  }

  void FinishOnce(const absl::Status& status) {
    {
      MutexLock lock(&mutex_);
      if (std::exchange(finished_, true)) return;
      if (cancelling_) {
        after_cancelling_ = status;
        return;
      }
    }
    Finish(ToGrpc(status));
  }

  void OnWriteDone(bool ok) override {
    {
      MutexLock lock(&mutex_);
      writing_ = false;
      last_told_ = steady_clock::now();
    }
    if (!ok) return FinishOnce(absl::CancelledError());
    if (!taken_.empty()) return Tell();
    // What is live is kept for all and quickly looked up; what was there before is gathered from the whole state.
    if (live_) return Pump();
    PostPump();
  }

  void OnCancel() override { FinishOnce(absl::CancelledError()); }

  void OnDone() override { service_->Forget(shared_from_this()); }

 private:
  void PumpSoon() {
    {
      MutexLock lock(&mutex_);
      if (std::exchange(busy_, true)) {
        again_ = true;
        return;
      }
    }
    PostPump();
  }

  void PostPump() {
    tools_->executor.Post([self = shared_from_this()] { self->Pump(); });
  }

  // Tells what there is to tell. Of whoever is busy.
  void Pump() {
    while (true) {
      auto events = subscription_->Next(kBatch, [weak = weak_from_this()] {
        if (const auto self = weak.lock()) self->PumpSoon();
      });
      if (!events.ok()) return FinishOnce(events.status());
      if (!events->empty()) {
        taken_.assign(events->begin(), events->end());
        return Tell();
      }
      bool heartbeat = false;
      {
        MutexLock lock(&mutex_);
        if (finished_) return;
        if (std::exchange(again_, false)) continue;
        heartbeat = std::exchange(heartbeat_due_, false);
        if (!heartbeat) busy_ = false;
      }
      if (!heartbeat) return;
      v1::WatchEvent event;
      event.mutable_heartbeat();
      ToProto(subscription_->position(), event.mutable_position());
      Serialize(event, &buffer_);
      return Write();
    }
  }

  void Tell() {
    buffer_ = tools_->encoded.Of(taken_.front());
    live_ = live_ || std::holds_alternative<CaughtUp>(taken_.front()->what);
    taken_.pop_front();
    Write();
  }

  void Write() {
    MutexLock lock(&mutex_);
    if (finished_) return;
    writing_ = true;
    write_began_ = steady_clock::now();
    StartWrite(&buffer_);
  }

  void SetAlarm() {
    alarm_.Set(std::chrono::system_clock::now() + options_.heartbeat, [weak = weak_from_this()](bool rang) {
      const auto self = weak.lock();
      if (rang && self != nullptr) self->AlarmRang();
    });
  }

  void AlarmRang() {
    bool stuck = false;
    bool heartbeat = false;
    {
      MutexLock lock(&mutex_);
      if (finished_) return;
      const auto now = steady_clock::now();
      stuck = writing_ && now - write_began_ >= options_.stuck;
      heartbeat = !writing_ && now - last_told_ >= options_.heartbeat;
      if (heartbeat) heartbeat_due_ = true;
      cancelling_ = stuck;
    }
    // Its status would wait behind the event that the client does not take.
    if (stuck) return Cancel();
    if (heartbeat) PumpSoon();
    SetAlarm();
  }

  // The context is good until the call is finished, which waits meanwhile.
  void Cancel() {
    context_->TryCancel();
    absl::Status status;
    {
      MutexLock lock(&mutex_);
      cancelling_ = false;
      if (!finished_) return;
      status = after_cancelling_;
    }
    Finish(ToGrpc(status));
  }

  WatchService* const service_;  // good until OnDone
  const WatchService::Options options_;
  const std::shared_ptr<WatchService::Tools> tools_;
  grpc::CallbackServerContext* const context_;
  grpc::Alarm alarm_;

  // Of whoever is busy:
  std::unique_ptr<ChangeSubscription> subscription_;
  std::deque<std::shared_ptr<const WatchEvent>> taken_;
  bool live_ = false;  // what was there when the watch began was told
  grpc::ByteBuffer buffer_;

  Mutex mutex_;
  bool busy_ GUARDED_BY(mutex_) = false;
  bool again_ GUARDED_BY(mutex_) = false;  // there may be more than was seen
  bool heartbeat_due_ GUARDED_BY(mutex_) = false;
  bool writing_ GUARDED_BY(mutex_) = false;
  bool finished_ GUARDED_BY(mutex_) = false;
  bool cancelling_ GUARDED_BY(mutex_) = false;
  absl::Status after_cancelling_ GUARDED_BY(mutex_);  // what the call is finished with
  steady_clock::time_point write_began_ GUARDED_BY(mutex_);
  steady_clock::time_point last_told_ GUARDED_BY(mutex_) = steady_clock::now();
};

grpc::ServerWriteReactor<grpc::ByteBuffer>* WatchService::WatchChanges(grpc::CallbackServerContext* context,
                                                                       const grpc::ByteBuffer* request) {
  auto call = std::make_shared<WatchCall>(this, context);
  bool stopped = false;
  {
    MutexLock lock(&mutex_);
    stopped = stopped_;
    live_.insert(call);  // until gRPC is done with it
  }
  v1::WatchChangesRequest message;
  absl::Status status = stopped ? ShuttingDown() : Parse(*request, &message);
  if (status.ok()) {
    const auto query = FromProto(message);
    status = query.status();
    if (query.ok()) {
      auto subscription = calls_->registry()->Watch(*query);
      status = subscription.status();
      if (subscription.ok()) call->Start(*std::move(subscription));
    }
  }
  if (!status.ok()) call->FinishOnce(status);
  return call.get();
}

void WatchService::Forget(const std::shared_ptr<WatchCall>& call) {
  MutexLock lock(&mutex_);
  live_.erase(call);
}

void WatchService::Stop() {
  std::set<std::shared_ptr<WatchCall>> live;
  {
    MutexLock lock(&mutex_);
    stopped_ = true;
    live = live_;
  }
  for (const auto& call : live) call->FinishOnce(ShuttingDown());
}

}  // namespace regent
