// One run of one command: its arguments, where it reads and writes, and the registry it asks.
#pragma once

#include <chrono>
#include <functional>
#include <istream>
#include <memory>
#include <optional>
#include <ostream>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "base/json_value.h"
#include "cli/command.h"
#include "client/registry_client.h"
#include "client/tls.h"

namespace regent::cli {

// Which registry, as the command line or the environment names it.
struct RegistryAddress {
  std::string endpoints;    // as client::ParseEndpoints takes them
  std::string registry_id;  // what its servers must say of themselves; empty: anything
  std::optional<client::TlsOptions> tls;
};

// What a run touches of the world, so that tests can stand in for it. The pointers must outlive the run.
struct Environment {
  std::istream* in;
  std::ostream* out;
  std::ostream* error;
  bool error_is_terminal = false;
  // The value of an environment variable.
  std::function<std::optional<std::string>(const std::string& name)> variable;
  // Opens a connection to a registry; see client/grpc_connection.h.
  std::function<absl::StatusOr<std::shared_ptr<client::RegistryConnection>>(const RegistryAddress& address)> connect;
  std::vector<const Command*> commands;
};

enum class OutputFormat { kText, kJson };

// Used by one thread.
class Session {
 public:
  // REQUEST_INVALID when a global flag's value is wrong.
  static absl::StatusOr<Session> Make(const Command& command, Arguments arguments, const Environment& environment);

  const Command& command() const { return *command_; }
  const Arguments& arguments() const { return arguments_; }
  const Environment& environment() const { return *environment_; }
  bool json() const { return format_ == OutputFormat::kJson; }
  std::ostream& out() { return *environment_->out; }

  // Where --server, REGENT_SERVER or the default say that it is. CONFIGURATION_INVALID when a file of --ca-file and its
  // kind is of no use.
  absl::StatusOr<RegistryAddress> Address() const { return AddressOf(arguments_.Value("server")); }
  // How long a call may take.
  std::chrono::milliseconds timeout() const { return *options_.timeout; }
  // The registry that --server, REGENT_SERVER or the default name. Does not connect yet.
  absl::StatusOr<client::RegistryClient> Client() const;
  // The same for a --server of another command line, with a time of its own.
  absl::StatusOr<client::RegistryClient> ClientOf(std::optional<std::string> server,
                                                  std::chrono::milliseconds timeout) const;

  // The operand at `index`, or nothing when it was left out.
  std::optional<std::string> Word(size_t index) const;

  // One document on a line of its own.
  void Print(const JsonValue& document);

  // Says on standard error what went wrong and returns the exit code that tells it.
  ExitCode Fail(const absl::Status& status);
  // The same for a mistake on the command line: says it and how the command is used.
  ExitCode Misused(std::string_view what);
  // For a reader of an operand or a flag, whose message is about the command line.
  ExitCode Misused(const absl::Status& status);

 private:
  Session(const Command& command, Arguments arguments, const Environment& environment)
      : command_(&command), arguments_(std::move(arguments)), environment_(&environment) {}

  absl::StatusOr<RegistryAddress> AddressOf(std::optional<std::string> server) const;
  absl::StatusOr<std::optional<client::TlsOptions>> Tls() const;
  // Of --`flag`, or of the environment; empty: neither.
  std::string Given(std::string_view flag, std::string_view variable) const;
  absl::StatusOr<client::RegistryClient> Connect(std::optional<std::string> server,
                                                 const client::CallOptions& options) const;

  const Command* command_;
  Arguments arguments_;
  const Environment* environment_;
  OutputFormat format_ = OutputFormat::kText;
  client::CallOptions options_;
};

// The exit code for an error of the registry or of the way to it.
ExitCode ExitCodeOf(const absl::Status& status);

// "1500ms", "10s", "2m", or a number of seconds; from a millisecond to an hour.
std::optional<std::chrono::milliseconds> ParseDuration(std::string_view text);

}  // namespace regent::cli
