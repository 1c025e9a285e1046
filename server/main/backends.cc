#include "server/main/backends.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "base/clock.h"
#include "base/error_reason.h"
#include "base/logging.h"
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

absl::Status OpenOnKafka(const BackendOptions& options, Backends* backends) {
  auto file = CopyFile::Open(options.data_dir);
  if (!file.ok()) return file.status();
  const std::shared_ptr<CopyFile> copy = *std::move(file);
  backends->topic = std::make_shared<TopicWatch>(options.data_dir, copy->log_id());
  KafkaLogOptions kafka = LogOptions(options);
  kafka.on_topic = [topic = backends->topic](const KafkaTopicFacts& facts) { topic->Tell(facts); };
  CopiedLog::Options anew = options.kafka->copy;
  anew.start = CopiedLog::Options::Start::kFromLog;
  backends->open_log = [kafka, anew, copy](const ReopenRequest& request) -> absl::StatusOr<std::unique_ptr<Log>> {
    KafkaLogOptions again = kafka;
    again.expected_id = request.expected_id;
    auto log = OpenKafkaLog(again);
    // The copy holds what is to be restored until it stands in the new log.
    if (!log.ok() || request.for_restore) return log;
    return std::make_unique<CopiedLog>(anew, *std::move(log), copy, SystemClock());
  };
  // With a copy the node starts although the brokers may be away; without one it opens its doors, and says what it
  // waits for.
  kafka.expected_id = copy->log_id();
  kafka.open_timeout = std::min(kafka.open_timeout, kafka.open_timeout_with_copy);
  auto log = OpenKafkaLog(kafka);
  if (log.ok()) {
    backends->log = std::make_unique<CopiedLog>(options.kafka->copy, *std::move(log), copy, SystemClock());
    return absl::OkStatus();
  }
  if (ReasonOf(log.status()) != ErrorReason::kLogUnavailable || options.cancelled()) return log.status();
  LOG(WARNING) << "Waits for Kafka: " << log.status().message();
  backends->log_trouble = log.status();
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<Backends> OpenBackends(const BackendOptions& options) {
  Backends backends;
  auto election = MakeElection(options);
  if (!election.ok()) return election.status();
  if (options.kafka) {
    if (absl::Status status = OpenOnKafka(options, &backends); !status.ok()) return status;
  } else {
    auto log = OpenSqliteLog({.directory = options.data_dir});
    if (!log.ok()) return log.status();
    backends.log = *std::move(log);
  }
  backends.election = *std::move(election);
  return backends;
}

}  // namespace regent
