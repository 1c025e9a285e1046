#include "store/kafka/kafka_producer.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "base/clock.h"
#include "base/error_reason.h"
#include "base/logging.h"

namespace regent {
namespace {

// How often the thread looks around when nothing wakes it.
constexpr int kPollMillis = 100;
constexpr int kWarmMillis = 1000;
constexpr int64_t kBatchMax = 1000000;
// What Kafka writes around a batch of one record, at most: 61 bytes for the batch, and the record's own lengths.
constexpr int64_t kBytesAround = 128;
constexpr int64_t kBytesAroundHeader = 10;

int64_t SizeOf(const Record& record) {
  int64_t size = kBytesAround + static_cast<int64_t>(record.key.size() + (record.value ? record.value->size() : 0));
  for (const Header& header : record.headers) {
    size += kBytesAroundHeader + static_cast<int64_t>(header.name.size() + header.value.size());
  }
  return size;
}

int64_t LargestOf(absl::Span<const Record> records) {
  int64_t largest = 0;
  for (const Record& record : records) largest = std::max(largest, SizeOf(record));
  return largest;
}

}  // namespace

KafkaProducer::KafkaProducer(KafkaProducerOptions options)
    : options_(std::move(options)),
      record_limit_(options_.record_limit),
      gate_(MakeError(ErrorReason::kLogUnavailable, "the topic was not reached yet")) {
  std::unique_ptr<Client> client = NewClient();
  {
    MutexLock lock(&mutex_);
    client_ = std::move(client);
  }
  thread_ = std::thread([this] { Run(); });
}

KafkaProducer::~KafkaProducer() { Close(); }

// Null, with failed_ set, when there can be none.
std::unique_ptr<KafkaProducer::Client> KafkaProducer::NewClient() {
  const std::string timeout = std::to_string(options_.append_timeout.count());
  auto conf = MakeKafkaConf(options_.client,
                            {
                                {"client.id", options_.client_id},
                                {"acks", "all"},
                                {"enable.idempotence", "true"},
                                {"linger.ms", "0"},
                                {"compression.codec", "none"},
                                {"message.timeout.ms", timeout},
                                {"request.timeout.ms", timeout},
                                {"message.max.bytes", std::to_string(options_.record_bytes_max)},
                                // The topic's limit is one for what is sent together, too.
                                {"batch.size", std::to_string(std::clamp<int64_t>(record_limit_, 1, kBatchMax))},
                                {"queue.buffering.max.kbytes", "262144"},
                                // Their bytes are what counts; one append may be of very many.
                                {"queue.buffering.max.messages", "0"},
                                {"allow.auto.create.topics", "false"},
                                {"socket.nagle.disable", "true"},
                                {"reconnect.backoff.ms", "50"},
                                {"reconnect.backoff.max.ms", "500"},
                                {"retry.backoff.ms", "50"},
                            });
  absl::Status why = conf.status();
  if (conf.ok()) {
    rd_kafka_conf_set_dr_msg_cb(conf->get(), OnReport);
    rd_kafka_conf_set_opaque(conf->get(), this);
    auto handle = NewKafkaClient(RD_KAFKA_PRODUCER, *std::move(conf));
    why = handle.status();
    if (handle.ok()) {
      auto client = std::make_unique<Client>();
      client->handle = *std::move(handle);
      client->reports.reset(rd_kafka_queue_get_main(client->handle.get()));
      client->topic.reset(rd_kafka_topic_new(client->handle.get(), options_.topic.c_str(), nullptr));
      return client;
    }
  }
  MutexLock lock(&mutex_);
  failed_ = why;
  return nullptr;
}

void KafkaProducer::SetGate(const absl::Status& gate) {
  MutexLock lock(&mutex_);
  gate_ = gate;
}

void KafkaProducer::WakeLocked() {
  work_ = true;
  if (client_ != nullptr) rd_kafka_queue_yield(client_->reports.get());
  wake_.NotifyOne();
}

void KafkaProducer::Append(absl::Span<const Record> records, AppendDone done) {
  {
    MutexLock lock(&mutex_);
    if (!closing_) {
      if (records.empty()) {
        outcomes_.emplace_back(std::move(done),
                               AppendOutcome{AppendOutcome::Kind::kFailed, kBeforeFirst,
                                             MakeError(ErrorReason::kInternal, "an append of no records")});
      } else if (const int64_t largest = LargestOf(records); largest > record_limit_) {
        outcomes_.emplace_back(std::move(done),
                               AppendOutcome{AppendOutcome::Kind::kFailed, kBeforeFirst, TooLarge(largest)});
      } else if (abandoning_) {
        waiting_.push_back({{records.begin(), records.end()}, std::move(done)});
      } else {
        SubmitLocked({records.begin(), records.end()}, std::move(done));
      }
      if (!outcomes_.empty()) {
        WakeLocked();
      }
      return;
    }
  }
  done({AppendOutcome::Kind::kFailed, kBeforeFirst, MakeError(ErrorReason::kShuttingDown, "the log is closed")});
}

absl::Status KafkaProducer::TooLarge(int64_t size) const {
  return MakeError(ErrorReason::kSchemaTooLarge,
                   absl::StrCat("The record has ", size, " bytes, and topic ", options_.topic, " takes ",
                                record_limit_.load(), " (max.message.bytes): raise that, or make the schema smaller."));
}

void KafkaProducer::SubmitLocked(std::vector<Record> records, AppendDone done) {
  if (failed_.ok() && !gate_.ok()) FailLocked(gate_);
  if (!failed_.ok()) {
    outcomes_.emplace_back(std::move(done), AppendOutcome{AppendOutcome::Kind::kFailed, kBeforeFirst, failed_});
    return;
  }
  auto pending = std::make_unique<Pending>();
  pending->done = std::move(done);
  pending->open = records.size();
  ++client_->pending;
  for (size_t i = 0; i < records.size(); ++i) {
    if (ProduceLocked(records[i], pending.get())) continue;
    // It, and what follows it in this append, never left.
    pending->open -= records.size() - i;
    pending->not_written = true;
    pending->status = failed_;
    break;
  }
  if (pending->open > 0) {
    pending.release();  // the reports hold it now
    return;
  }
  --client_->pending;
  outcomes_.emplace_back(std::move(pending->done),
                         AppendOutcome{AppendOutcome::Kind::kFailed, kBeforeFirst, pending->status});
}

bool KafkaProducer::ProduceLocked(const Record& record, Pending* pending) {
  rd_kafka_headers_t* headers = nullptr;
  if (!record.headers.empty()) {
    headers = rd_kafka_headers_new(record.headers.size());
    for (const Header& header : record.headers) {
      rd_kafka_header_add(headers, header.name.data(), static_cast<ssize_t>(header.name.size()), header.value.data(),
                          static_cast<ssize_t>(header.value.size()));
    }
  }
  rd_kafka_vu_t fields[7] = {};
  size_t count = 0;
  fields[count].vtype = RD_KAFKA_VTYPE_RKT;
  fields[count++].u.rkt = client_->topic.get();
  fields[count].vtype = RD_KAFKA_VTYPE_PARTITION;
  fields[count++].u.i32 = 0;
  fields[count].vtype = RD_KAFKA_VTYPE_MSGFLAGS;
  fields[count++].u.i = RD_KAFKA_MSG_F_COPY;
  fields[count].vtype = RD_KAFKA_VTYPE_KEY;
  fields[count].u.mem.ptr = const_cast<char*>(record.key.data());
  fields[count++].u.mem.size = record.key.size();
  fields[count].vtype = RD_KAFKA_VTYPE_VALUE;
  fields[count].u.mem.ptr = record.value ? const_cast<char*>(record.value->data()) : nullptr;
  fields[count++].u.mem.size = record.value ? record.value->size() : 0;
  fields[count].vtype = RD_KAFKA_VTYPE_OPAQUE;
  fields[count++].u.ptr = pending;
  if (headers != nullptr) {
    fields[count].vtype = RD_KAFKA_VTYPE_HEADERS;
    fields[count++].u.headers = headers;
  }
  const KafkaErrorPtr error(rd_kafka_produceva(client_->handle.get(), fields, count));
  if (error == nullptr) return true;
  if (headers != nullptr) rd_kafka_headers_destroy(headers);
  FailLocked(MakeError(ErrorReason::kLogUnavailable, absl::StrCat("append to topic ", options_.topic, ": ",
                                                                  rd_kafka_err2name(rd_kafka_error_code(error.get())),
                                                                  ": ", rd_kafka_error_string(error.get()))));
  return false;
}

// From now on nothing may follow what was handed over before.
void KafkaProducer::FailLocked(const absl::Status& why) {
  if (!failed_.ok()) return;
  failed_ = why;
  if (client_ == nullptr || client_->pending == 0) return;
  rd_kafka_purge(client_->handle.get(),
                 RD_KAFKA_PURGE_F_QUEUE | RD_KAFKA_PURGE_F_INFLIGHT | RD_KAFKA_PURGE_F_NON_BLOCKING);
}

void KafkaProducer::AbandonPending() {
  MutexLock lock(&mutex_);
  if (closing_) return;
  if (abandoning_) {
    waiting_.emplace_back();
    return;
  }
  // What has left nothing behind may go on as it is.
  if (failed_.ok() && client_ != nullptr && client_->pending == 0) return;
  abandoning_ = true;
  waiting_.emplace_back();
  WakeLocked();
}

void KafkaProducer::Close() {
  MutexLock closing(&close_mutex_);
  {
    MutexLock lock(&mutex_);
    closing_ = true;
    WakeLocked();
  }
  if (thread_.joinable()) thread_.join();
  std::unique_ptr<Client> last;
  {
    MutexLock lock(&mutex_);
    last = std::move(client_);
  }
  BuryDead();
}

void KafkaProducer::BuryDead() {
  std::vector<std::unique_ptr<Client>> dead;
  MutexLock lock(&mutex_);
  dead.swap(dead_);
  // Destroyed after the lock is released: declared before it.
}

void KafkaProducer::OnReport(rd_kafka_t*, const rd_kafka_message_t* message, void* self) {
  static_cast<KafkaProducer*>(self)->Report(message);
}

void KafkaProducer::Report(const rd_kafka_message_t* message) {
  auto* pending = static_cast<Pending*>(message->_private);
  {
    // Whoever hands records over holds the lock until all of them are out: a report may come before that, and must not
    // end the append under its hands.
    MutexLock lock(&mutex_);
    --pending->open;
    if (message->err == RD_KAFKA_RESP_ERR_NO_ERROR) {
      pending->written = true;
      pending->last = Offset(message->offset);
    } else {
      const bool not_written = rd_kafka_message_status(message) == RD_KAFKA_MSG_STATUS_NOT_PERSISTED;
      const absl::Status why = KafkaStatus(message->err, absl::StrCat("append to topic ", options_.topic));
      if (pending->status.ok()) pending->status = why;
      (not_written ? pending->not_written : pending->in_doubt) = true;
      FailLocked(why);
    }
    if (pending->open > 0) return;
  }
  Finish(std::unique_ptr<Pending>(pending));
}

void KafkaProducer::Finish(std::unique_ptr<Pending> pending) {
  AppendOutcome outcome;
  outcome.status = pending->status;
  {
    MutexLock lock(&mutex_);
    --client_->pending;
    // It stands in the log, but behind a gap: whoever appended it must not take it for a success.
    if (!pending->not_written && !pending->in_doubt && !failed_.ok()) {
      pending->in_doubt = true;
      outcome.status = failed_;
    }
  }
  if (pending->in_doubt || (pending->written && pending->not_written)) {
    outcome.kind = AppendOutcome::Kind::kUnknown;
  } else if (pending->not_written) {
    outcome.kind = AppendOutcome::Kind::kFailed;
  } else {
    outcome.kind = AppendOutcome::Kind::kAppended;
    outcome.last_offset = pending->last;
  }
  pending->done(outcome);
}

void KafkaProducer::Run() {
  rd_kafka_t* warm = nullptr;  // the client that was made ready; compared, never followed
  while (true) {
    rd_kafka_t* handle = nullptr;
    rd_kafka_topic_t* topic = nullptr;
    {
      MutexLock lock(&mutex_);
      // Replaced by this thread only, so it stays while it is polled.
      if (client_ != nullptr) handle = client_->handle.get(), topic = client_->topic.get();
    }
    if (handle != nullptr && handle != warm) {
      // A cold client takes most of a second for its first record.
      warm = handle;
      const struct rd_kafka_metadata* metadata = nullptr;
      rd_kafka_metadata(handle, 0, topic, &metadata, kWarmMillis);
      if (metadata != nullptr) rd_kafka_metadata_destroy(metadata);
    }
    if (handle != nullptr) {
      rd_kafka_poll(handle, work_ ? 0 : kPollMillis);
    } else {
      MutexLock lock(&mutex_);
      if (!work_) wake_.WaitUntil(&mutex_, SystemClock()->Now() + std::chrono::milliseconds(kPollMillis));
    }
    if (!work_.exchange(false)) continue;
    RunOutcomes();
    if (closing_) break;
    Abandon();
  }
  Drain(options_.close_patience);
  RunOutcomes();
}

void KafkaProducer::RunOutcomes() {
  while (true) {
    std::deque<std::pair<AppendDone, AppendOutcome>> outcomes;
    {
      MutexLock lock(&mutex_);
      outcomes.swap(outcomes_);
    }
    if (outcomes.empty()) return;
    for (auto& [done, outcome] : outcomes) done(outcome);
  }
}

size_t KafkaProducer::PendingNow() {
  MutexLock lock(&mutex_);
  return client_ == nullptr ? 0 : client_->pending;
}

// Until every append has its outcome: what is not acknowledged in time is purged.
void KafkaProducer::Drain(std::chrono::milliseconds patience) {
  rd_kafka_t* handle = nullptr;
  {
    MutexLock lock(&mutex_);
    if (client_ != nullptr) handle = client_->handle.get();
  }
  const SteadyTime deadline = SystemClock()->Now() + patience;
  bool purged = false;
  while (PendingNow() > 0) {
    if (!purged && SystemClock()->Now() >= deadline) {
      purged = true;
      rd_kafka_purge(handle, RD_KAFKA_PURGE_F_QUEUE | RD_KAFKA_PURGE_F_INFLIGHT);
    }
    rd_kafka_poll(handle, purged ? kPollMillis : 10);
  }
  std::deque<Handed> waiting;
  {
    MutexLock lock(&mutex_);
    if (!closing_) return;
    waiting.swap(waiting_);
  }
  for (Handed& handed : waiting) {
    if (!handed.done) continue;
    handed.done(
        {AppendOutcome::Kind::kFailed, kBeforeFirst, MakeError(ErrorReason::kShuttingDown, "the log is closed")});
  }
}

void KafkaProducer::Abandon() {
  while (true) {
    {
      MutexLock lock(&mutex_);
      if (!abandoning_ || closing_) return;
    }
    // Only what waits in front of the first marker belongs to the client at hand, and that is nothing.
    Drain(std::chrono::milliseconds(0));
    RunOutcomes();
    std::unique_ptr<Client> client = NewClient();
    MutexLock lock(&mutex_);
    if (client != nullptr) failed_ = absl::OkStatus();
    if (client_ != nullptr) dead_.push_back(std::move(client_));
    client_ = std::move(client);
    // The marker, and those that came before anything was handed over again.
    while (!waiting_.empty() && !waiting_.front().done) waiting_.pop_front();
    while (!waiting_.empty() && waiting_.front().done) {
      Handed handed = std::move(waiting_.front());
      waiting_.pop_front();
      SubmitLocked(std::move(handed.records), std::move(handed.done));
    }
    if (!outcomes_.empty()) work_ = true;
    if (waiting_.empty()) {
      abandoning_ = false;
      return;
    }
  }
}

}  // namespace regent
