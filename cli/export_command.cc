#include "cli/export_command.h"

#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>

#include "absl/strings/str_cat.h"
#include "base/error_reason.h"
#include "cli/dump_spool.h"
#include "cli/http_source.h"
#include "cli/import_plan.h"
#include "cli/importer.h"
#include "cli/interrupts.h"
#include "cli/printable.h"
#include "cli/rest_dump.h"
#include "cli/session.h"
#include "cli/session_progress.h"
#include "cli/watch_dump.h"

namespace regent::cli {
namespace {

// With what the system said last, if it said anything.
absl::Status Cannot(std::string_view what, const std::string& file) {
  return MakeError(ErrorReason::kRequestInvalid,
                   absl::StrCat("cannot ", std::string(what), " ", Printable(file), errno != 0 ? ": " : "",
                                errno != 0 ? strerror(errno) : ""));
}

// A file that is of no use is a mistake of the command line; what a registry said is not.
ExitCode Fail(Session& session, const absl::Status& status) {
  const bool misused = ReasonOf(status) == ErrorReason::kRequestInvalid && !session.arguments().Has("from");
  return misused ? session.Misused(status) : session.Fail(status);
}

// What is wrong with the address in --from, if it is there.
absl::Status CheckFrom(const Session& session) {
  const auto from = session.arguments().Value("from");
  return from ? ParseHttpUrl(*from).status() : absl::OkStatus();
}

// From the registry that --from names.
absl::Status GatherFrom(const Session& session, const std::string& from, DumpSpool* spool) {
  const auto url = ParseHttpUrl(from);
  if (!url.ok()) return url.status();
  const HttpSourceOptions options{.ca_file = session.arguments().Value("from-ca-file").value_or(""),
                                  .timeout = session.timeout()};
  Progress progress = StartProgress(session, "schemas read", 0);
  return GatherOverRest(*url, options, spool, [&](int64_t done) { progress.At(done); });
}

// --- export --------------------------------------------------------------------------------------------------------

absl::Status Gather(Session& session, DumpSpool* spool) {
  if (const auto from = session.arguments().Value("from")) return GatherFrom(session, *from, spool);
  const auto client = session.Client();
  if (!client.ok()) return client.status();
  Progress progress = StartProgress(session, "schemas read", 0);
  return GatherFromWatch(*client, session.timeout(), spool, [&](int64_t done) { progress.At(done); });
}

// Under another name until it is whole, so that nobody takes half a dump for one.
absl::Status WriteDump(const DumpSpool& spool, const std::string& file) {
  const std::string part = file + ".part";
  errno = 0;
  std::ofstream out(part, std::ios::binary | std::ios::trunc);
  if (!out) return Cannot("write", part);
  absl::Status status = spool.WriteTo(out);
  out.close();
  if (status.ok() && (out.fail() || std::rename(part.c_str(), file.c_str()) != 0)) status = Cannot("write", file);
  if (!status.ok()) std::remove(part.c_str());
  return status;
}

ExitCode RunExport(Session& session) {
  if (absl::Status status = CheckFrom(session); !status.ok()) return session.Misused(status);
  DumpSpool spool;
  if (absl::Status status = Gather(session, &spool); !status.ok()) return session.Fail(status);
  const std::string file = session.Word(0).value_or("-");
  const bool to_output = file == "-";
  const absl::Status status = to_output ? spool.WriteTo(session.out()) : WriteDump(spool, file);
  if (!status.ok()) return Fail(session, status);
  const DumpEnd counts = spool.Counts();
  const auto number = [](int64_t count) { return JsonValue::Number(count); };
  if (to_output) return ExitCode::kOk;
  if (session.json()) {
    session.Print(JsonValue::Object({{"schemas", number(counts.schemas)},
                                     {"configs", number(counts.configs)},
                                     {"modes", number(counts.modes)},
                                     {"contexts", number(counts.contexts)},
                                     {"associations", number(counts.associations)}}));
  } else {
    session.out() << "Exported " << counts.schemas << " schemas, " << counts.configs << " configurations, "
                  << counts.modes << " modes, " << counts.contexts << " contexts and " << counts.associations
                  << " associations to " << Printable(file) << "\n";
  }
  return ExitCode::kOk;
}

// --- import --------------------------------------------------------------------------------------------------------

// A file that is gone when it is closed.
absl::StatusOr<std::unique_ptr<std::fstream>> TemporaryFile() {
  const char* directory = std::getenv("TMPDIR");
  std::string name = absl::StrCat(directory != nullptr && *directory != '\0' ? directory : "/tmp", "/regent-XXXXXX");
  const int descriptor = mkstemp(name.data());
  if (descriptor < 0) return Cannot("write", name);
  close(descriptor);
  auto file = std::make_unique<std::fstream>(name, std::ios::binary | std::ios::in | std::ios::out | std::ios::trunc);
  std::remove(name.c_str());
  if (!*file) return Cannot("write", name);
  return file;
}

// What can be read only once, in a file that can be read again.
absl::StatusOr<std::unique_ptr<std::istream>> Spooled(std::istream& in, const std::string& name) {
  auto file = TemporaryFile();
  if (!file.ok()) return file.status();
  char buffer[1 << 16];
  errno = 0;
  while (in.read(buffer, sizeof(buffer)) || in.gcount() > 0) (*file)->write(buffer, in.gcount());
  if (in.bad()) return Cannot("read", name);
  if (!(*file)->flush()) return Cannot("write", "the temporary file");
  return std::unique_ptr<std::istream>(*std::move(file));
}

// The dump that the command line names.
absl::StatusOr<std::unique_ptr<std::istream>> OpenDump(const Session& session) {
  if (const auto from = session.arguments().Value("from")) {
    DumpSpool spool;
    if (absl::Status status = GatherFrom(session, *from, &spool); !status.ok()) return status;
    auto file = TemporaryFile();
    if (!file.ok()) return file.status();
    if (absl::Status status = spool.WriteTo(**file); !status.ok()) return status;
    return std::unique_ptr<std::istream>(*std::move(file));
  }
  const std::string name = *session.Word(0);
  if (name == "-") return Spooled(*session.environment().in, "standard input");
  errno = 0;
  auto file = std::make_unique<std::ifstream>(name, std::ios::binary);
  if (!*file) return Cannot("open", name);
  std::error_code error;
  if (!std::filesystem::is_regular_file(name, error)) return Spooled(*file, name);
  return std::unique_ptr<std::istream>(std::move(file));
}

void PrintCounts(Session& session, std::string_view done, const ImportCounts& counts) {
  if (session.json()) {
    const auto number = [](int64_t count) { return JsonValue::Number(count); };
    session.Print(JsonValue::Object({{"registered", number(counts.registered)},
                                     {"present", number(counts.present)},
                                     {"deleted", number(counts.deleted)},
                                     {"configs", number(counts.configs)},
                                     {"modes", number(counts.modes)},
                                     {"contexts", number(counts.contexts)},
                                     {"associations", number(counts.associations)}}));
    return;
  }
  session.out() << done << " " << counts.registered << " schemas (" << counts.present << " were there already), "
                << counts.deleted << " deletes, " << counts.configs << " configurations, " << counts.modes << " modes, "
                << counts.contexts << " contexts and " << counts.associations << " associations\n";
}

ExitCode Conflicting(Session& session, const std::vector<std::string>& conflicts) {
  for (const std::string& conflict : conflicts) *session.environment().error << "  " << conflict << "\n";
  return session.Fail(
      MakeError(ErrorReason::kIdMismatch,
                "the registry holds other things than the dump; nothing was imported. First: " + conflicts.front()));
}

ExitCode RunImport(Session& session) {
  if (session.arguments().Has("from") == session.Word(0).has_value()) {
    return session.Misused(session.Word(0) ? "FILE and --from contradict each other" : "FILE or --from is missing");
  }
  if (absl::Status status = CheckFrom(session); !status.ok()) return session.Misused(status);
  const auto dump = OpenDump(session);
  if (!dump.ok()) return Fail(session, dump.status());
  const auto plan = ReadPlan(**dump);
  if (!plan.ok()) return Fail(session, plan.status());
  const auto client = session.Client();
  if (!client.ok()) return session.Fail(client.status());
  // Half an import leaves the registry in mode IMPORT, which whoever interrupts it has to know.
  const Interrupts interrupts;
  Importer importer(&*client, &*plan, dump->get(), [] { return Interrupts::Seen(); });
  if (absl::Status status = importer.Check(); !status.ok()) return session.Fail(status);
  if (!importer.conflicts().empty()) return Conflicting(session, importer.conflicts());
  if (session.arguments().IsOn("dry-run")) {
    PrintCounts(session, "Would import", importer.Missing());
    return ExitCode::kOk;
  }
  absl::Status status;
  {
    Progress progress = StartProgress(session, "schemas in place", static_cast<int64_t>(plan->items.size()));
    status = importer.Run([&](int64_t done) { progress.At(done); });
  }
  if (!status.ok()) {
    *session.environment().error << "The import is not complete, and the registry may be in mode IMPORT. Import again: "
                                    "what is in place is left alone.\n";
    return session.Fail(status);
  }
  PrintCounts(session, "Imported", importer.counts());
  return ExitCode::kOk;
}

const Flag kFrom = {"from", "URL", "another registry, asked over REST: http://HOST:8081 or https://"};
const Flag kFromCaFile = {"from-ca-file", "FILE", "PEM file with whom to trust at an https URL (else the system's)"};

}  // namespace

const Command& ExportCommand() {
  static const auto* const command = new Command{
      .name = "export",
      .summary = "write all that a registry holds into a file",
      .operands = {{"FILE", /*required=*/false}},
      .flags = {kFrom, kFromCaFile},
      .manual =
          "Every version of every subject, deleted ones included, with ids, GUIDs, references,\n"
          "metadata and rules; configurations, aliases and modes; contexts, with the highest id ever\n"
          "given out; associations. A line for each, as JSON; the same registry gives the same\n"
          "file. Without FILE, and for '-', on standard output. It is what\n"
          "the registry held at one moment, also while others write (with --from: if nobody does).\n"
          "With --from the registry is any that speaks Confluent's REST interface; a name and a\n"
          "password may stand in the URL: https://NAME:PASSWORD@HOST.",
      .run = RunExport,
  };
  return *command;
}

const Command& ImportCommand() {
  static const auto* const command = new Command{
      .name = "import",
      .summary = "bring a registry that was exported into this one, ids and all",
      .operands = {{"FILE", /*required=*/false}},
      .flags = {kFrom, kFromCaFile, {"dry-run", "", "compare and say what would be done, but change nothing"}},
      .manual =
          "FILE is what 'regent export' wrote (-: standard input); with --from another\n"
          "registry is read over REST.\n"
          "Compares first: a version or configuration that is there and different is named, and\n"
          "nothing is changed. What is there and the same is left alone, so that an import that\n"
          "was cut short is done again. Meanwhile the mode is IMPORT, also of the contexts that\n"
          "the dump has: others cannot register there. The global configuration and these modes\n"
          "become those of the dump.",
      .run = RunImport,
  };
  return *command;
}

}  // namespace regent::cli
