#include "store/kafka/kafka_reader.h"

#include <algorithm>
#include <limits>
#include <utility>

#include "absl/strings/str_cat.h"
#include "base/clock.h"
#include "base/error_reason.h"
#include "base/logging.h"

namespace regent {
namespace {

constexpr int kPollMillis = 100;
constexpr int kWarmMillis = 1000;
// No record ever stands there.
constexpr Offset kNowhere{std::numeric_limits<int64_t>::max()};

// After these the topic may be another than the one that was opened.
bool RaisesDoubt(rd_kafka_resp_err_t code) {
  switch (code) {
    case RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART:
    case RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_ID:
    case RD_KAFKA_RESP_ERR__UNKNOWN_TOPIC:
    case RD_KAFKA_RESP_ERR__UNKNOWN_PARTITION:
      return true;
    default:
      return false;
  }
}

bool MeansCutOff(rd_kafka_resp_err_t code) {
  return code == RD_KAFKA_RESP_ERR__AUTO_OFFSET_RESET || code == RD_KAFKA_RESP_ERR__LOG_TRUNCATION ||
         code == RD_KAFKA_RESP_ERR_OFFSET_OUT_OF_RANGE;
}

std::string Bytes(const void* data, size_t size) { return {static_cast<const char*>(data), size}; }

}  // namespace

KafkaReader::KafkaReader(KafkaReaderOptions options) : options_(std::move(options)) {}

KafkaReader::~KafkaReader() { Close(); }

void KafkaReader::Start(Offset from, LogSink* sink) {
  MutexLock closing(&close_mutex_);
  if (closing_) return;
  sink_ = sink;
  position_ = std::max(from, Offset(0));
  thread_ = std::thread([this] { Run(); });
}

void KafkaReader::Proceed(Offset end) {
  MutexLock lock(&mutex_);
  proceed_ = end;
  trouble_.reset();
  wake_.NotifyOne();
}

void KafkaReader::Trouble(const absl::Status& why) {
  MutexLock lock(&mutex_);
  proceed_.reset();
  trouble_ = why;
  wake_.NotifyOne();
}

void KafkaReader::Replaced(const absl::Status& what) {
  MutexLock lock(&mutex_);
  replaced_ = what;
  wake_.NotifyOne();
}

void KafkaReader::Close() {
  MutexLock closing(&close_mutex_);
  {
    MutexLock lock(&mutex_);
    closing_ = true;
    wake_.NotifyOne();
  }
  if (thread_.joinable()) thread_.join();
}

void KafkaReader::Run() {
  while (!closing_) {
    if (!HearGuard()) continue;
    if (!fetching_) {
      if (absl::Status status = StartClient(); !status.ok()) {
        Doubt(status);
        continue;
      }
    }
    rd_kafka_consume_callback_queue(queue_.get(), kPollMillis, OnMessage, this);
    rd_kafka_poll(client_.get(), 0);
  }
  StopFetching();
  queue_.reset();
  topic_.reset();
  client_.reset();
}

bool KafkaReader::HearGuard() {
  if (told_replaced_) StopFetching();
  std::optional<absl::Status> trouble;
  std::optional<absl::Status> replaced;
  std::optional<Offset> proceed;
  {
    MutexLock lock(&mutex_);
    // While there is nothing to read, only the guard or Close() has something to say.
    while (!closing_ && (told_replaced_ || !may_read_) && !proceed_ && !trouble_ && !replaced_) wake_.Wait(&mutex_);
    if (closing_) return false;
    trouble = std::exchange(trouble_, std::nullopt);
    replaced = replaced_;
    proceed = std::exchange(proceed_, std::nullopt);
    if (told_replaced_) {
      // Nothing follows.
      while (!closing_) wake_.Wait(&mutex_);
      return false;
    }
  }
  if (replaced) {
    TellReplaced(*replaced);
    return false;
  }
  if (trouble) TellTrouble(*trouble);
  if (proceed) {
    // Where there was trouble or doubt, what waits in the queue may be of any age: it is fetched anew.
    if (fetching_ && (in_doubt_ || troubled_)) StopFetching();
    in_doubt_ = false;
    may_read_ = true;
    stood_ = *proceed;
  }
  return may_read_ && !in_doubt_;
}

absl::Status KafkaReader::StartClient() {
  if (client_ == nullptr) {
    const std::string largest = std::to_string(options_.record_bytes_max);
    auto conf = MakeKafkaConf(options_.client, {
                                                   {"client.id", options_.client_id},
                                                   {"enable.partition.eof", "true"},
                                                   {"auto.offset.reset", "error"},
                                                   {"enable.auto.commit", "false"},
                                                   {"enable.auto.offset.store", "false"},
                                                   {"isolation.level", "read_uncommitted"},
                                                   {"allow.auto.create.topics", "false"},
                                                   {"check.crcs", "true"},
                                                   {"socket.nagle.disable", "true"},
                                                   {"fetch.min.bytes", "1"},
                                                   {"message.max.bytes", largest},
                                                   {"fetch.message.max.bytes", largest},
                                                   // What may wait for the sink.
                                                   {"queued.max.messages.kbytes", "16384"},
                                                   {"fetch.queue.backoff.ms", "5"},
                                                   {"fetch.error.backoff.ms", "100"},
                                                   {"reconnect.backoff.ms", "50"},
                                                   {"reconnect.backoff.max.ms", "500"},
                                               });
    if (!conf.ok()) return conf.status();
    auto client = NewKafkaClient(RD_KAFKA_CONSUMER, *std::move(conf));
    if (!client.ok()) return client.status();
    client_ = *std::move(client);
    queue_.reset(rd_kafka_queue_new(client_.get()));
    topic_.reset(rd_kafka_topic_new(client_.get(), options_.topic.c_str(), nullptr));
    // Of its own the client looks for the topic's leader once a second.
    const struct rd_kafka_metadata* metadata = nullptr;
    rd_kafka_metadata(client_.get(), 0, topic_.get(), &metadata, kWarmMillis);
    if (metadata != nullptr) rd_kafka_metadata_destroy(metadata);
  }
  // The first offset of a compacted topic may be above 0.
  const int64_t from = position_ == Offset(0) ? int64_t{RD_KAFKA_OFFSET_BEGINNING} : position_.value();
  if (rd_kafka_consume_start_queue(topic_.get(), 0, from, queue_.get()) != 0) {
    return KafkaStatus(rd_kafka_last_error(), absl::StrCat("reading topic ", options_.topic));
  }
  fetching_ = true;
  caught_up_ = false;
  // An empty fetch, which would say so too, takes half a second to come.
  if (position_ == stood_) CaughtUp();
  return absl::OkStatus();
}

void KafkaReader::StopFetching() {
  if (!fetching_) return;
  rd_kafka_consume_stop(topic_.get(), 0);
  fetching_ = false;
}

void KafkaReader::OnMessage(rd_kafka_message_t* message, void* self) { static_cast<KafkaReader*>(self)->Take(message); }

void KafkaReader::Take(const rd_kafka_message_t* message) {
  if (closing_ || in_doubt_ || told_replaced_) return;
  if (message->err == RD_KAFKA_RESP_ERR__PARTITION_EOF) {
    position_ = std::max(position_, Offset(message->offset));
    CaughtUp();
  } else if (message->err == RD_KAFKA_RESP_ERR_NO_ERROR) {
    told_trouble_.clear();
    Deliver(message);
  } else {
    TakeError(message);
  }
}

void KafkaReader::TakeError(const rd_kafka_message_t* message) {
  const absl::Status status = KafkaStatus(message->err, absl::StrCat("reading topic ", options_.topic));
  if (MeansCutOff(message->err)) {
    TellReplaced(MakeError(
        ErrorReason::kLogReplaced,
        absl::StrCat("topic ", options_.topic, " does not hold offset ", position_.value(),
                     " any more: it was cut off, or is another topic (", rd_kafka_err2name(message->err), ")")));
  } else if (RaisesDoubt(message->err)) {
    Doubt(status);
  } else {
    TellTrouble(status);
    options_.on_doubt();
  }
}

void KafkaReader::Deliver(const rd_kafka_message_t* message) {
  // Fetched twice, after a new beginning.
  if (Offset(message->offset) < position_) return;
  LogRecord record;
  record.offset = Offset(message->offset);
  rd_kafka_timestamp_type_t type;
  record.timestamp_ms = std::max<int64_t>(rd_kafka_message_timestamp(message, &type), 0);
  if (message->key != nullptr) record.record.key = Bytes(message->key, message->key_len);
  if (message->payload != nullptr) record.record.value = Bytes(message->payload, message->len);
  rd_kafka_headers_t* headers = nullptr;
  if (rd_kafka_message_headers(message, &headers) == RD_KAFKA_RESP_ERR_NO_ERROR) {
    const char* name = nullptr;
    const void* value = nullptr;
    size_t size = 0;
    for (size_t i = 0; rd_kafka_header_get_all(headers, i, &name, &value, &size) == RD_KAFKA_RESP_ERR_NO_ERROR; ++i) {
      record.record.headers.push_back({name, value == nullptr ? "" : Bytes(value, size)});
    }
  }
  position_ = record.offset.Next();
  sink_->OnRecord(std::move(record));
  if (position_ >= stood_) CaughtUp();
}

void KafkaReader::CaughtUp() {
  told_trouble_.clear();
  troubled_ = false;
  if (!std::exchange(caught_up_, true)) sink_->OnCaughtUp(position_);
}

void KafkaReader::Doubt(const absl::Status& why) {
  in_doubt_ = true;
  may_read_ = false;
  TellTrouble(why);
  options_.on_doubt();
}

void KafkaReader::TellTrouble(const absl::Status& why) {
  // Whether all was read is not known again before the guard or an empty fetch says so.
  troubled_ = true;
  caught_up_ = false;
  stood_ = kNowhere;
  if (std::exchange(told_trouble_, std::string(why.message())) == why.message()) return;
  sink_->OnError(why);
}

void KafkaReader::TellReplaced(const absl::Status& what) {
  if (std::exchange(told_replaced_, true)) return;
  sink_->OnReplaced(what);
}

}  // namespace regent
