#include "cli/watch_command.h"

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "base/error_reason.h"
#include "cli/printable.h"
#include "cli/render.h"
#include "cli/session.h"
#include "cli/subject_words.h"

namespace regent::cli {
namespace {

std::string PositionText(const Position& position) {
  return std::to_string(position.offset.value()) + "@" + position.log_id;
}

// "OFFSET@LOG_ID", as answers carry it.
absl::StatusOr<Position> ParsePosition(const std::string& text) {
  const size_t at = text.find('@');
  const auto offset = ParsePositive(text.substr(0, at));
  const bool zero = text.substr(0, at) == "0";
  if (at == std::string::npos || at + 1 == text.size() || (!offset && !zero)) {
    return MakeError(ErrorReason::kRequestInvalid,
                     "--after is OFFSET@LOG as a watch prints it, not '" + Printable(text) + "'");
  }
  return Position{text.substr(at + 1), Offset(offset.value_or(0))};
}

absl::StatusOr<client::WatchRequest> ReadRequest(const Session& session) {
  client::WatchRequest request;
  const Arguments& arguments = session.arguments();
  if (arguments.IsOn("snapshot")) request.from = client::WatchRequest::From::kSnapshot;
  if (const auto after = arguments.Value("after")) {
    if (arguments.IsOn("snapshot")) {
      return MakeError(ErrorReason::kRequestInvalid, "--snapshot and --after contradict each other");
    }
    const auto position = ParsePosition(*after);
    if (!position.ok()) return position.status();
    request.from = client::WatchRequest::From::kPosition;
    request.position = *position;
  }
  if (const auto prefix = session.Word(0)) {
    const Subject subject = Subject::Parse(*prefix);
    request.context = subject.context;
    request.prefix = subject.name;
  }
  return request;
}

JsonValue Name(const client::ConfigTarget& target) {
  return target ? JsonValue::String(target->Qualified()) : JsonValue();
}

class Printer {
 public:
  explicit Printer(Session* session) : session_(session) {}

  void Print(const client::WatchEvent& event) {
    position_ = event.position;
    std::visit([this](const auto& what) { Tell(what); }, event.what);
    session_->out().flush();
  }

 private:
  void Line(std::string event, std::vector<JsonValue::Member> members) {
    std::vector<JsonValue::Member> all = {{"event", JsonValue::String(std::move(event))}};
    for (JsonValue::Member& member : members) all.push_back(std::move(member));
    if (!position_.log_id.empty()) all.emplace_back("position", JsonValue::String(PositionText(position_)));
    session_->Print(JsonValue::Object(std::move(all)));
  }

  void Text(const std::string& line) {
    session_->out() << line;
    if (!position_.log_id.empty()) session_->out() << "  # " << PositionText(position_);
    session_->out() << "\n";
  }

  void Tell(const client::SchemaVersionChange& change) {
    if (session_->json()) {
      return Line("schema", {{"subject", JsonValue::String(change.subject.Qualified())},
                             {"version", JsonValue::Number(int64_t{change.version.value()})},
                             {"state", JsonValue::String(!change.now           ? "removed"
                                                         : change.now->deleted ? "deleted"
                                                                               : "active")},
                             {"now", change.now ? SchemaToJson(*change.now) : JsonValue()}});
    }
    const std::string place = ToText(change.subject) + " version " + std::to_string(change.version.value());
    if (!change.now) return Text("removed  " + place);
    Text((change.now->deleted ? "deleted  " : "schema   ") + place + ", id " +
         std::to_string(change.now->stored->id.value()));
  }

  void Tell(const client::ConfigChange& change) {
    if (session_->json()) {
      return Line("config",
                  {{"subject", Name(change.target)}, {"now", change.now ? ConfigToJson(*change.now) : JsonValue()}});
    }
    Text("config   " + DescribeTarget("configuration", change.target) + ": " +
         (change.now ? Printable(ConfigToJson(*change.now).ToString()) : "removed"));
  }

  void Tell(const client::ModeChange& change) {
    if (session_->json()) {
      return Line("mode", {{"subject", Name(change.target)},
                           {"now", change.now ? JsonValue::String(std::string(ModeName(*change.now))) : JsonValue()}});
    }
    Text("mode     " + DescribeTarget("mode", change.target) + ": " +
         (change.now ? std::string(ModeName(*change.now)) : "removed"));
  }

  void Tell(const client::SnapshotBegins&) { session_->json() ? Line("snapshot", {}) : Text("snapshot"); }
  void Tell(const client::CaughtUp&) { session_->json() ? Line("caughtUp", {}) : Text("watching"); }
  // Only programs want to know that nothing happens.
  void Tell(const client::Heartbeat&) {
    if (session_->json()) Line("heartbeat", {});
  }

  Session* const session_;
  Position position_;
};

ExitCode RunWatch(Session& session) {
  const auto request = ReadRequest(session);
  if (!request.ok()) return session.Misused(request.status());
  std::optional<int32_t> left;
  if (const auto count = session.arguments().Value("count")) {
    left = ParsePositive(*count);
    if (!left) return session.Misused("--count is a number from 1, not '" + Printable(*count) + "'");
  }
  const auto client = session.Client();
  if (!client.ok()) return session.Fail(client.status());
  const auto stream = client->Watch(*request);
  if (!stream.ok()) return session.Fail(stream.status());
  Printer printer(&session);
  while (true) {
    const auto event = (*stream)->Next(std::nullopt);
    if (!event.ok()) return session.Fail(event.status());
    printer.Print(*event);
    // Nobody reads any more.
    if (!session.out().good()) return ExitCode::kOk;
    const bool change = std::holds_alternative<client::SchemaVersionChange>(event->what) ||
                        std::holds_alternative<client::ConfigChange>(event->what) ||
                        std::holds_alternative<client::ModeChange>(event->what);
    if (left && change && --*left == 0) return ExitCode::kOk;
  }
}

}  // namespace

const Command& WatchCommand() {
  static const auto* const command = new Command{
      .name = "watch",
      .summary = "print what changes, as it changes",
      .operands = {{"PREFIX", /*required=*/false}},
      .flags = {{"snapshot", "", "begin with all that is there"},
                {"after", "OFFSET@LOG", "begin with the first change after this position"},
                {"count", "N", "end after so many changes; those of a snapshot count"}},
      .manual =
          "Without PREFIX everything; else subjects whose names begin so, ':.context:' being all of\n"
          "a context, and the settings that hold for more than a subject. Goes on until it is\n"
          "interrupted: when a server goes away it watches at another one, from the last change it\n"
          "printed, and while none can be reached it keeps trying. Where the servers no longer\n"
          "keep those changes it says 'snapshot' and prints all that is there. What stands behind\n"
          "'#' can be given to --after to go on later.\n"
          "JSON: an object a line: event (schema, config, mode, snapshot, caughtUp, heartbeat),\n"
          "subject (null: global), what it is now (null: removed), and position.",
      .run = RunWatch,
  };
  return *command;
}

}  // namespace regent::cli
