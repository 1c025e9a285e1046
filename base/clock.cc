#include "base/clock.h"

#include <algorithm>
#include <map>
#include <thread>
#include <utility>

#include "base/mutex.h"

namespace regent {
namespace {

class MachineClock : public Clock {
 public:
  SteadyTime Now() const override { return std::chrono::steady_clock::now(); }
  int64_t WallMillis() const override {
    const auto since_1970 = std::chrono::system_clock::now().time_since_epoch();
    return std::chrono::duration_cast<std::chrono::milliseconds>(since_1970).count();
  }
};

class ThreadTimer : public Timer {
 public:
  explicit ThreadTimer(const Clock* clock) : clock_(clock), thread_([this] { Run(); }) {}

  ~ThreadTimer() override {
    {
      MutexLock lock(&mutex_);
      stopping_ = true;
    }
    changed_.NotifyOne();
    thread_.join();
  }

  Id RunAt(SteadyTime when, std::function<void()> callback) override {
    Id id;
    bool is_first;
    {
      MutexLock lock(&mutex_);
      id = ++last_id_;
      const auto place = waiting_.emplace(Place{when, id}, std::move(callback)).first;
      due_[id] = when;
      is_first = place == waiting_.begin();
    }
    if (is_first) changed_.NotifyOne();
    return id;
  }

  bool Cancel(Id id) override {
    std::function<void()> dropped;  // destroyed without the lock: it may own anything
    MutexLock lock(&mutex_);
    const auto due = due_.find(id);
    if (due == due_.end()) return false;
    const auto place = waiting_.find(Place{due->second, id});
    dropped = std::move(place->second);
    waiting_.erase(place);
    due_.erase(due);
    return true;
  }

 private:
  using Place = std::pair<SteadyTime, Id>;

  void Run() {
    std::function<void()> callback;
    while (WaitForNext(&callback)) {
      callback();
      callback = nullptr;  // what it owns goes now, not when the next one is due
    }
  }

  // False when it is time to stop.
  bool WaitForNext(std::function<void()>* callback) {
    MutexLock lock(&mutex_);
    while (!stopping_) {
      if (waiting_.empty()) {
        changed_.Wait(&mutex_);
        continue;
      }
      const auto first = waiting_.begin();
      const SteadyTime when = first->first.first;
      const SteadyTime now = clock_->Now();
      if (when <= now) {
        *callback = std::move(first->second);
        due_.erase(first->first.second);
        waiting_.erase(first);
        return true;
      }
      // The clock may be another than the machine's: wait for a span, not until a time; bounded, as `when` may be the
      // end of time.
      const auto span = std::min<SteadyTime::duration>(when - now, std::chrono::hours(1));
      changed_.WaitUntil(&mutex_, std::chrono::steady_clock::now() + span);
    }
    return false;
  }

  const Clock* const clock_;
  Mutex mutex_;
  CondVar changed_;
  bool stopping_ GUARDED_BY(mutex_) = false;
  Id last_id_ GUARDED_BY(mutex_) = 0;
  std::map<Place, std::function<void()>> waiting_ GUARDED_BY(mutex_);
  std::map<Id, SteadyTime> due_ GUARDED_BY(mutex_);
  std::thread thread_;  // last: it uses the rest
};

}  // namespace

Clock* SystemClock() {
  static MachineClock* const clock = new MachineClock;
  return clock;
}

std::unique_ptr<Timer> NewThreadTimer(const Clock* clock) { return std::make_unique<ThreadTimer>(clock); }

}  // namespace regent
