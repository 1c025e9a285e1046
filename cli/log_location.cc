#include "cli/log_location.h"

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <system_error>
#include <utility>

#include "base/error_reason.h"
#include "cli/config_sources.h"
#include "cli/printable.h"
#include "store/kafka/kafka_log_options.h"
#include "store/sqlite/sqlite_log.h"

namespace regent::cli {
namespace {

constexpr char kSqlite[] = "sqlite:";
constexpr char kKafka[] = "kafka:";

// A person waits.
constexpr std::chrono::seconds kPatience{10};

}  // namespace

absl::StatusOr<LogLocation> ParseLogLocation(const std::string& text, const Config& config) {
  if (text.empty()) {
    if (config.IsSet("kafkastore.bootstrap.servers")) {
      return LogLocation{LogLocation::Kind::kKafka, config.Text("kafkastore.topic")};
    }
    return LogLocation{LogLocation::Kind::kSqlite, config.Text("regent.data.dir")};
  }
  for (const auto& [prefix, kind] : {std::pair<std::string, LogLocation::Kind>(kSqlite, LogLocation::Kind::kSqlite),
                                     std::pair<std::string, LogLocation::Kind>(kKafka, LogLocation::Kind::kKafka)}) {
    if (text.size() > prefix.size() && text.compare(0, prefix.size(), prefix) == 0) {
      return LogLocation{kind, text.substr(prefix.size())};
    }
  }
  return MakeError(ErrorReason::kRequestInvalid,
                   "'" + Printable(text) + "' is neither sqlite:DIRECTORY nor kafka:TOPIC");
}

absl::StatusOr<std::unique_ptr<Log>> OpenLog(const LogLocation& location, const Config& config, LogUse use) {
  if (location.kind == LogLocation::Kind::kSqlite) {
    std::error_code error;
    if (use == LogUse::kRead && !std::filesystem::is_directory(location.name, error)) {
      return MakeError(ErrorReason::kLogUnavailable, "there is no directory " + Printable(location.name));
    }
    if (use == LogUse::kRead && !HoldsSqliteLog(location.name)) {
      return MakeError(ErrorReason::kLogUnavailable, "there is no log in the directory " + Printable(location.name));
    }
    return OpenSqliteLog({.directory = location.name});
  }
  absl::StatusOr<KafkaLogOptions> options = KafkaLogOptionsFrom(config);
  if (!options.ok()) return options.status();
  options->topic.name = location.name;
  options->client_id = "regent/" + location.name + "/cli";
  options->open_timeout = std::min<std::chrono::milliseconds>(options->open_timeout, kPatience);
  options->admin_timeout = std::min<std::chrono::milliseconds>(options->admin_timeout, kPatience);
  if (use == LogUse::kRead) options->writing = KafkaLogOptions::Writing::kNever;
  return OpenKafkaLog(*std::move(options));
}

std::unique_ptr<Log> OpenNamedLog(Session& session, ExitCode* failed) {
  const auto config = LoadConfig(session);
  if (!config.ok()) return *failed = session.Fail(config.status()), nullptr;
  const auto location = ParseLogLocation(session.Word(0).value_or(""), *config);
  if (!location.ok()) return *failed = session.Misused(location.status()), nullptr;
  auto log = OpenLog(*location, *config, LogUse::kRead);
  if (!log.ok()) return *failed = session.Fail(log.status()), nullptr;
  return *std::move(log);
}

}  // namespace regent::cli
