#include "cli/check_command.h"

#include <algorithm>
#include <filesystem>
#include <optional>
#include <string>
#include <system_error>
#include <vector>

#include "base/error_reason.h"
#include "cli/local_file.h"
#include "cli/offline_check.h"
#include "cli/render.h"
#include "cli/report.h"
#include "cli/schema_input.h"
#include "cli/session.h"
#include "cli/version_word.h"

namespace regent::cli {
namespace {

using Against = client::CheckCompatibilityRequest::Against;

// The level that asks the same of all versions.
CompatibilityLevel Transitive(CompatibilityLevel level) {
  switch (level) {
    case CompatibilityLevel::kBackward:
      return CompatibilityLevel::kBackwardTransitive;
    case CompatibilityLevel::kForward:
      return CompatibilityLevel::kForwardTransitive;
    case CompatibilityLevel::kFull:
      return CompatibilityLevel::kFullTransitive;
    default:
      return level;
  }
}

// Reads --version; the level for "all" needs the registry and is left to AskAll.
absl::Status ReadVersion(const std::string& word, client::CheckCompatibilityRequest* request) {
  const auto version = ParseVersion(word, "--version");
  if (!version.ok()) return version.status();
  request->against = *version ? Against::kVersion : Against::kLatest;
  if (*version) request->version = **version;
  return absl::OkStatus();
}

// Against all versions, even where the level in effect looks at the latest only.
absl::Status AskAll(const client::RegistryClient& client, client::CheckCompatibilityRequest* request) {
  if (!request->level) {
    const auto config = client.GetConfig({.target = request->subject, .effective = true});
    if (!config.ok()) return config.status();
    request->level = config->level.value_or(CompatibilityLevel::kBackward);
  }
  request->level = Transitive(*request->level);
  return absl::OkStatus();
}

ExitCode CodeOf(const CompatibilityReport& report) { return report.compatible ? ExitCode::kOk : ExitCode::kNo; }

bool IsFile(const std::string& name) {
  std::error_code error;
  return std::filesystem::is_regular_file(name, error);
}

// No registry would be asked to compare with a file, so that nobody means a subject by such a name: a mistyped one must
// not pass as a subject that has no versions yet.
bool NamesAFile(const std::string& name) {
  const std::string ending = std::filesystem::path(name).extension().string();
  return name.find('/') != std::string::npos || ending == ".avsc" || ending == ".json" || ending == ".proto";
}

// Against files: no registry is asked.
ExitCode RunOffline(Session& session) {
  for (const char* flag : {"version", "normalize"}) {
    if (session.arguments().Has(flag)) return session.Misused(std::string("--") + flag + " needs a subject");
  }
  const auto verdict = CheckAgainstFiles(session.arguments(), *session.Word(0), *session.environment().in);
  if (!verdict.ok()) {
    const bool misused = ReasonOf(verdict.status()) == ErrorReason::kRequestInvalid;
    return misused ? session.Misused(verdict.status()) : session.Fail(verdict.status());
  }
  if (session.json()) {
    session.Print(ReportToJson(verdict->report));
  } else {
    session.out() << ReportToText(verdict->what, verdict->report);
  }
  return CodeOf(verdict->report);
}

ExitCode RunCheck(Session& session) {
  const Arguments& arguments = session.arguments();
  const std::vector<std::string> against = arguments.Values("against");
  if (!against.empty() && session.Word(1)) return session.Misused("with --against, FILE is the only word");
  if (against.empty() && !session.Word(1)) return session.Misused("FILE is missing");
  if (std::all_of(against.begin(), against.end(), IsFile) && !against.empty()) return RunOffline(session);
  for (const std::string& word : against) {
    if (IsFile(word) || !NamesAFile(word)) continue;
    const auto text = ReadWholeFile(word, *session.environment().in);
    if (!text.ok()) return session.Misused(text.status());
  }
  if (against.size() > 1) return session.Misused("more than one --against must be files, and one of them is none");
  for (const char* flag : {"policy", "old-reference"}) {
    if (arguments.Has(flag)) return session.Misused(std::string("--") + flag + " is for --against FILE");
  }
  client::CheckCompatibilityRequest request;
  request.subject = Subject::Parse(against.empty() ? *session.Word(0) : against[0]);
  request.normalize = arguments.IsOn("normalize");
  if (const auto level = arguments.Value("level")) {
    const auto parsed = ParseLevel(*level);
    if (!parsed.ok()) return session.Misused(parsed.status());
    request.level = *parsed;
  }
  const std::optional<std::string> version = arguments.Value("version");
  const bool all = version == "all";
  if (version && !all) {
    if (const absl::Status read = ReadVersion(*version, &request); !read.ok()) return session.Misused(read);
  }
  const auto content = ReadSchema(session, against.empty() ? 1 : 0, request.subject);
  if (!content.ok()) return session.Misused(content.status());
  request.content = *content;

  const auto client = session.Client();
  if (!client.ok()) return session.Fail(client.status());
  if (all) {
    if (const absl::Status asked = AskAll(*client, &request); !asked.ok()) return session.Fail(asked);
  }
  const auto report = client->Check(request);
  if (!report.ok()) return session.Fail(report.status());
  if (session.json()) {
    session.Print(ReportToJson(*report));
  } else {
    session.out() << ReportToText(ToText(request.subject), *report);
  }
  return CodeOf(*report);
}

}  // namespace

const Command& CheckCommand() {
  static const auto* const command = new Command{
      .name = "check",
      .summary = "tell whether a schema is compatible with a subject",
      .operands = {{"SUBJECT"}, {"FILE", /*required=*/false}},
      .flags = {TypeFlag(),
                ReferenceFlag(),
                {"against", "FILE|SUBJECT", "compare with earlier versions in files, or with this subject",
                 /*repeated=*/true},
                {"policy", "STRICT|LENIENT|LOGICAL",
                 "with --against FILE: how strictly JSON Schema is judged, and whether as tables, too"},
                {"old-reference", "NAME=FILE", "with --against FILE: what the earlier versions refer to",
                 /*repeated=*/true},
                {"version", "N|latest|all", "compare with this version, or with all (default: as when registering)"},
                {"level", "LEVEL", "judge by this level instead of the subject's own"},
                {"normalize", "", "check the normalised text"}},
      .manual =
          "Registers nothing. Exits 0 when the schema in FILE (-: standard input) is\n"
          "compatible and 1 when it is not; the report names each difference, where it is and\n"
          "what to do instead. '--version all' asks of every version what the level asks of the\n"
          "latest one. LEVEL is NONE, BACKWARD, BACKWARD_TRANSITIVE, FORWARD,\n"
          "FORWARD_TRANSITIVE, FULL or FULL_TRANSITIVE.\n"
          "'check --against OLD FILE' compares files, without a server: several OLDs are versions\n"
          "from the oldest to the newest, the level is BACKWARD unless --level says otherwise, and\n"
          "--reference is NAME=FILE. 'check --against SUBJECT FILE' is 'check SUBJECT FILE'; a word\n"
          "with a slash or a schema's ending is a file.",
      .run = RunCheck,
  };
  return *command;
}

}  // namespace regent::cli
