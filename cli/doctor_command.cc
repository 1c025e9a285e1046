#include "cli/doctor_command.h"

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <string>
#include <system_error>
#include <utility>
#include <vector>

#include "base/error_reason.h"
#include "cli/config_sources.h"
#include "cli/printable.h"
#include "cli/session.h"
#include "store/kafka/kafka_doctor.h"
#include "store/kafka/kafka_log_options.h"
#include "store/sqlite/sqlite_log.h"

namespace regent::cli {
namespace {

using Finding = KafkaDoctorFinding;

// A person waits.
constexpr std::chrono::seconds kPatience{10};

std::string_view NameOf(Finding::Kind kind) {
  switch (kind) {
    case Finding::Kind::kGood:
      return "ok";
    case Finding::Kind::kMended:
      return "mended";
    case Finding::Kind::kWarning:
      return "warning";
    case Finding::Kind::kProblem:
      return "problem";
  }
  return "";
}

std::string ValueOf(const Config& config, std::string_view key, const std::string& otherwise) {
  for (const Config::Entry& entry : config.Entries()) {
    if (entry.key == key && !entry.value.empty()) return entry.value;
  }
  return otherwise;
}

// A log of the node's own. It is opened, as the node would, and nothing is made that is not there.
void LookAtDirectory(const std::string& directory, std::vector<Finding>* findings) {
  std::error_code error;
  if (!std::filesystem::exists(directory, error)) {
    findings->push_back({Finding::Kind::kGood, "regent.data.dir",
                         directory + " is not there yet; the node makes it and keeps a log of its own in it"});
    return;
  }
  if (!HoldsSqliteLog(directory)) {
    findings->push_back({Finding::Kind::kGood, "regent.data.dir",
                         directory + " holds no log yet; the node keeps one of its own in it"});
    return;
  }
  auto log = OpenSqliteLog({.directory = directory});
  if (!log.ok()) {
    const bool running = ReasonOf(log.status()) == ErrorReason::kLogLocked;
    findings->push_back({running ? Finding::Kind::kWarning : Finding::Kind::kProblem, "regent.data.dir",
                         std::string(log.status().message())});
    return;
  }
  const LogDescription description = (*log)->Describe();
  for (const std::string& warning : description.warnings) {
    findings->push_back({Finding::Kind::kWarning, "regent.data.dir", description.location + " is " + warning});
  }
  findings->push_back({Finding::Kind::kGood, "regent.data.dir",
                       description.location + " is a log (id " + (*log)->Id() + ") that no node has open"});
  (*log)->Close();
}

absl::Status LookAtKafka(const Config& config, Mending mending, std::vector<Finding>* findings) {
  absl::StatusOr<KafkaLogOptions> options = KafkaLogOptionsFrom(config);
  if (!options.ok()) return options.status();
  for (const std::string& warning : options->client.warnings) {
    findings->push_back({Finding::Kind::kWarning, "configuration", warning});
  }
  options->admin_timeout = std::min<std::chrono::milliseconds>(options->admin_timeout, kPatience);
  auto found = ExamineKafka(*options, ValueOf(config, "schema.registry.group.id", "schema-registry"), mending);
  if (!found.ok()) return found.status();
  findings->insert(findings->end(), found->begin(), found->end());
  return absl::OkStatus();
}

ExitCode Report(Session& session, const std::vector<Finding>& findings) {
  bool problem = false;
  std::vector<JsonValue> documents;
  for (const Finding& finding : findings) {
    problem = problem || finding.kind == Finding::Kind::kProblem;
    const std::string name(NameOf(finding.kind));
    if (session.json()) {
      documents.push_back(JsonValue::Object({{"status", JsonValue::String(name)},
                                             {"about", JsonValue::String(finding.about)},
                                             {"message", JsonValue::String(finding.message)}}));
    } else {
      session.out() << name << "  " << finding.about << ": " << PrintableLines(finding.message) << "\n";
    }
  }
  if (session.json()) session.Print(JsonValue::Array(std::move(documents)));
  return problem ? ExitCode::kNo : ExitCode::kOk;
}

ExitCode RunDoctor(Session& session) {
  const auto config = LoadConfig(session);
  if (!config.ok()) {
    if (ReasonOf(config.status()) == ErrorReason::kRequestInvalid) return session.Misused(config.status());
    return session.Fail(config.status());
  }
  std::vector<Finding> findings;
  for (const std::string& warning : config->warnings()) {
    findings.push_back({Finding::Kind::kWarning, "configuration", warning});
  }
  if (!config->IsSet("kafkastore.bootstrap.servers")) {
    LookAtDirectory(config->Text("regent.data.dir"), &findings);
    return Report(session, findings);
  }
  const Mending mending = session.arguments().IsOn("fix") ? Mending::kYes : Mending::kNo;
  const absl::Status status = LookAtKafka(*config, mending, &findings);
  const ExitCode code = Report(session, findings);
  return status.ok() ? code : session.Fail(status);
}

}  // namespace

const Command& DoctorCommand() {
  static const auto* const command = new Command{
      .name = "doctor",
      .summary = "check a configuration, and the live Kafka, before a node runs",
      .operands = {},
      .flags = {ConfigFlag(), SetFlag(), {"fix", "", "give the topic the settings that it should have"}},
      .manual =
          "Reads the configuration as 'regent serve' would, asks the brokers, and looks at the\n"
          "topic (partitions, cleanup policy, compaction lag, replicas, ...) and at the group in\n"
          "which the nodes elect. Without Kafka it looks at the data directory. Creates nothing.\n"
          "Exits 0 when a node could run, with or without warnings; 1 for a problem that would\n"
          "stop it; 2 when the configuration is wrong; 3 when Kafka does not answer.",
      .run = RunDoctor,
  };
  return *command;
}

}  // namespace regent::cli
