#include "server/main/backends.h"

#include <algorithm>
#include <utility>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "base/clock.h"
#include "base/error_reason.h"
#include "base/logging.h"
#include "base/mutex.h"
#include "election/observer/observer_election.h"
#include "election/solo/solo_election.h"
#include "election/zookeeper/zookeeper_election.h"
#include "server/main/advertised.h"
#include "store/copy/copied_log.h"
#include "store/copy/copy_file.h"
#include "store/sqlite/sqlite_log.h"

namespace regent {
namespace {

std::unique_ptr<Election> MakeKafkaElection(const BackendOptions& options) {
  if (!options.eligible) return std::make_unique<ObserverElection>();
  if (absl::Status status = CheckAdvertised(options.advertised, options.kafka->log.client.servers); !status.ok()) {
    return std::make_unique<ObserverElection>(std::move(status));
  }
  return std::make_unique<KafkaElection>(options.kafka->election);
}

// The one table of election backends: a new one is a new folder and a row here.
struct ElectionRow {
  const char* name;
  bool on_kafka;
  std::unique_ptr<Election> (*make)(const BackendOptions&);
};
constexpr ElectionRow kElections[] = {
    {"kafka", true, MakeKafkaElection},
    {"solo", false,
     [](const BackendOptions&) -> std::unique_ptr<Election> { return std::make_unique<SoloElection>(); }},
};

absl::StatusOr<std::unique_ptr<Election>> MakeElection(const BackendOptions& options) {
  if (options.election == "zookeeper") return ZooKeeperElection().Start("", nullptr);
  for (const ElectionRow& row : kElections) {
    if (row.on_kafka != options.kafka.has_value()) continue;
    if (options.election == "auto" || options.election == row.name) return row.make(options);
  }
  return MakeError(ErrorReason::kConfigurationInvalid,
                   absl::StrCat("regent.election.backend=", options.election, " does not go with a log ",
                                options.kafka ? "on Kafka" : "in regent.data.dir", "; remove it."));
}

KafkaLogOptions LogOptions(const BackendOptions& options) {
  KafkaLogOptions kafka = options.kafka->log;
  if (!options.eligible) kafka.writing = KafkaLogOptions::Writing::kNever;
  kafka.cancelled = options.cancelled;
  return kafka;
}

// `copy` is the node's copy of the log, and `topic` what was seen of the topic, where the log is on Kafka.
absl::StatusOr<std::unique_ptr<Log>> OpenLog(const BackendOptions& options, std::shared_ptr<CopyFile>* copy,
                                             KafkaTopicFacts* topic) {
  if (!options.kafka) return OpenSqliteLog({.directory = options.data_dir});
  KafkaLogOptions kafka = LogOptions(options);
  auto file = CopyFile::Open(options.data_dir);
  if (!file.ok()) return file.status();
  *copy = *std::move(file);
  // With it the node starts although the brokers may be away.
  kafka.expected_id = (*copy)->log_id();
  // It is judged again later, on a thread of the log, when nobody asks any more.
  struct Seen {
    Mutex mutex;
    KafkaTopicFacts facts GUARDED_BY(mutex);
  };
  const auto seen = std::make_shared<Seen>();
  kafka.on_topic = [seen](const KafkaTopicFacts& facts) {
    MutexLock lock(&seen->mutex);
    seen->facts = facts;
  };
  while (true) {
    auto log = OpenKafkaLog(kafka);
    if (log.ok()) {
      MutexLock lock(&seen->mutex);
      *topic = seen->facts;
      return std::make_unique<CopiedLog>(options.kafka->copy, *std::move(log), *copy, SystemClock());
    }
    if (ReasonOf(log.status()) != ErrorReason::kLogUnavailable || options.cancelled()) return log;
    LOG(WARNING) << "Waiting for Kafka: " << log.status().message();
  }
}

}  // namespace

LogRetention RetentionOf(const KafkaTopicFacts& topic) {
  constexpr std::chrono::milliseconds kLeast = std::chrono::minutes(10);
  constexpr std::chrono::milliseconds kMost = std::chrono::hours(24 * 366);
  const auto setting = [&](const char* name) {
    int64_t value = 0;
    const auto it = topic.config.find(name);
    if (it == topic.config.end() || !absl::SimpleAtoi(it->second, &value)) value = 0;
    return std::clamp(std::chrono::milliseconds(value), kLeast, kMost);
  };
  return {.compaction_lag = setting("min.compaction.lag.ms"), .delete_retention = setting("delete.retention.ms")};
}

absl::StatusOr<Backends> OpenBackends(const BackendOptions& options) {
  Backends backends;
  auto election = MakeElection(options);
  if (!election.ok()) return election.status();
  KafkaTopicFacts topic;
  std::shared_ptr<CopyFile> copy;
  auto log = OpenLog(options, &copy, &topic);
  if (!log.ok()) return log.status();
  if (options.kafka) {
    backends.retention = RetentionOf(topic);
    CopiedLog::Options anew = options.kafka->copy;
    anew.start = CopiedLog::Options::Start::kFromLog;
    backends.open_log = [kafka = LogOptions(options), anew,
                         copy](const ReopenRequest& request) -> absl::StatusOr<std::unique_ptr<Log>> {
      KafkaLogOptions again = kafka;
      again.expected_id = request.expected_id;
      auto log = OpenKafkaLog(again);
      // The copy holds what is to be restored until it stands in the new log.
      if (!log.ok() || request.for_restore) return log;
      return std::make_unique<CopiedLog>(anew, *std::move(log), copy, SystemClock());
    };
  }
  backends.election = *std::move(election);
  backends.log = *std::move(log);
  return backends;
}

}  // namespace regent
