#include "server/main/listeners.h"

#include <map>
#include <string>

#include "absl/strings/ascii.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "base/error_reason.h"

namespace regent {
namespace {

absl::string_view View(std::string_view text) { return {text.data(), text.size()}; }

absl::Status Wrong(absl::string_view key, absl::string_view item, absl::string_view what) {
  return MakeError(ErrorReason::kConfigurationInvalid, absl::StrCat(key, ": '", item, "' ", what));
}

absl::StatusOr<std::map<std::string, std::string>> ParseProtocols(std::string_view text) {
  std::map<std::string, std::string> protocols = {{"http", "http"}, {"https", "https"}};
  for (absl::string_view item : absl::StrSplit(View(text), ',', absl::SkipWhitespace())) {
    item = absl::StripAsciiWhitespace(item);
    const std::pair<std::string, std::string> pair = absl::StrSplit(item, absl::MaxSplits(':', 1));
    const std::string protocol = absl::AsciiStrToLower(pair.second);
    if (pair.first.empty() || (protocol != "http" && protocol != "https")) {
      return Wrong("listener.protocol.map", item, "is not of the form NAME:http.");
    }
    protocols[absl::AsciiStrToLower(pair.first)] = protocol;
  }
  return protocols;
}

}  // namespace

absl::StatusOr<std::vector<HttpListener>> ParseListeners(std::string_view listeners, std::string_view protocol_map,
                                                         std::string_view pem_file) {
  const auto protocols = ParseProtocols(protocol_map);
  if (!protocols.ok()) return protocols.status();
  std::vector<HttpListener> parsed;
  for (absl::string_view item : absl::StrSplit(View(listeners), ',', absl::SkipWhitespace())) {
    item = absl::StripAsciiWhitespace(item);
    const size_t scheme_end = item.find("://");
    if (scheme_end == absl::string_view::npos) return Wrong("listeners", item, "is not of the form http://host:port.");
    const auto protocol = protocols->find(absl::AsciiStrToLower(item.substr(0, scheme_end)));
    if (protocol == protocols->end()) {
      return Wrong("listeners", item, "has a name that listener.protocol.map does not hold.");
    }
    const bool tls = protocol->second == "https";
    if (tls && pem_file.empty()) {
      return Wrong("listeners", item, "asks for TLS, but ssl.keystore.location names no certificate.");
    }
    absl::string_view address = item.substr(scheme_end + 3);
    if (!address.empty() && address.back() == '/') address.remove_suffix(1);
    const size_t colon = address.rfind(':');
    HttpListener listener;
    int port = -1;
    if (colon == absl::string_view::npos || !absl::SimpleAtoi(address.substr(colon + 1), &port) || port < 0 ||
        port > 65535) {
      return Wrong("listeners", item, "has no port between 0 and 65535.");
    }
    absl::string_view host = address.substr(0, colon);
    if (host.size() > 2 && host.front() == '[' && host.back() == ']') host = host.substr(1, host.size() - 2);
    if (host.empty()) return Wrong("listeners", item, "has no host; 0.0.0.0 is every address of this machine.");
    listener.host = std::string(host);
    listener.port = static_cast<uint16_t>(port);
    if (tls) listener.certificate_file = listener.key_file = std::string(pem_file);
    parsed.push_back(std::move(listener));
  }
  return parsed;
}

}  // namespace regent
