#include "cli/log_verify_command.h"

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "cli/config_sources.h"
#include "cli/log_location.h"
#include "cli/printable.h"
#include "cli/session.h"
#include "store/log_report.h"

namespace regent::cli {
namespace {

void PrintJson(Session& session, const LogReport& report, const std::vector<std::string>& problems) {
  std::vector<JsonValue> list;
  for (const std::string& problem : problems) list.push_back(JsonValue::String(problem));
  session.Print(JsonValue::Object({
      {"log_id", JsonValue::String(report.log_id)},
      {"next_offset", JsonValue::Number(report.next.value())},
      {"records", JsonValue::Number(report.records)},
      {"tombstones", JsonValue::Number(report.tombstones)},
      {"claims", JsonValue::Number(report.claims)},
      {"claims_refused", JsonValue::Number(report.counters.claims_refused)},
      {"epoch", JsonValue::Number(report.claim.epoch.value())},
      {"primary", JsonValue::String(report.claim.claim.node)},
      {"fenced", JsonValue::Number(report.counters.fenced)},
      {"foreign", JsonValue::Number(report.counters.foreign)},
      {"unreadable", JsonValue::Number(report.counters.unreadable)},
      {"id_clashes", JsonValue::Number(report.counters.id_clashes)},
      {"unsettled", JsonValue::Number(static_cast<int64_t>(report.unsettled.size()))},
      {"subjects", JsonValue::Number(report.subjects)},
      {"versions", JsonValue::Number(report.versions)},
      {"state", JsonValue::String(report.digest)},
      {"problems", JsonValue::Array(std::move(list))},
  }));
}

void PrintText(Session& session, const LogReport& report, const std::vector<std::string>& problems) {
  session.out() << "log " << Printable(report.log_id) << ": " << report.records << " records before offset "
                << report.next << ", " << report.tombstones << " of them tombstones\n"
                << "holds " << report.versions << " versions of " << report.subjects << " subjects; state "
                << report.digest << "\n";
  if (report.claims == 0) {
    session.out() << "no claim: no Regent node has been primary here\n";
  } else {
    session.out() << report.claims << " claims, the last by " << Printable(report.claim.claim.node) << " with epoch "
                  << report.claim.epoch << "; " << report.counters.claims_refused << " claims came too late\n"
                  << report.counters.fenced << " records do not count, " << report.counters.foreign
                  << " of them another registry's\n";
  }
  for (const std::string& problem : problems) session.out() << "PROBLEM " << Printable(problem) << "\n";
  if (problems.empty()) session.out() << "The log is in good order.\n";
}

ExitCode RunLogVerify(Session& session) {
  ExitCode failed = ExitCode::kOk;
  const std::unique_ptr<Log> log = OpenNamedLog(session, &failed);
  if (log == nullptr) return failed;
  const auto report = ReportOn(log.get());
  if (!report.ok()) return session.Fail(report.status());
  const std::vector<std::string> problems = report->Problems();
  session.json() ? PrintJson(session, *report, problems) : PrintText(session, *report, problems);
  return problems.empty() ? ExitCode::kOk : ExitCode::kNo;
}

}  // namespace

const Command& LogVerifyCommand() {
  static const auto* const command = new Command{
      .name = "log verify",
      .summary = "replay a log and say whether it is in good order",
      .operands = {{"LOG", /*required=*/false}},
      .flags = {ConfigFlag(), SetFlag()},
      .manual =
          "LOG is sqlite:DIRECTORY or kafka:TOPIC; left out, the log of a node with this\n"
          "configuration. Reads the log itself and no node; the log in a directory must not be in\n"
          "use. Writes nothing. Names every key whose last record does not count, which a primary\n"
          "would write again, and tells of other registries' records, ids with two texts, and\n"
          "records that were not understood. Exits 1 when there is any of these.",
      .run = RunLogVerify,
  };
  return *command;
}

}  // namespace regent::cli
