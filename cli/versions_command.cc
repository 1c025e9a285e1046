#include "cli/versions_command.h"

#include <utility>
#include <vector>

#include "cli/render.h"
#include "cli/session.h"

namespace regent::cli {
namespace {

ExitCode RunVersions(Session& session) {
  client::ListVersionsRequest request;
  request.subject = Subject::Parse(*session.Word(0));
  if (session.arguments().IsOn("deleted")) request.deleted = client::Deleted::kInclude;
  const auto client = session.Client();
  if (!client.ok()) return session.Fail(client.status());

  const auto versions = client->ListVersions(request);
  if (!versions.ok()) return session.Fail(versions.status());
  std::vector<JsonValue> numbers;
  for (const client::VersionSummary& version : *versions) {
    if (session.json()) {
      numbers.push_back(JsonValue::Number(int64_t{version.version.value()}));
    } else {
      session.out() << version.version << (version.deleted ? " (deleted)" : "") << "\n";
    }
  }
  if (session.json()) session.Print(JsonValue::Array(std::move(numbers)));
  return ExitCode::kOk;
}

}  // namespace

const Command& VersionsCommand() {
  static const auto* const command = new Command{
      .name = "versions",
      .summary = "list the versions of a subject",
      .operands = {{"SUBJECT"}},
      .flags = {{"deleted", "", "list soft-deleted versions too, and say which they are"}},
      .manual = "A number a line, ascending. Exits 1 when there is no such subject.",
      .run = RunVersions,
  };
  return *command;
}

}  // namespace regent::cli
