// How a client speaks TLS to servers.
#pragma once

#include <string>

#include "absl/status/status.h"

namespace regent::client {

struct TlsOptions {
  // PEM: the authorities whose signature makes a server's certificate trusted. Empty: the system's.
  std::string root_certificates;
  // PEM, both or neither: who this client is, for servers that ask (regent.grpc.tls.client.authentication).
  std::string certificate_chain;
  std::string private_key;

  // CONFIGURATION_INVALID naming the field.
  absl::Status Validate() const;
};

}  // namespace regent::client
