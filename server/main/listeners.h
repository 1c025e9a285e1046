// `listeners` as people write it.
#pragma once

#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "server/rest/http/http_server.h"

namespace regent {

// "http://host:port,INTERNAL://[::1]:0": several with commas between; a name stands for the protocol that
// `protocol_map` ("INTERNAL:http") gives it. CONFIGURATION_INVALID naming what cannot be understood.
absl::StatusOr<std::vector<HttpListener>> ParseListeners(std::string_view listeners, std::string_view protocol_map);

}  // namespace regent
