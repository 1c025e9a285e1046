#include "server/main/backends.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "base/error_reason.h"
#include "base/logging.h"
#include "election/observer/observer_election.h"
#include "election/solo/solo_election.h"
#include "election/zookeeper/zookeeper_election.h"
#include "server/main/advertised.h"
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

absl::StatusOr<std::unique_ptr<Log>> OpenLog(const BackendOptions& options) {
  if (!options.kafka) return OpenSqliteLog({.directory = options.data_dir});
  KafkaLogOptions kafka = options.kafka->log;
  if (!options.eligible) kafka.writing = KafkaLogOptions::Writing::kNever;
  kafka.cancelled = options.cancelled;
  while (true) {
    auto log = OpenKafkaLog(kafka);
    if (log.ok() || ReasonOf(log.status()) != ErrorReason::kLogUnavailable || options.cancelled()) return log;
    LOG(WARNING) << "Waiting for Kafka: " << log.status().message();
  }
}

}  // namespace

absl::StatusOr<Backends> OpenBackends(const BackendOptions& options) {
  Backends backends;
  auto election = MakeElection(options);
  if (!election.ok()) return election.status();
  auto log = OpenLog(options);
  if (!log.ok()) return log.status();
  backends.election = *std::move(election);
  backends.log = *std::move(log);
  return backends;
}

}  // namespace regent
