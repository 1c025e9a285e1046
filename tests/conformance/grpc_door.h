// The same requests through the other door: what the gRPC API has is asked of it, and the answer written as REST writes
// it, so that both can be held against one pattern.
#pragma once

#include <optional>

#include "client/registry_client.h"
#include "tests/rest/http_call.h"

namespace regent::testing {

// Nothing when the gRPC API has no such call. An error has its REST number; its message is the other door's own.
std::optional<HttpAnswer> CallOverGrpc(const client::RegistryClient& client, const HttpCall& call);

}  // namespace regent::testing
