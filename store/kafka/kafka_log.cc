#include "store/kafka/kafka_log.h"

#include <algorithm>
#include <atomic>
#include <optional>
#include <thread>
#include <utility>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "base/clock.h"
#include "base/error_reason.h"
#include "base/logging.h"
#include "base/mutex.h"
#include "store/kafka/kafka_admin.h"
#include "store/kafka/kafka_producer.h"
#include "store/kafka/kafka_reader.h"

namespace regent {
namespace {

constexpr std::chrono::seconds kLook{1};  // at the topic's identity
constexpr std::chrono::milliseconds kOpenAgain{20};
constexpr std::chrono::milliseconds kLookAgain{200};  // when it was in doubt
constexpr std::chrono::seconds kLookTimeout{5};
// A broker that has just started may know less than the others: what it says is believed when it is said again.
constexpr int kSightingsOfAnother = 3;

// What the topic takes at most, record and all; nothing where the broker did not tell.
std::optional<int64_t> RecordLimitOf(const KafkaTopicFacts& facts) {
  const auto setting = facts.config.find("max.message.bytes");
  int64_t bytes = 0;
  if (setting == facts.config.end() || !absl::SimpleAtoi(setting->second, &bytes)) return std::nullopt;
  return bytes;
}

absl::Status Refusal(const std::vector<KafkaTopicFinding>& findings) {
  for (const KafkaTopicFinding& finding : findings) {
    if (finding.severity == KafkaTopicFinding::Severity::kRefused) {
      return MakeError(ErrorReason::kConfigurationInvalid, finding.message);
    }
  }
  return absl::OkStatus();
}

class KafkaLog : public Log {
 public:
  explicit KafkaLog(KafkaLogOptions options);
  ~KafkaLog() override { Close(); }

  // The first contact; then the threads start.
  absl::Status Open();

  absl::Status StartReading(Offset from, LogSink* sink) override;
  void Append(absl::Span<const Record> records, AppendDone done) override;
  void AbandonPending() override;
  std::string Id() const override { return id_; }
  LogDescription Describe() const override;
  void Close() override;

 private:
  // Finds the topic, or creates it, and judges it. Facts with an empty id: there is none, and it is not for this node
  // to create it.
  absl::StatusOr<KafkaTopicFacts> Contact(std::chrono::milliseconds timeout);
  absl::Status Judge(KafkaTopicFacts* facts, std::chrono::milliseconds timeout);
  bool Cancelled() const { return closing_ || (opening_ && options_.cancelled()); }

  // ---- the guard ----
  void RunGuard();
  void LookAround();
  void SeeAnother(const std::string& what);
  void SetTrouble(const absl::Status& why);
  // Why the topic cannot hold the log as it is set now; OK where it can.
  void SetRefusal(const absl::Status& why);
  void SetReplaced(const absl::Status& what);
  void SetGood();

  const KafkaLogOptions options_;
  std::string id_;  // set by Open()
  std::atomic<bool> opening_{true};
  std::atomic<bool> closing_{false};
  Mutex close_mutex_;  // taken before mutex_
  std::unique_ptr<KafkaReader> reader_;
  std::unique_ptr<KafkaProducer> producer_;  // none for a node that never writes
  std::thread guard_;

  mutable Mutex mutex_;
  CondVar wake_guard_;
  bool reading_ GUARDED_BY(mutex_) = false;
  bool doubt_ GUARDED_BY(mutex_) = false;
  std::vector<std::string> warnings_ GUARDED_BY(mutex_);
  absl::Status trouble_ GUARDED_BY(mutex_);
  absl::Status refusal_ GUARDED_BY(mutex_);

