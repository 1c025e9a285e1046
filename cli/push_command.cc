#include "cli/push_command.h"

#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/error_reason.h"
#include "cli/local_file.h"
#include "cli/printable.h"
#include "cli/render.h"
#include "cli/report.h"
#include "cli/session.h"
#include "cli/subject_manifest.h"

namespace regent::cli {
namespace {

// Registers the subjects of manifests, each once, after what it refers to.
class Pusher {
 public:
  Pusher(Session* session, client::RegistryClient client, bool dry_run)
      : session_(session), client_(std::move(client)), dry_run_(dry_run) {}

  // What was done and what it came to, with the one that was refused at the end.
  std::vector<JsonValue> TakeDocuments() { return std::move(documents_); }

  ExitCode Push(const Manifest& manifest) {
    for (const ManifestSubject& subject : manifest) {
      if (done_.contains(subject.subject.Qualified())) continue;
      if (const ExitCode code = PushOne(subject); code != ExitCode::kOk) return code;
    }
    return ExitCode::kOk;
  }

 private:
  ExitCode PushOne(const ManifestSubject& subject) {
    const std::string name = subject.subject.Qualified();
    SchemaContent content;
    content.type = subject.type;
    absl::StatusOr<std::string> text = ReadWholeFile(subject.file, *session_->environment().in);
    if (!text.ok()) return session_->Misused(text.status());
    content.text = *std::move(text);
    for (const ManifestSubject::Use& use : subject.references) {
      const std::optional<Version> version = done_.at(use.subject.Qualified());
      if (!version) {
        // Only in a dry run: what it refers to would be new, so nobody can tell yet.
        if (session_->json()) {
          Document({{"subject", JsonValue::String(name)}, {"waitsFor", JsonValue::String(use.subject.Qualified())}});
        } else {
          session_->out() << Printable(name) << ": to be tried once " << Printable(use.subject.Qualified())
                          << " is registered\n";
        }
        done_[name] = std::nullopt;
        return ExitCode::kOk;
      }
      content.references.push_back({use.name, use.subject, *version});
    }
    if (const ExitCode code = CheckLevel(subject, content); code != ExitCode::kOk) return code;
    client::RegistryClient::RegisterOptions options;
    options.validate_only = dry_run_;
    const auto answer = client_.Register(subject.subject, content, options);
    if (!answer.ok()) return session_->Fail(answer.status());
    const bool is_new = answer->result.changed;
    if (session_->json()) {
      Document({{"subject", JsonValue::String(answer->registered.subject.Qualified())},
                {"version", JsonValue::Number(int64_t{answer->registered.version.value()})},
                {"id", JsonValue::Number(int64_t{answer->registered.stored->id.value()})},
                {"changed", JsonValue::Bool(is_new)}});
    } else {
      session_->out() << (!is_new    ? "Already there: "
                          : dry_run_ ? "Would register "
                                     : "Registered ")
                      << PlaceToText(answer->registered) << "\n";
    }
    done_[name] = is_new && dry_run_ ? std::nullopt : std::optional<Version>(answer->registered.version);
    return ExitCode::kOk;
  }

  // The build may ask for more than the registry does.
  ExitCode CheckLevel(const ManifestSubject& subject, const SchemaContent& content) {
    if (!subject.level) return ExitCode::kOk;
    const auto known = client_.Lookup(subject.subject, content);
    if (known.ok()) return ExitCode::kOk;
    const auto report = client_.Check({.subject = subject.subject, .content = content, .level = *subject.level});
    if (!report.ok()) return session_->Fail(report.status());
    if (report->compatible) return ExitCode::kOk;
    if (session_->json()) {
      Document({{"subject", JsonValue::String(subject.subject.Qualified())}, {"report", ReportToJson(*report)}});
    } else {
      session_->out() << ReportToText(ToText(subject.subject), *report);
    }
    return ExitCode::kNo;
  }

  void Document(std::vector<JsonValue::Member> members) { documents_.push_back(JsonValue::Object(std::move(members))); }

  Session* const session_;
  const client::RegistryClient client_;
  const bool dry_run_;
  // The version of each subject that was seen to; nothing where a dry run would have made one.
  std::map<std::string, std::optional<Version>> done_;
  std::vector<JsonValue> documents_;
};

ExitCode RunPush(Session& session) {
  std::vector<Manifest> manifests;
  for (const std::string& file : session.arguments().Values("manifest")) {
    const auto text = ReadWholeFile(file, *session.environment().in);
    if (!text.ok()) return session.Misused(text.status());
    auto manifest = ParseManifest(*text);
    if (!manifest.ok()) return session.Misused(manifest.status());
    manifests.push_back(*std::move(manifest));
  }
  if (manifests.empty()) return session.Misused("--manifest FILE is missing");
  const auto client = session.Client();
  if (!client.ok()) return session.Fail(client.status());
  const bool dry_run = session.arguments().IsOn("dry_run") || session.arguments().IsOn("dry-run");
  Pusher pusher(&session, *client, dry_run);
  ExitCode code = ExitCode::kOk;
  for (size_t i = 0; i < manifests.size() && code == ExitCode::kOk; ++i) code = pusher.Push(manifests[i]);
  if (session.json()) session.Print(JsonValue::Array(pusher.TakeDocuments()));
  return code;
}

}  // namespace

const Command& PushCommand() {
  static const auto* const command = new Command{
      .name = "push",
      .summary = "register the schemas that a build describes",
      .operands = {},
      .flags = {{"manifest", "FILE", "a subject, as bazel/defs.bzl describes it", /*repeated=*/true},
                {"dry_run", "", "decide and answer, but register nothing"},
                {"dry-run", "", "the same"}},
      .manual =
          "Registers each subject after those that it refers to, and refers to the versions\n"
          "that came of it. Stops at the first that is refused: what was registered before it\n"
          "stays, and a later push goes on from there. Where the build gives a level, the\n"
          "schema must fit by that one too.\n"
          "JSON: an object for each subject seen to: version, id, whether it changed anything; or\n"
          "the report of the one that does not fit, or what a dry run would have to wait for.",
      .run = RunPush,
  };
  return *command;
}

}  // namespace regent::cli
