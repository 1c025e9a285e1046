// What gRPC wants for clear text or TLS.
#pragma once

#include <grpcpp/security/credentials.h>

#include <memory>
#include <optional>

#include "client/tls.h"

namespace regent::client {

// Never null; what is wrong with a certificate is known when a channel connects.
std::shared_ptr<grpc::ChannelCredentials> MakeChannelCredentials(const std::optional<TlsOptions>& tls);

}  // namespace regent::client
