#include "cli/cluster_command.h"

#include <google/protobuf/util/json_util.h>

#include <algorithm>
#include <ctime>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/error_reason.h"
#include "cli/printable.h"
#include "cli/session.h"
#include "client/cluster_admin.h"
#include "client/endpoints.h"
#include "regent/v1/cluster.pb.h"

namespace regent::cli {
namespace {

absl::StatusOr<client::ClusterAdmin> Admin(const Session& session) {
  const auto address = session.Address();
  if (!address.ok()) return address.status();
  auto endpoints = client::ParseEndpoints(address->endpoints);
  if (!endpoints.ok()) return endpoints.status();
  return client::ClusterAdmin({.endpoints = *std::move(endpoints),
                               .timeout = session.timeout(),
                               .registry_id = address->registry_id,
                               .tls = address->tls});
}

// With the names of the proto; fields that hold their zero value are there too, so that a script finds them.
void PrintMessage(Session& session, const google::protobuf::Message& message) {
  google::protobuf::util::JsonPrintOptions options;
  options.preserve_proto_field_names = true;
  options.always_print_primitive_fields = true;
  std::string json;
  const auto status = google::protobuf::util::MessageToJsonString(message, &json, options);
  session.out() << (status.ok() ? json : "{}") << "\n";
}

// NODE_STATE_PRIMARY -> primary
std::string Word(const std::string& name, std::string_view prefix) {
  std::string word = name.substr(std::min(prefix.size(), name.size()));
  std::transform(word.begin(), word.end(), word.begin(),
                 [](unsigned char c) { return c == '_' ? '-' : std::tolower(c); });
  return word;
}
std::string Word(v1::NodeState state) { return Word(v1::NodeState_Name(state), "NODE_STATE_"); }
std::string Word(v1::WriteState state) { return Word(v1::WriteState_Name(state), "WRITE_STATE_"); }

std::string TimeText(const google::protobuf::Timestamp& time) {
  const std::time_t seconds = time.seconds();
  std::tm parts{};
  gmtime_r(&seconds, &parts);
  char text[32];
  return std::string(text, std::strftime(text, sizeof(text), "%Y-%m-%dT%H:%M:%SZ", &parts));
}

std::string NodeLine(const v1::NodeStatus& node) {
  const v1::NodeInfo& info = node.info();
  std::string line =
      absl::StrCat("node ", Printable(info.node()), " ", Word(node.state()), ", gRPC ", Printable(info.grpc_address()));
  if (!info.rest_address().empty()) absl::StrAppend(&line, ", REST ", Printable(info.rest_address()));
  if (node.has_position()) absl::StrAppend(&line, ", at ", node.position().offset());
  if (node.lag() > 0) absl::StrAppend(&line, ", ", node.lag(), " behind");
  if (!info.eligible()) absl::StrAppend(&line, ", not eligible");
  if (!info.version().empty()) absl::StrAppend(&line, ", version ", Printable(info.version()));
  if (node.state() == v1::NODE_STATE_LOST && node.has_last_seen()) {
    absl::StrAppend(&line, ", last seen ", TimeText(node.last_seen()));
  }
  if (node.diverged()) absl::StrAppend(&line, ", STATE DIFFERS FROM THE PRIMARY'S");
  if (!node.reason().empty()) absl::StrAppend(&line, "\n  ", Printable(node.reason()));
  return line;
}

std::string StatusText(const v1::ClusterStatus& status) {
  std::string text = absl::StrCat("registry ", Printable(status.registry_id()));
  if (!status.kafka_cluster_id().empty()) {
    absl::StrAppend(&text, " on Kafka cluster ", Printable(status.kafka_cluster_id()));
  }
  absl::StrAppend(&text, "\nlog ", Printable(status.log_id()));
  if (!status.lineage().empty() && status.lineage() != status.log_id()) {
    absl::StrAppend(&text, ", begun as ", Printable(status.lineage()));
  }
  absl::StrAppend(&text, "\nwrites ", Word(status.write_state()));
  if (!status.reason().empty()) absl::StrAppend(&text, ": ", Printable(status.reason()));
  if (status.has_primary()) {
    absl::StrAppend(&text, "\nprimary ", Printable(status.primary().node()), ", epoch ", status.epoch());
    if (status.last_election().has_time()) {
      absl::StrAppend(&text, ", since ", TimeText(status.last_election().time()));
    }
  }
  for (const v1::NodeStatus& node : status.nodes()) absl::StrAppend(&text, "\n", NodeLine(node));
  const v1::Counters& counters = status.counters();
  absl::StrAppend(&text, "\nrecords fenced ", counters.fenced(), ", repaired ", counters.repaired(), ", foreign ",
                  counters.foreign(), ", void ", counters.void_(), " (as ", Printable(status.answered_by()),
                  " saw it)\n");
  return text;
}

ExitCode RunStatus(Session& session) {
  auto admin = Admin(session);
  if (!admin.ok()) return session.Fail(admin.status());
  const auto status = admin->GetStatus();
  if (!status.ok()) return session.Fail(status.status());
  if (session.json()) {
    PrintMessage(session, *status);
  } else {
    session.out() << StatusText(*status);
  }
  return ExitCode::kOk;
}

template <typename Response>
ExitCode Tell(Session& session, const absl::StatusOr<Response>& response, const std::string& text) {
  if (!response.ok()) return session.Fail(response.status());
  if (session.json()) {
    PrintMessage(session, *response);
  } else {
    session.out() << text << "\n";
  }
  return ExitCode::kOk;
}

ExitCode RunTransfer(Session& session) {
  auto admin = Admin(session);
  if (!admin.ok()) return session.Fail(admin.status());
  v1::TransferPrimaryRequest request;
  request.set_node(session.Word(0).value_or(""));
  const std::string node = request.node().empty() ? "another node" : Printable(request.node());
  return Tell(session, admin->TransferPrimary(request), node + " is primary");
}

ExitCode RunResume(Session& session) {
  static const auto* const kReasons = new std::map<std::string, v1::WriteState, std::less<>>{
      {"foreign-writer", v1::WRITE_STATE_FOREIGN_WRITER},
      {"untrusted-keys", v1::WRITE_STATE_UNTRUSTED_KEYS},
      {"log-replaced", v1::WRITE_STATE_LOG_REPLACED},
  };
  v1::ResumeWritesRequest request;
  request.set_accept_log(session.arguments().IsOn("accept-log"));
  const std::string reason =
      session.arguments().Value("reason").value_or(request.accept_log() ? "log-replaced" : "foreign-writer");
  const auto known = kReasons->find(reason);
  if (known == kReasons->end()) {
    return session.Misused(
        "--reason is what has been dealt with: foreign-writer, untrusted-keys or log-replaced, not '" +
        Printable(reason) + "'");
  }
  request.set_reason(known->second);
  auto admin = Admin(session);
  if (!admin.ok()) return session.Fail(admin.status());
  return Tell(session, admin->ResumeWrites(request), "writes resumed");
}

ExitCode RunRestore(Session& session) {
  auto admin = Admin(session);
  if (!admin.ok()) return session.Fail(admin.status());
  return Tell(session, admin->RestoreLog({}), "the log holds what this node knew");
}

}  // namespace

const Command& ClusterStatusCommand() {
  static const auto* const command = new Command{
      .name = "cluster status",
      .summary = "show the nodes, the primary, and whether writes are accepted",
      .operands = {},
      .flags = {},
      .manual =
          "Asks the first server that can be reached; any node of a cluster knows the others.\n"
          "With --output=json it is the message regent.v1.ClusterStatus, under its own names.",
      .run = RunStatus,
  };
  return *command;
}

const Command& ClusterTransferCommand() {
  static const auto* const command = new Command{
      .name = "cluster transfer",
      .summary = "make another node the primary",
      .operands = {{.name = "NODE", .required = false}},
      .flags = {},
      .manual =
          "NODE is the name that `regent cluster status` shows; without it any node that can is taken.\n"
          "What is in flight is finished first, and writes wait until the other one is primary.",
      .run = RunTransfer,
  };
  return *command;
}

const Command& ClusterResumeCommand() {
  static const auto* const command = new Command{
      .name = "cluster resume",
      .summary = "let writes go on after something stopped them",
      .operands = {},
      .flags = {{"reason", "WHY", "what stopped them and has been dealt with (default: foreign-writer)"},
                {"accept-log", "", "give up what the node holds and follow the log that is there now"}},
      .manual =
          "WHY is foreign-writer, untrusted-keys or log-replaced, as `regent cluster status` shows\n"
          "it; it must be what stops writes now. Without --reason it is foreign-writer, or with\n"
          "--accept-log log-replaced. untrusted-keys and log-replaced concern the node\n"
          "asked, so name it with --server.",
      .run = RunResume,
  };
  return *command;
}

const Command& ClusterRestoreCommand() {
  static const auto* const command = new Command{
      .name = "cluster restore",
      .summary = "write what a node holds into a log that was created anew",
      .operands = {},
      .flags = {},
      .manual =
          "For a log that was deleted and created again: the node named with --server writes all\n"
          "its schemas and settings into it, ids kept. Refused while the log is the one it knows,\n"
          "or holds other records.",
      .run = RunRestore,
  };
  return *command;
}

}  // namespace regent::cli
