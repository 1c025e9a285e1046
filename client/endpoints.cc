#include "client/endpoints.h"

#include <charconv>

#include "base/error_reason.h"

namespace regent::client {
namespace {

constexpr std::string_view kUnixScheme = "unix:";
constexpr std::string_view kDnsScheme = "dns:///";

std::string_view Trim(std::string_view text) {
  const size_t first = text.find_first_not_of(" \t");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

absl::Status Wrong(std::string_view endpoint, std::string_view what) {
  return MakeError(ErrorReason::kConfigurationInvalid,
                   "the server address '" + std::string(endpoint) + "' " + std::string(what));
}

bool IsPort(std::string_view text) {
  int port = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), port);
  return error == std::errc() && end == text.data() + text.size() && port >= 1 && port <= 65535;
}

}  // namespace

absl::Status CheckEndpoint(std::string_view endpoint) {
  if (endpoint.empty()) return Wrong(endpoint, "is empty");
  if (endpoint.substr(0, kUnixScheme.size()) == kUnixScheme) {
    if (endpoint.size() == kUnixScheme.size()) return Wrong(endpoint, "has no path");
    return absl::OkStatus();
  }
  std::string_view rest = endpoint;
  if (rest.substr(0, kDnsScheme.size()) == kDnsScheme) rest.remove_prefix(kDnsScheme.size());
  if (rest.find("://") != std::string_view::npos) return Wrong(endpoint, "is a URL: write host:port");
  const size_t colon = rest.rfind(':');
  if (colon == std::string_view::npos || colon == 0) return Wrong(endpoint, "is not of the form host:port");
  const std::string_view host = rest.substr(0, colon);
  const bool bracketed = host.front() == '[' && host.back() == ']' && host.size() > 2;
  if (!bracketed && host.find_first_of(":[] \t/") != std::string_view::npos) {
    return Wrong(endpoint, "is not of the form host:port (an IPv6 address stands in brackets)");
  }
  if (!IsPort(rest.substr(colon + 1))) return Wrong(endpoint, "has no port from 1 to 65535");
  return absl::OkStatus();
}

absl::StatusOr<std::vector<std::string>> ParseEndpoints(std::string_view list) {
  std::vector<std::string> endpoints;
  while (true) {
    const size_t comma = list.find(',');
    const std::string_view item = Trim(list.substr(0, comma));
    if (absl::Status status = CheckEndpoint(item); !status.ok()) return status;
    endpoints.emplace_back(item);
    if (comma == std::string_view::npos) return endpoints;
    list.remove_prefix(comma + 1);
  }
}

}  // namespace regent::client
