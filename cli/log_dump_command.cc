#include "cli/log_dump_command.h"

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "base/error_reason.h"
#include "cli/config_sources.h"
#include "cli/log_location.h"
#include "cli/printable.h"
#include "cli/session.h"
#include "store/log_scan.h"
#include "store/record_codec.h"
#include "store/state.h"

namespace regent::cli {
namespace {

std::string_view NameOf(const Applied& applied) {
  if (!applied.understood) return "unreadable";
  switch (applied.verdict) {
    case Verdict::kHistory:
      return "history";
    case Verdict::kValid:
      return "valid";
    case Verdict::kFenced:
      return "fenced";
    case Verdict::kForeign:
      return "foreign";
    case Verdict::kClaimCounted:
      return "claim";
    case Verdict::kClaimRefused:
      return "claim-refused";
    case Verdict::kMarker:
      return "marker";
    case Verdict::kForeignMarker:
      return "foreign-marker";
  }
  return "";
}

// Text that is JSON as JSON, anything else as a string; nothing as null.
JsonValue Shown(const std::optional<std::string>& bytes) {
  if (!bytes) return JsonValue();
  auto parsed = JsonValue::Parse(*bytes, {.max_bytes = 64u << 20});
  return parsed.ok() ? *std::move(parsed) : JsonValue::String(Printable(*bytes));
}

JsonValue Document(const LogRecord& record, const Applied& applied) {
  std::vector<JsonValue::Member> headers;
  for (const Header& header : record.record.headers) {
    headers.emplace_back(Printable(header.name), JsonValue::String(Printable(header.value)));
  }
  return JsonValue::Object({{"offset", JsonValue::Number(record.offset.value())},
                            {"timestamp", JsonValue::Number(record.timestamp_ms)},
                            {"verdict", JsonValue::String(std::string(NameOf(applied)))},
                            {"headers", JsonValue::Object(std::move(headers))},
                            {"key", Shown(record.record.key)},
                            {"value", Shown(record.record.value)}});
}

ExitCode RunLogDump(Session& session) {
  ExitCode failed = ExitCode::kOk;
  const std::unique_ptr<Log> log = OpenNamedLog(session, &failed);
  if (log == nullptr) return failed;
  State state(log->Id());
  const auto end = ScanLog(log.get(), [&](const LogRecord& record) {
    const Applied applied = state.Apply(record);
    if (session.json()) {
      session.Print(Document(record, applied));
    } else {
      session.out() << record.offset << "  " << NameOf(applied) << "  " << Printable(record.record.key) << "  "
                    << (record.record.value ? Printable(*record.record.value) : "(tombstone)") << "\n";
    }
    if (!session.out().good()) return MakeError(ErrorReason::kInternal, "the output could not be written");
    return absl::OkStatus();
  });
  if (!end.ok()) return session.Fail(end.status());
  return ExitCode::kOk;
}

}  // namespace

const Command& LogDumpCommand() {
  static const auto* const command = new Command{
      .name = "log dump",
      .summary = "print every record of a log, and whether it counts",
      .operands = {{"LOG", /*required=*/false}},
      .flags = {ConfigFlag(), SetFlag()},
      .manual =
          "LOG is sqlite:DIRECTORY or kafka:TOPIC; left out, the log of a node with this\n"
          "configuration. How to reach Kafka comes from the configuration. Reads the log itself\n"
          "and no node; the log in a directory must not be in use. Writes nothing.\n"
          "The second column says whether a record counts: valid, history (of a registry before),\n"
          "claim, claim-refused, fenced (written by a primary that was none any more), foreign\n"
          "(written by another registry), marker, unreadable.",
      .run = RunLogDump,
  };
  return *command;
}

}  // namespace regent::cli
