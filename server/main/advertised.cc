#include "server/main/advertised.h"

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "base/error_reason.h"

namespace regent {
namespace {

absl::string_view View(std::string_view text) { return {text.data(), text.size()}; }

bool IsSocket(std::string_view address) { return address.substr(0, 5) == "unix:"; }

// "[::1]" of "[::1]:80"; all of it where there is no port.
std::string_view HostOf(std::string_view address) {
  const size_t colon = address.rfind(':');
  return colon == std::string_view::npos ? address : address.substr(0, colon);
}

bool IsEveryAddress(std::string_view host) { return host == "0.0.0.0" || host == "[::]"; }

}  // namespace

std::string AdvertisedAddress(std::string_view listener, std::string_view host_name, std::string_view machine_name) {
  if (IsSocket(listener)) return std::string(listener);
  const std::string_view host = HostOf(listener);
  std::string_view told = host;
  if (!host_name.empty()) {
    told = host_name;
  } else if (IsEveryAddress(host)) {
    told = machine_name;
  }
  return absl::StrCat(View(told), View(listener.substr(host.size())));
}

bool IsLocalAddress(std::string_view address) {
  if (IsSocket(address)) return true;
  const std::string_view host = HostOf(address);
  return host == "localhost" || host == "[::1]" || host.substr(0, 4) == "127.";
}

absl::Status CheckAdvertised(std::string_view address, std::string_view servers) {
  if (!IsLocalAddress(address)) return absl::OkStatus();
  for (const absl::string_view server : absl::StrSplit(View(servers), ',', absl::SkipEmpty())) {
    if (IsLocalAddress(std::string_view(server.data(), server.size()))) continue;
    return MakeError(
        ErrorReason::kConfigurationInvalid,
        absl::StrCat("This node would be known to the others as ", View(address),
                     ", which only this machine reaches, "
                     "and its Kafka is elsewhere (",
                     server,
                     "). It does not stand for election. Set host.name or "
                     "regent.grpc.advertised, and let regent.grpc.listener take connections from other machines."));
  }
  return absl::OkStatus();
}

}  // namespace regent
