#include "client/resolver.h"

#include <arpa/inet.h>
#include <netdb.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <cstring>

namespace regent::client {
namespace {

constexpr std::string_view kUnixScheme = "unix:";
constexpr std::string_view kDnsScheme = "dns:///";

bool StartsWith(std::string_view text, std::string_view prefix) { return text.substr(0, prefix.size()) == prefix; }

// Host and port; brackets are taken off.
struct Parts {
  std::string host;
  std::string port;
};

Parts Split(std::string_view endpoint) {
  if (StartsWith(endpoint, kDnsScheme)) endpoint.remove_prefix(kDnsScheme.size());
  const size_t colon = endpoint.rfind(':');
  std::string_view host = endpoint.substr(0, colon);
  if (host.size() > 2 && host.front() == '[' && host.back() == ']') host = host.substr(1, host.size() - 2);
  return {std::string(host), std::string(endpoint.substr(colon + 1))};
}

bool IsIpV4(const std::string& host) {
  in_addr address;
  return inet_pton(AF_INET, host.c_str(), &address) == 1;
}

bool IsIpV6(const std::string& host) {
  in6_addr address;
  return inet_pton(AF_INET6, host.substr(0, host.find('%')).c_str(), &address) == 1;
}

// The variables that gRPC obeys, in its order.
bool UsesProxy() {
  for (const char* name : {"grpc_proxy", "https_proxy", "http_proxy"}) {
    const char* value = std::getenv(name);
    if (value != nullptr && *value != '\0') return true;
  }
  return false;
}

std::string AddressOf(const addrinfo& info, const std::string& port) {
  std::array<char, NI_MAXHOST> host{};
  if (getnameinfo(info.ai_addr, info.ai_addrlen, host.data(), host.size(), nullptr, 0, NI_NUMERICHOST) != 0) return "";
  const std::string number = host.data();
  return (info.ai_family == AF_INET6 ? "[" + number + "]" : number) + ":" + port;
}

}  // namespace

std::vector<std::string> ResolveEndpoint(std::string_view endpoint) {
  if (StartsWith(endpoint, kUnixScheme)) return {std::string(endpoint)};
  const Parts parts = Split(endpoint);
  if (IsIpV4(parts.host) || IsIpV6(parts.host)) return {std::string(endpoint)};
  if (UsesProxy() && parts.host != "localhost") return {std::string(endpoint)};

  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  hints.ai_flags = AI_ADDRCONFIG;
  addrinfo* found = nullptr;
  if (getaddrinfo(parts.host.c_str(), nullptr, &hints, &found) != 0) return {};
  std::vector<std::string> addresses;
  for (const addrinfo* info = found; info != nullptr; info = info->ai_next) {
    std::string address = AddressOf(*info, parts.port);
    if (address.empty() || std::find(addresses.begin(), addresses.end(), address) != addresses.end()) continue;
    addresses.push_back(std::move(address));
  }
  freeaddrinfo(found);
  return addresses;
}

std::string GrpcTargetOf(std::string_view address) {
  if (StartsWith(address, kUnixScheme) || StartsWith(address, kDnsScheme)) return std::string(address);
  const Parts parts = Split(address);
  if (IsIpV4(parts.host)) return "ipv4:" + std::string(address);
  // A scope ("%eth0") is written otherwise in a URI.
  if (IsIpV6(parts.host) && parts.host.find('%') == std::string::npos) return "ipv6:" + std::string(address);
  return std::string(kDnsScheme) + std::string(address);
}

bool IsLoopback(std::string_view address) {
  const std::string host = Split(address).host;
  return host == "localhost" || host == "::1" || (IsIpV4(host) && StartsWith(host, "127."));
}

}  // namespace regent::client
