// Hands records to Kafka in order, many in flight at a time, and says truly what became of them.
//
// librdkafka's idempotent producer keeps the order and repeats what may be repeated. After the first failure nothing
// that it holds may follow under the same claim, so it is emptied, and AbandonPending() replaces it by a new one: what
// the old one still has on the wire may land, however late, and is what UNKNOWN means.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <deque>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "base/kafka_handles.h"
#include "base/mutex.h"
#include "store/log.h"

namespace regent {

struct KafkaProducerOptions {
  KafkaClientConfig client;
  std::string topic;
  std::string client_id;
  // How long the brokers may take to acknowledge a record. Shorter than the election's session timeout, so that a
  // primary that lost its brokers knows before another takes over.
  std::chrono::milliseconds append_timeout{5000};
  int64_t record_bytes_max = 8 << 20;
  // See SetRecordLimit().
  int64_t record_limit = 8 << 20;
  // How long Close() waits for acknowledgements.
  std::chrono::milliseconds close_patience{2000};
};

// Thread-safe; Append, AbandonPending and Close are the Log's. Only Close and BuryDead block.
class KafkaProducer {
 public:
  explicit KafkaProducer(KafkaProducerOptions options);
  ~KafkaProducer();

  // While not OK (as in the beginning), appends fail definitely with it.
  void SetGate(const absl::Status& gate);

  // What the topic takes at most, record and all that belongs to it. An append with a larger one fails alone, with
  // SCHEMA_TOO_LARGE: nothing of it is handed over, and what follows it is.
  void SetRecordLimit(int64_t bytes) { record_limit_ = bytes; }

  void Append(absl::Span<const Record> records, AppendDone done);
  void AbandonPending();
  void Close();

  // Frees the producers that were replaced, which may take a while: their threads end.
  void BuryDead();

 private:
  struct Handed {
    std::vector<Record> records;
    AppendDone done;  // nothing: this stands for AbandonPending
  };
  // An append whose records are on their way.
  struct Pending {
    AppendDone done;
    size_t open = 0;  // records without a report
    bool written = false;
    bool not_written = false;
    bool in_doubt = false;
    Offset last = kBeforeFirst;
    absl::Status status;
  };
  struct Client {
    KafkaClientPtr handle;
    KafkaQueuePtr reports;  // this and the topic are destroyed first
    KafkaTopicPtr topic;
    size_t pending = 0;  // appends
  };

  static void OnReport(rd_kafka_t* handle, const rd_kafka_message_t* message, void* self);

  absl::Status TooLarge(int64_t size) const;
  std::unique_ptr<Client> NewClient() EXCLUDES(mutex_);
  void SubmitLocked(std::vector<Record> records, AppendDone done) REQUIRES(mutex_);
  bool ProduceLocked(const Record& record, Pending* pending) REQUIRES(mutex_);
  void FailLocked(const absl::Status& why) REQUIRES(mutex_);
  void WakeLocked() REQUIRES(mutex_);

  // ---- the thread ----
  void Run();
  void Report(const rd_kafka_message_t* message);
  void Finish(std::unique_ptr<Pending> pending);
  void RunOutcomes();
  void Abandon();
  void Drain(std::chrono::milliseconds patience);
  size_t PendingNow();

  const KafkaProducerOptions options_;
  std::atomic<bool> closing_{false};
  std::atomic<int64_t> record_limit_;
  std::atomic<bool> work_{false};  // something other than reports waits for the thread
  Mutex close_mutex_;              // taken before mutex_
  std::thread thread_;

  Mutex mutex_;
  CondVar wake_;
  absl::Status gate_ GUARDED_BY(mutex_);
  absl::Status failed_ GUARDED_BY(mutex_);             // until AbandonPending
  std::unique_ptr<Client> client_ GUARDED_BY(mutex_);  // its handle is polled by the thread alone
  bool abandoning_ GUARDED_BY(mutex_) = false;
  std::deque<Handed> waiting_ GUARDED_BY(mutex_);                                 // while abandoning
  std::deque<std::pair<AppendDone, AppendOutcome>> outcomes_ GUARDED_BY(mutex_);  // for the thread to tell
  std::vector<std::unique_ptr<Client>> dead_ GUARDED_BY(mutex_);
};

}  // namespace regent