  // The guard's own, and Open()'s before it runs.
  std::unique_ptr<KafkaAdmin> admin_;
  bool contacted_ = false;  // the topic was seen and judged
  bool good_ = false;
  bool replaced_ = false;
  int sightings_ = 0;
  int64_t record_limit_;  // as the topic was judged last
  SteadyTime judge_again_at_;
};

KafkaLog::KafkaLog(KafkaLogOptions options)
    : options_(std::move(options)), record_limit_(options_.topic.record_bytes_max) {}

absl::Status KafkaLog::Open() {
  auto admin = KafkaAdmin::Create(options_.client, options_.client_id + "-guard", [this] { return Cancelled(); });
  if (!admin.ok()) return admin.status();
  admin_ = *std::move(admin);
  const bool has_copy = !options_.expected_id.empty();
  id_ = options_.expected_id;
  const SteadyTime deadline =
      SystemClock()->Now() + (has_copy ? options_.open_timeout_with_copy : options_.open_timeout);
  while (true) {
    const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(deadline - SystemClock()->Now());
    absl::StatusOr<KafkaTopicFacts> facts = Contact(std::min(options_.admin_timeout, std::max(left, kLookAgain)));
    if (facts.ok() && has_copy) break;  // the guard looks whether it is the same
    if (facts.ok() && !facts->id.empty()) {
      id_ = facts->id;
      // A topic that was just created has no leader for a moment.
      const absl::StatusOr<Offset> end = admin_->EndOffset(options_.topic.name, std::max(left, kLookAgain));
      if (end.ok()) break;
      facts = end.status();
    } else if (facts.ok()) {
      facts = MakeError(ErrorReason::kLogUnavailable,
                        absl::StrCat("there is no topic ", options_.topic.name, " at ", options_.client.servers,
                                     ", and a node with leader.eligibility=false does not create it"));
    }
    if (ReasonOf(facts.status()) != ErrorReason::kLogUnavailable) return facts.status();
    if (SystemClock()->Now() >= deadline) {
      if (has_copy) break;
      return MakeError(
          ErrorReason::kLogUnavailable,
          absl::StrCat("kafkastore.bootstrap.servers=", options_.client.servers, ": ", facts.status().message()));
    }
    if (Cancelled()) return MakeError(ErrorReason::kShuttingDown, "told to stop while opening the log");
    MutexLock lock(&mutex_);
    wake_guard_.WaitUntil(&mutex_, SystemClock()->Now() + kOpenAgain);
  }
  opening_ = false;

  KafkaReaderOptions reader;
  reader.client = options_.client;
  reader.topic = options_.topic.name;
  reader.client_id = options_.client_id + "-reader";
  reader.record_bytes_max = options_.topic.record_bytes_max;
  reader.on_doubt = [this] {
    MutexLock lock(&mutex_);
    doubt_ = true;
    wake_guard_.NotifyOne();
  };
  reader_ = std::make_unique<KafkaReader>(std::move(reader));
  if (options_.writing == KafkaLogOptions::Writing::kAllowed) {
    KafkaProducerOptions producer;
    producer.client = options_.client;
    producer.topic = options_.topic.name;
    producer.client_id = options_.client_id + "-producer";
    producer.append_timeout = options_.append_timeout;
    producer.record_bytes_max = options_.topic.record_bytes_max;
    producer.record_limit = record_limit_;
    producer_ = std::make_unique<KafkaProducer>(std::move(producer));
  }
  // Without a local copy the topic just seen is the log, and appends may begin at once.
  if (!has_copy) SetGood();
  guard_ = std::thread([this] { RunGuard(); });
  return absl::OkStatus();
}

absl::StatusOr<KafkaTopicFacts> KafkaLog::Contact(std::chrono::milliseconds timeout) {
  const std::string& topic = options_.topic.name;
  absl::StatusOr<KafkaTopicFacts> facts = admin_->DescribeTopic(topic, timeout);
  if (!facts.ok()) return facts.status();
  const bool create = options_.writing == KafkaLogOptions::Writing::kAllowed && !options_.skip_validation &&
                      options_.expected_id.empty();
  if (facts->id.empty() && create) {
    const absl::StatusOr<int> brokers = admin_->BrokerCount(timeout);
    if (!brokers.ok()) return brokers.status();
    const int replicas = std::max(std::min(options_.topic.replication_factor, *brokers), 1);
    absl::Status created = admin_->CreateTopic(topic, 1, replicas, TopicConfigFor(options_.topic, replicas), timeout);
    if (!created.ok()) return created;
    LOG(INFO) << "Topic " << topic << " was created with " << replicas << " replicas.";
    facts = admin_->DescribeTopic(topic, timeout);
    if (facts.ok() && facts->id.empty()) {
      return MakeError(ErrorReason::kLogUnavailable, absl::StrCat("topic ", topic, ": created, but not known yet"));
    }
  }
  if (!facts.ok() || facts->id.empty()) return facts;
  if (absl::Status status = Judge(&*facts, timeout); !status.ok()) return status;
  contacted_ = true;
  return facts;
}

absl::Status KafkaLog::Judge(KafkaTopicFacts* facts, std::chrono::milliseconds timeout) {
  judge_again_at_ = SystemClock()->Now() + options_.judge_interval;
  // Known from the answers that came before.
  facts->cluster_id = admin_->ClusterId(std::chrono::milliseconds(100));
  if (options_.skip_validation) {
    if (options_.on_topic) options_.on_topic(*facts);
    return absl::OkStatus();
  }
  absl::StatusOr<std::map<std::string, std::string>> config = admin_->TopicConfig(options_.topic.name, timeout);
  if (!config.ok()) return config.status();
  const absl::StatusOr<int> brokers = admin_->BrokerCount(timeout);
  if (!brokers.ok()) return brokers.status();
  facts->config = *std::move(config);
  if (const auto limit = RecordLimitOf(*facts)) {
    record_limit_ = std::min(*limit, options_.topic.record_bytes_max);
    if (producer_ != nullptr) producer_->SetRecordLimit(record_limit_);
  }
  if (options_.on_topic) options_.on_topic(*facts);
  const std::vector<KafkaTopicFinding> findings = CheckTopic(options_.topic, *facts, *brokers);
  std::vector<std::string> warnings;
  for (const KafkaTopicFinding& finding : findings) {
    if (finding.severity == KafkaTopicFinding::Severity::kWarning) warnings.push_back(finding.message);
  }
  {
    MutexLock lock(&mutex_);
    if (warnings == warnings_)
      warnings.clear();
    else
      warnings_ = warnings;
  }
  for (const std::string& warning : warnings) LOG(WARNING) << warning;
  return Refusal(findings);
}

absl::Status KafkaLog::StartReading(Offset from, LogSink* sink) {
  if (closing_) return MakeError(ErrorReason::kShuttingDown, "the log is closed");
  reader_->Start(from, sink);
  // What stands in the log is what stands there now: the guard looks.
  MutexLock lock(&mutex_);
  reading_ = true;
  doubt_ = true;
  wake_guard_.NotifyOne();
  return absl::OkStatus();
}

void KafkaLog::Append(absl::Span<const Record> records, AppendDone done) {
  if (producer_ != nullptr) return producer_->Append(records, std::move(done));
  done({AppendOutcome::Kind::kFailed, kBeforeFirst,
        MakeError(ErrorReason::kNotPrimary, "a node with leader.eligibility=false writes nothing")});
}

void KafkaLog::AbandonPending() {
  if (producer_ != nullptr) producer_->AbandonPending();
}

LogDescription KafkaLog::Describe() const {
  LogDescription out{"kafka", absl::StrCat("topic ", options_.topic.name, " at ", options_.client.servers), {}};
  MutexLock lock(&mutex_);
  out.warnings = warnings_;
  if (!trouble_.ok()) out.warnings.emplace_back(trouble_.message());
  if (!refusal_.ok()) out.warnings.emplace_back(refusal_.message());
  return out;
}

void KafkaLog::Close() {
  MutexLock closing(&close_mutex_);
  {
    MutexLock lock(&mutex_);
    closing_ = true;
    wake_guard_.NotifyOne();
  }
  if (guard_.joinable()) guard_.join();
  // Appends first: what they are told may still be read.
  if (producer_ != nullptr) producer_->Close();
  if (reader_ != nullptr) reader_->Close();
}

void KafkaLog::RunGuard() {
  while (!closing_) {
    LookAround();
    if (producer_ != nullptr) producer_->BuryDead();
    const SteadyTime next = SystemClock()->Now() + (good_ || replaced_ ? std::chrono::milliseconds(kLook) : kLookAgain);
    MutexLock lock(&mutex_);
    while (!closing_ && !doubt_ && wake_guard_.WaitUntil(&mutex_, next)) {
    }
  }
}

void KafkaLog::LookAround() {
  if (replaced_) return;
  bool reading = false;
  {
    MutexLock lock(&mutex_);
    // The reader waits for an answer.
    if (std::exchange(doubt_, false)) good_ = false;
    reading = reading_;
  }
  absl::StatusOr<KafkaTopicFacts> facts =
      contacted_ ? admin_->DescribeTopic(options_.topic.name, kLookTimeout) : Contact(kLookTimeout);
  if (closing_) return;
  if (!facts.ok()) return SetTrouble(facts.status());
  if (facts->id != id_) {
    return SeeAnother(facts->id.empty() ? std::string("gone") : absl::StrCat("another one now (", facts->id, ")"));
  }
  sightings_ = 0;
  if (SystemClock()->Now() >= judge_again_at_) {
    const absl::Status judged = Judge(&*facts, kLookTimeout);
    const bool refused = ReasonOf(judged) == ErrorReason::kConfigurationInvalid;
    if (refused || judged.ok()) SetRefusal(judged);
    // It may be mended at any moment.
    if (refused) judge_again_at_ = SystemClock()->Now();
  }
  if (good_) return;
  const absl::StatusOr<Offset> end = admin_->EndOffset(options_.topic.name, kLookTimeout);
  if (!end.ok()) return SetTrouble(end.status());
  SetGood();
  if (reading) reader_->Proceed(*end);
}

void KafkaLog::SeeAnother(const std::string& what) {
  const std::string sentence = absl::StrCat("topic ", options_.topic.name, " with id ", id_, " is ", what);
  if (++sightings_ < kSightingsOfAnother) {
    return SetTrouble(MakeError(ErrorReason::kLogUnavailable, absl::StrCat(sentence, "; looking again")));
  }
  SetReplaced(MakeError(ErrorReason::kLogReplaced, sentence));
}

void KafkaLog::SetTrouble(const absl::Status& why) {
  good_ = false;
  bool news = false;
  {
    MutexLock lock(&mutex_);
    news = trouble_.message() != why.message();
    trouble_ = why;
  }
  if (news) LOG(WARNING) << "The log on Kafka: " << why.message();
  if (producer_ != nullptr && sightings_ > 0) producer_->SetGate(why);
  reader_->Trouble(why);
}

void KafkaLog::SetRefusal(const absl::Status& why) {
  {
    MutexLock lock(&mutex_);
    if (refusal_.message() == why.message()) return;
  }
  // Before anybody is told of it.
  if (producer_ != nullptr && (good_ || !why.ok())) producer_->SetGate(why);
  {
    MutexLock lock(&mutex_);
    refusal_ = why;
  }
  if (why.ok()) {
    LOG(INFO) << "Topic " << options_.topic.name << " can hold the log again.";
  } else {
    LOG(ERROR) << "Nothing more is written to the log: " << why.message();
  }
}

void KafkaLog::SetReplaced(const absl::Status& what) {
  replaced_ = true;
  good_ = false;
  {
    MutexLock lock(&mutex_);
    trouble_ = what;
  }
  LOG(ERROR) << "The log on Kafka was replaced: " << what.message();
  if (producer_ != nullptr) producer_->SetGate(what);
  reader_->Replaced(what);
}

void KafkaLog::SetGood() {
  good_ = true;
  bool news = false;
  absl::Status refusal;
  {
    MutexLock lock(&mutex_);
    news = !trouble_.ok();
    trouble_ = absl::OkStatus();
    refusal = refusal_;
  }
  if (news) LOG(INFO) << "The log on Kafka: topic " << options_.topic.name << " is reached again.";
  if (producer_ != nullptr) producer_->SetGate(refusal);
}

}  // namespace

absl::StatusOr<std::unique_ptr<Log>> OpenKafkaLog(KafkaLogOptions options) {
  auto log = std::make_unique<KafkaLog>(std::move(options));
  if (absl::Status status = log->Open(); !status.ok()) return status;
  return log;
}

}  // namespace regent
