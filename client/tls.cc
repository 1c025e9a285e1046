#include "client/tls.h"

#include <string_view>

#include "base/error_reason.h"

namespace regent::client {

absl::Status TlsOptions::Validate() const {
  const auto is_pem = [](std::string_view text, std::string_view what) {
    return text.empty() || text.find(what) != std::string_view::npos;
  };
  if (certificate_chain.empty() != private_key.empty()) {
    return MakeError(ErrorReason::kConfigurationInvalid,
                     "tls: certificate_chain and private_key are of use only together");
  }
  const char* wrong = nullptr;
  if (!is_pem(root_certificates, "-----BEGIN CERTIFICATE-----")) wrong = "root_certificates";
  if (!is_pem(certificate_chain, "-----BEGIN CERTIFICATE-----")) wrong = "certificate_chain";
  if (!is_pem(private_key, " KEY-----")) wrong = "private_key";
  if (wrong == nullptr) return absl::OkStatus();
  return MakeError(ErrorReason::kConfigurationInvalid, std::string("tls: ") + wrong + " is no PEM text");
}

}  // namespace regent::client
