// A log that fails when a test tells it to, around any other: to find out what its users do then.
//
// Untouched it behaves as the log inside. The hooks are thread-safe and take effect for what comes after them; nothing
// happens by chance or by time. Callbacks come on the threads of the log inside or on one of its own.
#pragma once

#include <deque>
#include <functional>
#include <memory>
#include <string>
#include <thread>
#include <variant>

#include "base/mutex.h"
#include "store/log.h"

namespace regent {

class FaultLog : public Log, private LogSink {
 public:
  explicit FaultLog(std::unique_ptr<Log> inside);
  ~FaultLog() override;

  // ---- hooks: appends ----

  enum class Fault {
    kFailed,         // nothing was written
    kUnknownLanded,  // it landed, and the outcome says UNKNOWN
    kUnknownLost,    // it did not, and the outcome says UNKNOWN
  };
  // The next `count` appends that are accepted fail so. As after any failure, those behind each fail definitely until
  // AbandonPending; they do not count.
  void FailNextAppends(int count, Fault fault);
  // How many of them are still to fail.
  int faults_left() const;

  // Appends from now on wait on their way. Released, they go on in order. Abandoned or closed before that, they become
  // UNKNOWN: with kStillLand they go on nevertheless when they are released, with kNeverLand they never do.
  enum class Abandoned { kStillLand, kNeverLand };
  void HoldAppends(Abandoned abandoned = Abandoned::kStillLand);
  void ReleaseAppends();
  // How many appends wait.
  size_t held_appends() const;

  // ---- hooks: delivery ----

  // The sink is told nothing until released; then everything, in order.
  void HoldDelivery();
  void ReleaseDelivery();
  // What the sink has not been told by now it is never told, nor anything later.
  void CutDelivery();
  // Calls the sink as the log would, behind what it was told so far. After OnReplaced nothing follows.
  void ReportReplaced(const absl::Status& what);
  void ReportError(const absl::Status& status);

  // ---- Log ----

  absl::Status StartReading(Offset from, LogSink* sink) override;
  void Append(absl::Span<const Record> records, AppendDone done) override;
  void AbandonPending() override;
  std::string Id() const override { return inside_->Id(); }
  LogDescription Describe() const override { return inside_->Describe(); }
  void Close() override;

 private:
  // Handed over and not accepted yet. One without `done` stands for AbandonPending.
  struct Handed {
    std::vector<Record> records;
    AppendDone done;
  };
  struct CaughtUp {
    Offset next;
  };
  struct Replaced {
    absl::Status what;
  };
  struct Trouble {
    absl::Status status;
  };
  using Delivery = std::variant<LogRecord, CaughtUp, Replaced, Trouble>;

  void OnRecord(LogRecord record) override;
  void OnCaughtUp(Offset next) override;
  void OnReplaced(const absl::Status& what) override;
  void OnError(const absl::Status& status) override;

  void Run();
  // Each does one thing, with the lock let go while it calls out, and returns whether there was one to do.
  bool SendReleased() REQUIRES(mutex_);
  bool Accept() REQUIRES(mutex_);
  bool TellSink() REQUIRES(mutex_);
  void AcceptAppend(Handed handed) REQUIRES(mutex_);
  void AcceptAbandon() REQUIRES(mutex_);
  void Fail(Handed handed) REQUIRES(mutex_);
  void Finish(const AppendDone& done, AppendOutcome outcome) REQUIRES(mutex_);
  void Enqueue(Delivery delivery);

  const std::unique_ptr<Log> inside_;
  Mutex close_mutex_;  // taken before mutex_
  std::thread thread_;

  mutable Mutex mutex_;
  CondVar wake_;
  bool closing_ GUARDED_BY(mutex_) = false;

  std::deque<Handed> inbox_ GUARDED_BY(mutex_);
  std::deque<Handed> held_ GUARDED_BY(mutex_);
  std::deque<Handed> released_ GUARDED_BY(mutex_);
  bool holding_ GUARDED_BY(mutex_) = false;
  Abandoned abandoned_ GUARDED_BY(mutex_) = Abandoned::kStillLand;
  int faults_ GUARDED_BY(mutex_) = 0;
  Fault fault_ GUARDED_BY(mutex_) = Fault::kFailed;
  absl::Status failed_ GUARDED_BY(mutex_);  // by a fault, until AbandonPending

  LogSink* sink_ GUARDED_BY(mutex_) = nullptr;
  std::deque<Delivery> deliveries_ GUARDED_BY(mutex_);
  bool holding_delivery_ GUARDED_BY(mutex_) = false;
  bool cut_ GUARDED_BY(mutex_) = false;
};

}  // namespace regent
