#include "cli/session.h"

#include <charconv>
#include <chrono>
#include <cstdint>
#include <tuple>
#include <utility>

#include "base/error_reason.h"
#include "base/pem_file.h"
#include "cli/printable.h"
#include "cli/render.h"
#include "cli/usage.h"

namespace regent::cli {
namespace {

constexpr std::string_view kServerVariable = "REGENT_SERVER";
constexpr std::string_view kRegistryVariable = "REGENT_REGISTRY";
constexpr std::string_view kDefaultServer = "127.0.0.1:50051";
constexpr std::chrono::milliseconds kDefaultTimeout{30000};
constexpr int64_t kLongestTimeoutMillis = 3600 * 1000;

}  // namespace

absl::StatusOr<Session> Session::Make(const Command& command, Arguments arguments, const Environment& environment) {
  Session session(command, std::move(arguments), environment);
  const std::string output = session.arguments_.Value("output").value_or("text");
  if (output == "json") {
    session.format_ = OutputFormat::kJson;
  } else if (output != "text") {
    return MakeError(ErrorReason::kRequestInvalid, "--output is text or json, not '" + Printable(output) + "'");
  }
  session.options_.timeout = kDefaultTimeout;
  if (const auto timeout = session.arguments_.Value("timeout")) {
    session.options_.timeout = ParseDuration(*timeout);
    if (!session.options_.timeout) {
      return MakeError(ErrorReason::kRequestInvalid,
                       "--timeout is a duration up to an hour such as 500ms or 10s, not '" + Printable(*timeout) + "'");
    }
  }
  return session;
}

absl::StatusOr<client::RegistryClient> Session::Client() const { return Connect(arguments_.Value("server"), options_); }

absl::StatusOr<client::RegistryClient> Session::ClientOf(std::optional<std::string> server,
                                                         std::chrono::milliseconds timeout) const {
  client::CallOptions options = options_;
  options.timeout = timeout;
  return Connect(std::move(server), options);
}

absl::StatusOr<client::RegistryClient> Session::Connect(std::optional<std::string> server,
                                                        const client::CallOptions& options) const {
  const auto address = AddressOf(std::move(server));
  if (!address.ok()) return address.status();
  auto connection = environment_->connect(*address);
  if (!connection.ok()) return connection.status();
  return client::RegistryClient(*std::move(connection), options);
}

std::string Session::Given(std::string_view flag, std::string_view variable) const {
  std::optional<std::string> value = arguments_.Value(flag);
  if (!value) value = environment_->variable(std::string(variable));
  return value.value_or("");
}

absl::StatusOr<std::optional<client::TlsOptions>> Session::Tls() const {
  const std::string authorities = Given("ca-file", "REGENT_CA_FILE");
  const std::string certificate = Given("cert-file", "REGENT_CERT_FILE");
  const std::string key = Given("key-file", "REGENT_KEY_FILE");
  if (authorities.empty() && certificate.empty() && key.empty()) return std::optional<client::TlsOptions>();
  client::TlsOptions tls;
  for (const auto& [file, flag, content, text] :
       {std::tuple(&authorities, "--ca-file", PemContent::kCertificates, &tls.root_certificates),
        std::tuple(&certificate, "--cert-file", PemContent::kCertificates, &tls.certificate_chain),
        std::tuple(&key, "--key-file", PemContent::kPrivateKey, &tls.private_key)}) {
    if (file->empty()) continue;
    auto read = ReadPemFile(*file, flag, content);
    if (!read.ok()) return read.status();
    *text = *std::move(read);
  }
  if (certificate.empty() != key.empty()) {
    return MakeError(ErrorReason::kConfigurationInvalid, "--cert-file and --key-file are of use only together");
  }
  return std::optional<client::TlsOptions>(std::move(tls));
}

absl::StatusOr<RegistryAddress> Session::AddressOf(std::optional<std::string> server) const {
  if (!server) server = environment_->variable(std::string(kServerVariable));
  if (!server || server->empty()) server = std::string(kDefaultServer);
  std::optional<std::string> registry = arguments_.Value("registry");
  if (!registry) registry = environment_->variable(std::string(kRegistryVariable));
  auto tls = Tls();
  if (!tls.ok()) return tls.status();
  return RegistryAddress{*server, registry.value_or(""), *std::move(tls)};
}

std::optional<std::string> Session::Word(size_t index) const {
  if (index >= arguments_.words().size()) return std::nullopt;
  return arguments_.words()[index];
}

void Session::Print(const JsonValue& document) { out() << document.ToString() << "\n"; }

ExitCode Session::Fail(const absl::Status& status) {
  std::ostream& error = *environment_->error;
  if (json()) {
    error << ErrorToJson(status).ToString() << "\n";
  } else {
    error << ErrorToText(status);
  }
  return ExitCodeOf(status);
}

ExitCode Session::Misused(std::string_view what) {
  *environment_->error << "regent " << command_->name << ": " << what << "\n" << UsageOf(*command_);
  return ExitCode::kUsage;
}

ExitCode Session::Misused(const absl::Status& status) { return Misused(std::string(status.message())); }

ExitCode ExitCodeOf(const absl::Status& status) {
  if (status.ok()) return ExitCode::kOk;
  switch (ReasonOf(status)) {
    case ErrorReason::kConfigurationInvalid:
      return ExitCode::kUsage;
    case ErrorReason::kOverloaded:
      return ExitCode::kUnreachable;
    default:
      break;
  }
  switch (status.code()) {
    case absl::StatusCode::kUnavailable:
    case absl::StatusCode::kDeadlineExceeded:
      return ExitCode::kUnreachable;
    default:
      return ExitCode::kNo;
  }
}

std::optional<std::chrono::milliseconds> ParseDuration(std::string_view text) {
  int64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || number < 1 || number > kLongestTimeoutMillis) return std::nullopt;
  const std::string_view unit = text.substr(end - text.data());
  if (unit == "ms") {
    // As it is.
  } else if (unit == "s" || unit.empty()) {
    number *= 1000;
  } else if (unit == "m") {
    number *= 60 * 1000;
  } else {
    return std::nullopt;
  }
  if (number > kLongestTimeoutMillis) return std::nullopt;
  return std::chrono::milliseconds(number);
}

}  // namespace regent::cli
