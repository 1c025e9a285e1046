// `listeners` as people write it.
#pragma once

#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "server/rest/http/http_server.h"

namespace regent {

// "http://host:port,INTERNAL://[::1]:0": several with commas between; a name stands for the protocol that
// `protocol_map` ("INTERNAL:http") gives it. https listeners take certificate and key from `pem_file`.
// CONFIGURATION_INVALID naming what cannot be understood, or https without such a file.
absl::StatusOr<std::vector<HttpListener>> ParseListeners(std::string_view listeners, std::string_view protocol_map,
                                                         std::string_view pem_file);

}  // namespace regent
