#include "cli/check_command.h"

#include <optional>
#include <string>

#include "cli/render.h"
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

ExitCode RunCheck(Session& session) {
  const Arguments& arguments = session.arguments();
  client::CheckCompatibilityRequest request;
  request.subject = Subject::Parse(*session.Word(0));
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
  const auto content = ReadSchema(session, 1, request.subject);
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
    session.out() << ReportToText(request.subject, *report);
  }
  return report->compatible ? ExitCode::kOk : ExitCode::kNo;
}

}  // namespace

const Command& CheckCommand() {
  static const auto* const command = new Command{
      .name = "check",
      .summary = "tell whether a schema is compatible with a subject",
      .operands = {{"SUBJECT"}, {"FILE"}},
      .flags = {TypeFlag(),
                ReferenceFlag(),
                {"version", "N|latest|all", "compare with this version, or with all (default: as when registering)"},
                {"level", "LEVEL", "judge by this level instead of the subject's own"},
                {"normalize", "", "check the normalised text"}},
      .manual =
          "Registers nothing. Exits 0 when the schema in FILE (-: standard input) is\n"
          "compatible and 1 when it is not; the report names each difference, where it is and\n"
          "what to do instead. '--version all' asks of every version what the level asks of the\n"
          "latest one. LEVEL is NONE, BACKWARD, BACKWARD_TRANSITIVE, FORWARD,\n"
          "FORWARD_TRANSITIVE, FULL or FULL_TRANSITIVE.",
      .run = RunCheck,
  };
  return *command;
}

}  // namespace regent::cli
