#include "cli/log_copy_command.h"

#include <filesystem>
#include <memory>
#include <string>
#include <system_error>

#include "base/error_reason.h"
#include "cli/config_sources.h"
#include "cli/log_location.h"
#include "cli/printable.h"
#include "cli/session.h"
#include "cli/session_progress.h"
#include "store/log_copy.h"

namespace regent::cli {
namespace {

bool IsSame(const LogLocation& a, const LogLocation& b) {
  std::error_code error;
  return a.name == b.name ||
         (a.kind == LogLocation::Kind::kSqlite && std::filesystem::equivalent(a.name, b.name, error));
}

ExitCode RunLogCopy(Session& session) {
  const auto config = LoadConfig(session);
  if (!config.ok()) return session.Fail(config.status());
  const auto from = ParseLogLocation(*session.Word(0), *config);
  if (!from.ok()) return session.Misused(from.status());
  const auto to = ParseLogLocation(*session.Word(1), *config);
  if (!to.ok()) return session.Misused(to.status());
  if (from->kind == to->kind && IsSame(*from, *to)) return session.Misused("FROM and TO are the same log");
  auto source = OpenLog(*from, *config, LogUse::kRead);
  if (!source.ok()) return session.Fail(source.status());
  const absl::StatusOr<LogCopy> copy = [&] {
    Progress progress = StartProgress(session, "records copied", 0);
    return CopyLog(
        source->get(), [&] { return OpenLog(*to, *config, LogUse::kWrite); },
        [&](int64_t records) { progress.At(records); });
  }();
  if (!copy.ok()) return session.Fail(copy.status());
  if (session.json()) {
    session.Print(
        JsonValue::Object({{"records", JsonValue::Number(copy->records)}, {"state", JsonValue::String(copy->digest)}}));
  } else {
    session.out() << copy->records << " records were copied from " << Printable(*session.Word(0)) << " to "
                  << Printable(*session.Word(1)) << "; both make the state " << copy->digest << ".\n";
  }
  return ExitCode::kOk;
}

}  // namespace

const Command& LogCopyCommand() {
  static const auto* const command = new Command{
      .name = "log copy",
      .summary = "copy a log into another one that is empty, ids and all",
      .operands = {{"FROM"}, {"TO"}},
      .flags = {ConfigFlag(), SetFlag()},
      .manual =
          "FROM and TO are sqlite:DIRECTORY or kafka:TOPIC; how to reach Kafka comes from the\n"
          "configuration. Moves a registry of one node onto Kafka, and back. Stop every node of\n"
          "both first. Keys, values, headers and claims are copied as they are, so that every\n"
          "schema keeps its id; the times of the records are those of the copying. A topic that\n"
          "is not there is created. Refuses a TO that holds anything. Afterwards TO is read once\n"
          "more and must make the same state; if the command fails before, throw TO away.\n"
          "  regent log copy sqlite:regent-data kafka:_schemas \\\n"
          "      --set kafkastore.bootstrap.servers=localhost:9092",
      .run = RunLogCopy,
  };
  return *command;
}

}  // namespace regent::cli
