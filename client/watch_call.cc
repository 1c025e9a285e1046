#include "client/watch_call.h"

#include <utility>

namespace regent::client {

// A hold keeps the call alive for reads that are begun from outside its callbacks; it is given up with the first read
// that fails, or by the one who stops reading.
class WatchCall::Reactor : public grpc::ClientReadReactor<v1::WatchEvent> {
 public:
  Reactor(v1::Watch::Stub* stub, v1::WatchChangesRequest request) : request_(std::move(request)) {
    stub->async()->WatchChanges(&context_, &request_, this);
    AddHold();
    StartRead(&event_);
    StartCall();
  }

  void OnReadDone(bool ok) override {
    {
      MutexLock lock(&mutex_);
      reading_ = false;
      (ok ? has_event_ : read_failed_) = true;
      changed_.NotifyAll();
    }
    if (!ok) RemoveHold();
  }

  void OnDone(const grpc::Status& status) override {
    MutexLock lock(&mutex_);
    status_ = status;
    done_ = true;
    changed_.NotifyAll();
  }

  Wait Next(SteadyTime deadline, v1::WatchEvent* event) {
    bool read = false;
    {
      MutexLock lock(&mutex_);
      while (!has_event_ && !done_) {
        if (deadline == SteadyTime::max()) {
          changed_.Wait(&mutex_);
          continue;
        }
        if (SystemClock()->Now() >= deadline) return Wait::kTimeout;
        changed_.WaitUntil(&mutex_, deadline);
      }
      if (!has_event_) return Wait::kEnded;
      event->Swap(&event_);
      has_event_ = false;
      read = reading_ = true;
    }
    if (read) StartRead(&event_);
    return Wait::kEvent;
  }

  grpc::Status status() const {
    MutexLock lock(&mutex_);
    return status_;
  }

  void Cancel() { context_.TryCancel(); }

  void End() {
    context_.TryCancel();
    bool held = false;
    {
      MutexLock lock(&mutex_);
      held = !reading_ && !read_failed_;
      read_failed_ = read_failed_ || held;
    }
    if (held) RemoveHold();
    MutexLock lock(&mutex_);
    while (!done_) changed_.Wait(&mutex_);
  }

 private:
  grpc::ClientContext context_;
  const v1::WatchChangesRequest request_;
  v1::WatchEvent event_;  // gRPC's while reading_
  mutable Mutex mutex_;
  CondVar changed_;
  bool reading_ GUARDED_BY(mutex_) = true;
  bool has_event_ GUARDED_BY(mutex_) = false;
  bool read_failed_ GUARDED_BY(mutex_) = false;
  bool done_ GUARDED_BY(mutex_) = false;
  grpc::Status status_ GUARDED_BY(mutex_);
};

WatchCall::WatchCall(std::shared_ptr<grpc::Channel> channel, const v1::WatchChangesRequest& request)
    : stub_(v1::Watch::NewStub(std::move(channel))), reactor_(std::make_unique<Reactor>(stub_.get(), request)) {}

WatchCall::~WatchCall() { reactor_->End(); }

WatchCall::Wait WatchCall::Next(SteadyTime deadline, v1::WatchEvent* event) { return reactor_->Next(deadline, event); }

grpc::Status WatchCall::status() const { return reactor_->status(); }

void WatchCall::Cancel() { reactor_->Cancel(); }

}  // namespace regent::client
