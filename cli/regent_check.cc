// `regent_check`: `regent check` without a registry, for builds. Links neither client nor server.
#include <cstdio>
#include <iostream>
#include <string>
#include <vector>

#include "base/error_reason.h"
#include "cli/arguments.h"
#include "cli/command.h"
#include "cli/offline_check.h"
#include "cli/printable.h"
#include "cli/report.h"

namespace regent::cli {
namespace {

constexpr char kUsage[] =
    "usage: regent_check --against OLD_FILE [--against ...] FILE\n"
    "       regent_check --manifest FILE --lock FILE\n"
    "Tells whether a schema is compatible with earlier versions, from files alone.\n"
    "Exits 0 for yes, 1 for no, 2 for a mistake in the command line or in a file.\n"
    "Also: --level LEVEL --policy STRICT|LENIENT|LOGICAL --type AVRO|JSON|PROTOBUF\n"
    "      --reference NAME=FILE --old-reference NAME=FILE --output text|json\n";

int Misused(std::string_view what) {
  std::cerr << "regent_check: " << what << "\n" << kUsage;
  return static_cast<int>(ExitCode::kUsage);
}

int Main(const std::vector<std::string>& words) {
  std::vector<Flag> flags = AgainstFlags();
  flags.insert(flags.end(), LockFlags().begin(), LockFlags().end());
  flags.push_back({"output", "text|json", "for people, or for machines"});
  flags.push_back({"help", "", "show this"});
  const auto arguments = Arguments::Parse(words, flags);
  if (!arguments.ok()) return Misused(std::string(arguments.status().message()));
  if (arguments->IsOn("help")) {
    std::cout << kUsage;
    return static_cast<int>(ExitCode::kOk);
  }
  const std::string output = arguments->Value("output").value_or("text");
  if (output != "text" && output != "json") return Misused("--output is text or json, not '" + Printable(output) + "'");
  const bool by_lock = arguments->Has("manifest") || arguments->Has("lock");
  if (by_lock ? !arguments->words().empty() || arguments->Has("against")
              : arguments->words().size() != 1 || !arguments->Has("against")) {
    return Misused("either --against and one FILE, or --manifest and --lock");
  }
  const auto verdict =
      by_lock ? CheckAgainstLock(*arguments, std::cin) : CheckAgainstFiles(*arguments, arguments->words()[0], std::cin);
  if (!verdict.ok()) {
    std::cerr << "regent_check: " << std::string(RowOf(ReasonOf(verdict.status())).name) << ": "
              << PrintableLines(std::string(verdict.status().message())) << "\n";
    return static_cast<int>(ExitCode::kUsage);
  }
  if (output == "json") {
    std::cout << ReportToJson(verdict->report).ToString() << "\n";
  } else {
    std::cout << ReportToText(verdict->what, verdict->report);
  }
  // A verdict that nobody can read is none.
  if (!std::cout.flush()) {
    std::cerr << "regent_check: the output could not be written\n";
    return static_cast<int>(ExitCode::kUsage);
  }
  return static_cast<int>(verdict->report.compatible ? ExitCode::kOk : ExitCode::kNo);
}

}  // namespace
}  // namespace regent::cli

int main(int argc, char** argv) { return regent::cli::Main(std::vector<std::string>(argv + 1, argv + argc)); }
