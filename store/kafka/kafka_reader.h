// Delivers the records of a topic's only partition to a sink, on a thread of its own.
//
// It joins no group and keeps no offsets. What it cannot judge itself (is this still the topic that was opened?) it
// asks the log's guard, and delivers nothing until it has the answer.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <thread>

#include "base/kafka_handles.h"
#include "base/mutex.h"
#include "store/log.h"

namespace regent {

struct KafkaReaderOptions {
  KafkaClientConfig client;
  std::string topic;
  std::string client_id;
  int64_t record_bytes_max = 8 << 20;
  // Something happened after which the topic's identity is not certain: look, then Proceed() or Replaced(). Must not
  // block.
  std::function<void()> on_doubt;
};

// Thread-safe.
class KafkaReader {
 public:
  explicit KafkaReader(KafkaReaderOptions options);
  ~KafkaReader();

  // Once. Nothing is read before the first Proceed(). `sink` outlives Close().
  void Start(Offset from, LogSink* sink);

  // The topic is the one that was opened, the brokers answer, and its records stand before `end`. After a Trouble(), or
  // a doubt, reading begins again where it ended, so that the sink hears OnCaughtUp anew.
  void Proceed(Offset end);
  // The sink is told, once for each row of equal troubles.
  void Trouble(const absl::Status& why);
  // The sink is told, once, and nothing follows.
  void Replaced(const absl::Status& what);

  // No callback runs after it returns. Idempotent; blocks.
  void Close();

 private:
  static void OnMessage(rd_kafka_message_t* message, void* self);

  // ---- the thread ----
  void Run();
  // What the guard said since the last look. False when there is nothing to read now.
  bool HearGuard();
  absl::Status StartClient();
  void StopFetching();
  void Take(const rd_kafka_message_t* message);
  void TakeError(const rd_kafka_message_t* message);
  void Deliver(const rd_kafka_message_t* message);
  void CaughtUp();
  void Doubt(const absl::Status& why);
  void TellTrouble(const absl::Status& why);
  void TellReplaced(const absl::Status& what);

  const KafkaReaderOptions options_;
  std::atomic<bool> closing_{false};
  Mutex close_mutex_;  // taken before mutex_
  std::thread thread_;

  Mutex mutex_;
  CondVar wake_;
  std::optional<Offset> proceed_ GUARDED_BY(mutex_);
  std::optional<absl::Status> trouble_ GUARDED_BY(mutex_);
  std::optional<absl::Status> replaced_ GUARDED_BY(mutex_);

  // The thread's own; set before it starts.
  LogSink* sink_ = nullptr;
  Offset position_{0};
  Offset stood_{0};  // the end when reading began, or began again
  KafkaClientPtr client_;
  KafkaTopicPtr topic_;
  KafkaQueuePtr queue_;
  bool may_read_ = false;
  bool fetching_ = false;
  bool in_doubt_ = false;  // what comes out of the queue is not to be trusted
  bool told_replaced_ = false;
  bool caught_up_ = false;    // since reading began, or began again
  bool troubled_ = false;     // the sink heard of trouble and not yet of its end
  std::string told_trouble_;  // the last one, while it lasts
};

}  // namespace regent
